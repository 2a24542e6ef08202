#!/usr/bin/env python3
"""Write the table of embodied factors into docs/method/embodied.md from the part library.

usage: factors.py BINARY docs/method/embodied.md
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import document


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    library = json.loads(
        subprocess.run(
            [Path(sys.argv[1]).resolve(), "products", "parts", "--format", "json"],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    )
    nodes = [
        "| node | energy, kWh/mm2 | gases, g/mm2 | at 99 % abatement | defects, 1/cm2 | from |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for name, node in sorted(library["silicon"]["nodes"].items(), key=lambda item: -int(item[0])):
        nodes.append(
            f"| {name} nm | {node['energy']:g} | {node['gases']:g} | {node['gasesAbated']:g} | "
            f"{node['defects']:g} | {', '.join(node['sources'])} |"
        )
    shared = ["| number | value | interval | unit | from |", "|---|---:|---|---|---|"]
    numbers = [
        (key, value)
        for key, value in library["silicon"].items()
        if isinstance(value, dict) and "unit" in value
    ]
    numbers += [(key, library[key]) for key in ("board", "boardPerLayer")]
    for key, number in sorted(numbers):
        shared.append(
            f"| {key} | {number['value']:g} | {number['low']:g} to {number['high']:g} | "
            f"{number['unit']} | {', '.join(number['sources'])} |"
        )
    parts = ["| part | value | interval | unit | provenance | from |", "|---|---:|---|---|---|---|"]
    for part in library["parts"]:
        factor = part["factor"]
        parts.append(
            f"| `{part['id']}`: {part['title']} | {factor['value']:g} | {factor['low']:g} to "
            f"{factor['high']:g} | {factor['unit']} | {factor['provenance']} | "
            f"{', '.join(factor['sources'])} |"
        )
    sources = []
    for name, source in sorted(library["sources"].items()):
        where = "; ".join(source[key] for key in ("locator", "url") if key in source)
        licence = f" [{source['licence']}]" if "licence" in source else ""
        opened = " (not opened)" if source.get("opened") is False else ""
        sources.append(f"- **{name}**: {source['title']}{opened}{licence}. {where}")
    document.fill(
        Path(sys.argv[2]),
        {
            "NODES": "\n".join(nodes),
            "SILICON": "\n".join(shared),
            "PARTS": "\n".join(parts),
            "SOURCES": "\n".join(sources),
        },
    )


if __name__ == "__main__":
    main()
