#!/usr/bin/env python3
"""Writes weights/zero_filters.tflite, whose zero and equal filters can be counted by hand.

  pip install -r ../Tests/Differential/requirements.txt
  python3 generate_weights.py

| layer | weights | zero | MACs |
|---|---|---|---|
| convolution 3 x 3, 2 to 4 channels | 4 filters of 18 | 1 and 3; 2 equals 0 | 1,152 |
| depthwise 3 x 3, 4 channels | 4 channels of 9 | 2 | 576 |
| pointwise, 4 to 3 channels | 3 filters of 4 | none | 192 |
| fully connected, 3 to 2 | 2 rows of 3, uint8 with zero point 7 | 1 | 6 |

Images have 4 x 4 pixels.
"""

import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Tests/Differential"))

from tflite_build import File, Graph, Type, options, schema  # noqa: E402


def stored(
    graph: Graph, name: str, elements: np.ndarray, kind: int, axis: int | None, zero: int = 0
) -> int:
    """Weights with a scale for each index of an axis, or one for all."""
    place = graph.tensor(list(elements.shape), kind, name)
    quantization = schema.QuantizationParametersT()
    count = 1 if axis is None else elements.shape[axis]
    quantization.scale = [0.5 + 0.25 * i for i in range(count)]
    quantization.zeroPoint = [zero] * count
    quantization.quantizedDimension = axis or 0
    graph.table.tensors[place].quantization = quantization
    graph.store(place, elements.tobytes())
    return place


def main() -> None:
    file = File()
    graph = file.graph()
    same, relu = schema.Padding.SAME, schema.ActivationFunctionType.RELU
    image = graph.input([1, 4, 4, 2], Type.INT8, name="image", scale=0.5)
    first = np.zeros((4, 3, 3, 2), np.int8)
    first[0] = first[2] = np.arange(1, 19).reshape(3, 3, 2)
    channels = np.ones((1, 3, 3, 4), np.int8)
    channels[..., 1:] = [-3, 0, 5]
    mixing = np.arange(1, 13, dtype=np.int8).reshape(3, 1, 1, 4)
    rows = np.array([[7, 8, 255], [7, 7, 7]], np.uint8)

    def layer(name: str, operator: str, inputs: list[int], shape: list[int], how: object) -> int:
        result = graph.tensor(shape, Type.INT8, name, scale=0.5)
        graph.node(operator, inputs, [result], how)
        return result

    window = dict(
        dilationWFactor=1,
        dilationHFactor=1,
        padding=same,
        strideW=1,
        strideH=1,
        fusedActivationFunction=relu,
    )
    value = layer(
        "convolution",
        "CONV_2D",
        [image, stored(graph, "filters", first, Type.INT8, 0)],
        [1, 4, 4, 4],
        options("Conv2D", **window),
    )
    value = layer(
        "depthwise",
        "DEPTHWISE_CONV_2D",
        [value, stored(graph, "channels", channels, Type.INT8, 3)],
        [1, 4, 4, 4],
        options("DepthwiseConv2D", depthMultiplier=1, **window),
    )
    value = layer(
        "pointwise",
        "CONV_2D",
        [value, stored(graph, "mixing", mixing, Type.INT8, 0)],
        [1, 4, 4, 3],
        options("Conv2D", **window),
    )
    value = layer(
        "pool",
        "AVERAGE_POOL_2D",
        [value],
        [1, 1, 1, 3],
        options(
            "Pool2D",
            padding=schema.Padding.VALID,
            strideW=4,
            strideH=4,
            filterWidth=4,
            filterHeight=4,
        ),
    )
    value = layer("flat", "RESHAPE", [value, graph.integers([1, 3])], [1, 3], None)
    value = layer(
        "classes",
        "FULLY_CONNECTED",
        [value, stored(graph, "rows", rows, Type.UINT8, None, 7)],
        [1, 2],
        options("FullyConnected"),
    )
    graph.result(value)
    (HERE / "weights/zero_filters.tflite").write_bytes(file.bytes())


if __name__ == "__main__":
    main()
