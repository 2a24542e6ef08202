"""YOLO networks from their layer tables.

A row is a block and its arguments: first the channels of a network of width 1, then, for a block of
several parts, their count at depth 1. A block reads the row before it. `take` reads another row, and
`cat` joins rows; rows are counted from 0, or back from the row itself.
"""

import math

import torch
from torch import Tensor, nn

from . import yolo_blocks as blocks
from .yolo_heads import Anchors, Classifier, Decoupled, Split, WithMasks

Row = tuple

#: Depth, width, and the most channels before scaling.
SCALES = {
    "v5": {
        "n": (1 / 3, 0.25, 1024),
        "s": (1 / 3, 0.5, 1024),
        "m": (2 / 3, 0.75, 1024),
        "l": (1, 1, 1024),
        "x": (4 / 3, 1.25, 1024),
    },
    "v8": {
        "n": (1 / 3, 0.25, 1024),
        "s": (1 / 3, 0.5, 1024),
        "m": (2 / 3, 0.75, 768),
        "l": (1, 1, 512),
        "x": (1, 1.25, 512),
    },
    "v10": {
        "n": (1 / 3, 0.25, 1024),
        "s": (1 / 3, 0.5, 1024),
        "m": (2 / 3, 0.75, 768),
        "b": (2 / 3, 1, 512),
        "l": (1, 1, 512),
        "x": (1, 1.25, 512),
    },
    "11": {
        "n": (0.5, 0.25, 1024),
        "s": (0.5, 0.5, 1024),
        "m": (0.5, 1, 512),
        "l": (1, 1, 512),
        "x": (1, 1.5, 512),
    },
    "x": {
        "tiny": (1 / 3, 0.375, 1024),
        "s": (1 / 3, 0.5, 1024),
        "m": (2 / 3, 0.75, 1024),
        "l": (1, 1, 1024),
        "x": (4 / 3, 1.25, 1024),
    },
}
SCALES["v5u"] = SCALES["v5"]
UNSCALED = (1, 1, 1 << 16)

V5_NECK: list[Row] = [
    ("Conv", 512),
    ("Up",),
    ("cat", -1, 6),
    ("C3", 512, 3, False),
    ("Conv", 256),
    ("Up",),
    ("cat", -1, 4),
    ("C3", 256, 3, False),
    ("Conv", 256, 3, 2),
    ("cat", -1, 14),
    ("C3", 512, 3, False),
    ("Conv", 512, 3, 2),
    ("cat", -1, 10),
    ("C3", 1024, 3, False),
    ("outputs", 17, 20, 23),
]
V5: list[Row] = [
    ("Conv", 64, 6, 2, 2),
    ("Conv", 128, 3, 2),
    ("C3", 128, 3),
    ("Conv", 256, 3, 2),
    ("C3", 256, 6),
    ("Conv", 512, 3, 2),
    ("C3", 512, 9),
    ("Conv", 1024, 3, 2),
    ("C3", 1024, 3),
    ("SPPF", 1024),
    *V5_NECK,
]
X: list[Row] = [
    ("Focus", 64),
    ("Conv", 128, 3, 2),
    ("C3", 128, 3),
    ("Conv", 256, 3, 2),
    ("C3", 256, 9),
    ("Conv", 512, 3, 2),
    ("C3", 512, 9),
    ("Conv", 1024, 3, 2),
    ("SPP", 1024),
    ("C3", 1024, 3, False),
    *V5_NECK,
]
V8_BODY: list[Row] = [
    ("Conv", 64, 3, 2),
    ("Conv", 128, 3, 2),
    ("C2f", 128, 3, True),
    ("Conv", 256, 3, 2),
    ("C2f", 256, 6, True),
    ("Conv", 512, 3, 2),
    ("C2f", 512, 6, True),
    ("Conv", 1024, 3, 2),
    ("C2f", 1024, 3, True),
]
V8: list[Row] = [
    *V8_BODY,
    ("SPPF", 1024),
    ("Up",),
    ("cat", -1, 6),
    ("C2f", 512, 3),
    ("Up",),
    ("cat", -1, 4),
    ("C2f", 256, 3),
    ("Conv", 256, 3, 2),
    ("cat", -1, 12),
    ("C2f", 512, 3),
    ("Conv", 512, 3, 2),
    ("cat", -1, 9),
    ("C2f", 1024, 3),
    ("outputs", 15, 18, 21),
]


def v10(scale: str) -> list[Row]:
    """Larger networks have compact inverted blocks in more places; the smallest large kernels."""
    compact = {"n": [22], "s": [8, 22], "m": [8, 19, 22], "x": [6, 8, 13, 19, 22]}
    kernel = 7 if scale in "ns" else 3

    def block(place: int, channels: int, repeats: int, shortcut: bool = False) -> Row:
        if place in compact.get(scale, [8, 13, 19, 22]):
            return ("C2fCIB", channels, repeats, kernel)
        return ("C2f", channels, repeats, shortcut)

    return [
        *V8_BODY[:5],
        ("SCDown", 512),
        block(6, 512, 6, True),
        ("SCDown", 1024),
        block(8, 1024, 3, True),
        ("SPPF", 1024),
        ("PSA", 1024),
        ("Up",),
        ("cat", -1, 6),
        block(13, 512, 3),
        ("Up",),
        ("cat", -1, 4),
        block(16, 256, 3),
        ("Conv", 256, 3, 2),
        ("cat", -1, 13),
        block(19, 512, 3),
        ("SCDown", 512),
        ("cat", -1, 10),
        block(22, 1024, 3),
        ("outputs", 16, 19, 22),
    ]


def v11(scale: str) -> list[Row]:
    large = scale in "mlx"
    return [
        ("Conv", 64, 3, 2),
        ("Conv", 128, 3, 2),
        ("C3k2", 256, 2, large, 0.25),
        ("Conv", 256, 3, 2),
        ("C3k2", 512, 2, large, 0.25),
        ("Conv", 512, 3, 2),
        ("C3k2", 512, 2, True),
        ("Conv", 1024, 3, 2),
        ("C3k2", 1024, 2, True),
        ("SPPF", 1024),
        ("PSA", 1024, 2),
        ("Up",),
        ("cat", -1, 6),
        ("C3k2", 512, 2, large),
        ("Up",),
        ("cat", -1, 4),
        ("C3k2", 256, 2, large),
        ("Conv", 256, 3, 2),
        ("cat", -1, 13),
        ("C3k2", 512, 2, large),
        ("Conv", 512, 3, 2),
        ("cat", -1, 10),
        ("C3k2", 1024, 2, True),
        ("outputs", 16, 19, 22),
    ]


def v9(scale: str) -> list[Row]:
    """Channels of the first two rows, of the five levels, and of the pyramid's way back."""
    first, levels, back, depth, down = {
        "t": (16, (32, 64, 96, 128), (48, 64), 3, "AConv"),
        "s": (32, (64, 128, 192, 256), (96, 128), 3, "AConv"),
        "m": (32, (128, 240, 360, 480), (180, 240), 1, "AConv"),
        "c": (64, (256, 512, 512, 512), (256, 512), 1, "ADown"),
    }[scale]
    plain = scale in "ts"

    def elan(c: int, inner: int | None = None) -> Row:
        inner = inner or c
        return ("ELAN", c, inner, inner // 2, depth)

    p2, p3, p4, p5 = levels
    on_c = scale == "c"
    downs = (256, 512, 512) if on_c else (p3, p4, p5)
    return [
        ("Conv", first, 3, 2),
        ("Conv", 2 * first, 3, 2),
        ("ELAN", p2, p2, p2 // 2, 0) if plain else elan(p2, 128),
        (down, downs[0]),
        elan(p3, 256 if on_c else None),
        (down, downs[1]),
        elan(p4),
        (down, downs[2]),
        elan(p5),
        ("SPPELAN", p5, p5 // 2),
        ("Up",),
        ("cat", -1, 6),
        elan(p4),
        ("Up",),
        ("cat", -1, 4),
        elan(256 if on_c else p3),
        (down, back[0]),
        ("cat", -1, 12),
        elan(p4),
        (down, back[1]),
        ("cat", -1, 9),
        elan(p5),
        ("outputs", 15, 18, 21),
    ]


V3: list[Row] = [
    ("Conv", 32, 3),
    ("Conv", 64, 3, 2),
    ("Residuals", 64, 1),
    ("Conv", 128, 3, 2),
    ("Residuals", 128, 2),
    ("Conv", 256, 3, 2),
    ("Residuals", 256, 8),
    ("Conv", 512, 3, 2),
    ("Residuals", 512, 8),
    ("Conv", 1024, 3, 2),
    ("Residuals", 1024, 4),
    ("Conv", 512),
    ("Conv", 1024, 3),
    ("Conv", 512),
    ("Conv", 1024, 3),
    ("Conv", 512),
    ("Conv", 1024, 3),
    ("take", 15),
    ("Conv", 256),
    ("Up",),
    ("cat", -1, 8),
    ("Conv", 256),
    ("Conv", 512, 3),
    ("Conv", 256),
    ("Conv", 512, 3),
    ("Conv", 256),
    ("Conv", 512, 3),
    ("take", 25),
    ("Conv", 128),
    ("Up",),
    ("cat", -1, 6),
    ("Conv", 128),
    ("Conv", 256, 3),
    ("Conv", 128),
    ("Conv", 256, 3),
    ("Conv", 128),
    ("Conv", 256, 3),
    ("outputs", 36, 26, 16),
]

REPEATED = {"C3", "C2f", "C3k2", "C2fCIB", "PSA", "Residuals"}
TABLES = {
    "v3": lambda scale: V3,
    "v5": lambda scale: V5,
    "v5u": lambda scale: V5,
    "v8": lambda scale: V8,
    "v9": v9,
    "v10": v10,
    "11": v11,
    "x": lambda scale: X,
}


class Rows(nn.Module):
    """The blocks of a table; gives the maps that its last row names."""

    def __init__(self, table: list[Row], depth: float, width: float, most: int):
        super().__init__()
        self.layers, self.sources = nn.ModuleList(), []
        channels: list[int] = []
        for place, (kind, *arguments) in enumerate(table[:-1]):
            sources = [place - 1]
            if kind in ("cat", "take"):
                sources = [i if i >= 0 else place + i for i in arguments]
                layer, result = nn.Identity(), sum(channels[i] for i in sources)
            elif kind == "Up":
                layer, result = blocks.Up(), channels[-1]
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
    rows = V8_BODY if version == "v8" else [*v11(scale)[:9], ("PSA", 1024, 2)]
    depth, width, _ = SCALES[version][scale]
    body = Rows([*rows, ("outputs", len(rows) - 1)], depth, width, 1024)
    return nn.Sequential(body, Classifier(body.channels[0]))


ACTIVATIONS = {"relu": nn.ReLU, "leaky": lambda: nn.LeakyReLU(0.1)}


def with_activation(network: nn.Module, activation: str) -> nn.Module:
    """Vendors retrain networks with activations that their hardware has."""
    for name, child in network.named_children():
        if isinstance(child, nn.SiLU):
            setattr(network, name, ACTIVATIONS[activation]())
        else:
            with_activation(child, activation)
    return network


def head(version: str, body: Rows, task: str, width: float) -> nn.Module:
    if version in ("v3", "v5"):
        return Anchors(body.channels, task)
    if version == "x":
        return Decoupled(body.channels, int(256 * width))
    return Split(body.channels, task, light=version in ("v10", "11"))


def network(definition: str) -> nn.Module:
    """`v8 n`, with a task `v8 n seg`, or with another activation `v5 s relu`."""
    version, scale, *options = definition.split()
    if "cls" in options:
        return classifier(version, scale)
    depth, width, most = SCALES.get(version, {}).get(scale, UNSCALED)
    body = Rows(TABLES[version](scale), depth, width, most)
    task = next((option for option in options if option in ("seg", "pose")), "detect")
    last = head(version, body, task, width)
    if task == "seg":
        last = WithMasks(last, body.channels[0], math.ceil(256 * width / 8) * 8)
    result = nn.Sequential(body, last)
    for option in options:
        if option in ACTIVATIONS:
            with_activation(result, option)
    return result
