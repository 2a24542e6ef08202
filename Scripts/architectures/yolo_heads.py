"""Heads of the YOLO networks as vendors of accelerators cut them: maps of numbers, not decoded."""

from torch import Tensor, nn

from .yolo_blocks import Conv, depthwise

KEYPOINTS, MASKS, BINS = 17 * 3, 32, 16


def branch(c1: int, c: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(Conv(c1, c, 3), Conv(c, c, 3), nn.Conv2d(c, outputs, 1))


def light_branch(c1: int, c: int, outputs: int) -> nn.Sequential:
    """YOLOv10's and YOLO11's: depthwise, then pointwise, twice."""
    return nn.Sequential(
        depthwise(c1), Conv(c1, c), depthwise(c), Conv(c, c), nn.Conv2d(c, outputs, 1)
    )


class Prototypes(nn.Sequential):
    """Masks that the coefficients of each box weigh."""

    def __init__(self, c1: int, c: int):
        super().__init__(
            Conv(c1, c, 3), nn.ConvTranspose2d(c, c, 2, 2), Conv(c, c, 3), Conv(c, MASKS)
        )


class Split(nn.Module):
    """YOLOv8 and later: boxes, classes, and what a task adds, each of its own branch."""

    def __init__(self, channels: list[int], task: str, classes: int, light: bool = False):
        super().__init__()
        first = channels[0]
        kinds = [(branch, max(16, first // 4, 4 * BINS), 4 * BINS)]
        if task == "pose":
            classes = 1
            kinds.append((branch, max(first // 4, KEYPOINTS), KEYPOINTS))
        if task == "seg":
            kinds.append((branch, max(first // 4, MASKS), MASKS))
        kinds.append((light_branch if light else branch, max(first, min(classes, 100)), classes))
        self.branches = nn.ModuleList(
            nn.ModuleList(make(c1, c, outputs) for make, c, outputs in kinds) for c1 in channels
        )

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        return [
            branch(x)
            for x, branches in zip(maps, self.branches, strict=True)
            for branch in branches
        ]


class Anchors(nn.Module):
    """YOLOv2 to v7 but v6: one convolution, boxes of given shapes at each place."""

    def __init__(self, channels: list[int], task: str, classes: int, boxes: int = 3):
        super().__init__()
        outputs = boxes * (5 + classes + (MASKS if task == "seg" else 0))
        self.layers = nn.ModuleList(nn.Conv2d(c, outputs, 1) for c in channels)

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        return [layer(x) for x, layer in zip(maps, self.layers, strict=True)]


class Classifier(nn.Module):
    def __init__(self, c: int):
        super().__init__()
        self.convolution, self.linear = Conv(c, 1280), nn.Linear(1280, 1000)

    def forward(self, maps: list[Tensor]) -> Tensor:
        return self.linear(self.convolution(maps[0]).mean((2, 3))).softmax(1)


class WithMasks(nn.Module):
    """A head, and the masks of its first map."""

    def __init__(self, head: nn.Module, c1: int, c: int):
        super().__init__()
        self.head, self.masks = head, Prototypes(c1, c)

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        return [*self.head(maps), self.masks(maps[0])]


class Decoupled(nn.Module):
    """YOLOX: classes, and boxes with their score, each from two convolutions of one width."""

    def __init__(self, channels: list[int], c: int, classes: int):
        super().__init__()
        self.levels = nn.ModuleList(
            nn.ModuleDict(
                {
                    "stem": Conv(c1, c),
                    "classes": branch(c, c, classes),
                    "boxes": nn.Sequential(Conv(c, c, 3), Conv(c, c, 3)),
                    "box": nn.Conv2d(c, 4, 1),
                    "score": nn.Conv2d(c, 1, 1),
                }
            )
            for c1 in channels
        )

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        results = []
        for x, level in zip(maps, self.levels, strict=True):
            x = level["stem"](x)
            boxes = level["boxes"](x)
            results += [level["classes"](x), level["box"](boxes), level["score"](boxes)]
        return results


class Decoupled6(nn.Module):
    """YOLOv6's smaller networks: classes and boxes from one convolution each."""

    def __init__(self, channels: list[int], classes: int):
        super().__init__()
        self.levels = nn.ModuleList(
            nn.ModuleList(
                [
                    Conv(c, c),
                    *(nn.Sequential(Conv(c, c, 3), nn.Conv2d(c, n, 1)) for n in (classes, 4)),
                ]
            )
            for c in channels
        )

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        results = []
        for x, (stem, classes, boxes) in zip(maps, self.levels, strict=True):
            x = stem(x)
            results += [classes(x), boxes(x)]
        return results
