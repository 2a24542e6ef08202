"""Puts tables and plot of `validate` into docs/accuracy.md.

  accuracy.py COMMAND

The tables stand between `<!-- SPLIT -->` and `<!-- end -->`.
"""

import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"


def validate(*arguments: str) -> str:
    return subprocess.run([sys.argv[1], "validate", *arguments], check=True, capture_output=True,
                          text=True).stdout


def main() -> None:
    page = DOCS / "accuracy.md"
    text = page.read_text()
    for split in ("network", "networkOnDevice", "device", "deviceButOne"):
        table = validate("--split", split, "--format", "markdown")
        text, count = re.subn(rf"<!-- {split} -->.*?<!-- end -->",
                              lambda _, t=table, s=split: f"<!-- {s} -->\n{t}<!-- end -->", text,
                              flags=re.DOTALL)
        if count != 1:
            sys.exit(f"{page}: expected one place for '{split}', found {count}")
    page.write_text(text)
    (DOCS / "accuracy.svg").write_text(validate("--format", "svg"))


if __name__ == "__main__":
    main()
