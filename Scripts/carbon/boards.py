#!/usr/bin/env python3
"""Compare boards whose parts and results MicroGreen published with what our parts make of them.

usage: boards.py BINARY MICROGREEN_BOMS.csv MICROGREEN_RESULTS.csv [--document FILE]

The parts lists are taken as they are but for errors that their own numbers show: docs/accuracy.md
names them. MicroGreen counts no packages, assembly, shipping or disposal; we leave out what is not
a part and keep the packages, so our totals lie above theirs by what packages emit.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import document
from facts import facts

#: The boards of the results by the names that their parts lists have.
BOARDS = {row["listed_as"]: row["board"] for row in facts("boards")}
#: What replaces a listed property of a part.
CORRECTIONS = {(row["part"], row["property"]): float(row["value"]) for row in facts("parts")}


def amount(text: str) -> tuple[float, str]:
    number, unit = text.split()
    return float(number), unit


def part(row: dict) -> dict | None:
    """The line of our bill for a line of theirs."""
    kind, model, name = row["model"], row["type"], row["part"]
    line: dict = {"name": name, "count": float(row["quantity"])}
    if row["section"] == "silicon" and kind == "logic":
        value, unit = amount(row["area"])
        area = CORRECTIONS.get((name, "area_mm2"), value * (100 if unit == "cm2" else 1))
        node = CORRECTIONS.get((name, "node_nm"), float(row["process"].removesuffix("nm")))
        return line | {"part": "ic", "areaMm2": area, "nodeNm": node}
    if flash_die := CORRECTIONS.get((name, "flash_die_mm2")):
        return line | {"part": "ic", "areaMm2": flash_die, "nodeNm": 65}
    if kind in ("flash", "dram"):
        value, unit = amount(row["capacity"])
        capacity = value / (1000 if unit == "MB" else 1)
        return line | {
            "part": "flash-nand" if kind == "flash" else "dram-small",
            "capacityGB": capacity,
        }
    if kind == "pcb":
        return line | {
            "part": "pcb",
            "areaMm2": amount(row["area"])[0] * 100,
            "layers": int(row["layers"]),
        }
    mass = amount(row["weight"])[0] * 1000 if row["weight"] else None
    if kind in ("capacitor", "resistor"):
        return line | {"part": f"{kind}-{model}"}
    if kind == "inductor":
        sizes = {"0402": 0.002, "0603": 0.008, "0805": 0.032}
        return line | {"part": "inductor", "massG": mass if mass is not None else sizes[model]}
    if kind in ("tin", "bronze"):
        return line | {"part": "metal-shield", "massG": mass}
    if kind == "connector":
        return line | {"part": "connector", "massG": mass}
    if kind == "switch":
        return line | {"part": "switch", "massG": mass}
    if kind == "diode":
        return line | {"part": "led" if model == "led" else "diode"}
    if kind == "active":
        return line | {"part": "transistor" if model == "transistor_mosfet" else "crystal"}
    return line | {"part": "ferrite", "massG": mass}


def products(path: Path) -> dict[str, dict]:
    parts = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["board"] in BOARDS:
                parts[BOARDS[row["board"]]].append(part(row))
    return {
        # MicroGreen's results are of the list alone.
        board: {
            "schemaVersion": "1.0",
            "name": board,
            "title": board,
            "unlisted": 1,
            "parts": lines,
        }
        for board, lines in parts.items()
    }


def totals(binary: Path, bills: dict[str, dict]) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, bill in bills.items():
            path = Path(folder) / f"{name}.json"
            path.write_text(json.dumps(bill), encoding="utf-8")
            paths.append(str(path))
        output = subprocess.run(
            [binary, "products", "show", *paths, "--format", "csv"],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    rows = csv.DictReader(output.splitlines())
    return {
        row["product"]: [float(row[key]) / 1000 for key in ("gCO2e", "low", "high")]
        for row in rows
        if row["scope"] == "total"
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("binary", type=Path)
    parser.add_argument("boms", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--document", type=Path)
    options = parser.parse_args()
    with options.results.open(encoding="utf-8", newline="") as file:
        published = {row[""]: float(row["Total"]) for row in csv.DictReader(file)}
    lines = ["| board | MicroGreen, kg | ours, kg | interval | within |", "|---|---:|---:|---|---|"]
    inside = 0
    for board, (value, low, high) in sorted(
        totals(options.binary.resolve(), products(options.boms)).items()
    ):
        truth = published[board]
        # Theirs has 70.9 g for 2 GB of flash where there is a serial chip of 2 or 4 MB; its die, in
        # another list of theirs, is 22.9 g.
        mended = truth - 0.0709 + 0.0229 if board in ("RP2040", "RP2350") else truth
        is_inside = low <= mended <= high
        inside += is_inside
        lines.append(
            f"| {board} | {mended:.3f} | {value:.3f} | {low:.3f} to {high:.3f} | "
            f"{'yes' if is_inside else 'no'} |"
        )
    lines += ["", f"{inside} of {len(published)} within our interval."]
    document.show_or_fill("MICROGREEN", lines, options.document)
    if inside < len(published):
        sys.exit("a board's published carbon lies outside our interval")


if __name__ == "__main__":
    main()
