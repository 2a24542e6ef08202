"""Compares the fit with other forms on the same rows, with each split of `validate`.

  baselines.py COMMAND DOCUMENT

In DOCUMENT the tables take the places between `<!-- forms -->`, `<!-- quantization -->` and
`<!-- end -->`.
"""

import csv
import json
import math
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from document import fill

DATA = Path(__file__).resolve().parents[1] / "Sources" / "Calibration" / "Data"
#: By split: what of a row is held out together; a row with any of it is not in the fit.
SPLITS = {
    "network": ("network",),
    "architecture": ("architecture",),
    "device": ("device",),
    "architectureOnNewDevice": ("device", "architecture"),
    "release": ("runtime and version",),
}
#: With fewer rows of a device, those of its runtime on all devices are taken.
LEAST_ROWS = 8
Predict = Callable[[dict], float]


def macs_alone(rows: list[dict]) -> Predict:
    """The same cycles for each multiply-accumulate."""
    rate = statistics.fmean(row["cycles a MAC"] for row in rows)
    return lambda row: rate


def nearest(rows: list[dict]) -> Predict:
    """The cycles a multiply-accumulate of the row whose amounts are the nearest."""

    def predict(row: dict) -> float:
        return min(
            rows, key=lambda other: float(np.sum((other["features"] - row["features"]) ** 2))
        )["cycles a MAC"]

    return predict


def forest(rows: list[dict]) -> Predict:
    """Trees over logarithms of the amounts."""
    model = RandomForestRegressor(100, random_state=0).fit(
        np.array([row["features"] for row in rows]), [row["cycles a MAC"] for row in rows]
    )
    return lambda row: float(model.predict(row["features"][None])[0])


FORMS: dict[str, Callable[[list[dict]], Predict]] = {
    "multiply-accumulates alone": macs_alone,
    "nearest measured model": nearest,
    "random forest": forest,
}


def prepared(rows: list[dict]) -> list[dict]:
    """The fitted rows with features, and the logarithm of cycles on a unit of one MAC a cycle."""
    amounts = defaultdict(dict)
    with (DATA / "terms.csv").open(newline="") as file:
        for line in csv.DictReader(file):
            amounts[line["model"]][line["term"]] = float(line["amount"])
    terms = sorted({term for model in amounts.values() for term in model})
    # Networks with a model of equal costs are one.
    first: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: row["network"]):
        costs = str(sorted(amounts[row["model"]].items()))
        first[row["network"]] = first.setdefault(costs, first.get(row["network"], row["network"]))
    result = []
    for row in rows:
        model = amounts[row["model"]]
        macs = sum(amount for term, amount in model.items() if term.startswith("mac:"))
        if row["role"] == "check" or not row["latency_ms"] or not macs:
            continue
        width = float(row["nominal_macs_per_cycle"] or 2)
        cycles = float(row["latency_ms"]) * float(row["clock_mhz"]) * 1e3
        result.append(
            row
            | {
                "network": first[row["network"]],
                "runtime and version": f"{row['runtime']} {row['version']}",
                "features": np.log1p([model.get(term, 0) for term in terms]),
                "cycles a MAC": math.log(cycles * width / macs),
            }
        )
    return result


def errors(ratios: list[float]) -> str:
    sizes = [abs(ratio - 1) * 100 for ratio in ratios]
    return f"{len(sizes)} | {statistics.median(sizes):.1f} % | {np.percentile(sizes, 90):.1f} %"


def forms(rows: list[dict], command: str) -> str:
    lines = ["| left out | form | n | median | 90th |", "|---|---|---:|---:|---:|"]
    for split, keys in SPLITS.items():
        groups = sorted({tuple(row[key] for key in keys) for row in rows})
        ratios = defaultdict(list)
        for group in groups:
            kept = [
                row
                for row in rows
                if all(row[key] != value for key, value in zip(keys, group, strict=True))
            ]
            left = defaultdict(list)
            for row in rows:
                if tuple(row[key] for key in keys) == group:
                    left[row["runtime"], row["device"]].append(row)
            for (runtime, device), own in left.items():
                taught = [row for row in kept if row["runtime"] == runtime]
                here = [row for row in taught if row["device"] == device]
                if len(here) >= LEAST_ROWS:
                    taught = here
                if not taught:
                    continue
                for form, fit in FORMS.items():
                    predict = fit(taught)
                    ratios[form] += [math.exp(predict(row) - row["cycles a MAC"]) for row in own]
        lines += [f"| {split} | {form} | {errors(ratios[form])} |" for form in FORMS]
        shipped = [
            row["predictedSeconds"] / row["measuredSeconds"] for row in validated(command, split)
        ]
        lines.append(f"| {split} | **shipped** | {errors(shipped)} |")
    return "\n".join(lines)


def validated(command: str, split: str) -> list[dict]:
    """The predictions of the shipped form."""
    report = subprocess.run(
        [command, "validate", "--split", split, "--format", "json"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return json.loads(report)["rows"]


def quantization(shipped: list[dict]) -> str:
    """Speed-up of integer over floating-point models, measured and predicted."""
    found = defaultdict(dict)
    for row in shipped:
        name, _, precision = row["model"].rpartition("-")
        if precision in ("int8", "fp32"):
            found[row["runtime"], row["device"], name][precision] = row
    pairs = defaultdict(list)
    for (runtime, device, _), both in found.items():
        if len(both) == 2:
            speedups = [
                both["fp32"][key] / both["int8"][key]
                for key in ("measuredSeconds", "predictedSeconds")
            ]
            pairs[runtime, device].append(speedups)
    lines = [
        "| runtime | device | models | measured: median (range) | predicted: median (range) "
        "| same sign | median error |",
        "|---|---|---:|---|---|---:|---:|",
    ]
    for (runtime, device), speedups in sorted(pairs.items()):
        columns = []
        for values in zip(*speedups, strict=True):
            columns.append(
                f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
            )
        same = sum((measured > 1) == (predicted > 1) for measured, predicted in speedups)
        error = statistics.median(abs(predicted / measured - 1) for measured, predicted in speedups)
        lines.append(
            f"| {runtime} | {device} | {len(speedups)} | {columns[0]} | {columns[1]} "
            f"| {same} of {len(speedups)} | {100 * error:.1f} % |"
        )
    return "\n".join(lines)


def main() -> None:
    command, document = sys.argv[1], Path(sys.argv[2])
    with (DATA / "measurements.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    tables = {
        "forms": forms(prepared(rows), command),
        "quantization": quantization(validated(command, "network")),
    }
    fill(document, tables)


if __name__ == "__main__":
    main()
