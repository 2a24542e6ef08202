"""Detectors of one shot on MobileNets: SSD as TensorFlow has it, and RetinaFace."""

import torch
import torchvision
from torch import Tensor, nn
from torch.nn.functional import interpolate

from .classifiers import MOBILENET_V1, convolution, separable

#: With the background.
CLASSES = 91
#: Boxes at each place of the six maps.
BOXES = [3, 6, 6, 6, 6, 6]


class Heads(nn.Module):
    """Boxes and classes of each map; lite ones are separable."""

    def __init__(self, channels: list[int], lite: bool):
        super().__init__()

        def head(c: int, outputs: int) -> nn.Module:
            last = nn.Conv2d(c, outputs, 1)
            return nn.Sequential(convolution(c, c, 3, 1, c), last) if lite else last

        self.boxes = nn.ModuleList(head(c, 4 * n) for c, n in zip(channels, BOXES, strict=True))
        self.classes = nn.ModuleList(
            head(c, CLASSES * n) for c, n in zip(channels, BOXES, strict=True)
        )

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        boxes = [head(x) for head, x in zip(self.boxes, maps, strict=True)]
        return boxes + [head(x) for head, x in zip(self.classes, maps, strict=True)]


class Ssd(nn.Module):
    """Two parts of a body, four smaller maps, and heads on all six."""

    def __init__(self, first: nn.Module, second: nn.Module, channels: tuple[int, int], lite: bool):
        super().__init__()
        self.first, self.second = first, second
        extras, c = [], channels[1]
        for out in (512, 256, 256, 128):
            inner = convolution(c, out // 2, 1)
            last = separable(out // 2, out, 2) if lite else convolution(out // 2, out, 3, 2)
            extras.append(nn.Sequential(inner, last))
            c = out
        self.extras = nn.ModuleList(extras)
        self.heads = Heads([*channels, 512, 256, 256, 128], lite)

    def forward(self, x: Tensor) -> list[Tensor]:
        maps = [self.first(x)]
        maps.append(self.second(maps[0]))
        for extra in self.extras:
            maps.append(extra(maps[-1]))
        return self.heads(maps)


def on_mobilenet_v1() -> nn.Module:
    layers: list[nn.Module] = [convolution(3, 32, 3, 2)]
    channels = 32
    for s, c in MOBILENET_V1:
        layers.append(separable(channels, c, s))
        channels = c
    return Ssd(nn.Sequential(*layers[:12]), nn.Sequential(*layers[12:]), (512, 1024), lite=False)


class Expanded(nn.Module):
    """The rest of a block of MobileNet v2 behind its expansion, and what follows."""

    def __init__(self, block: nn.Module, rest: nn.Module):
        super().__init__()
        self.layers = nn.Sequential(block.conv[1:], rest)

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


def on_mobilenet_v2() -> nn.Module:
    features = torchvision.models.mobilenet_v2(weights=None).features
    first = nn.Sequential(features[:14], features[14].conv[0])
    return Ssd(first, Expanded(features[14], features[15:]), (576, 1280), lite=True)


class Context(nn.Module):
    """A map seen through three, five and seven elements."""

    def __init__(self) -> None:
        super().__init__()
        self.three, self.first = nn.Conv2d(64, 32, 3, 1, 1), convolution(64, 16)
        self.five = nn.Conv2d(16, 16, 3, 1, 1)
        self.seven = nn.Sequential(convolution(16, 16), nn.Conv2d(16, 16, 3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        y = self.first(x)
        return torch.relu(torch.cat([self.three(x), self.five(y), self.seven(y)], 1))


class RetinaFace(nn.Module):
    """Deng et al. 2019, on a MobileNet v1 of width 0.25: faces, boxes and five points."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [convolution(3, 8, 3, 2)]
        channels = 8
        for s, c in MOBILENET_V1:
            layers.append(separable(channels, c // 4, s))
            channels = c // 4
        ends = [0, 6, 12, 14]
        self.stages = nn.ModuleList(
            nn.Sequential(*layers[a:b]) for a, b in zip(ends, ends[1:], strict=False)
        )
        self.reduce = nn.ModuleList(convolution(c, 64, 1) for c in (64, 128, 256))
        self.merge = nn.ModuleList(convolution(64, 64) for _ in range(2))
        self.context = nn.ModuleList(Context() for _ in range(3))
        # Two boxes at each place.
        self.heads = nn.ModuleList(
            nn.ModuleList(nn.Conv2d(64, 2 * n, 1) for n in (2, 4, 10)) for _ in range(3)
        )

    def forward(self, x: Tensor) -> list[Tensor]:
        maps = []
        for stage, reduce in zip(self.stages, self.reduce, strict=True):
            x = stage(x)
            maps.append(reduce(x))
        for place in (1, 0):
            above = interpolate(maps[place + 1], maps[place].shape[2:], mode="nearest")
            maps[place] = self.merge[place](maps[place] + above)
        maps = [context(x) for context, x in zip(self.context, maps, strict=True)]
        return [head(x) for heads, x in zip(self.heads, maps, strict=True) for head in heads]


NETWORKS = {
    "mobilenet-v1": on_mobilenet_v1,
    "mobilenet-v2 lite": on_mobilenet_v2,
    "retinaface": RetinaFace,
}


def network(definition: str) -> nn.Module:
    return NETWORKS[definition]()
