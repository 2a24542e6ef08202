"""Tables of facts that the comparisons of embodied carbon need, each row with its source."""

import csv
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "Data/embodied"


def facts(name: str) -> list[dict[str, str]]:
    """The rows of Data/embodied/NAME.csv."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
