"""What ``hotspots`` finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from ._estimate import Interval, quantity, share
from ._frame import frame
from ._generation import Role, TextSaving
from ._summary import Displayed, Summary

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Hotspot:
    """A layer, or a group of layers, and its part of the whole."""

    name: str
    operator: str | None
    layers: tuple[int, ...]
    value: float | None
    share: float | None
    cumulative_share: float | None
    bound: str | None
    """What limits its speed."""


@dataclass(frozen=True)
class Suggestion:
    """A change that saves something, evaluated on its own."""

    rule: str
    reason: str
    advice: str
    layers: tuple[int, ...]
    savings: Mapping[str, Interval]
    """Shares that the change saves, by metric."""
    text: TextSaving | None
    """What it saves of a text; None where an inference is analysed."""


@dataclass(frozen=True)
class Hotspots(Displayed):
    """What ``hotspots`` finds: the costliest first."""

    model: str
    device: str | None
    runtime: str | None
    metric: str
    unit: str
    total: Interval | None
    entries: tuple[Hotspot, ...]
    suggestions: tuple[Suggestion, ...]
    roles: tuple[Role, ...]
    """Parts of a decoder, where a text is generated; else empty."""
    raw: Mapping[str, Any] = field(repr=False)

    @staticmethod
    def parse(raw: Mapping[str, Any]) -> Hotspots:
        return Hotspots(
            model=raw["model"],
            device=raw.get("device"),
            runtime=raw.get("runtime"),
            metric=raw["metric"],
            unit=raw["unit"],
            total=Interval.of(raw.get("total")),
            entries=tuple(
                Hotspot(
                    name=item["name"],
                    operator=item.get("operator"),
                    layers=tuple(item["layers"]),
                    value=item.get("value"),
                    share=item.get("share"),
                    cumulative_share=item.get("cumulativeShare"),
                    bound=item.get("bound"),
                )
                for item in raw["entries"]
            ),
            suggestions=tuple(
                Suggestion(
                    rule=item["rule"],
                    reason=item["reason"],
                    advice=item["advice"],
                    layers=tuple(item["layerIndices"]),
                    savings={
                        metric: Interval(**saving) for metric, saving in item["savings"].items()
                    },
                    text=TextSaving.parse(item.get("text")),
                )
                for item in raw["findings"]
            ),
            roles=tuple(map(Role.parse, raw.get("roles") or ())),
            raw=raw,
        )

    def frame(self) -> pandas.DataFrame:
        """The entries, a row each. Raises ImportError without pandas."""
        return frame(map(vars, self.entries), _COLUMNS)

    def summary(self) -> Summary:
        """The costliest layers and the suggestions."""
        where = f" on {self.device}, {self.runtime}" if self.device else ""
        total = quantity(self.total.value if self.total else None, self.unit)
        return Summary(
            title=f"{self.metric} of {PurePath(self.model).name}{where}: {total}",
            header=("costliest", "operator", self.metric, "share"),
            rows=[
                (
                    entry.name,
                    entry.operator or "",
                    quantity(entry.value, self.unit),
                    "" if entry.share is None else share(entry.share),
                )
                for entry in self.entries
            ],
            notes=[self._note(suggestion) for suggestion in self.suggestions],
        )

    def _note(self, suggestion: Suggestion) -> str:
        saving = suggestion.savings.get(self.metric)
        size = f"-{share(saving.value)} {self.metric}: " if saving else ""
        return f"{size}{suggestion.advice}"


_COLUMNS = {
    "name": "object",
    "operator": "object",
    "layers": "object",
    "value": "float64",
    "share": "float64",
    "cumulative_share": "float64",
    "bound": "object",
}
