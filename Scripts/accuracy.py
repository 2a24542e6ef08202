"""Puts tables and plot of `validate` into docs/accuracy.md.

  accuracy.py COMMAND

The tables stand between `<!-- SPLIT -->` and `<!-- end -->`.
"""

import subprocess
import sys
from pathlib import Path

from document import fill

DOCS = Path(__file__).resolve().parents[1] / "docs"


def validate(*arguments: str) -> str:
    return subprocess.run(
        [sys.argv[1], "validate", *arguments], check=True, capture_output=True, text=True
    ).stdout


def main() -> None:
    splits = ("network", "networkOnDevice", "device", "deviceButOne")
    fill(
        DOCS / "accuracy.md",
        {
            split: validate("--split", split, "--format", "markdown").rstrip("\n")
            for split in splits
        },
    )
    (DOCS / "accuracy.svg").write_text(validate("--format", "svg"))


if __name__ == "__main__":
    main()
