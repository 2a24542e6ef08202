"""Networks as ONNX files: in float32, and in int8 by onnxruntime's static quantization."""

from __future__ import annotations

import logging
import math
import zlib
from pathlib import Path

import numpy as np
import onnx
from networks import NETWORKS, Shape, Tensor
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

OPSET = 20


class OnnxBuilder:
    """Makes nodes of the standard operators; images are in ONNX's order, channels first."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []

    def constant(self, array: np.ndarray) -> str:
        name = f"c{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def weights(self, *shape: int, fan: int) -> str:
        scale = math.sqrt(2 / fan)
        return self.constant(self.random.normal(0, scale, shape).astype(np.float32))

    def node(self, operator: str, inputs: list[str], shape: Shape, **attributes: object) -> Tensor:
        name = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name, **attributes))
        return Tensor(shape, name)

    def input(self, *shape: int) -> Tensor:
        is_image = len(shape) == 3
        sizes = [1, shape[2], shape[0], shape[1]] if is_image else [1, *shape]
        self.inputs.append(helper.make_tensor_value_info("input", TensorProto.FLOAT, sizes))
        return Tensor(shape, "input")

    def _convolution(
        self, x: Tensor, weights: str, channels: int, kernel: Shape, stride: int, groups: int
    ) -> Tensor:
        bias = self.constant(self.random.normal(0, 0.1, channels).astype(np.float32))
        # A filter that is as wide as the stride cuts the image into patches, without padding.
        padding = [0 if size == stride else size // 2 for size in kernel]
        ends = [max(0, size - 1 - pad) for size, pad in zip(kernel, padding, strict=True)]
        ends = [0 if size == stride else end for size, end in zip(kernel, ends, strict=True)]
        steps = [stride if size > 1 else 1 for size in x.shape[:2]]
        sizes = tuple(
            (size + start + end - width) // step + 1
            for size, start, end, width, step in zip(
                x.shape[:2], padding, ends, kernel, steps, strict=True
            )
        )
        return self.node(
            "Conv",
            [x.value, weights, bias],
            (*sizes, channels),
            kernel_shape=list(kernel),
            strides=steps,
            pads=[*padding, *ends],
            group=groups,
        )

    def convolution(
        self, x: Tensor, channels: int, kernel: Shape, stride: int = 1, activation: str = "relu"
    ) -> Tensor:
        inputs = x.shape[-1]
        weights = self.weights(channels, inputs, *kernel, fan=inputs * math.prod(kernel))
        y = self._convolution(x, weights, channels, kernel, stride, 1)
        return self.activate(y, activation)

    def depthwise(
        self, x: Tensor, kernel: Shape, stride: int = 1, activation: str = "relu"
    ) -> Tensor:
        channels = x.shape[-1]
        weights = self.weights(channels, 1, *kernel, fan=math.prod(kernel))
        y = self._convolution(x, weights, channels, kernel, stride, channels)
        return self.activate(y, activation)

    def dense(self, x: Tensor, channels: int, activation: str = "") -> Tensor:
        inputs, shape = x.shape[-1], (*x.shape[:-1], channels)
        weights = self.weights(inputs, channels, fan=inputs)
        bias = self.constant(self.random.normal(0, 0.1, channels).astype(np.float32))
        if len(x.shape) == 1:
            y = self.node("Gemm", [x.value, weights, bias], shape)
        else:
            product = self.node("MatMul", [x.value, weights], shape)
            y = self.node("Add", [product.value, bias], shape)
        return self.activate(y, activation)

    def activate(self, x: Tensor, activation: str) -> Tensor:
        if not activation:
            return x
        if activation == "relu6":
            ends = [self.constant(np.array(end, np.float32)) for end in (0, 6)]
            return self.node("Clip", [x.value, *ends], x.shape)
        names = {"relu": "Relu", "hard_swish": "HardSwish", "sigmoid": "Sigmoid", "gelu": "Gelu"}
        return self.node(names[activation], [x.value], x.shape)

    def add(self, x: Tensor, y: Tensor) -> Tensor:
        return self.node("Add", [x.value, y.value], x.shape)

    def multiply(self, x: Tensor, y: Tensor) -> Tensor:
        return self.node("Mul", [x.value, y.value], x.shape)

    def concatenate(self, values: list[Tensor]) -> Tensor:
        shape = (*values[0].shape[:-1], sum(value.shape[-1] for value in values))
        return self.node("Concat", [value.value for value in values], shape, axis=1)

    def max_pool(self, x: Tensor, kernel: int, stride: int) -> Tensor:
        kernels = [min(kernel, size) for size in x.shape[:2]]
        strides = [min(stride, size) for size in x.shape[:2]]
        pads = [(size - 1) // 2 for size in kernels]
        sizes = tuple(
            (size + 2 * pad - width) // step + 1
            for size, pad, width, step in zip(x.shape[:2], pads, kernels, strides, strict=True)
        )
        return self.node(
            "MaxPool",
            [x.value],
            (*sizes, x.shape[-1]),
            kernel_shape=kernels,
            strides=strides,
            pads=pads * 2,
        )

    def average(self, x: Tensor) -> Tensor:
        return self.node("GlobalAveragePool", [x.value], (1, 1, x.shape[-1]))

    def flatten(self, x: Tensor) -> Tensor:
        return self.node("Flatten", [x.value], (math.prod(x.shape),))

    def reshape(self, x: Tensor, shape: Shape) -> Tensor:
        sizes = self.constant(np.array([1, *shape], np.int64))
        return self.node("Reshape", [x.value, sizes], shape)

    def sequence(self, x: Tensor) -> Tensor:
        rows, columns, channels = x.shape
        y = self.reshape(x, (channels, rows * columns))
        return self.node("Transpose", [y.value], (rows * columns, channels), perm=[0, 2, 1])

    def softmax(self, x: Tensor) -> Tensor:
        return self.node("Softmax", [x.value], x.shape, axis=-1)

    def layer_norm(self, x: Tensor) -> Tensor:
        scale = self.constant(self.random.normal(1, 0.1, x.shape[-1]).astype(np.float32))
        bias = self.constant(self.random.normal(0, 0.1, x.shape[-1]).astype(np.float32))
        return self.node("LayerNormalization", [x.value, scale, bias], x.shape, axis=-1)

    def attention(self, x: Tensor, heads: int) -> Tensor:
        steps, width = x.shape
        size = width // heads

        def projected(order: list[int], shape: Shape) -> Tensor:
            y = self.reshape(self.dense(x, width), (steps, heads, size))
            return self.node("Transpose", [y.value], shape, perm=order)

        query = projected([0, 2, 1, 3], (heads, steps, size))
        key = projected([0, 2, 3, 1], (heads, size, steps))
        value = projected([0, 2, 1, 3], (heads, steps, size))
        scores = self.node("MatMul", [query.value, key.value], (heads, steps, steps))
        scale = self.constant(np.array(1 / math.sqrt(size), np.float32))
        scores = self.softmax(self.node("Mul", [scores.value, scale], scores.shape))
        y = self.node("MatMul", [scores.value, value.value], value.shape)
        y = self.node("Transpose", [y.value], (steps, heads, size), perm=[0, 2, 1, 3])
        return self.dense(self.reshape(y, (steps, width)), width)

    def mean_step(self, x: Tensor) -> Tensor:
        axes = self.constant(np.array([1], np.int64))
        return self.node("ReduceMean", [x.value, axes], x.shape[1:], keepdims=0)

    def lstm(self, x: Tensor, units: int) -> Tensor:
        steps, features = x.shape
        # ONNX has the steps first, and an axis of directions in the result.
        first = self.node("Transpose", [x.value], x.shape, perm=[1, 0, 2])
        inputs = [
            first.value,
            self.weights(1, 4 * units, features, fan=features),
            self.weights(1, 4 * units, units, fan=units),
            self.constant(self.random.normal(0, 0.1, (1, 8 * units)).astype(np.float32)),
        ]
        y = self.node("LSTM", inputs, (steps, units), hidden_size=units)
        axes = self.constant(np.array([1], np.int64))
        y = self.node("Squeeze", [y.value, axes], y.shape)
        return self.node("Transpose", [y.value], y.shape, perm=[1, 0, 2])

    def model(self, result: Tensor) -> onnx.ModelProto:
        output = helper.make_tensor_value_info(result.value, TensorProto.FLOAT, [1, *result.shape])
        graph = helper.make_graph(self.nodes, "g", self.inputs, [output], self.initializers)
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        onnx.checker.check_model(model, full_check=True)
        return model


class RandomSamples(CalibrationDataReader):
    """A few random inputs, for the ranges of a static quantization."""

    def __init__(self, model: onnx.ModelProto, count: int = 2) -> None:
        value = model.graph.input[0]
        shape = [dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
        random = np.random.default_rng(0)
        samples = random.standard_normal((count, *shape)).astype(np.float32)
        self.samples = iter([{value.name: sample} for sample in samples])

    def get_next(self) -> dict[str, np.ndarray] | None:
        return next(self.samples, None)


def write(name: str, folder: Path) -> None:
    """Writes NAME_float32.onnx and NAME_int8.onnx, which has pairs of QuantizeLinear and
    DequantizeLinear; a network of recurrent layers alone has no int8 form in onnxruntime."""
    logging.disable(logging.WARNING)
    architecture, network = NETWORKS[name]
    builder = OnnxBuilder(zlib.crc32(name.encode()))
    model = builder.model(network(builder))
    plain = folder / f"{name}_float32.onnx"
    onnx.save(model, plain)
    if architecture == "lstm":
        return
    quantize_static(
        plain,
        folder / f"{name}_int8.onnx",
        RandomSamples(model),
        quant_format=QuantFormat.QDQ,
        # With signed activations, the default, onnxruntime runs a part of the layers as floats on
        # x86-64 (findings/onnxruntime-signed-activations.sh).
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
    )
