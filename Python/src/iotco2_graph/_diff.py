"""What ``diff`` finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from ._estimate import quantity, signed_share
from ._frame import frame
from ._summary import Displayed, Summary

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Change:
    """A total of both models."""

    name: str
    unit: str
    old: float | None
    new: float | None
    change: float | None
    """Relative to the old value."""


@dataclass(frozen=True)
class Diff(Displayed):
    """What ``diff`` finds."""

    old: str
    new: str
    totals: tuple[Change, ...]
    same_layers: int
    changed_layers: int
    removed_layers: int
    added_layers: int
    warnings: tuple[str, ...]
    raw: Mapping[str, Any] = field(repr=False)

    @staticmethod
    def parse(raw: Mapping[str, Any]) -> Diff:
        layers = raw["layers"]
        return Diff(
            old=raw["old"],
            new=raw["new"],
            totals=tuple(
                Change(
                    name=item["name"],
                    unit=item["unit"],
                    old=item.get("old"),
                    new=item.get("new"),
                    change=item.get("change"),
                )
                for item in raw["totals"]
            ),
            same_layers=layers["same"],
            changed_layers=len(layers["changed"]),
            removed_layers=len(layers["removed"]),
            added_layers=len(layers["added"]),
            warnings=tuple(raw["warnings"]),
            raw=raw,
        )

    def frame(self) -> pandas.DataFrame:
        """The totals, a row each. Raises ImportError without pandas."""
        return frame(map(vars, self.totals), _COLUMNS)

    def summary(self) -> Summary:
        """The totals of both, and how many layers differ."""
        return Summary(
            title=f"{PurePath(self.old).name} -> {PurePath(self.new).name}",
            header=("total", "old", "new", "change"),
            rows=[
                (
                    total.name,
                    quantity(total.old, total.unit),
                    quantity(total.new, total.unit),
                    "" if total.change is None else signed_share(total.change),
                )
                for total in self.totals
            ],
            notes=[
                f"layers: {self.same_layers} the same, {self.changed_layers} changed, "
                f"{self.removed_layers} removed, {self.added_layers} added",
                *self.warnings,
            ],
        )


_COLUMNS = {
    "name": "object",
    "unit": "object",
    "old": "float64",
    "new": "float64",
    "change": "float64",
}
