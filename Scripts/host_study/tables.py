"""Tables of measurements, and their splits into networks to calibrate with and to predict."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from networks import NETWORKS

Terms = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Row:
    """A measured model: `resnet8_int8.onnx` is the network `resnet8` in int8."""

    model: str
    seconds: float

    @property
    def network(self) -> str:
        return self.model.rpartition("_")[0]

    @property
    def precision(self) -> str:
        return Path(self.model).stem.rpartition("_")[2]

    @property
    def architecture(self) -> str:
        return NETWORKS[self.network][0]


@dataclass(frozen=True)
class Prediction:
    row: Row
    seconds: float
    #: Ends of the interval, of a form that has one.
    low: float = 0
    high: float = float("inf")

    @property
    def error(self) -> float:
        return abs(self.seconds / self.row.seconds - 1)

    @property
    def is_inside(self) -> bool:
        return self.low <= self.row.seconds <= self.high


def read_rows(path: Path) -> list[Row]:
    with path.open(newline="") as file:
        return [
            Row(Path(row["model"]).name, float(row["latency_ms"]) / 1e3)
            for row in csv.DictReader(file)
        ]


def read_terms(path: Path) -> Terms:
    amounts: Terms = defaultdict(dict)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            amounts[row["model"]][row["term"]] = float(row["amount"])
    return amounts


def splits(
    rows: list[Row], count: int, models: int | None
) -> Iterator[tuple[list[Row], list[Row]]]:
    """Random splits: rows to calibrate with and rows to predict.

    Networks are divided, in all precisions, so that no network is in both. With a number of
    models, so many models of different networks are taken, and the other networks predicted.
    """
    networks = sorted({row.network for row in rows})
    for seed in range(count):
        random = np.random.default_rng(seed)
        order = [networks[place] for place in random.permutation(len(networks))]
        chosen = set(order[: len(order) // 2 if models is None else models])
        known = [row for row in rows if row.network in chosen]
        if models is not None:
            by_network = defaultdict(list)
            for row in known:
                by_network[row.network].append(row)
            known = [own[random.integers(len(own))] for own in by_network.values()]
        yield known, [row for row in rows if row.network not in chosen]
