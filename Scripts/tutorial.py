#!/usr/bin/env python3
"""Do what the tutorials in docs say, each in an empty folder, and compare with what they show.

usage: tutorial.py BINARY PYTHON [--update]

A block whose first line names a file, as in ```yaml policy.yaml, is written to that file. In a
block of ```console, lines behind "$ " are commands and the lines below are their output. That of
```console varies depends on the machine: its commands have to succeed, and the lines are those of
one run. --update puts what comes out into the pages.
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

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "docs/tutorial.md", ROOT / "docs/tutorial-board.md"]
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


def run(page: Path, command: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        sys.exit(f"{page.name}: exit {done.returncode} of: {command}\n{done.stdout}")
    return done.stdout


def outcome(page: Path, tools: Path, folder: Path, python: Path, updates: bool) -> str:
    """The page with the outputs of its commands."""
    environment = {
        **os.environ,
        "PATH": f"{python.absolute().parent}:{tools}:{os.environ['PATH']}",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "SOURCE_DATE_EPOCH": "1780272000",
        "PYTHONWARNINGS": "ignore",
    }

    def done(block: re.Match) -> str:
        language, word, text = block.groups()
        if language != "console":
            if word:
                (folder / word).write_text(text)
            return block.group(0)
        shown = ""
        for command in commands(text):
            shown += f"$ {command}\n{run(page, command, folder, environment)}"
        if word == "varies" and not updates:
            return block.group(0)
        return f"```console{f' {word}' if word else ''}\n{shown}```"

    return BLOCK.sub(done, page.read_text())


def install(tools: Path, binary: Path) -> None:
    """Puts the commands of the Python package into a folder."""
    (tools / "iotco2-graph").symlink_to(binary.resolve())
    measure = tools / "iotco2-graph-measure"
    script = ROOT / "Python/src/iotco2_graph/measure.py"
    measure.write_text(f'#!/bin/sh\nexec python "{script}" "$@"\n')
    measure.chmod(0o755)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("binary", type=Path)
    parser.add_argument("python", type=Path)
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    for page in PAGES:
        with tempfile.TemporaryDirectory() as temporary:
            folder, tools = Path(temporary) / "wake-word", Path(temporary) / "bin"
            for place in (folder, tools):
                place.mkdir()
            install(tools, options.binary)
            current = outcome(page, tools, folder, options.python, options.update)
        shown = page.read_text()
        count = sum(
            len(commands(block.group(3)))
            for block in BLOCK.finditer(shown)
            if block.group(1) == "console"
        )
        if options.update:
            page.write_text(current)
        elif current != shown:
            sys.stdout.writelines(
                difflib.unified_diff(
                    shown.splitlines(True),
                    current.splitlines(True),
                    "the page shows",
                    "what comes out",
                )
            )
            sys.exit(f"{page.name}: shows another output than its {count} commands have")
        print(f"{page.name}: {count} commands")


if __name__ == "__main__":
    main()
