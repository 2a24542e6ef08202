#!/usr/bin/env python3
"""Pastes what the command prints into README.md.

usage: paste_readme.py BINARY

Each block of text that starts with `$ iotco2-graph` gets the output of that command at 80 columns.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = re.compile(r"(```text\n\$ iotco2-graph ([^\n]*)\n)(.*?)(```)", re.DOTALL)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    binary = Path(sys.argv[1]).resolve()

    def output(example: re.Match[str]) -> str:
        command = [str(binary), *example[2].split()]
        env = {**os.environ, "COLUMNS": "80"}
        run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        return example[1] + run.stdout + example[4]

    page = ROOT / "README.md"
    page.write_text(EXAMPLE.sub(output, page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
