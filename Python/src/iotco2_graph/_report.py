"""What ``analyze`` finds. What is unknown is None, and never 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from . import schema
from ._estimate import Carbon, Estimate, quantity, share
from ._frame import ends, frame
from ._generation import Generation
from ._layer import COLUMNS, Layer, total_traffic
from ._summary import Displayed, Row, Summary

if TYPE_CHECKING:
    import pandas


_MARGINAL = (
    "marginal carbon is that of computing; idle and manufacturing are not included: "
    "give inferences_per_day or a deployment"
)


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

    @staticmethod
    def parse(raw: schema.ReportTotals) -> Totals:
        return Totals(
            is_complete=raw["isComplete"],
            macs=raw["macs"],
            other_ops=raw["otherOps"],
            parameters=raw["parameters"],
            weight_bytes=raw["weightBytes"],
            peak_activation_bytes=raw["peakActivationBytes"],
            arena_bytes=raw["arenaBytes"],
            traffic_bytes=total_traffic(raw["trafficBytes"]),
        )


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
    """Names of the dimensions that ``bind`` can give."""

    @staticmethod
    def parse(raw: schema.ReportCoverage) -> Coverage:
        return Coverage(
            operators=raw["operators"],
            operators_costed=raw["operatorsCosted"],
            tensors=raw["tensors"],
            tensors_with_shape=raw["tensorsWithShape"],
            unknown_operators={item["name"]: item["count"] for item in raw["unknownOperators"]},
            dynamic_dimensions=tuple(item["name"] for item in raw["dynamicDimensions"]),
        )


@dataclass(frozen=True)
class Diagnostic:
    """Something to know about the model or its numbers."""

    severity: str
    """``note``, ``warning`` or ``error``."""
    code: str
    message: str
    layer: str | None


@dataclass(frozen=True)
class MemoryFit:
    """What the model needs of a device's memory."""

    need: str
    """``weights``, ``activations`` or ``total``."""
    bytes: int | None
    capacity_bytes: int
    fits: bool | None

    def __str__(self) -> str:
        capacity = quantity(self.capacity_bytes, "B")
        if self.bytes is None:
            return f"{self.need} unknown of {capacity}"
        part = share(self.bytes / self.capacity_bytes)
        return f"{self.need} {quantity(self.bytes, 'B')} of {capacity} ({part})"


@dataclass(frozen=True)
class Report(Displayed):
    """What ``analyze`` finds."""

    path: str
    """As it was given; ``-`` for bytes."""
    format: str
    device: str | None
    runtime: str | None
    memory_fit: tuple[MemoryFit, ...]
    latency: Estimate | None
    energy: Estimate | None
    carbon: Carbon | None
    is_complete: bool
    """Whether latency, energy and carbon are known, and more than lower bounds."""
    generation: Generation | None
    """The phases of a text, if ``generate`` asks for one; all else is then of the whole text."""
    totals: Totals
    coverage: Coverage
    layers: tuple[Layer, ...] = field(repr=False)
    diagnostics: tuple[Diagnostic, ...] = field(repr=False)
    tool_version: str
    raw: schema.Report = field(repr=False)
    """The whole report, as docs/report.md describes it."""

    @staticmethod
    def parse(raw: schema.Report) -> Report:
        device = raw.get("device")
        estimates = raw.get("estimate")
        carbon = estimates["carbon"] if estimates else None
        return Report(
            path=raw["model"]["path"],
            format=raw["model"]["format"],
            device=device["name"] if device else None,
            runtime=device["runtime"] if device else None,
            memory_fit=tuple(
                MemoryFit(item["need"], item["bytes"], item["capacityBytes"], item["fits"])
                for item in (device["memoryFit"] if device else [])
            ),
            latency=Estimate.parse(estimates["latency"] if estimates else None),
            energy=Estimate.parse(estimates["energy"] if estimates else None),
            carbon=Carbon(
                operational=Estimate.parse(carbon["operational"]),
                embodied=Estimate.parse(carbon["embodied"]),
                total=Estimate.parse(carbon["total"]),
            )
            if carbon
            else None,
            is_complete=estimates["isComplete"] if estimates else False,
            generation=Generation.parse(raw.get("generation")),
            totals=Totals.parse(raw["totals"]),
            coverage=Coverage.parse(raw["coverage"]),
            layers=tuple(map(Layer.parse, raw["layers"])),
            diagnostics=tuple(
                Diagnostic(item["severity"], item["code"], item["message"], item.get("layer"))
                for item in raw["diagnostics"]
            ),
            tool_version=raw["tool"]["version"],
            raw=raw,
        )

    @property
    def fits(self) -> bool | None:
        """Whether weights and activations fit into the device; None where that is unknown."""
        found = [fit.fits for fit in self.memory_fit]
        if False in found:
            return False
        return None if None in found or not found else True

    def metrics(self) -> dict[str, float]:
        """The known totals by name and unit, for a tracker of experiments.

        Estimates are three: ``latency_s``, ``latency_low_s`` and ``latency_high_s``; so are
        ``energy_J``, ``carbon_gCO2e``, ``operational_carbon_gCO2e`` and ``embodied_carbon_gCO2e``,
        and of a text ``first_token_s``, beside ``tokens_per_second``.
        """
        text = self.generation
        speed = text.tokens_per_second if text else None
        counts = {name: value for name, value in vars(self.totals).items() if name != "is_complete"}
        carbon = self.carbon or Carbon(None, None, None)
        values: dict[str, float | None] = {
            **counts,
            **ends("latency", "s", self.latency),
            **ends("energy", "J", self.energy),
            **ends("carbon", "gCO2e", carbon.total),
            **ends("operational_carbon", "gCO2e", carbon.operational),
            **ends("embodied_carbon", "gCO2e", carbon.embodied),
            **ends("first_token", "s", text.first_token if text else None),
            "tokens_per_second": speed.value if speed else None,
        }
        return {name: value for name, value in values.items() if value is not None}

    def frame(self) -> pandas.DataFrame:
        """The layers, a row each; unknown counts are NA, and unknown estimates NaN.

        Raises ImportError without pandas.
        """
        return frame((layer.row() for layer in self.layers), COLUMNS)

    def summary(self) -> Summary:
        """Whether it fits, how long it takes, and what takes most."""
        where = f" on {self.device}, {self.runtime}" if self.device else ""
        warnings = [item for item in self.diagnostics if item.severity != "note"]
        return Summary(
            title=f"{PurePath(self.path).name} ({self.format}){where}",
            verdict=self._verdict(),
            is_failure=self.fits is False,
            facts=self._facts(),
            header=("costliest layers", "operator", "MACs", "time", "energy"),
            rows=self._costliest(3),
            notes=[f"{item.severity}: {item.message}" for item in warnings]
            + ([_MARGINAL] if self._is_marginal else []),
        )

    @property
    def _is_marginal(self) -> bool:
        """Whether carbon is that of computing alone, as nothing states how the device is used."""
        found = self.raw["estimate"]["carbon"] if self.carbon else None
        return found is not None and found["embodied"] is None and "inferencesPerDay" not in found

    def _verdict(self) -> str:
        if not self.memory_fit:
            return ""
        words = {True: "fits", False: "does not fit", None: "not known to fit"}
        # The total is of interest where it is what does not fit.
        shown = [fit for fit in self.memory_fit if fit.need != "total" or fit.fits is False]
        return f"{words[self.fits]}: {', '.join(map(str, shown))}"

    def _facts(self) -> list[Row]:
        carbon = self.carbon or Carbon(None, None, None)
        totals = self.totals
        estimates = {
            "latency": self.latency,
            "energy": self.energy,
            "marginal carbon" if self._is_marginal else "operational carbon": carbon.operational,
            "embodied carbon": carbon.embodied,
            "total carbon": carbon.total,
        }
        facts = [
            (name, str(estimate), estimate.provenance)
            for name, estimate in estimates.items()
            if estimate
        ]
        return [
            *facts,
            ("MACs", quantity(totals.macs, ""), ""),
            ("weights", quantity(totals.weight_bytes, "B"), ""),
            ("arena", quantity(totals.arena_bytes, "B"), ""),
        ]

    def _costliest(self, count: int) -> list[Row]:
        def cost(layer: Layer) -> float:
            return layer.energy.value if layer.energy else layer.macs or 0

        layers = sorted(self.layers, key=cost, reverse=True)
        return [
            (
                layer.short_name,
                layer.operator,
                quantity(layer.macs, ""),
                quantity(layer.time.value, "s") if layer.time else "",
                quantity(layer.energy.value, "J") if layer.energy else "",
            )
            for layer in layers[:count]
            if cost(layer) > 0
        ]
