"""What ``footprint`` finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from ._estimate import Carbon, Estimate, quantity, share
from ._frame import ends, ends_columns, frame
from ._summary import Displayed, Summary

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Contribution:
    """A part of the device's embodied carbon."""

    name: str
    block: str
    stage: str
    """``production``, ``transport`` or ``endOfLife``, say."""
    method: str
    carbon: Estimate | None


@dataclass(frozen=True)
class WhatIf:
    """The footprint with one input changed."""

    change: str
    per_inference: Estimate | None
    lifetime: Estimate | None


@dataclass(frozen=True)
class Footprint(Displayed):
    """What ``footprint`` finds."""

    model: str
    device: str
    runtime: str
    latency: Estimate | None
    energy: Estimate | None
    energy_from_supply: Estimate | None
    carbon: Carbon
    """Of one inference."""
    intensity: Estimate | None
    """Of electricity, in gCO2e/kWh."""
    embodied: Estimate | None
    """Of the whole device, in gCO2e."""
    lifetime: Estimate | None
    """Of the device and its use over its lifetime; None without inferences per day."""
    contributions: tuple[Contribution, ...] = field(repr=False)
    what_if: tuple[WhatIf, ...]
    raw: Mapping[str, Any] = field(repr=False)

    @staticmethod
    def parse(raw: Mapping[str, Any]) -> Footprint:
        each = raw["perInference"]
        return Footprint(
            model=raw["model"]["path"],
            device=raw["device"]["name"],
            runtime=raw["device"]["runtime"],
            latency=Estimate.parse(each.get("latency")),
            energy=Estimate.parse(each.get("energy")),
            energy_from_supply=Estimate.parse(each.get("energyFromSupply")),
            carbon=Carbon(
                operational=Estimate.parse(each.get("operational")),
                embodied=Estimate.parse(each.get("embodied")),
                total=Estimate.parse(each.get("total")),
            ),
            intensity=Estimate.parse(raw.get("electricity", {}).get("intensity")),
            embodied=Estimate.parse(raw.get("embodied")),
            lifetime=Estimate.parse(raw.get("life", {}).get("total")),
            contributions=tuple(
                Contribution(
                    name=item["name"],
                    block=item["block"],
                    stage=item["stage"],
                    method=item["method"],
                    carbon=Estimate.parse(item["carbon"]),
                )
                for item in raw.get("items", ())
            ),
            what_if=tuple(
                WhatIf(
                    change=item["change"],
                    per_inference=Estimate.parse(item.get("perInference")),
                    lifetime=Estimate.parse(item.get("life")),
                )
                for item in raw.get("whatIf", ())
            ),
            raw=raw,
        )

    def frame(self) -> pandas.DataFrame:
        """The contributions to the device's embodied carbon, a row each.

        Raises ImportError without pandas.
        """
        rows = (
            {**vars(part), **ends("carbon", "gCO2e", part.carbon)} for part in self.contributions
        )
        return frame(rows, {**_TEXTS, **ends_columns("carbon", "gCO2e")})

    def summary(self) -> Summary:
        """Carbon of an inference, and what the device's is made of."""
        estimates = {
            "latency": self.latency,
            "energy": self.energy,
            "energy from supply": self.energy_from_supply,
            "operational carbon": self.carbon.operational,
            "embodied carbon": self.carbon.embodied,
            "total carbon": self.carbon.total,
            "lifetime carbon": self.lifetime,
            "grid intensity": self.intensity,
        }
        return Summary(
            title=f"carbon of {PurePath(self.model).name} on {self.device}, {self.runtime}",
            facts=[
                (name, str(estimate), estimate.provenance)
                for name, estimate in estimates.items()
                if estimate
            ],
            header=("embodied carbon of the device", "value", "share"),
            rows=[
                (block["name"], quantity(block["carbon"]["value"], "gCO2e"), share(block["share"]))
                for block in self.raw.get("blocks", ())
            ],
        )


_TEXTS = dict.fromkeys(("name", "block", "stage", "method"), "object")
