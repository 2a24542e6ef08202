#!/usr/bin/env python3
"""Do what docs/tutorial.md says, in an empty folder, and compare what comes out with what it shows.

usage: tutorial.py BINARY PYTHON [--update]

A block whose first line names a file, as in ```yaml policy.yaml, is written to that file. In a
block of ```console, lines behind "$ " are commands and the lines below are their output. --update
puts what comes out into the page.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs/tutorial.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.S | re.M)


def commands(block: str) -> list[str]:
    """The commands of a block, those over several lines as one."""
    found: list[str] = []
    goes_on = False
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(line[2:])
        elif goes_on:
            found[-1] += "\n" + line
        goes_on = goes_on or line.startswith("$ ")
        goes_on = goes_on and line.endswith("\\")
    return found


def run(command: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        sys.exit(f"{PAGE.name}: exit {done.returncode} of: {command}\n{done.stdout}")
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("binary", type=Path)
    parser.add_argument("python", type=Path)
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    page = PAGE.read_text()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "wake-word"
        tools = Path(temporary) / "bin"
        for place in (folder, tools):
            place.mkdir()
        (tools / "iotco2-graph").symlink_to(options.binary.resolve())
        environment = {
            **os.environ,
            "PATH": f"{options.python.absolute().parent}:{tools}:{os.environ['PATH']}",
            "COLUMNS": "80",
            "NO_COLOR": "1",
            "SOURCE_DATE_EPOCH": "1780272000",
            "PYTHONWARNINGS": "ignore",
        }

        def done(block: re.Match) -> str:
            language, name, text = block.groups()
            if name:
                (folder / name).write_text(text)
            if language != "console":
                return block.group(0)
            shown = ""
            for command in commands(text):
                shown += f"$ {command}\n{run(command, folder, environment)}"
            return f"```console\n{shown}```"

        current = BLOCK.sub(done, page)
    count = sum(
        len(commands(block.group(3)))
        for block in BLOCK.finditer(page)
        if block.group(1) == "console"
    )
    if options.update:
        PAGE.write_text(current)
    elif current != page:
        sys.stdout.writelines(
            difflib.unified_diff(
                page.splitlines(True), current.splitlines(True), "the page shows", "what comes out"
            )
        )
        sys.exit(f"{PAGE.name}: shows another output than its {count} commands have")
    print(f"{PAGE.name}: {count} commands")


if __name__ == "__main__":
    main()
