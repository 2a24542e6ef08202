"""SSD detectors on MobileNets as TensorFlow's object detection has them."""

import torchvision
from torch import Tensor, nn

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


def network(definition: str) -> nn.Module:
    return {"mobilenet-v1": on_mobilenet_v1, "mobilenet-v2 lite": on_mobilenet_v2}[definition]()
