"""The layers of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import schema
from ._estimate import Estimate
from ._frame import ends, ends_columns


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
    weight_bytes: int | None
    """Constants that it reads: weights, biases and other parameters."""
    read_bytes: int | None
    """Activations and state that it reads."""
    written_bytes: int | None
    """Activations and state that it writes."""
    fused_into: str | None
    folded_as: str | None
    """Why it costs nothing when the model runs."""
    placement: str | None
    """The compute unit."""
    bound: str | None
    """What limits its speed."""
    time: Estimate | None
    energy: Estimate | None
    carbon: Estimate | None
    """Operational alone."""

    @property
    def traffic_bytes(self) -> int | None:
        """All bytes that it reads and writes."""
        return _sum(self.weight_bytes, self.read_bytes, self.written_bytes)

    @property
    def short_name(self) -> str:
        """The name; of names that a converter has joined with semicolons, the operator's own.

        The others are those of activations, normalizations and biases that became part of it.
        """
        parts = [part for part in self.name.split(";") if part and not part.isdigit()]
        if len(parts) < 2:
            return parts[0] if parts else self.name
        starts = _STARTS.get(self.operator, (self.operator.lower(),))
        own = [part for part in parts if part.split("/")[-1].lower().startswith(starts)]
        return (own or parts)[-1]

    @staticmethod
    def parse(raw: schema.ReportLayer) -> Layer:
        traffic = raw["trafficBytes"]
        return Layer(
            index=raw["index"],
            name=raw["name"],
            operator=raw["operator"],
            precision=raw["precision"],
            # Left out where it is once; null where it is unknown.
            repetitions=raw.get("repetitions", 1),
            macs=raw["macs"],
            other_ops=raw["otherOps"],
            parameters=raw["parameters"],
            weight_bytes=_sum(traffic["weights"], traffic["bias"], traffic["parameters"]),
            read_bytes=_sum(traffic["activationsRead"], traffic["stateRead"]),
            written_bytes=_sum(traffic["activationsWritten"], traffic["stateWritten"]),
            fused_into=raw.get("fusedInto"),
            folded_as=raw.get("foldedAs"),
            placement=raw.get("placement"),
            bound=raw.get("bound"),
            time=Estimate.parse(raw.get("time")),
            energy=Estimate.parse(raw.get("energy")),
            carbon=Estimate.parse(raw.get("carbon")),
        )

    def row(self) -> Mapping[str, Any]:
        """Its row in a report's frame."""
        return {
            **vars(self),
            "name": self.short_name,
            "full_name": self.name,
            "traffic_bytes": self.traffic_bytes,
            **ends("time", "s", self.time),
            **ends("energy", "J", self.energy),
            **ends("carbon", "gCO2e", self.carbon),
        }


COLUMNS: Mapping[str, str] = {
    "index": "int64",
    "name": "object",
    "operator": "object",
    "precision": "object",
    "repetitions": "Int64",
    "macs": "Int64",
    "other_ops": "Int64",
    "parameters": "Int64",
    "weight_bytes": "Int64",
    "read_bytes": "Int64",
    "written_bytes": "Int64",
    "traffic_bytes": "Int64",
    "fused_into": "object",
    "folded_as": "object",
    "placement": "object",
    "bound": "object",
    **ends_columns("time", "s"),
    **ends_columns("energy", "J"),
    **ends_columns("carbon", "gCO2e"),
    "full_name": "object",
}

# How names of an operator's own begin, after the last slash.
_STARTS = {
    "DepthwiseConv2D": ("depthwise",),
    "Conv2D": ("conv",),
    "FullyConnected": ("matmul", "dense"),
    "MatMul": ("matmul", "dense"),
}


def total_traffic(raw: schema.TrafficBytes) -> int | None:
    """The bytes of all roles."""
    return _sum(*(value for value in raw.values() if value is None or isinstance(value, int)))


def _sum(*parts: int | None) -> int | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None
