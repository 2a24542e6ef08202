"""YOLO networks from their layer tables.

A row is a block and its arguments: first the channels of a network of width 1, then, for a block
of several parts, their count at depth 1. A block reads the row before it. `take` reads another
row, and `cat` joins rows; rows are counted from 0, or back from the row itself.
"""

import math

import torch
from torch import Tensor, nn

from . import yolo_blocks as blocks
from . import yolo_tables as tables
from .yolo_heads import Anchors, Classifier, Decoupled, Decoupled6, Split, WithMasks

REPEATED = {"C3", "C2f", "C3k2", "C2fCIB", "PSA", "Residuals", "Chain", "Partial4"}
#: Blocks that keep the channels.
KEEPING = {
    "Up": lambda: nn.Upsample(scale_factor=2, mode="nearest"),
    "Pool": lambda: nn.MaxPool2d(2),
    "PoolSame": blocks.PoolSame,
}
#: Blocks whose channels follow from their input.
GIVEN = {"Unshuffle": lambda: nn.PixelUnshuffle(2), "Behind": blocks.Behind}
ACTIVATIONS = {"relu": nn.ReLU, "leaky": lambda: nn.LeakyReLU(0.1)}


def table(version: str, scale: str) -> list[tables.Row]:
    match version, scale:
        case "v2" | "v3" | "v4" | "v7", "tiny":
            return getattr(tables, f"{version.upper()}_TINY")
        case "v6", "n-old":
            return tables.V6_OLD
        case "v9", _:
            return tables.v9(scale)
        case "v10", _:
            return tables.v10(scale)
        case "11", _:
            return tables.v11(scale)
        case "v5u", _:
            return tables.V5
    return getattr(tables, version.upper())


class Rows(nn.Module):
    """The blocks of a table; gives the maps that its last row names."""

    def __init__(self, table: list[tables.Row], depth: float, width: float, most: int):
        super().__init__()
        self.layers, self.sources = nn.ModuleList(), []
        channels: list[int] = []
        for place, (kind, *arguments) in enumerate(table[:-1]):
            sources = [place - 1]
            if kind in ("cat", "take"):
                sources = [i if i >= 0 else place + i for i in arguments]
                layer, result = nn.Identity(), sum(channels[i] for i in sources)
            elif kind in KEEPING:
                layer, result = KEEPING[kind](), channels[-1]
            elif kind in GIVEN:
                layer, result = GIVEN[kind](), arguments[0]
            else:
                result = math.ceil(min(arguments[0], most) * width / 8) * 8
                rest = arguments[1:]
                if kind in REPEATED and rest:
                    rest[0] = max(round(rest[0] * depth), 1)
                layer = getattr(blocks, kind)(channels[-1] if channels else 3, result, *rest)
            self.layers.append(layer)
            self.sources.append(sources)
            channels.append(result)
        self.outputs = table[-1][1:]
        self.channels = [channels[i] for i in self.outputs]

    def forward(self, x: Tensor) -> list[Tensor]:
        maps: list[Tensor] = []
        for layer, sources in zip(self.layers, self.sources, strict=True):
            inputs = [maps[i] for i in sources] if maps else [x]
            maps.append(layer(inputs[0] if len(inputs) == 1 else torch.cat(inputs, 1)))
        return [maps[i] for i in self.outputs]


def classifier(version: str, scale: str) -> nn.Module:
    """The body up to its last block, and attention in YOLO11's."""
    rows = tables.V8_BODY if version == "v8" else tables.v11(scale)[:9] + [("PSA", 1024, 2)]
    depth, width, _ = tables.SCALES[version][scale]
    body = Rows([*rows, ("outputs", len(rows) - 1)], depth, width, 1024)
    return nn.Sequential(body, Classifier(body.channels[0]))


def with_activation(network: nn.Module, activation: str) -> nn.Module:
    """Vendors retrain networks with activations that their hardware has."""
    for name, child in network.named_children():
        if isinstance(child, nn.SiLU):
            setattr(network, name, ACTIVATIONS[activation]())
        else:
            with_activation(child, activation)
    return network


def head(version: str, body: Rows, task: str, width: float, classes: int) -> nn.Module:
    match version:
        case "v2":
            return Anchors(body.channels, task, classes, boxes=5)
        case "v3" | "v4" | "v5" | "v7":
            return Anchors(body.channels, task, classes)
        case "v6":
            return Decoupled6(body.channels, classes)
        case "x":
            return Decoupled(body.channels, int(256 * width), classes)
    return Split(body.channels, task, classes, light=version in ("v10", "11"))


def network(definition: str) -> nn.Module:
    """`v8 n`; with a task `v8 n seg`, an activation `v5 s relu`, or one class `v8 n person`."""
    version, scale, *options = definition.split()
    if "cls" in options:
        return classifier(version, scale)
    depth, width, most = tables.SCALES.get(version, {}).get(scale, tables.UNSCALED)
    body = Rows(table(version, scale), depth, width, most)
    task = next((option for option in options if option in ("seg", "pose")), "detect")
    last = head(version, body, task, width, classes=1 if "person" in options else 80)
    if task == "seg":
        last = WithMasks(last, body.channels[0], math.ceil(256 * width / 8) * 8)
    result = nn.Sequential(body, last)
    for option in options:
        if option in ACTIVATIONS:
            with_activation(result, option)
    return result
