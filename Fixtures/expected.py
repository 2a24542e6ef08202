"""Compute the multiply-accumulates and parameters of the fixture networks by hand.

Nothing here reads a model file or imports a framework: the numbers follow from
the layer lists alone, so that tests can hold both exporters and the analyser
against an independent source.

Conventions:
  * MACs count convolution, transposed convolution and dense layers only, without
    bias; positions in the padding count as if they were computed.
  * A transposed convolution multiplies once per input position, kernel element,
    input channel and output channel.
  * Parameters are the elements of all weights and biases after batch
    normalisation is folded into the layer before it.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from math import prod
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What one layer adds to the totals of its network."""

    macs: int
    parameters: int

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.macs + other.macs, self.parameters + other.parameters)


def conv(
    positions: tuple[int, ...], kernel: tuple[int, ...], inputs: int, outputs: int, groups: int = 1
) -> Cost:
    """Convolution with bias.

    `positions` are the spatial sizes of the output, or of the input where the
    convolution is transposed: the product is the same.
    """
    weights = prod(kernel) * (inputs // groups) * outputs
    return Cost(prod(positions) * weights, weights + outputs)


def depthwise(positions: tuple[int, int], kernel: tuple[int, int], channels: int) -> Cost:
    """Depthwise convolution: one group for each channel."""
    return conv(positions, kernel, channels, channels, groups=channels)


def dense(inputs: int, outputs: int) -> Cost:
    """Fully connected layer with bias."""
    return Cost(inputs * outputs, inputs * outputs + outputs)


def layer_norm(channels: int) -> Cost:
    """Normalisation that can't be folded: scale and offset, no MACs."""
    return Cost(0, 2 * channels)


def inverted_residual(
    size: int, stride: int, inputs: int, outputs: int, expansion: int
) -> list[Cost]:
    """MobileNetV2 block: expand (unless by 1), depthwise, project."""
    hidden, out = inputs * expansion, size // stride
    layers = [] if expansion == 1 else [conv((size, size), (1, 1), inputs, hidden)]
    return [
        *layers,
        depthwise((out, out), (3, 3), hidden),
        conv((out, out), (1, 1), hidden, outputs),
    ]


def ds_cnn() -> list[Cost]:
    """Keyword spotter of MLPerf Tiny, 49x10x1 to 12 classes."""
    size = (25, 5)
    block = [depthwise(size, (3, 3), 64), conv(size, (1, 1), 64, 64)]
    return [conv(size, (10, 4), 1, 64), *block * 4, dense(64, 12)]


def mobilenet_like() -> list[Cost]:
    """Small MobileNetV2, 48x48x3 to 10 classes."""
    return [
        conv((24, 24), (3, 3), 3, 16),
        *inverted_residual(24, 1, 16, 16, 1),
        *inverted_residual(24, 2, 16, 24, 4),
        *inverted_residual(12, 1, 24, 24, 4),
        *inverted_residual(12, 2, 24, 32, 4),
        *inverted_residual(6, 1, 32, 32, 4),
        conv((6, 6), (1, 1), 32, 64),
        dense(64, 10),
    ]


def resnet8() -> list[Cost]:
    """CIFAR-10 ResNet-8 of MLPerf Tiny, 32x32x3 to 10 classes."""
    layers = [conv((32, 32), (3, 3), 3, 16), *[conv((32, 32), (3, 3), 16, 16)] * 2]
    for size, inputs, outputs in [((16, 16), 16, 32), ((8, 8), 32, 64)]:
        layers += [
            conv(size, (3, 3), inputs, outputs),
            conv(size, (3, 3), outputs, outputs),
            conv(size, (1, 1), inputs, outputs),
        ]
    return [*layers, dense(64, 10)]


def autoencoder() -> list[Cost]:
    """Anomaly detector of MLPerf Tiny, 640 features in and out."""
    widths = [640, 128, 128, 128, 128, 8, 128, 128, 128, 128, 640]
    return [dense(*pair) for pair in itertools.pairwise(widths)]


def conv_variety() -> list[Cost]:
    """The less common kinds of convolution, 16x16x3 to 10 classes."""
    return [
        conv((16, 16), (3, 3), 3, 8),
        conv((16, 16), (3, 3), 8, 16, groups=2),
        conv((8, 8), (3, 3), 16, 16),  # dilated by 2
        conv((4, 4), (3, 3), 32, 16),  # after the explicit pad
        conv((4, 4), (3, 3), 16, 8),  # transposed: 4x4 in, 8x8 out
        layer_norm(8),
        conv((16,), (3,), 8, 16),
        dense(256, 10),
    ]


def main() -> None:
    """Write expected.json beside this file and print it."""
    networks = [ds_cnn, mobilenet_like, resnet8, autoencoder, conv_variety]
    totals = {network.__name__: vars(sum(network(), Cost(0, 0))) for network in networks}
    text = json.dumps(totals, indent=2) + "\n"
    Path(__file__).with_name("expected.json").write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()
