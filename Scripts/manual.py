#!/usr/bin/env python3
"""Correct the man pages of the command line's parser: names, examples, exit codes, hidden commands.

usage: manual.py FOLDER
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

TOOL = "iotco2-graph"

#: Commands that help does not list either; `help` is the parser's own.
HIDDEN = ("help", "operators", "terms")

EXIT_STATUS = """.Bl -tag -width 6n
.It 0
Done.
.It 1
A policy is violated.
.It 2
Bad input or usage.
.It 3
The output cannot be written.
.El
"""


def page_name(name: str) -> str:
    """`iotco2-graph.devices.list` as pages of subcommands are called: with dashes."""
    return name.replace(".", "-")


def corrected(text: str) -> str:
    for command in HIDDEN:
        text = re.sub(rf"\n\.Xr {TOOL}\.{command} 1( ,)?", "", text)
    text = re.sub(r" ,(\n*)$", r"\1", text)
    text = re.sub(
        rf"^\.Xr ({TOOL}[a-z.-]*) ", lambda match: f".Xr {page_name(match[1])} ", text, flags=re.M
    )
    text = re.sub(
        r"\n+(Examples?:)\n((?:  .*\n)+)", r"\n.Pp\n\1\n.Bd -literal\n\2.Ed\n", text, flags=re.M
    )
    text = re.sub(r"^\.Ex -std\n?", EXIT_STATUS, text, flags=re.M)
    return text if text.endswith("\n") else text + "\n"


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for page in sorted(Path(sys.argv[1]).glob(f"{TOOL}*.1")):
        name = page.name.removesuffix(".1")
        text = page.read_text(encoding="utf-8")
        page.unlink()
        if name.removeprefix(f"{TOOL}.") not in HIDDEN:
            page.with_name(f"{page_name(name)}.1").write_text(corrected(text), encoding="utf-8")


if __name__ == "__main__":
    main()
