"""The predictions of `validate`, as accuracy.py and baselines.py read them."""

import csv
from collections import defaultdict
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "Sources" / "Calibration" / "Data"
#: What is left out, by the name of the split.
SPLITS = {
    "network": "a network, on every device",
    "networkOnDevice": "a network, on one device",
    "architecture": "an architecture, on every device",
    "device": "a device",
    "deviceButOne": "a device, but for one network",
    "architectureOnNewDevice": "a device and an architecture",
    "release": "a release of a runtime",
}


def measurements() -> list[dict]:
    """The rows that fits use."""
    with (DATA / "measurements.csv").open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["role"] != "check"]


def amounts() -> dict[str, dict[str, float]]:
    """What a model has of each term."""
    models = defaultdict(dict)
    with (DATA / "terms.csv").open(newline="") as file:
        for line in csv.DictReader(file):
            models[line["model"]][line["term"]] = float(line["amount"])
    return models


def predictions(folder: Path, split: str) -> list[dict]:
    """The rows that `validate --format csv` wrote for a split, with the form of their runtimes."""
    forms = {row["runtime"]: row["form"] for row in measurements()}
    with (folder / f"{split}.csv").open(newline="") as file:
        return [row | {"form": forms[row["runtime"]]} for row in csv.DictReader(file)]
