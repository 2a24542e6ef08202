"""Write the ONNX fixtures with PyTorch's own exporters.

Run without arguments; see README.md for what each file is. The networks are
those of generate_tflite.py, layer for layer, so that both formats have the same
multiply-accumulates and parameters.
"""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn

FOLDER = Path(__file__).parent / "onnx"
SEED = 20
OPSET = 17
# Below 17 the exporter takes layer normalisation apart into arithmetic.
OPSET_WITHOUT_LAYER_NORM = 16


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's 'SAME' padding, which puts an odd row after the data."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def conv_bn(
    inputs: int,
    outputs: int,
    kernel: tuple[int, int],
    size: tuple[int, int],
    stride: int = 1,
    groups: int = 1,
    activation: type[nn.Module] | None = nn.ReLU,
) -> nn.Sequential:
    """'SAME' convolution, batch normalisation and activation.

    Conv2d pads both sides alike, so an asymmetric padding is a layer of its own.
    The exporter folds the normalisation into the convolution.
    """
    (top, bottom), (left, right) = (
        same_padding(s, k, stride) for s, k in zip(size, kernel, strict=True)
    )
    symmetric = top == bottom and left == right
    layers = [] if symmetric else [nn.ZeroPad2d((left, right, top, bottom))]
    layers += [
        nn.Conv2d(
            inputs,
            outputs,
            kernel,
            stride,
            (top, left) if symmetric else 0,
            groups=groups,
            bias=False,
        ),
        nn.BatchNorm2d(outputs),
    ]
    return nn.Sequential(*layers, *([activation()] if activation else []))


def ds_cnn() -> nn.Module:
    """Keyword spotter of MLPerf Tiny."""
    size = (25, 5)
    blocks = [
        layer
        for _ in range(4)
        for layer in (conv_bn(64, 64, (3, 3), size, groups=64), conv_bn(64, 64, (1, 1), size))
    ]
    return nn.Sequential(
        conv_bn(1, 64, (10, 4), (49, 10), stride=2),
        *blocks,
        nn.AvgPool2d(size),
        nn.Flatten(),
        nn.Linear(64, 12),
        nn.Softmax(dim=-1),
    )


class InvertedResidual(nn.Module):
    """MobileNetV2 block; the shortcut is there where the shapes allow it."""

    def __init__(self, size: int, stride: int, inputs: int, outputs: int, expansion: int) -> None:
        super().__init__()
        hidden, out = inputs * expansion, size // stride
        expand = (
            []
            if expansion == 1
            else [conv_bn(inputs, hidden, (1, 1), (size, size), activation=nn.ReLU6)]
        )
        self.layers = nn.Sequential(
            *expand,
            conv_bn(hidden, hidden, (3, 3), (size, size), stride, hidden, nn.ReLU6),
            conv_bn(hidden, outputs, (1, 1), (out, out), activation=None),
        )
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x) if self.shortcut else self.layers(x)


def mobilenet_like() -> nn.Module:
    """Small MobileNetV2."""
    return nn.Sequential(
        conv_bn(3, 16, (3, 3), (48, 48), 2, activation=nn.ReLU6),
        InvertedResidual(24, 1, 16, 16, 1),
        InvertedResidual(24, 2, 16, 24, 4),
        InvertedResidual(12, 1, 24, 24, 4),
        InvertedResidual(12, 2, 24, 32, 4),
        InvertedResidual(6, 1, 32, 32, 4),
        conv_bn(32, 64, (1, 1), (6, 6), activation=nn.ReLU6),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 10),
    )


class ResidualStack(nn.Module):
    """ResNet-8 stack; the 1x1 shortcut has no normalisation, as in MLPerf Tiny."""

    def __init__(self, size: int, stride: int, inputs: int, outputs: int) -> None:
        super().__init__()
        out = size // stride
        self.layers = nn.Sequential(
            conv_bn(inputs, outputs, (3, 3), (size, size), stride),
            conv_bn(outputs, outputs, (3, 3), (out, out), activation=None),
        )
        self.shortcut = nn.Identity() if stride == 1 else nn.Conv2d(inputs, outputs, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.shortcut(x) + self.layers(x))


def resnet8() -> nn.Module:
    """CIFAR-10 ResNet-8 of MLPerf Tiny."""
    return nn.Sequential(
        conv_bn(3, 16, (3, 3), (32, 32)),
        ResidualStack(32, 1, 16, 16),
        ResidualStack(32, 2, 16, 32),
        ResidualStack(16, 2, 32, 64),
        nn.AvgPool2d(8),
        nn.Flatten(),
        nn.Linear(64, 10),
        nn.Softmax(dim=-1),
    )


def autoencoder() -> nn.Module:
    """Anomaly detector of MLPerf Tiny.

    Without batch normalisation, as it is after folding: this exporter folds it
    into convolutions only.
    """
    widths = [640, 128, 128, 128, 128, 8, 128, 128, 128, 128, 640]
    layers = [
        layer for pair in itertools.pairwise(widths) for layer in (nn.Linear(*pair), nn.ReLU())
    ]
    return nn.Sequential(*layers[:-1])


class ConvVariety(nn.Module):
    """The less common kinds of convolution and the layers that move data."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.grouped = nn.Conv2d(8, 16, 3, padding=1, groups=2)
        self.pool = nn.MaxPool2d(2)
        self.dilated = nn.Conv2d(16, 16, 3, padding=2, dilation=2)
        self.pad = nn.ZeroPad2d(1)
        self.strided = nn.Conv2d(32, 16, 3, stride=2)
        self.transposed = nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1)
        self.resize = nn.Upsample(scale_factor=2, mode="nearest")
        self.norm = nn.LayerNorm(8)
        self.sequence = nn.Conv1d(8, 16, 3, padding=1)
        self.classify = nn.Linear(256, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.grouped(torch.relu(self.stem(x))))
        x = self.pool(x)
        x = torch.cat([x, torch.relu(self.dilated(x))], dim=1)
        x = torch.relu(self.strided(self.pad(x)))
        x = self.resize(torch.relu(self.transposed(x)))
        x = self.norm(x.mean(dim=3).transpose(1, 2)).transpose(1, 2)
        x = torch.relu(self.sequence(x))
        return torch.softmax(self.classify(x.reshape(1, 256)), dim=-1)


INPUTS = {
    ds_cnn: (1, 1, 49, 10),
    mobilenet_like: (1, 3, 48, 48),
    resnet8: (1, 3, 32, 32),
    autoencoder: (1, 640),
    ConvVariety: (1, 3, 16, 16),
}


def build(network: type[nn.Module]) -> nn.Module:
    """Seeded network in eval mode.

    Statistics and offsets must not stay at their defaults: the exporters share
    equal constants, and the parameters would then count too few.
    """
    torch.manual_seed(SEED)
    model = network().eval()
    for layer in model.modules():
        if isinstance(layer, (nn.BatchNorm2d, nn.LayerNorm)):
            nn.init.uniform_(layer.weight, 0.8, 1.2)
            nn.init.normal_(layer.bias, std=0.1)
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean.normal_(std=0.1)
            layer.running_var.uniform_(0.8, 1.2)
    return model


def export(network: type[nn.Module], name: str, opset: int = OPSET, **options) -> Path:
    """Export with the TorchScript exporter, or with `dynamo=True` with the newer one."""
    path = FOLDER / f"{name}.onnx"
    options = {
        "dynamo": False,
        "input_names": ["input"],
        "output_names": ["output"],
        "opset_version": opset,
    } | options
    torch.onnx.export(build(network), (torch.zeros(INPUTS[network]),), path, **options)
    return path


def strip_stack_traces(path: Path) -> None:
    """Remove the dynamo exporter's stack traces, which name this machine's folders."""
    model = onnx.load(path)
    for item in [
        *model.graph.node,
        *model.graph.value_info,
        *model.graph.input,
        *model.graph.output,
    ]:
        kept = [entry for entry in item.metadata_props if "stack_trace" not in entry.key]
        del item.metadata_props[:]
        item.metadata_props.extend(kept)
    onnx.save(model, path)


def move_weights_out(path: Path) -> None:
    """Store the large tensors in a file of their own, which git ignores for its size."""
    data = path.with_name(path.name + ".data")
    data.unlink(missing_ok=True)
    onnx.save(
        onnx.load(path), path, save_as_external_data=True, location=data.name, size_threshold=4096
    )


class RandomImages(CalibrationDataReader):
    """Calibration data: the ranges need only be plausible."""

    def __init__(self, shape: tuple[int, ...], count: int = 16) -> None:
        random = np.random.default_rng(SEED)
        self.batches = iter(
            [{"input": random.standard_normal(shape, np.float32)} for _ in range(count)]
        )

    def get_next(self) -> dict[str, np.ndarray] | None:
        return next(self.batches, None)


def quantize(path: Path, shape: tuple[int, ...]) -> None:
    """Quantise to int8 in QDQ format, after the preparation that ONNX Runtime advises.

    The preparation also folds the constant arithmetic that the exporter leaves
    in front of each Pad.
    """
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / path.name
        quant_pre_process(path, prepared)
        quantize_static(
            prepared,
            path.with_stem(path.stem + "_qdq"),
            RandomImages(shape),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
        )


def main() -> None:
    """Write all files and have ONNX check them."""
    FOLDER.mkdir(exist_ok=True)
    export(ds_cnn, "ds_cnn")
    export(ds_cnn, "ds_cnn_dynamic", dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}})
    strip_stack_traces(export(ds_cnn, "ds_cnn_dynamo", opset=20, dynamo=True, external_data=False))
    export(mobilenet_like, "mobilenet_like")
    quantize(export(resnet8, "resnet8"), INPUTS[resnet8])
    move_weights_out(export(autoencoder, "autoencoder"))
    export(ConvVariety, "conv_variety", opset=OPSET_WITHOUT_LAYER_NORM)
    for path in sorted(FOLDER.glob("*.onnx")):
        onnx.checker.check_model(path, full_check=True)
        print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
