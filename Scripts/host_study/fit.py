"""What terms the tool's form of time lacks on a machine: the same kind of fit with more of them.

The tool's form is a sum of amounts times rates, whose logarithms have wide normal priors
(docs/method/calibration.md). Here it is fitted to the rows of one machine alone, without the
correction near measured models, so that only the terms differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from kernels import Operator
from scipy.optimize import least_squares
from tables import Prediction, Row, Terms

#: Typical cycles of an amount, on a unit with two multiply-accumulates a cycle.
TYPICAL = {"mac": 0.8, "result": 8.0, "operation": 6.0, "kernel": 3000.0, "weights": 1.0}
#: Standard deviations of logarithms: of a term, of all terms together, of a precision's factor, of
#: that of a term, and of a row.
TERM, SPEED, PRECISION, PRECISION_OF_TERM, ROW = 1.0, 2.2, 0.7, 0.3, 0.1
#: Bytes of weights that stay near a processor from one inference to the next, as the tool has it,
#: and the 32-bit lanes of a vector of the processor that the study was made on.
CACHE, LANES = 1e6, 16
Amounts = dict[str, float]
Change = Callable[[Amounts, list[Operator]], Amounts]


def without_weights(amounts: Amounts, _: list[Operator]) -> Amounts:
    return {t: a for t, a in amounts.items() if t.partition(":")[0] in TYPICAL and t != "weights"}


def as_the_tool(amounts: Amounts, operators: list[Operator]) -> Amounts:
    """Bytes of weights beyond those that stay near the processor, too."""
    bytes_read = amounts["weights"] - CACHE
    weights = {"weights": bytes_read} if bytes_read > 0 else {}
    return without_weights(amounts, operators) | weights


def with_lanes(amounts: Amounts, operators: list[Operator]) -> Amounts:
    """Multiply-accumulates of whole vectors of output channels, too."""
    result = as_the_tool(amounts, operators)
    for term in result:
        if term.startswith("mac:"):
            kind = term.rpartition(":")[2].replace("shallowConvolution", "convolution")
            own = [operator.features for operator in operators if operator.kind == kind]
            macs = sum(features[-1] for features in own)
            if macs:
                whole = sum(f[-1] * math.ceil(f[1] / LANES) * LANES / f[1] for f in own)
                result[term] *= whole / macs
    return result


def with_inputs(amounts: Amounts, operators: list[Operator]) -> Amounts:
    """Elements that depthwise convolutions read, too: of a stride of 2, four times the result's."""
    result = with_lanes(amounts, operators)
    read = sum(
        operator.features[4] * operator.features[3] ** 2
        for operator in operators
        if operator.kind == "depthwiseConvolution"
    )
    return result | ({"operation:depthwise input": read} if read else {})


CHANGES: dict[str, Change] = {
    "without weights beyond 1 MB": without_weights,
    "as the tool has them": as_the_tool,
    "and whole vectors of output channels": with_lanes,
    "and what depthwise convolutions read": with_inputs,
}


class Fit:
    """Rates of the terms of some rows."""

    def __init__(self, rows: list[Row], amounts: dict[str, Amounts], by_kind: bool) -> None:
        self.by_kind = by_kind
        self.places: dict[str, int] = {}
        self.means: list[float] = []
        self.deviations: list[float] = []
        self._add("speed", -math.log(2.5e10), SPEED)
        terms = sorted({term for row in rows for term in amounts[row.model]})
        effects = [self._effects(term, is_new=True) for term in terms]
        design = np.zeros((len(terms), len(self.means)))
        for place, own in enumerate(effects):
            design[place, own] = 1
        table = np.array([[amounts[row.model].get(term, 0) for term in terms] for row in rows])
        logs = np.log([row.seconds for row in rows])
        means, deviations = np.array(self.means), np.array(self.deviations)

        def residuals(x: np.ndarray) -> np.ndarray:
            seconds = table @ np.exp(design @ x)
            return np.concatenate([(np.log(seconds) - logs) / ROW, (x - means) / deviations])

        def slopes(x: np.ndarray) -> np.ndarray:
            times = table * np.exp(design @ x)
            shares = times / times.sum(1, keepdims=True)
            return np.vstack([shares @ design / ROW, np.diag(1 / deviations)])

        self.solution = least_squares(residuals, means, slopes, method="lm").x

    def _add(self, effect: str, mean: float, deviation: float) -> int:
        if effect not in self.places:
            self.places[effect] = len(self.means)
            self.means.append(mean)
            self.deviations.append(deviation)
        return self.places[effect]

    def _effects(self, term: str, is_new: bool = False) -> list[int]:
        """Places of the effects that the logarithm of a term's rate is a sum of."""
        name, *rest = term.split(":")
        shared = ":".join([name, *rest[1:]]) if name in ("mac", "result") else term
        if name == "operation" and not self.by_kind:
            shared = "operation"
        wanted = [("speed", 0.0, 0.0), (shared, math.log(TYPICAL[name]), TERM)]
        if rest[:1] == ["float32"]:
            wanted += [(f"precision:{name}", 0.0, PRECISION), (term, 0.0, PRECISION_OF_TERM)]
        if is_new:
            return [self._add(*effect) for effect in wanted]
        return [self.places[effect] for effect, *_ in wanted if effect in self.places]

    def seconds(self, amounts: Amounts) -> float:
        return sum(
            amount * math.exp(self.solution[self._effects(term)].sum())
            for term, amount in amounts.items()
        )


def predictions(
    known: list[Row],
    asked: list[Row],
    terms: Terms,
    operators: dict[str, list[Operator]],
    change: Change,
    by_kind: bool = False,
) -> list[Prediction]:
    amounts = {
        row.model: change(terms[row.model], operators[row.network]) for row in [*known, *asked]
    }
    fit = Fit(known, amounts, by_kind)
    return [Prediction(row, fit.seconds(amounts[row.model])) for row in asked]
