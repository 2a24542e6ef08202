"""What ``compare`` finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from ._estimate import Estimate, Interval, quantity
from ._frame import ends, ends_columns, frame
from ._summary import Displayed, Summary

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class ComparedModel:
    """A model on a device."""

    model: str
    device: str
    runtime: str
    fits: bool | None
    is_on_pareto_front: bool
    """Whether no other is better in one metric and as good in all others."""
    is_complete: bool
    """Whether latency, energy and carbon are more than lower bounds."""
    macs: int | None
    parameters: int | None
    weight_bytes: int | None
    arena_bytes: int | None
    latency: Estimate | None
    energy: Estimate | None
    carbon: Estimate | None
    first_token: Estimate | None = None
    """Of a text that is generated, like the next."""
    tokens_per_second: Interval | None = None

    @staticmethod
    def parse(raw: Mapping[str, Any]) -> ComparedModel:
        return ComparedModel(
            model=raw["model"],
            device=raw["device"],
            runtime=raw["runtime"],
            fits=raw.get("fits"),
            is_on_pareto_front=raw["isOnParetoFront"],
            is_complete=raw["isComplete"],
            macs=raw.get("macs"),
            parameters=raw.get("parameters"),
            weight_bytes=raw.get("weightBytes"),
            arena_bytes=raw.get("arenaBytes"),
            latency=Estimate.parse(raw.get("latency")),
            energy=Estimate.parse(raw.get("energy")),
            carbon=Estimate.parse(raw.get("carbon")),
            first_token=Estimate.parse(raw.get("firstToken")),
            tokens_per_second=Interval.of(raw.get("tokensPerSecond")),
        )


@dataclass(frozen=True)
class Comparison(Displayed):
    """What ``compare`` finds: the best first."""

    rows: tuple[ComparedModel, ...]
    ordered_by: str
    notes: tuple[str, ...]
    raw: Mapping[str, Any] = field(repr=False)

    @staticmethod
    def parse(raw: Mapping[str, Any]) -> Comparison:
        return Comparison(
            rows=tuple(map(ComparedModel.parse, raw["rows"])),
            ordered_by=raw["orderedBy"],
            notes=tuple(raw["notes"]),
            raw=raw,
        )

    @property
    def pareto_front(self) -> tuple[ComparedModel, ...]:
        """The rows of which no other is better in one metric and as good in all others."""
        return tuple(row for row in self.rows if row.is_on_pareto_front)

    def frame(self) -> pandas.DataFrame:
        """A row for each model on each device. Raises ImportError without pandas."""
        rows = (
            {
                **vars(row),
                **ends("latency", "s", row.latency),
                **ends("energy", "J", row.energy),
                **ends("carbon", "gCO2e", row.carbon),
            }
            for row in self.rows
        )
        return frame(rows, _COLUMNS)

    def summary(self) -> Summary:
        """A row for each model on each device, marked where it is on the Pareto front."""
        words = {True: "yes", False: "no", None: "unknown"}
        return Summary(
            title=f"{len(self.rows)} models on devices, ordered by {self.ordered_by}",
            header=("model", "device", "latency", "energy", "carbon", "arena", "fits"),
            rows=[
                (
                    f"{'*' if row.is_on_pareto_front else ' '} {PurePath(row.model).name}",
                    row.device,
                    quantity(row.latency.value if row.latency else None, "s"),
                    quantity(row.energy.value if row.energy else None, "J"),
                    quantity(row.carbon.value if row.carbon else None, "gCO2e"),
                    quantity(row.arena_bytes, "B"),
                    words[row.fits],
                )
                for row in self.rows
            ],
            notes=["* on the Pareto front", *self.notes],
        )


_COLUMNS = {
    **dict.fromkeys(("model", "device", "runtime"), "object"),
    **dict.fromkeys(("fits", "is_on_pareto_front", "is_complete"), "boolean"),
    **dict.fromkeys(("macs", "parameters", "weight_bytes", "arena_bytes"), "Int64"),
    **ends_columns("latency", "s"),
    **ends_columns("energy", "J"),
    **ends_columns("carbon", "gCO2e"),
}
