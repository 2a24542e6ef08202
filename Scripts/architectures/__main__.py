"""Writes networks into a folder: python -m architectures FOLDER [NAME...]; without names, all."""

import sys
import time
from pathlib import Path

from . import names, write


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    wanted = sys.argv[2:] or names()
    for name in wanted:
        write(name, folder)
    print(f"{len(wanted)} networks in {time.monotonic() - start:.0f} s")


main()
