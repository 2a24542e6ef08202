#!/usr/bin/env python3
"""Compute the case study of a keyword spotter, and put its tables into its page.

usage: case_study.py BINARY [--document FILE]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import document

ROOT = Path(__file__).parent.parent.parent
STUDY = ROOT / "docs/case-studies"
MODELS = {"float32": "ds_cnn_float32", "int8": "ds_cnn_int8"}
DEVICES = ["stm32l4r5", "esp32-s3", "raspberry-pi-4"]
REGIONS = ["SE", "DE", "IN"]
#: The case that the others are held against.
BASE = ("int8", "stm32l4r5", "DE")


def footprint(binary: Path, model: str, device: str, region: str, *more: str) -> dict:
    command = [
        binary.resolve(),
        "footprint",
        f"Fixtures/tflite/{MODELS[model]}.tflite",
        "--device",
        device,
        "--deployment",
        STUDY / "deployment.yaml",
        "--region",
        region,
        "--product",
        STUDY / f"spotter-{device}.yaml",
        "--format",
        "json",
        *more,
    ]
    return json.loads(
        subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
    )


def kilograms(estimate: dict) -> str:
    low, value, high = (estimate[key] / 1000 for key in ("low", "value", "high"))
    return f"{value:.3g} ({low:.3g} to {high:.3g})"


def stage(report: dict, name: str) -> float:
    return next(s["carbon"]["value"] for s in report["life"]["stages"] if s["name"] == name)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("binary", type=Path)
    parser.add_argument("--document", type=Path)
    options = parser.parse_args()
    reports = {case: footprint(options.binary, *case) for case in product(MODELS, DEVICES, REGIONS)}

    lines = [
        "| device | region | model | energy of an inference | use, kg | product, kg | "
        "life, kg | use |",
        "|---|---|---|---:|---:|---:|---|---:|",
    ]
    for device, region, model in product(DEVICES, REGIONS, MODELS):
        report = reports[model, device, region]
        life = report["life"]["total"]
        use = stage(report, "use")
        lines.append(
            f"| {device} | {region} | {model} | "
            f"{1000 * report['perInference']['energy']['value']:.3g} mJ | {use / 1000:.3g} | "
            f"{report['embodied']['value'] / 1000:.3g} | {kilograms(life)} | "
            f"{100 * use / life['value']:.0f} % |"
        )
    document.show_or_fill("CASES", lines, options.document)

    def life(case: tuple[str, str, str]) -> float:
        return reports[case]["life"]["total"]["value"]

    lines = [
        "| what is changed, all else as in the base case | smallest, kg | largest, kg | factor |",
        "|---|---:|---:|---:|",
    ]
    for index, (name, choices) in enumerate(
        [("model", MODELS), ("device", DEVICES), ("region", REGIONS)]
    ):
        totals = {}
        for choice in choices:
            case = BASE[:index] + (choice,) + BASE[index + 1 :]
            totals[choice] = life(case)
        low, high = min(totals, key=totals.get), max(totals, key=totals.get)
        lines.append(
            f"| {name} | {totals[low] / 1000:.3g} ({low}) | {totals[high] / 1000:.3g} ({high}) | "
            f"{totals[high] / totals[low]:.2f} |"
        )
    years = {}
    for lifetime in ("2.5", "10"):
        report = footprint(options.binary, *BASE, "--lifetime", lifetime)
        years[lifetime] = report["life"]["perYear"]["value"]
    lines.append(
        f"| lifetime of 10 or 2.5 years, a year of it | {years['10'] / 1000:.3g} | "
        f"{years['2.5'] / 1000:.3g} | {years['2.5'] / years['10']:.2f} |"
    )
    document.show_or_fill("CHANGES", lines, options.document)

    lines = [
        "| device | model | inferences until they emitted the embodied carbon | this use, years |",
        "|---|---|---:|---:|",
    ]
    for device, model in product(DEVICES, MODELS):
        even = reports[model, device, "DE"]["breakEven"]
        lines.append(
            f"| {device} | {model} | {even['inferences'] / 1e6:,.0f} million "
            f"| {even['years']:.1f} |"
        )
    document.show_or_fill("BREAK-EVEN", lines, options.document)

    bars = footprint(options.binary, *BASE, "--tornado")["sensitivity"]
    lines = ["| input | from | to | carbon of an inference |", "|---|---:|---:|---|"]
    for bar in bars["bars"][:8]:
        ends = [100 * (bar[key] / bars["base"] - 1) for key in ("carbonAtFrom", "carbonAtTo")]
        lines.append(
            f"| {bar['input']} | {bar['from']:.3g} {bar['unit']} | {bar['to']:.3g} {bar['unit']} | "
            f"{ends[0]:+.0f} % to {ends[1]:+.0f} % |"
        )
    document.show_or_fill("TORNADO", lines, options.document)


if __name__ == "__main__":
    main()
