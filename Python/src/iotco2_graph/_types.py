"""What reports say. What is unknown is None, and never 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Estimate:
    """A number with its interval from ``low`` to ``high``, all in ``unit``."""

    value: float
    low: float
    high: float | None
    """None where the number is a lower bound."""
    unit: str
    """s, J or gCO2e, for one inference."""
    provenance: str
    """``measured``, ``datasheet``, ``literature``, ``derived`` or ``assumed``."""
    sources: tuple[str, ...]
    """Identifiers; ``Report.raw["sources"]`` has their titles."""


@dataclass(frozen=True)
class Carbon:
    """Carbon of one inference in gCO2e."""

    operational: Estimate | None
    embodied: Estimate | None
    total: Estimate | None


@dataclass(frozen=True)
class Totals:
    """Work and memory of one inference, over the layers whose cost is known."""

    is_complete: bool
    """Whether these are all layers."""
    macs: int | None
    other_ops: int | None
    parameters: int | None
    weight_bytes: int | None
    peak_activation_bytes: int | None
    arena_bytes: int | None
    traffic_bytes: int | None


@dataclass(frozen=True)
class Coverage:
    """How much of the model is understood."""

    operators: int
    operators_costed: int
    tensors: int
    tensors_with_shape: int
    unknown_operators: Mapping[str, int]
    """How often each occurs."""
    dynamic_dimensions: tuple[str, ...]
    """Names of the sizes that ``bind`` can give."""


@dataclass(frozen=True)
class Layer:
    """An operator of the file, in execution order.

    Time, energy and carbon are of the kernel that the layer leads; those of a layer that is
    ``fused_into`` another are in that one's.
    """

    index: int
    name: str
    operator: str
    precision: str
    repetitions: int | None
    """How often it runs in one inference; everything here is for all runs."""
    macs: int | None
    other_ops: int | None
    parameters: int | None
    traffic_bytes: int | None
    fused_into: str | None
    folded_as: str | None
    """Why it costs nothing when the model runs."""
    placement: str | None
    """The compute unit."""
    bound: str | None
    """What takes its time."""
    time: Estimate | None
    energy: Estimate | None
    carbon: Estimate | None
    """Operational alone."""


@dataclass(frozen=True)
class Diagnostic:
    """Something to know about the model or its numbers."""

    severity: str
    code: str
    message: str
    layer: str | None


@dataclass(frozen=True)
class Report:
    """What ``analyze`` found."""

    path: str
    """As it was given; ``-`` for bytes."""
    format: str
    device: str | None
    runtime: str | None
    latency: Estimate | None
    energy: Estimate | None
    carbon: Carbon | None
    is_complete: bool
    """Whether latency, energy and carbon are known, and more than lower bounds."""
    totals: Totals
    coverage: Coverage
    layers: tuple[Layer, ...]
    diagnostics: tuple[Diagnostic, ...]
    tool_version: str
    raw: Mapping[str, Any] = field(repr=False)
    """The whole report, as docs/report.md describes it."""

    def metrics(self) -> dict[str, float]:
        """The known totals by name and unit, for a tracker of experiments.

        Estimates are three: ``latency_s``, ``latency_low_s`` and ``latency_high_s``; so are
        ``energy_J``, ``carbon_gCO2e``, ``operational_carbon_gCO2e`` and ``embodied_carbon_gCO2e``.
        """
        counts = {name: value for name, value in vars(self.totals).items() if name != "is_complete"}
        carbon = self.carbon or Carbon(None, None, None)
        values: dict[str, float | None] = {
            **counts,
            **_ends("latency", self.latency, "s"),
            **_ends("energy", self.energy, "J"),
            **_ends("carbon", carbon.total, "gCO2e"),
            **_ends("operational_carbon", carbon.operational, "gCO2e"),
            **_ends("embodied_carbon", carbon.embodied, "gCO2e"),
        }
        return {name: value for name, value in values.items() if value is not None}

    def frame(self) -> pandas.DataFrame:
        """The layers, a row each; unknown counts are NA, and unknown estimates NaN.

        Raises ImportError without pandas.
        """
        try:
            import pandas
        except ImportError:
            raise ImportError(
                "Report.frame() needs pandas: pip install 'iotco2-graph[pandas]'"
            ) from None
        rows = []
        for layer in self.layers:
            row = dict(vars(layer))
            row |= _ends("time", row.pop("time"), "s")
            row |= _ends("energy", row.pop("energy"), "J")
            row |= _ends("carbon", row.pop("carbon"), "gCO2e")
            rows.append(row)
        frame = pandas.DataFrame(rows, columns=list(_COLUMNS))
        return frame.astype({name: kind for name, kind in _COLUMNS.items() if kind != "object"})


@dataclass(frozen=True)
class Verdict:
    """What came of one rule of a policy."""

    model: str
    device: str | None
    rule: str
    metric: str
    layer: str | None
    outcome: str
    """``pass``, ``fail`` or ``unknown``."""
    is_broken: bool
    """Whether it fails the policy: an ``unknown`` does, unless its rule allows it."""
    value: float | None
    low: float | None
    high: float | None
    unit: str
    baseline: float | None
    message: str
    """The reason of a failure; empty for a pass."""


@dataclass(frozen=True)
class CheckReport:
    """What ``check`` found."""

    passed: bool
    verdicts: tuple[Verdict, ...]
    unused_rules: tuple[str, ...]
    """Rules that held for no model on no device."""
    text: str = field(repr=False)
    """The command's report for readers."""
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def broken(self) -> tuple[Verdict, ...]:
        """The verdicts that break the policy."""
        return tuple(verdict for verdict in self.verdicts if verdict.is_broken)


# The frame's columns and their kinds; 'Int64' and 'float64' can say that a number is unknown.
_COLUMNS = {
    "index": "int64",
    "name": "object",
    "operator": "object",
    "precision": "object",
    "repetitions": "Int64",
    "macs": "Int64",
    "other_ops": "Int64",
    "parameters": "Int64",
    "traffic_bytes": "Int64",
    "fused_into": "object",
    "folded_as": "object",
    "placement": "object",
    "bound": "object",
    **{
        f"{name}{end}_{unit}": "float64"
        for name, unit in {"time": "s", "energy": "J", "carbon": "gCO2e"}.items()
        for end in ("", "_low", "_high")
    },
}


def _ends(name: str, estimate: Estimate | None, unit: str) -> dict[str, float | None]:
    known = (estimate.value, estimate.low, estimate.high) if estimate else (None, None, None)
    return dict(zip((f"{name}_{unit}", f"{name}_low_{unit}", f"{name}_high_{unit}"), known))
