"""The networks of the study, each written once for both forms of file.

A network is a function of a `Builder`, which makes its layers in one form: `onnx_form` or
`tflite_form`. Weights are random, since no time here depends on them; batch normalizations are
folded into the convolutions before them, as exporters do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from architectures.mobilenets import V1, V2, rounded

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Tensor:
    """A value of a network: its shape without the batch, channels last, and what a form keeps."""

    shape: Shape
    value: Any


class Builder(Protocol):
    """The layers that networks are made of. Convolutions keep the size of their input over the
    stride; `activation` is '', 'relu', 'relu6', 'hard_swish', 'sigmoid' or 'gelu'."""

    def input(self, *shape: int) -> Tensor: ...
    def convolution(
        self, x: Tensor, channels: int, kernel: Shape, stride: int = 1, activation: str = "relu"
    ) -> Tensor: ...
    def depthwise(
        self, x: Tensor, kernel: Shape, stride: int = 1, activation: str = "relu"
    ) -> Tensor: ...
    def dense(self, x: Tensor, channels: int, activation: str = "") -> Tensor: ...
    def activate(self, x: Tensor, activation: str) -> Tensor: ...
    def add(self, x: Tensor, y: Tensor) -> Tensor: ...
    def multiply(self, x: Tensor, y: Tensor) -> Tensor: ...
    def concatenate(self, values: list[Tensor]) -> Tensor: ...
    def max_pool(self, x: Tensor, kernel: int, stride: int) -> Tensor: ...
    def average(self, x: Tensor) -> Tensor:
        """Mean over height and width, which stay as 1."""
        ...

    def flatten(self, x: Tensor) -> Tensor: ...
    def sequence(self, x: Tensor) -> Tensor:
        """Rows and columns of an image as steps of a sequence."""
        ...

    def softmax(self, x: Tensor) -> Tensor: ...
    def layer_norm(self, x: Tensor) -> Tensor: ...
    def attention(self, x: Tensor, heads: int) -> Tensor:
        """Self-attention with its four projections."""
        ...

    def mean_step(self, x: Tensor) -> Tensor: ...
    def lstm(self, x: Tensor, units: int) -> Tensor: ...


Network = Callable[[Builder], Tensor]


def classifier(b: Builder, x: Tensor, classes: int) -> Tensor:
    return b.softmax(b.dense(b.flatten(b.average(x)), classes))


def mobilenet_v1(
    b: Builder, width: float, size: Shape, classes: int = 1000, image_channels: int = 3
) -> Tensor:
    """Howard et al. (2017), table 1."""
    x = b.convolution(b.input(*size, image_channels), rounded(32 * width), (3, 3), 2)
    for stride, channels in V1:
        x = b.depthwise(x, (3, 3), stride)
        x = b.convolution(x, rounded(channels * width), (1, 1))
    return classifier(b, x, classes)


def inverted_residual(
    b: Builder,
    x: Tensor,
    expansion: float,
    channels: int,
    kernel: int,
    stride: int,
    activation: str,
    squeeze: bool = False,
) -> Tensor:
    """Sandler et al. (2018), figure 3; with squeeze-and-excite as in Howard et al. (2019)."""
    y, inner = x, rounded(x.shape[-1] * expansion)
    if inner != x.shape[-1]:
        y = b.convolution(y, inner, (1, 1), activation=activation)
    y = b.depthwise(y, (kernel, kernel), stride, activation)
    if squeeze:
        gate = b.convolution(b.average(y), rounded(inner / 4), (1, 1))
        y = b.multiply(y, b.convolution(gate, inner, (1, 1), activation="sigmoid"))
    y = b.convolution(y, channels, (1, 1), activation="")
    return b.add(x, y) if y.shape == x.shape else y


def mobilenet_v2(b: Builder, width: float, size: int) -> Tensor:
    """Sandler et al. (2018), table 2."""
    x = b.convolution(b.input(size, size, 3), rounded(32 * width), (3, 3), 2, "relu6")
    for expansion, channels, repeats, stride in V2:
        for index in range(repeats):
            step = stride if index == 0 else 1
            x = inverted_residual(b, x, expansion, rounded(channels * width), 3, step, "relu6")
    x = b.convolution(x, rounded(1280 * max(1.0, width)), (1, 1), activation="relu6")
    return classifier(b, x, 1000)


def mobilenet_v3_small(b: Builder, size: int) -> Tensor:
    """Howard et al. (2019), table 2."""
    x = b.convolution(b.input(size, size, 3), 16, (3, 3), 2, "hard_swish")
    for kernel, inner, channels, squeeze, activation, stride in [
        (3, 16, 16, True, "relu", 2),
        (3, 72, 24, False, "relu", 2),
        (3, 88, 24, False, "relu", 1),
        (5, 96, 40, True, "hard_swish", 2),
        (5, 240, 40, True, "hard_swish", 1),
        (5, 120, 48, True, "hard_swish", 1),
        (5, 288, 96, True, "hard_swish", 2),
        (5, 576, 96, True, "hard_swish", 1),
    ]:
        expansion = inner / x.shape[-1]
        x = inverted_residual(b, x, expansion, channels, kernel, stride, activation, squeeze)
    x = b.convolution(x, 576, (1, 1), activation="hard_swish")
    x = b.dense(b.flatten(b.average(x)), 1024, "hard_swish")
    return b.softmax(b.dense(x, 1000))


def efficientnet_lite(b: Builder, width: float, depth: float, size: int) -> Tensor:
    """The blocks of Tan and Le (2019), table 1, without squeeze-and-excite and with ReLU6."""
    x = b.convolution(b.input(size, size, 3), 32, (3, 3), 2, "relu6")
    blocks = [
        (1, 3, 1, 16, 1),
        (6, 3, 2, 24, 2),
        (6, 5, 2, 40, 2),
        (6, 3, 2, 80, 3),
        (6, 5, 1, 112, 3),
        (6, 5, 2, 192, 4),
        (6, 3, 1, 320, 1),
    ]
    for place, (expansion, kernel, stride, channels, repeats) in enumerate(blocks):
        is_end = place in (0, len(blocks) - 1)
        for index in range(repeats if is_end else -int(-repeats * depth // 1)):
            step = stride if index == 0 else 1
            wide = rounded(channels * width)
            x = inverted_residual(b, x, expansion, wide, kernel, step, "relu6")
    x = b.convolution(x, 1280, (1, 1), activation="relu6")
    return classifier(b, x, 1000)


def resnet(b: Builder, blocks: list[int], size: int, is_deep: bool, width: int = 64) -> Tensor:
    """He et al. (2015), table 1: basic blocks, or bottlenecks in deep ones."""
    x = b.convolution(b.input(size, size, 3), width, (7, 7), 2)
    x = b.max_pool(x, 3, 2)
    for stage, repeats in enumerate(blocks):
        inner = width << stage
        for index in range(repeats):
            stride = 2 if stage > 0 and index == 0 else 1
            channels = 4 * inner if is_deep else inner
            if is_deep:
                y = b.convolution(x, inner, (1, 1))
                y = b.convolution(y, inner, (3, 3), stride)
                y = b.convolution(y, channels, (1, 1), activation="")
            else:
                y = b.convolution(x, inner, (3, 3), stride)
                y = b.convolution(y, channels, (3, 3), activation="")
            if y.shape != x.shape:
                x = b.convolution(x, channels, (1, 1), stride, "")
            x = b.activate(b.add(x, y), "relu")
    return classifier(b, x, 1000)


def small_resnet(b: Builder, repeats: int, widths: tuple[int, ...]) -> Tensor:
    """The networks of He et al. (2015) for images of 32x32; with one block a stage that of MLPerf
    Tiny."""
    x = b.convolution(b.input(32, 32, 3), widths[0], (3, 3))
    for stage, channels in enumerate(widths):
        for index in range(repeats):
            stride = 2 if stage > 0 and index == 0 else 1
            y = b.convolution(x, channels, (3, 3), stride)
            y = b.convolution(y, channels, (3, 3), activation="")
            if y.shape != x.shape:
                x = b.convolution(x, channels, (1, 1), stride, "")
            x = b.activate(b.add(x, y), "relu")
    return classifier(b, x, 10)


def squeezenet(b: Builder, size: int) -> Tensor:
    """Iandola et al. (2016), release 1.1."""
    x = b.max_pool(b.convolution(b.input(size, size, 3), 64, (3, 3), 2), 3, 2)
    for place, squeeze in enumerate([16, 16, 32, 32, 48, 48, 64, 64]):
        if place in (2, 4):
            x = b.max_pool(x, 3, 2)
        x = b.convolution(x, squeeze, (1, 1))
        wide = [b.convolution(x, 4 * squeeze, (kernel, kernel)) for kernel in (1, 3)]
        x = b.concatenate(wide)
    return b.softmax(b.flatten(b.average(b.convolution(x, 1000, (1, 1)))))


def vgg(b: Builder, width: int, size: int) -> Tensor:
    """Plain 3x3 convolutions and dense layers, after Simonyan and Zisserman (2014), network A."""
    x = b.input(size, size, 3)
    for channels, repeats in [(1, 1), (2, 1), (4, 2), (8, 2)]:
        for _ in range(repeats):
            x = b.convolution(x, width * channels, (3, 3))
        x = b.max_pool(x, 2, 2)
    return b.softmax(b.dense(b.dense(b.flatten(x), 512, "relu"), 100))


def autoencoder(b: Builder, width: int, bottleneck: int) -> Tensor:
    """The dense network of MLPerf Tiny for anomaly detection, with other widths too."""
    x = b.input(640)
    for channels in [width] * 4 + [bottleneck] + [width] * 4:
        x = b.dense(x, channels, "relu")
    return b.dense(x, 640)


def ds_cnn(b: Builder, channels: int, layers: int) -> Tensor:
    """Keyword spotting on 49x10 coefficients: Zhang et al. (2017); 64 channels in MLPerf Tiny."""
    x = b.convolution(b.input(49, 10, 1), channels, (10, 4), 2)
    for _ in range(layers):
        x = b.convolution(b.depthwise(x, (3, 3)), channels, (1, 1))
    return classifier(b, x, 12)


def tc_resnet(b: Builder, width: float) -> Tensor:
    """Temporal convolutions on 40 coefficients of 98 frames: Choi et al. (2019)."""
    x = b.convolution(b.input(98, 1, 40), rounded(16 * width), (3, 1))
    for channels in (24, 32, 48):
        y = b.convolution(x, rounded(channels * width), (9, 1), 2)
        y = b.convolution(y, rounded(channels * width), (9, 1), activation="")
        x = b.activate(b.add(b.convolution(x, rounded(channels * width), (1, 1), 2), y), "relu")
    return classifier(b, x, 12)


def sound_network(b: Builder, width: int) -> Tensor:
    """Convolutions over 8,000 samples of sound, after Dai et al. (2016), M5."""
    x = b.convolution(b.input(8000, 1, 1), width, (80, 1), 4)
    for channels in (1, 2, 4):
        x = b.max_pool(b.convolution(x, width * channels, (3, 1)), 4, 4)
    return classifier(b, x, 35)


def transformer(b: Builder, x: Tensor, heads: int, layers: int, classes: int) -> Tensor:
    """Encoder layers with the normalization first (Xiong et al., 2020)."""
    width = x.shape[-1]
    for _ in range(layers):
        x = b.add(x, b.attention(b.layer_norm(x), heads))
        inner = b.dense(b.layer_norm(x), 4 * width, "gelu")
        x = b.add(x, b.dense(inner, width))
    return b.softmax(b.dense(b.mean_step(b.layer_norm(x)), classes))


def vision_transformer(
    b: Builder, size: int, patch: int, width: int, heads: int, layers: int
) -> Tensor:
    """Dosovitskiy et al. (2020), with a mean over positions."""
    x = b.convolution(b.input(size, size, 3), width, (patch, patch), patch, "")
    return transformer(b, b.sequence(x), heads, layers, 1000)


def text_encoder(b: Builder, steps: int, width: int, heads: int, layers: int) -> Tensor:
    """An encoder of embedded text."""
    return transformer(b, b.input(steps, width), heads, layers, 2)


def recurrent(b: Builder, steps: int, features: int, units: tuple[int, ...]) -> Tensor:
    """Layers of LSTM, and a dense layer on the mean of their steps."""
    x = b.input(steps, features)
    for count in units:
        x = b.lstm(x, count)
    return b.softmax(b.dense(b.mean_step(x), 10))


def convolutional_recurrent(b: Builder, units: int) -> Tensor:
    """Convolutions and an LSTM over the frames of a spectrogram (Arik et al., 2017)."""
    x = b.convolution(b.input(100, 40, 1), 32, (5, 5), 2)
    x = b.sequence(b.convolution(b.depthwise(x, (3, 3), 2), 48, (1, 1)))
    return b.softmax(b.dense(b.mean_step(b.lstm(x, units)), 12))


#: By name: architecture of the network, and the network. Networks of an architecture are instances
#: of one design.
NETWORKS: dict[str, tuple[str, Network]] = {}


def register(architecture: str, name: str, network: Callable[..., Tensor], *arguments: Any) -> None:
    NETWORKS[name] = architecture, partial(_call, network, arguments)


def _call(network: Callable[..., Tensor], arguments: tuple[Any, ...], b: Builder) -> Tensor:
    return network(b, *arguments)


register("mobilenet-v1", "vww_96", mobilenet_v1, 0.25, (96, 96), 2)
for width, size in [(0.25, 224), (0.5, 128), (0.5, 224), (0.75, 160), (1.0, 128), (1.0, 224)]:
    register("mobilenet-v1", f"mobilenet_v1_{width}_{size}", mobilenet_v1, width, (size, size))
register("mobilenet-v1", "sound_events", mobilenet_v1, 1.0, (96, 64), 521, 1)
for width, size in [(0.35, 96), (0.35, 224), (0.5, 160), (0.75, 128), (1.0, 128), (1.0, 224)]:
    register("mobilenet-v2", f"mobilenet_v2_{width}_{size}", mobilenet_v2, width, size)
for size in (128, 224):
    register("mobilenet-v3", f"mobilenet_v3_small_{size}", mobilenet_v3_small, size)
for name, width, depth, size in [
    ("efficientnet_lite0_128", 1.0, 1.0, 128),
    ("efficientnet_lite0_224", 1.0, 1.0, 224),
    ("efficientnet_lite2_160", 1.1, 1.2, 160),
]:
    register("efficientnet-lite", name, efficientnet_lite, width, depth, size)
for size in (96, 224):
    register("resnet", f"resnet18_{size}", resnet, [2, 2, 2, 2], size, False)
register("resnet", "resnet34_128", resnet, [3, 4, 6, 3], 128, False)
register("resnet", "resnet18_half_160", resnet, [2, 2, 2, 2], 160, False, 32)
for size in (96, 192):
    register("resnet-bottleneck", f"resnet50_{size}", resnet, [3, 4, 6, 3], size, True)
register("small-resnet", "resnet8", small_resnet, 1, (16, 32, 64))
register("small-resnet", "resnet20", small_resnet, 3, (16, 32, 64))
register("small-resnet", "resnet32_wide", small_resnet, 5, (32, 64, 128))
for size in (112, 224):
    register("squeezenet", f"squeezenet_{size}", squeezenet, size)
register("vgg", "vgg_8_64", vgg, 8, 64)
register("vgg", "vgg_32_96", vgg, 32, 96)
for name, width, bottleneck in [("anomaly", 128, 8), ("autoencoder_512", 512, 32)]:
    register("autoencoder", name, autoencoder, width, bottleneck)
for name, channels, layers in [("ds_cnn", 64, 4), ("ds_cnn_172", 172, 4), ("ds_cnn_276", 276, 5)]:
    register("ds-cnn", name, ds_cnn, channels, layers)
for width in (1.0, 3.0):
    register("tc-resnet", f"tc_resnet_{width}", tc_resnet, width)
for width in (32, 64):
    register("sound", f"sound_{width}", sound_network, width)
for name, size, patch, width, heads, layers in [
    ("vit_128_64", 128, 16, 64, 4, 6),
    ("vit_tiny_96", 96, 16, 192, 3, 12),
    ("vit_tiny_224", 224, 16, 192, 3, 12),
]:
    register("vision-transformer", name, vision_transformer, size, patch, width, heads, layers)
for name, steps, width, heads, layers in [
    ("text_64_128", 64, 128, 2, 2),
    ("text_128_256", 128, 256, 4, 4),
    ("text_32_384", 32, 384, 6, 3),
]:
    register("text-encoder", name, text_encoder, steps, width, heads, layers)
for name, steps, features, units in [
    ("lstm_64", 100, 16, (64,)),
    ("lstm_256", 50, 40, (256,)),
    ("lstm_2x128", 80, 32, (128, 128)),
]:
    register("lstm", name, recurrent, steps, features, units)
for units in (64, 160):
    register("crnn", f"crnn_{units}", convolutional_recurrent, units)
