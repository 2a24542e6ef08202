#!/usr/bin/env python3
"""Puts what commands print into README.md, Python/README.md and pages of docs.

usage: paste_outputs.py BINARY [PYTHON]

In README.md and the pages a block whose first line is `$ iotco2-graph ...` gets the output of that
command, or its first lines if the line ends in `| head -n COUNT`. The block behind `make demo` gets
that of its command, and the table of speed gets rows of docs/performance.md. In Python/README.md
each program is followed by its output, with PYTHON, which has the wheel, pandas and pytest
installed.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from document import fill

ROOT = Path(__file__).resolve().parent.parent
DEMO = re.search(r"^demo:.*\n\t\$\(BINARY\) (.*)$", (ROOT / "Makefile").read_text(), re.M)[1]

SPEED = [
    "TFLite file of 310 KiB",
    "the same on a device",
    "ONNX file with 300 MB of weights",
    "5,000 nodes, `--summary`",
    "100,000 nodes, `--summary`",
]


def output(command, **environment):
    # As wide as the tests that compare.
    settings = {"COLUMNS": "80", "NO_COLOR": "1", **environment}
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True
    )
    if done.returncode not in (0, 1):
        sys.exit(f"exit {done.returncode} of: {shlex.join(map(str, command))}")
    return done.stdout


def paste_commands(binary, page):

    def shown(block):
        arguments, _, count = block[3].partition(" | head -n ")
        lines = output([binary, *shlex.split(arguments)]).splitlines(keepends=True)
        return block[1] + "".join(lines[: int(count) if count else None]) + "```"

    def demo(block):
        return block[1] + output([binary, *shlex.split(DEMO)]) + "```"

    text = page.read_text()
    # What is printed may quote a command in single marks.
    text = re.sub(
        r"(```(text|console)\n\$ iotco2-graph (.*?)\n)(?:.*?\n)??```", shown, text, flags=re.S
    )
    text = re.sub(r"(```\nmake demo\n```\n\n```text\n).*?\n```", demo, text, flags=re.S)
    page.write_text(text)


def paste_speed():
    """Time and memory of some rows of docs/performance.md."""
    rows = ["| case | wall time, ms | peak memory, MiB |", "|---|--:|--:|"]
    for line in (ROOT / "docs/performance.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        # Case; wall time, user time and peak, each of the base, of this commit, and their ratio.
        if len(cells) == 10 and cells[0] in SPEED:
            rows.append(f"| {cells[0]} | {cells[2]} | {cells[8]} |")
    if len(rows) != 2 + len(SPEED):
        sys.exit("docs/performance.md: expected a row each of " + ", ".join(SPEED))
    fill(ROOT / "README.md", {"speed": "\n".join(rows)})


def paste_programs(binary, python):
    """What the first program prints, and why the second, a test, fails."""
    page = ROOT / "Python/README.md"

    def printed(program):
        return output([python, "-c", program], IOTCO2_GRAPH=str(binary))

    def failure(program):
        with tempfile.NamedTemporaryFile("w", prefix="test_", suffix=".py") as file:
            file.write(program)
            file.flush()
            found = output(
                [python, "-m", "pytest", "-p", "no:cacheprovider", file.name],
                IOTCO2_GRAPH=str(binary),
            )
        # Behind an empty line comes the temporary file of the limits.
        return re.search(r"^_+ test_\w+ _+\n(.*?)^$", found, re.S | re.M)[1]

    runs = iter([printed, failure])

    def shown(block):
        return f"{block[1]}{next(runs)(block[2])}```"

    pattern = r"(```python\n(.*?)```\n\n```text\n).*?```"
    page.write_text(re.sub(pattern, shown, page.read_text(), flags=re.S))


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    binary = Path(sys.argv[1]).resolve()
    for page in ["README.md", "docs/check.md", "docs/language-models.md"]:
        paste_commands(binary, ROOT / page)
    paste_speed()
    if len(sys.argv) == 3:
        paste_programs(binary, sys.argv[2])


if __name__ == "__main__":
    main()
