"""Other forms of a prediction, to compare the product's with."""

from __future__ import annotations

import math
import statistics

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from tables import Prediction, Row, Terms


def macs_of(terms: dict[str, float]) -> float:
    return sum(amount for term, amount in terms.items() if term.startswith("mac:"))


def macs_alone(known: list[Row], asked: list[Row], terms: Terms) -> list[Prediction]:
    """Time in proportion to the multiply-accumulates, with a factor for each precision."""

    def rate(row: Row) -> float:
        return math.log(row.seconds / macs_of(terms[row.model]))

    rates = {
        row.precision: statistics.fmean(
            rate(other)
            for other in known
            # With few models, a precision may have none.
            if other.precision == row.precision or not has(known, row.precision)
        )
        for row in asked
    }
    return [
        Prediction(row, math.exp(rates[row.precision]) * macs_of(terms[row.model])) for row in asked
    ]


def has(rows: list[Row], precision: str) -> bool:
    return any(row.precision == precision for row in rows)


def network_forest(known: list[Row], asked: list[Row], terms: Terms) -> list[Prediction]:
    """A random forest over the logarithms of what whole networks have of each term."""
    names = sorted({name for amounts in terms.values() for name in amounts})

    def features(row: Row) -> np.ndarray:
        return np.log1p([terms[row.model].get(name, 0) for name in names])

    forest = RandomForestRegressor(100, random_state=0).fit(
        [features(row) for row in known],
        [math.log(row.seconds / macs_of(terms[row.model])) for row in known],
    )
    ratios = np.exp(forest.predict([features(row) for row in asked]))
    return [
        Prediction(row, ratio * macs_of(terms[row.model]))
        for row, ratio in zip(asked, ratios, strict=True)
    ]
