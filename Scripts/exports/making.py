"""What the scripts of `makers` have in common: they are run as `python MAKER.py FOLDER`."""

import argparse
import os
import re
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path


def main(exports: dict[str, Callable[[Path], None] | str]) -> int:
    """Makes each file that is not there; one that cannot be made is reported, the others go on.

    Instead of a function, there may be the reason why the exporter cannot make the file.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--match", default="")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    warnings.filterwarnings("ignore")
    # Some packages start commands of their own environment.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    failed = 0
    for name, make in exports.items():
        path = arguments.folder.resolve() / name
        if path.exists() or not re.search(arguments.match, name):
            continue
        if isinstance(make, str):
            print(f"skipped: {name}: {make}", flush=True)
            continue
        try:
            make(path)
            if not path.exists():
                raise FileNotFoundError("the exporter wrote no file")
            print(f"made {name}", flush=True)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            failed += 1
            path.unlink(missing_ok=True)
            message = " ".join(str(error).split())[:300]
            print(f"not made: {name}: {type(error).__name__}: {message}", flush=True)
            traceback.print_exc(limit=-3, file=sys.stderr)
    return 1 if failed else 0
