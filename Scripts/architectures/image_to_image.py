"""Networks whose result is an image or a map: restoration, segmentation, key points."""

import timm
import torch
import torchvision
from torch import Tensor, nn
from torch.nn.functional import interpolate


class Dense(nn.Module):
    """Wang et al. 2018 (ESRGAN): five convolutions, each reading all results before it."""

    def __init__(self, c: int, growth: int):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Conv2d(c + i * growth, c if i == 4 else growth, 3, 1, 1) for i in range(5)
        )

    def forward(self, x: Tensor) -> Tensor:
        parts = [x]
        for layer in self.layers[:4]:
            parts.append(nn.functional.leaky_relu(layer(torch.cat(parts, 1)), 0.2))
        return x + 0.2 * self.layers[4](torch.cat(parts, 1))


class DenseOfDense(nn.Sequential):
    def forward(self, x: Tensor) -> Tensor:
        return x + 0.2 * super().forward(x)


class Esrgan(nn.Module):
    """ESRGAN's and Real-ESRGAN's generator: 23 blocks, four times the size."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 64, 3, 1, 1)
        blocks = (DenseOfDense(*(Dense(64, 32) for _ in range(3))) for _ in range(23))
        self.body = nn.Sequential(*blocks, nn.Conv2d(64, 64, 3, 1, 1))
        self.ups = nn.ModuleList(nn.Conv2d(64, 64, 3, 1, 1) for _ in range(2))
        self.last = nn.Sequential(
            nn.Conv2d(64, 64, 3, 1, 1), nn.LeakyReLU(0.2), nn.Conv2d(64, 3, 3, 1, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        x = x + self.body(x)
        for up in self.ups:
            x = nn.functional.leaky_relu(up(interpolate(x, scale_factor=2, mode="nearest")), 0.2)
        return self.last(x)


def quicksrnet(layers: int, scale: int) -> nn.Module:
    """Berger et al. 2023 (QuickSRNet): plain convolutions of 32 channels with clipped ReLU."""
    parts: list[nn.Module] = []
    for i in range(layers + 1):
        parts += [nn.Conv2d(32 if i else 3, 32, 3, 1, 1), nn.ReLU6()]
    last = nn.Conv2d(32, 3 * scale**2, 3, 1, 1)
    return nn.Sequential(*parts, last, nn.PixelShuffle(scale), nn.ReLU6())


def twice(c1: int, c2: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(c1, c2, 3, 1, 1), nn.ReLU(), nn.Conv2d(c2, c2, 3, 1, 1), nn.ReLU()
    )


class UNet(nn.Module):
    """Ronneberger et al. 2015, with same padding: 64 to 1024 channels, and back."""

    def __init__(self, classes: int):
        super().__init__()
        sizes = [64, 128, 256, 512, 1024]
        self.down = nn.ModuleList(twice(a, b) for a, b in zip([3, *sizes], sizes, strict=False))
        back = sizes[:0:-1]
        self.widen = nn.ModuleList(nn.ConvTranspose2d(c, c // 2, 2, 2) for c in back)
        self.up = nn.ModuleList(twice(c, c // 2) for c in back)
        self.last = nn.Conv2d(64, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        maps = []
        for place, layer in enumerate(self.down):
            x = layer(nn.functional.max_pool2d(x, 2) if place else x)
            maps.append(x)
        for widen, layer, level in zip(self.widen, self.up, maps[-2::-1], strict=True):
            x = layer(torch.cat([level, widen(x)], 1))
        return self.last(x)


class DeepLabPlus(nn.Module):
    """DeepLab v3+ (Chen et al. 2018) on MobileNet v2 with a 16th of the size."""

    def __init__(self, classes: int):
        super().__init__()
        features = torchvision.models.mobilenet_v2(weights=None).features[:-1]
        for block in features[14:]:
            for layer in block.modules():
                if isinstance(layer, nn.Conv2d) and layer.groups > 1:
                    rate = 1 if layer.stride == (2, 2) else 2
                    layer.stride, layer.dilation, layer.padding = (1, 1), (rate,) * 2, (rate,) * 2
        self.low, self.high = features[:4], features[4:]
        pool = torchvision.models.segmentation.deeplabv3.ASPP(320, [6, 12, 18])
        self.pyramid = pool
        self.reduce = nn.Sequential(nn.Conv2d(24, 48, 1), nn.ReLU())
        self.last = nn.Sequential(twice(304, 256), nn.Conv2d(256, classes, 1))
        self.last[0][2] = nn.Conv2d(256, 256, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        low = self.low(x)
        high = self.pyramid(self.high(low))
        high = interpolate(high, low.shape[2:], mode="bilinear", align_corners=True)
        y = self.last(torch.cat([self.reduce(low), high], 1))
        return interpolate(y, x.shape[2:], mode="bilinear", align_corners=True)


class HighResolution(nn.Module):
    """HRNet for key points (Sun et al. 2019): maps of 17 points from the finest branch."""

    def __init__(self, width: str):
        super().__init__()
        self.body = timm.create_model(f"hrnet_w{width}", exportable=True)
        self.last = nn.Conv2d(int(width), 17, 1)

    def forward(self, x: Tensor) -> Tensor:
        body = self.body
        x = body.act2(body.bn2(body.conv2(body.act1(body.bn1(body.conv1(x))))))
        return self.last(body.stages(x)[0])


def network(definition: str) -> nn.Module:
    """`esrgan`, `quicksrnet LAYERS SCALE`, or `unet`, `deeplab-plus` or `hrnet` with a number."""
    match definition.split():
        case ("esrgan",):
            return Esrgan()
        case "quicksrnet", layers, scale:
            return quicksrnet(int(layers), int(scale))
        case "unet", classes:
            return UNet(int(classes))
        case "deeplab-plus", classes:
            return DeepLabPlus(int(classes))
        case "hrnet", width:
            return HighResolution(width)
    raise ValueError(definition)
