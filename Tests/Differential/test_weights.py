"""Zero filters, equal filters and zeros, counted with numpy from the files' own libraries."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import pytest
import tflite

from models import MODELS, NO_MODELS, ROOT

TYPES = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT8: np.int8,
    tflite.TensorType.UINT8: np.uint8,
    tflite.TensorType.INT16: np.int16,
}
#: By operator, the axis of the filters in its weights.
AXES = {
    tflite.BuiltinOperator.CONV_2D: 0,
    tflite.BuiltinOperator.DEPTHWISE_CONV_2D: -1,
    tflite.BuiltinOperator.TRANSPOSE_CONV: 0,
    tflite.BuiltinOperator.FULLY_CONNECTED: 0,
}
FIXTURE = ROOT / "Fixtures/weights/zero_filters.tflite"


@dataclass(frozen=True)
class Layer:
    """What is counted of a layer's weights."""

    elements: int
    zeros: int
    filters: int
    zero_filters: int
    duplicates: int

    @classmethod
    def of(cls, elements: np.ndarray, axis: int, zero: np.ndarray | int = 0) -> Layer:
        rows = np.moveaxis(elements, axis, 0).reshape(elements.shape[axis], -1)
        zeros = rows == np.broadcast_to(np.reshape(zero, (-1, 1)), rows.shape)
        others = rows[~zeros.all(axis=1)]
        return cls(
            rows.size,
            int(zeros.sum()),
            len(rows),
            int(zeros.all(axis=1).sum()),
            len(others) - len(np.unique(others, axis=0)),
        )


def tflite_layers(path: Path) -> list[Layer]:
    """The layers of the first subgraph whose weights are stored in plain form."""
    model = tflite.Model.GetRootAsModel(path.read_bytes(), 0)
    graph = model.Subgraphs(0)
    layers = []
    for place in range(graph.OperatorsLength()):
        operator = graph.Operators(place)
        code = model.OperatorCodes(operator.OpcodeIndex())
        axis = AXES.get(max(code.BuiltinCode(), code.DeprecatedBuiltinCode()))
        if axis is None:
            continue
        tensor = graph.Tensors(operator.Inputs(1))
        buffer = model.Buffers(tensor.Buffer())
        if not buffer.DataLength():
            continue
        elements = np.frombuffer(buffer.DataAsNumpy().tobytes(), TYPES[tensor.Type()])
        quantization = tensor.Quantization()
        zero = quantization.ZeroPointAsNumpy() if quantization else 0
        if not np.any(zero):
            zero = 0
        layers.append(Layer.of(elements.reshape(tensor.ShapeAsNumpy()), axis, zero))
    return layers


def onnx_layers(path: Path) -> list[Layer]:
    """The layers of an ONNX file whose weights are stored, dequantized or not."""
    graph = onnx.load(path).graph
    stored = {t.name: onnx.numpy_helper.to_array(t) for t in graph.initializer}
    made = {output: node for node in graph.node for output in node.output}
    layers = []
    for node in graph.node:
        if node.op_type not in ("Conv", "ConvTranspose", "Gemm", "MatMul"):
            continue
        zero, name = 0, node.input[1]
        if (before := made.get(name)) and before.op_type == "DequantizeLinear":
            name = before.input[0]
            zero = stored[before.input[2]] if len(before.input) > 2 else 0
        if name not in stored:
            continue
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        axis = {"Conv": 0, "ConvTranspose": 1, "MatMul": 1}.get(
            node.op_type, 0 if attributes.get("transB") else 1
        )
        layers.append(Layer.of(stored[name], axis, zero))
    return layers


def read(path: Path) -> dict:
    call = [os.environ["IOTCO2_GRAPH"], "inspect", path, "--weights", "--batch", "1"]
    result = subprocess.run(
        [*call, "--format", "json"], capture_output=True, text=True, timeout=600
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)["weights"]


def files() -> list:
    if not MODELS.is_dir():
        return [FIXTURE, pytest.param(None, marks=pytest.mark.skip(reason=NO_MODELS))]
    found = sorted((MODELS / "measured").rglob("*.tflite")) + sorted(
        (MODELS / "measured").rglob("*.onnx")
    )
    return [FIXTURE, *found]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name if path else "models")
def test_counts_are_those_of_numpy(path: Path) -> None:
    expected = tflite_layers(path) if path.suffix == ".tflite" else onnx_layers(path)
    found = [
        Layer(
            layer["elements"],
            layer["zeros"],
            layer["filters"],
            layer["zeroFilters"],
            layer["duplicateFilters"],
        )
        for layer in read(path)["layers"]
        if layer.get("filters") is not None
    ]
    assert found == expected


@pytest.mark.skipif(not MODELS.is_dir(), reason=NO_MODELS)
def test_visual_wake_words_has_971_zero_filters() -> None:
    """In the model that MLPerf Tiny measures; those of the float model are tiny, and not zero."""
    folder = MODELS / "measured/mlperf_tiny/visual_wake_words"
    quantized, floats = (read(folder / f"vww_96_{kind}.tflite") for kind in ("int8", "float"))
    assert (quantized["totals"]["zeroFilters"], quantized["totals"]["filters"]) == (971, 2736)
    assert (floats["totals"]["zeroFilters"], floats["totals"]["negligibleFilters"]) == (0, 971)
