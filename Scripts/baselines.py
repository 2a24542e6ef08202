"""Compares the fit with other forms on the same rows, each network left out.

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
from scipy.optimize import nnls
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor

from document import fill

DATA = Path(__file__).resolve().parents[1] / "Sources" / "Calibration" / "Data"
#: Runtime, device and release of devices that many networks were measured on.
SUBJECTS = [
    ("x-cube-ai", "stm32h747", "8.1.0"),
    ("x-linux-ai", "stm32mp157", None),
    ("tflite", "raspberry-pi-4", "2.7.1"),
    ("armnn-neon", "raspberry-pi-4", "21.11"),
    ("tflite", "odroid-n2-plus", None),
]
Fit = Callable[[np.ndarray, np.ndarray], Callable[[np.ndarray], np.ndarray]]


def macs_alone(features: np.ndarray, seconds: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Seconds a multiply-accumulate, the same for all; column 0 has all of them."""
    rate = math.exp(np.mean(np.log(seconds / features[:, 0])))
    return lambda x: x[:, 0] * rate


def non_negative(features: np.ndarray, seconds: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Least squares of relative errors with rates that are not negative."""
    rates, _ = nnls(features[:, 1:] / seconds[:, None], np.ones(len(seconds)))
    return lambda x: x[:, 1:] @ rates


def ensemble(make: Callable[[], object]) -> Fit:
    """Trees over logarithms of the amounts, of the logarithm of seconds a multiply-accumulate."""

    def fit(features: np.ndarray, seconds: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        model = make().fit(np.log1p(features), np.log(seconds / features[:, 0]))
        return lambda x: np.exp(model.predict(np.log1p(x))) * x[:, 0]

    return fit


FORMS: dict[str, Fit] = {
    "multiply-accumulates alone": macs_alone,
    "non-negative least squares over the terms": non_negative,
    "random forest": ensemble(lambda: RandomForestRegressor(500, random_state=0)),
    "gradient-boosted trees": ensemble(
        lambda: GradientBoostingRegressor(n_estimators=300, max_depth=3, random_state=0)
    ),
}


def errors(pairs: list[tuple[float, float]]) -> str:
    sizes = sorted(abs(predicted / measured - 1) * 100 for predicted, measured in pairs)
    return (
        f"{statistics.median(sizes):.1f} % | {np.percentile(sizes, 90):.1f} % | {sizes[-1]:.1f} %"
    )


def forms(rows: list[dict], shipped: list[dict]) -> str:
    amounts = defaultdict(dict)
    with (DATA / "terms.csv").open(newline="") as file:
        for line in csv.DictReader(file):
            amounts[line["model"]][line["term"]] = float(line["amount"])
    lines = ["| runtime | device | form | median | 90th | max |", "|---|---|---|---:|---:|---:|"]
    for runtime, device, version in SUBJECTS:
        own = [
            row
            for row in rows
            if (row["runtime"], row["device"]) == (runtime, device)
            and row["role"] != "check"
            and version in (None, row["version"])
        ]
        terms = sorted({term for row in own for term in amounts[row["model"]]})
        features = np.array(
            [
                [sum(v for t, v in amounts[row["model"]].items() if t.startswith("mac:"))]
                + [amounts[row["model"]].get(term, 0) for term in terms]
                for row in own
            ]
        )
        seconds = np.array([float(row["latency_ms"]) / 1e3 for row in own])
        networks = np.array([row["network"] for row in own])
        name = f"{runtime} {version}" if version else runtime
        for form, fit in FORMS.items():
            pairs = []
            for network in sorted(set(networks)):
                left = networks == network
                predicted = fit(features[~left], seconds[~left])(features[left])
                pairs += list(zip(predicted, seconds[left], strict=True))
            lines.append(f"| {name} | {device} | {form} | {errors(pairs)} |")
        pairs = [
            (row["predictedSeconds"], row["measuredSeconds"])
            for row in shipped
            if (row["runtime"], row["device"]) == (runtime, device)
            and version in (None, row["version"])
        ]
        lines.append(f"| {name} | {device} | **shipped** | {errors(pairs)} |")
    return "\n".join(lines)


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
    report = subprocess.run(
        [command, "validate", "--split", "network", "--format", "json"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    shipped = json.loads(report)["rows"]
    fill(document, {"forms": forms(rows, shipped), "quantization": quantization(shipped)})


if __name__ == "__main__":
    main()
