"""Multiply-accumulates of each layer, compared with a count of our own."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import onnx
import pytest
import tflite

import litert
import ort
from conftest import Run
from models import ONNX, TFLITE, skip_odd

Shape = Sequence[int]
product = math.prod


def matmul_inner(left: Shape, transposed: bool) -> int:
    """The dimension that a product of matrices sums over."""
    return left[-2 if transposed and len(left) > 1 else -1]


# --- ONNX


def onnx_attribute(node: onnx.NodeProto, name: str, default: int) -> int:
    """An integer attribute."""
    return next((a.i for a in node.attribute if a.name == name), default)


#: MACs from the node and the shapes of its first two operands and of its result. A weight's first
#: dimension is the output's channels, but the input's for ConvTranspose.
ONNX_MACS: dict[str, Callable[[onnx.NodeProto, Shape, Shape, Shape], int]] = {
    "Conv": lambda node, x, w, y: product(y) * product(w[1:]),
    "ConvInteger": lambda node, x, w, y: product(y) * product(w[1:]),
    "ConvTranspose": lambda node, x, w, y: product(x) * product(w[1:]),
    "Gemm": lambda node, a, b, y: (
        product(y) * matmul_inner(a, bool(onnx_attribute(node, "transA", 0)))
    ),
    "MatMul": lambda node, a, b, y: product(y) * a[-1],
    "MatMulInteger": lambda node, a, b, y: product(y) * a[-1],
}


def onnx_macs(model: ort.Model) -> dict[str, int]:
    """MACs of the contractions of the main graph by the name of their result."""
    counts = {}
    for node in model.graph.node:
        names = [*node.input[:2], node.output[0]]
        if node.op_type in ONNX_MACS and node.domain in ("", "ai.onnx"):
            if all(name in model.tensors for name in names):
                shapes = [model.tensors[name].shape for name in names]
                counts[node.output[0]] = ONNX_MACS[node.op_type](node, *shapes)
    return counts


@pytest.mark.parametrize("path", ONNX)
def test_onnx_layers_have_the_counted_macs(path: Path, run: Run) -> None:
    skip_odd(path, ort.ODD)
    model = ort.model(path)
    report = run("analyze", path, *model.bindings)
    ours = {layer["outputs"][0]["name"]: layer for layer in report["layers"] if layer["outputs"]}
    unknown = {operator["name"] for operator in report["coverage"]["unknownOperators"]}
    differences = []
    for name, macs in onnx_macs(model).items():
        layer = ours[name]
        # After an operator that our tool does not know, shapes may be missing.
        is_missing = layer["macs"] is None and (unknown or name in model.data_dependent)
        if layer["macs"] != macs and not is_missing:
            differences.append(f"'{name}': ours {layer['macs']}, counted {macs}")
    assert differences == []


# --- TFLite


def options(operator: tflite.Operator, kind: type) -> object:
    """The typed options of an operator."""
    table = kind()
    raw = operator.BuiltinOptions()
    table.Init(raw.Bytes, raw.Pos)
    return table


def batch_matmul_macs(operator: tflite.Operator, left: Shape, _: Shape, result: Shape) -> int:
    """The summed dimension is the left operand's last one, unless that one is transposed."""
    adjoint = options(operator, tflite.BatchMatMulOptions).AdjX()
    return product(result) * matmul_inner(left, adjoint)


#: For each operator: the places of the activations and the weights among its operands, and MACs
#: from the operator, their shapes and the result's. Filters are stored as [outputs, height, width,
#: inputs per group], depthwise ones as [1, height, width, outputs], those of 3D convolutions as
#: [depth, height, width, inputs, outputs].
TFLITE_MACS: dict[str, tuple[int, int, Callable[[tflite.Operator, Shape, Shape, Shape], int]]] = {
    "CONV_2D": (0, 1, lambda op, x, w, y: product(y) * product(w[1:])),
    "DEPTHWISE_CONV_2D": (0, 1, lambda op, x, w, y: product(y) * w[1] * w[2]),
    "TRANSPOSE_CONV": (2, 1, lambda op, x, w, y: product(x) * product(w[:3])),
    "CONV_3D": (0, 1, lambda op, x, w, y: product(y) * product(w[:4])),
    "FULLY_CONNECTED": (0, 1, lambda op, x, w, y: product(y) * w[1]),
    "BATCH_MATMUL": (0, 1, batch_matmul_macs),
}
#: Files that cannot be counted, by a part of their names.
ODD = {
    "single_fc_bias_sub_channel": "the tflite package takes codes below 127 only from the "
    "deprecated field, which this file leaves at zero: each operator would be an ADD",
    "features.tflite": litert.ODD["features.tflite"],
}
TFLITE_NAMES = {code: name for name, code in vars(tflite.BuiltinOperator).items() if name.isupper()}


def tflite_macs(path: Path) -> list[tuple[str, int]]:
    """The name and the MACs (0 for all but contractions) of each operator of the first subgraph."""
    model = tflite.Model.GetRootAs(path.read_bytes())
    graph = model.Subgraphs(0)

    def shape(index: int) -> list[int]:
        tensor = graph.Tensors(index)
        return [tensor.Shape(axis) for axis in range(tensor.ShapeLength())]

    counts = []
    for place in range(graph.OperatorsLength()):
        operator = graph.Operators(place)
        code = model.OperatorCodes(operator.OpcodeIndex())
        name = TFLITE_NAMES[code.BuiltinCode()]
        macs = 0
        if name in TFLITE_MACS:
            data, weights, count = TFLITE_MACS[name]
            tensors = operator.Inputs(data), operator.Inputs(weights), operator.Outputs(0)
            macs = count(operator, *map(shape, tensors))
        counts.append((name, macs))
    return counts


@pytest.mark.parametrize("path", TFLITE)
def test_tflite_layers_have_the_counted_macs(path: Path, run: Run) -> None:
    skip_odd(path, ODD)
    # Only layers of subgraphs that operators call have a number of repetitions.
    layers = [layer for layer in run("analyze", path)["layers"] if "repetitions" not in layer]
    counted = tflite_macs(path)
    assert len(layers) == len(counted)
    differences = [
        f"{layer['index']} {name} '{layer['name']}': ours {layer['macs']}, counted {macs}"
        for layer, (name, macs) in zip(layers, counted, strict=True)
        if (name in TFLITE_MACS or layer["macs"]) and layer["macs"] != macs
    ]
    assert differences == []
