"""Compares the fit with other forms on the same rows, with each split of `validate`.

  baselines.py FOLDER DOCUMENT

FOLDER has a file SPLIT.csv for each split, as `validate --split SPLIT --format csv` writes it. In
DOCUMENT the tables take the places between `<!-- forms -->`, `<!-- quantization -->` and
`<!-- end -->`.
"""

import math
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from document import fill
from validation import SPLITS, amounts, measurements, predictions

#: With fewer rows of a device, those of others are taken, and its own set the level.
LEAST_ROWS = 8
#: Some 2,900 forests are fitted. With 100 trees, medians change by less than a point.
TREES = 30
#: Of how many networks of a device `validate` makes a fit, where it makes one for each.
NETWORKS_OF_DEVICE = 8
#: By split: what of a row makes its group; rows of it are not in the fit.
GROUPS = {
    "network": ("network",),
    "networkOnDevice": ("device", "network"),
    "architecture": ("architecture",),
    "device": ("device",),
    "deviceButOne": ("device", "network"),
    "architectureOnNewDevice": ("device", "architecture"),
    "release": ("runtime", "version"),
}
Predict = Callable[[np.ndarray], np.ndarray]


def macs_alone(features: np.ndarray, cycles: np.ndarray) -> Predict:
    """The same cycles for each multiply-accumulate."""
    rate = cycles.mean()
    return lambda wanted: np.full(len(wanted), rate)


def nearest(features: np.ndarray, cycles: np.ndarray) -> Predict:
    """The cycles a multiply-accumulate of the row whose amounts are the nearest."""

    def predict(wanted: np.ndarray) -> np.ndarray:
        distances = ((wanted[:, None] - features[None]) ** 2).sum(axis=2)
        return cycles[distances.argmin(axis=1)]

    return predict


def forest(features: np.ndarray, cycles: np.ndarray) -> Predict:
    """Trees over logarithms of the amounts."""
    return RandomForestRegressor(TREES, random_state=0).fit(features, cycles).predict


FORMS: dict[str, Callable[[np.ndarray, np.ndarray], Predict]] = {
    "multiply-accumulates alone": macs_alone,
    "nearest measured model": nearest,
    "random forest": forest,
}


def prepared() -> dict[str, list[dict]]:
    """By family the fitted rows, with features and log cycles on a unit of one MAC a cycle."""
    models = amounts()
    terms = sorted({term for model in models.values() for term in model})
    families = defaultdict(list)
    for row in measurements():
        families[row["family"]].append(row)
    for rows in families.values():
        twins = twins_of(rows, models)
        for row in rows:
            model = models[row["model"]]
            macs = sum(amount for term, amount in model.items() if term.startswith("mac:"))
            width = float(row["nominal_macs_per_cycle"] or 2)
            cycles = float(row["latency_ms"]) * float(row["clock_mhz"]) * 1e3
            row["network"] = twins[row["network"]]
            row["features"] = np.log1p([model.get(term, 0) for term in terms])
            row["cycles a MAC"] = math.log(cycles * width / macs)
    return families


def twins_of(rows: list[dict], models: dict[str, dict[str, float]]) -> dict[str, str]:
    """For each network the first with a model of equal costs: both are left out together."""
    twins, first = {}, {}
    for row in sorted(rows, key=lambda row: row["network"]):
        costs = frozenset(models[row["model"]].items())
        own = twins.get(row["network"], row["network"])
        twins[row["network"]] = first[costs] = first.get(costs, own)
    return twins


def folds(rows: list[dict], split: str) -> list[tuple[list[dict], list[dict]]]:
    """What a fit keeps and what it predicts, as in `CrossValidation.Split`, where others remain."""
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in GROUPS[split])].append(row)
    names = sorted(groups)
    if split in ("networkOnDevice", "deviceButOne"):
        of_device = defaultdict(list)
        for name in names:
            of_device[name[0]].append(name)
        names = []
        for own in of_device.values():
            count = min(len(own), NETWORKS_OF_DEVICE)
            names += [own[(2 * place + 1) * len(own) // (2 * count)] for place in range(count)]
    result = []
    for name in names:
        if split == "deviceButOne":
            of_device = [row for row in rows if row["device"] == name[0]]
            others = [row for row in rows if row["device"] != name[0]]
            left = [row for row in of_device if row["network"] != name[1]]
            if others:
                result.append((others + groups[name], left))
            continue
        # A new device with a new architecture: neither may be known.
        is_out = any if split == "architectureOnNewDevice" else all
        keys = list(zip(GROUPS[split], name, strict=True))
        kept = [row for row in rows if not is_out(row[key] == value for key, value in keys)]
        if kept:
            result.append((kept, groups[name]))
    return result


def arrays(rows: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([row["features"] for row in rows]), np.array(
        [row["cycles a MAC"] for row in rows]
    )


def errors(kept: list[dict], left: list[dict]) -> dict[str, list[tuple[str, float]]]:
    """By form, the kind of unit of each row that is left out, and predicted over measured."""
    found = defaultdict(list)
    places = defaultdict(list)
    for row in left:
        places[row["runtime"], row["device"]].append(row)
    for (runtime, device), wanted in places.items():
        # A runtime of this device alone has the other runtimes of its family, as in the fit.
        taught = [row for row in kept if row["runtime"] == runtime] or kept
        own = [row for row in taught if row["device"] == device]
        others = [row for row in taught if row["device"] != device]
        is_own = len(own) >= LEAST_ROWS or not others
        known = arrays(own if is_own else others)
        features, measured = arrays(wanted)
        for name, fit in FORMS.items():
            predict = fit(*known)
            logarithms = predict(features) - measured
            if own and not is_own:
                own_features, own_cycles = arrays(own)
                logarithms += (own_cycles - predict(own_features)).mean()
            found[name] += [(wanted[0]["form"], ratio) for ratio in np.exp(logarithms)]
    return found


def figures(ratios: list[float]) -> str:
    if not ratios:
        return "- | -"
    sizes = [abs(ratio - 1) * 100 for ratio in ratios]
    return f"{statistics.median(sizes):.1f} % | {np.percentile(sizes, 90):.1f} %"


def line(split: str, name: str, found: list[tuple[str, float]]) -> str:
    """The errors of all rows, of those of processors and of those of accelerators."""
    parts = [[ratio for _, ratio in found]]
    parts += [[ratio for of, ratio in found if of == form] for form in ("processor", "accelerator")]
    cells = " | ".join(figures(part) for part in parts)
    return f"| {SPLITS[split]} | {name} | {len(found)} | {cells} |"


def forms(folder: Path) -> str:
    lines = [
        "| left out | form | n | median | 90th | processors: median | 90th "
        "| accelerators: median | 90th |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    families = prepared()
    for split in SPLITS:
        found = defaultdict(list)
        for rows in families.values():
            for kept, left in folds(rows, split):
                for name, ratios in errors(kept, left).items():
                    found[name] += ratios
        found["**shipped**"] = [
            (row["form"], float(row["predicted_s"]) / float(row["measured_s"]))
            for row in predictions(folder, split)
        ]
        counts = {name: len(ratios) for name, ratios in found.items()}
        if len(set(counts.values())) > 1:
            sys.exit(f"{split}: the forms predict different rows: {counts}")
        lines += [line(split, name, ratios) for name, ratios in found.items()]
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
                float(both["fp32"][key]) / float(both["int8"][key])
                for key in ("measured_s", "predicted_s")
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
    folder, document = Path(sys.argv[1]), Path(sys.argv[2])
    tables = {
        "forms": forms(folder),
        "quantization": quantization(predictions(folder, "network")),
    }
    fill(document, tables)


if __name__ == "__main__":
    main()
