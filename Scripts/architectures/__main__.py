"""Writes networks into a folder: python -m architectures FOLDER [NAME...]; without names, all."""

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from . import names, write


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    wanted = sys.argv[2:] or names()
    with ProcessPoolExecutor() as processes:
        count = len(list(processes.map(partial(write, folder=folder), wanted)))
    print(f"{count} networks in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
