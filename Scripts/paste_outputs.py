#!/usr/bin/env python3
"""Puts what commands print into README.md and Python/README.md.

usage: paste_outputs.py BINARY [PYTHON]

In README.md a block whose first line is `$ iotco2-graph ...` gets the output of that command, or
its first lines if the line ends in `| head -n COUNT`; the block behind `make demo` gets that of
its command. In Python/README.md the first program's output is put behind it, with PYTHON, which
has the wheel and pandas installed.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO = re.search(r"^demo:.*\n\t\$\(BINARY\) (.*)$", (ROOT / "Makefile").read_text(), re.M)[1]


def output(command, **environment):
    # As wide as the tests that compare.
    settings = {"COLUMNS": "80", "NO_COLOR": "1", **environment}
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True
    )
    if done.returncode not in (0, 1):
        sys.exit(f"exit {done.returncode} of: {shlex.join(map(str, command))}")
    return done.stdout


def paste_commands(binary):
    page = ROOT / "README.md"

    def shown(block):
        arguments, _, count = block[3].partition(" | head -n ")
        lines = output([binary, *shlex.split(arguments)]).splitlines(keepends=True)
        return block[1] + "".join(lines[: int(count) if count else None]) + "```"

    def demo(block):
        return block[1] + output([binary, *shlex.split(DEMO)]) + "```"

    text = page.read_text()
    # What is printed may quote a command in single marks.
    text = re.sub(r"(```(text|console)\n\$ iotco2-graph (.*?)\n).*?\n```", shown, text, flags=re.S)
    text = re.sub(r"(```\nmake demo\n```\n\n```text\n).*?\n```", demo, text, flags=re.S)
    page.write_text(text)


def paste_program(binary, python):
    page = ROOT / "Python/README.md"

    def shown(block):
        found = output([python, "-c", block[2]], IOTCO2_GRAPH=str(binary))
        return f"{block[1]}{found}```"

    # The first program; the second is a test, whose failure is shown.
    text = re.sub(
        r"(```python\n(.*?)```\n\n```text\n).*?```", shown, page.read_text(), count=1, flags=re.S
    )
    page.write_text(text)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    binary = Path(sys.argv[1]).resolve()
    paste_commands(binary)
    if len(sys.argv) == 3:
        paste_program(binary, sys.argv[2])


if __name__ == "__main__":
    main()
