"""Classifiers that no library with a permissive licence defines, or defines otherwise."""

import torch
import torchvision
from torch import Tensor, nn


def convolution(c1: int, c2: int, k: int = 3, s: int = 1, g: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(c1, c2, k, s, k // 2, groups=g), nn.ReLU())


def separable(c1: int, c2: int, s: int = 1) -> nn.Sequential:
    """A depthwise convolution, then a pointwise one."""
    return nn.Sequential(convolution(c1, c1, 3, s, c1), convolution(c1, c2, 1))


def resnet_of_2015(depth: str) -> nn.Module:
    """ResNet as in its paper (He et al. 2015): a bottleneck's stride in its first convolution.

    Keras, MXNet and the ONNX model zoo's v1 have it so; torchvision has it in the second.
    """
    network = torchvision.models.get_model(f"resnet{depth}", weights=None)
    for block in network.modules():
        if isinstance(block, torchvision.models.resnet.Bottleneck):
            block.conv1.stride, block.conv2.stride = block.conv2.stride, block.conv1.stride
    return network


class CifarBlock(nn.Module):
    def __init__(self, c1: int, c2: int, s: int):
        super().__init__()
        self.first, self.second = convolution(c1, c2, 3, s), nn.Conv2d(c2, c2, 3, 1, 1)
        self.shortcut = nn.Identity() if s == 1 else nn.Conv2d(c1, c2, 1, s)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.second(self.first(x)) + self.shortcut(x))


class Cifar(nn.Module):
    """ResNet v1 of three stages for small images, as Keras' example and MLPerf Tiny have it."""

    def __init__(self, depth: int, classes: int):
        super().__init__()
        layers: list[nn.Module] = [convolution(3, 16)]
        channels = 16
        for c in (16, 32, 64):
            for _ in range((depth - 2) // 6):
                layers.append(CifarBlock(channels, c, 1 if c == channels else 2))
                channels = c
        self.body, self.last = nn.Sequential(*layers), nn.Linear(64, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.body(x).mean((2, 3))).softmax(1)


class Separable(nn.Module):
    """A convolution of stride 2, separable ones of given strides and channels, and a classifier."""

    def __init__(self, c1: int, width: float, rows: list[tuple[int, int]], classes: int):
        super().__init__()
        channels = int(32 * width)
        layers: list[nn.Module] = [convolution(c1, channels, 3, 2)]
        for s, c in rows:
            layers.append(separable(channels, int(c * width), s))
            channels = int(c * width)
        self.body, self.last = nn.Sequential(*layers), nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.body(x).mean((2, 3)))


MOBILENET_V1 = [
    (1, 64),
    (2, 128),
    (1, 128),
    (2, 256),
    (1, 256),
    (2, 512),
    *[(1, 512)] * 5,
    (2, 1024),
    (1, 1024),
]
#: Qin et al. 2018, table 1: down to a 32nd of the size before most of the work.
FD_MOBILENET = [
    (2, 64),
    (2, 128),
    (1, 128),
    (2, 256),
    (1, 256),
    (2, 512),
    *[(1, 512)] * 4,
    (1, 1024),
]


def network(definition: str) -> nn.Module:
    """`resnet-2015 50`, `cifar-resnet 8 10`, `fd-mobilenet 0.25 1000` or `yamnet 521`."""
    match definition.split():
        case "resnet-2015", depth:
            return resnet_of_2015(depth)
        case "cifar-resnet", depth, classes:
            return Cifar(int(depth), int(classes))
        case "fd-mobilenet", width, classes:
            return Separable(3, float(width), FD_MOBILENET, int(classes))
        case "yamnet", classes:
            return Separable(1, 1, MOBILENET_V1, int(classes))
    raise ValueError(definition)
