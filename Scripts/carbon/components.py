#!/usr/bin/env python3
"""Compare the electronics of the Fairphone 3 with its life-cycle study, part by part.

usage: components.py BINARY VALIDATION_COMPONENTS.csv [--document FILE]

The study (Fraunhofer IZM, 2020) gives carbon of memory, processor and twenty other circuits; die
areas are those that ACT lists for them. Nodes are not stated; those below are usual ones of each
kind.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import document
from facts import facts

#: Process nodes in nm by how a circuit's name begins; the last, which begins with nothing, is the
#: node of all others.
NODES = {row["begins"]: float(row["node_nm"]) for row in facts("circuits")}
MEMORY = ["RAM + flash", "CPU (application processor)", "other ICs (20)"]


def bills(path: Path) -> tuple[dict[str, list[dict]], dict[str, tuple[float, float]]]:
    """Our bills and the study's carbon, with what ACT says beside it, by component."""
    parts: dict[str, list[dict]] = {name: [] for name in MEMORY}
    truth = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["product"] != "Fairphone 3":
                continue
            item, value = row["item"], float(row["value"])
            if row["kind"] == "component":
                truth[item] = (value, float(row["predicted"]))
            elif item == "RAM":
                parts[MEMORY[0]].append({"part": "dram-lpddr3", "capacityGB": value})
            elif item == "storage":
                parts[MEMORY[0]].append({"part": "flash-nand", "capacityGB": value})
            elif row["kind"] == "BOM die area":
                node = next(n for key, n in NODES.items() if item.startswith(key))
                line = {"part": "ic", "name": item, "areaMm2": value, "nodeNm": node}
                parts[MEMORY[1] if item == "CPU die" else MEMORY[2]].append(line)
    # One package holds both memories.
    parts[MEMORY[0]].append({"part": "package", "areaMm2": 150})
    return parts, truth


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("binary", type=Path)
    parser.add_argument("components", type=Path)
    parser.add_argument("--document", type=Path)
    options = parser.parse_args()
    parts, truth = bills(options.components)
    lines = [
        "| component | study, kg | ours, kg | interval | error | ACT's error |",
        "|---|---:|---:|---|---:|---:|",
    ]
    worst = 0.0
    for name, (value, act) in truth.items():
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(
                {
                    "schemaVersion": "1.0",
                    "name": "fp3",
                    "title": name,
                    # A component is complete.
                    "unlisted": 1,
                    "parts": parts[name],
                },
                file,
            )
            file.flush()
            report = json.loads(
                subprocess.run(
                    [options.binary.resolve(), "products", "show", file.name, "--format", "json"],
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                ).stdout
            )
        total = report["total"]
        error = total["value"] / 1000 / value - 1
        worst = max(worst, abs(error))
        lines.append(
            f"| {name} | {value:.2f} | {total['value'] / 1000:.2f} "
            f"| {total['low'] / 1000:.2f} to {total['high'] / 1000:.2f} "
            f"| {100 * error:+.0f} % | {100 * (act / value - 1):+.0f} % |"
        )
    document.show_or_fill("FAIRPHONE", lines, options.document)
    if worst > 0.25:
        sys.exit("a component is off by more than 25 %")


if __name__ == "__main__":
    main()
