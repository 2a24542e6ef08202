"""Numbers with intervals, and how they are shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Interval:
    """A number with its interval from ``low`` to ``high``."""

    value: float
    low: float
    high: float | None
    """None where the number is a lower bound."""

    @staticmethod
    def of(raw: Mapping[str, Any] | None) -> Interval | None:
        """None where it is unknown."""
        return None if raw is None else Interval(raw["value"], raw["low"], raw["high"])

    def ends(self) -> tuple[float, float, float | None]:
        """Value, low and high."""
        return (self.value, self.low, self.high)


@dataclass(frozen=True)
class Estimate(Interval):
    """A number with its interval from ``low`` to ``high``, all in ``unit``."""

    unit: str
    """s, J, gCO2e and the like."""
    provenance: str
    """How it is known, from ``measured``, the strongest, to ``assumed``, the weakest."""
    sources: tuple[str, ...] = field(repr=False)
    """Identifiers; a report's ``raw["sources"]`` has their titles."""

    @staticmethod
    def parse(raw: Mapping[str, Any] | None) -> Estimate | None:
        """None where it is unknown."""
        if raw is None:
            return None
        return Estimate(
            value=raw["value"],
            low=raw["low"],
            high=raw["high"],
            unit=raw["unit"],
            provenance=raw["provenance"],
            sources=tuple(raw.get("sources", ())),
        )

    def __str__(self) -> str:
        if self.high is None:
            return f"at least {quantity(self.value, self.unit)}"
        low, high = quantity(self.low, self.unit), quantity(self.high, self.unit)
        return f"{quantity(self.value, self.unit)} ({low} to {high})"


@dataclass(frozen=True)
class Carbon:
    """Carbon of one inference in gCO2e."""

    operational: Estimate | None
    embodied: Estimate | None
    total: Estimate | None


_BINARY = [(1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki"), (1, "")]
_COUNTS = [(1e9, "G"), (1e6, "M"), (1e3, "k"), (1, "")]
_METRIC = [(1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n")]


def quantity(value: float | None, unit: str) -> str:
    """Three significant digits with a prefix: ``74.1 ms``, ``3.00 kgCO2e``, ``15.6 KiB``."""
    if value is None:
        return "unknown"
    if unit == "B":
        scale, prefix = _largest(
            [(1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki"), (1, "")], value
        )
        return f"{value} B" if scale == 1 else f"{_digits(value / scale)} {prefix}B"
    if unit == "":
        scale, prefix = _largest(_COUNTS, value)
        return f"{value:g}" if scale == 1 else f"{_digits(value / scale)} {prefix}"
    if unit.startswith("g") and abs(value) >= 1e6:
        return f"{_digits(value / 1e6)} t{unit[1:]}"
    scale, prefix = _largest(_METRIC, value)
    return f"{_digits(value / scale)} {prefix}{unit}"


def share(value: float) -> str:
    """As a percentage: ``16.7 %``."""
    return f"{100 * value:.1f} %"


def signed_share(value: float) -> str:
    """As a percentage with its sign: ``+16.7 %``."""
    return f"{100 * value:+.1f} %"


def _largest(scales: Sequence[tuple[float, str]], value: float) -> tuple[float, str]:
    """The largest scale of which the value, as it is shown, is at least one; else the last."""
    if value == 0:
        return (1, "")
    found = [(scale, prefix) for scale, prefix in scales if abs(value) >= 0.9995 * scale]
    return [*found, scales[-1]][0]


def _digits(value: float) -> str:
    if value == 0:
        return "0"
    places = 2 - math.floor(math.log10(abs(float(f"{value:.2e}"))))
    return f"{value:,.{max(places, 0)}f}"
