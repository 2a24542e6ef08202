"""What ONNX Runtime says of the tensors of an ONNX file when it runs it."""

import functools
import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto

from models import MODELS

#: Small, and not 1, which would hide a forgotten batch.
SIZE_OF_OPEN_DIMENSIONS = 2
#: Operators whose result's size depends on values, not only on shapes.
DATA_DEPENDENT = {"Compress", "NonMaxSuppression", "NonZero", "StringSplit", "Unique"}

#: Files that ONNX Runtime refuses, by a part of their names.
ODD = {
    "int4_const_identity": "no kernel for Identity of int4",
    "burn-onnx__opset_22": "no kernel for RandomNormal of opset 22",
    "bf16_expanded": "no kernel for Add of bfloat16",
    "finn__build_dataflow": "custom operator MultiThreshold of FINN",
    "3layer_bloom_optimized_training": "operators of a training build (ATen)",
    "starry-night-fp16": "its Upsample results do not fit the Add after them",
    "qonnx__subpixel": "custom operator Quant of Brevitas",
}


@dataclass
class Tensor:
    """Shape and numpy's name of the element type ("object" for strings)."""

    shape: list[int]
    element_type: str


@dataclass
class Model:
    """A model and what its tensors were in a run."""

    graph: onnx.GraphProto
    inputs: dict[str, list[int]]
    #: Inputs, initializers and results of the nodes of the main graph.
    tensors: dict[str, Tensor]

    @property
    def bindings(self) -> list[str]:
        """The options that give our tool the inputs' shapes of the run."""
        options = []
        for name, shape in self.inputs.items():
            if shape:
                options += ["--bind", f"{name}={'x'.join(map(str, shape))}"]
        return options

    @property
    def data_dependent(self) -> set[str]:
        """Tensors whose size, or that of a tensor they are made from, depends on values."""
        names: set[str] = set()
        for node in self.graph.node:
            if node.op_type in DATA_DEPENDENT or names.intersection(node.input):
                names.update(node.output)
        return names


@functools.cache
def model(path: Path) -> Model:
    """Runs a file; of a file of the corpus, takes the recorded run."""
    proto = _load(path)
    truth = MODELS / "corpus" / "truth" / "onnx" / f"{path.name}.json"
    if MODELS in path.parents and truth.is_file():
        recorded = json.loads(truth.read_text())["ort_run"]
        assert "error" not in recorded, recorded["error"]
        stored = _stored(proto.graph)
        inputs = {name: shape for name, shape in recorded["inputs"].items() if name not in stored}
        results = recorded["tensors"]
    else:
        inputs, results = _run(proto)
    tensors = {
        initializer.name: Tensor(list(initializer.dims), _numpy_name(initializer.data_type))
        for initializer in proto.graph.initializer
    }
    for value in proto.graph.input:
        if value.name in inputs:
            kind = _numpy_name(value.type.tensor_type.elem_type)
            tensors[value.name] = Tensor(inputs[value.name], kind)
    for name, (kind, shape) in results.items():
        # Sequences, maps and absent optional results have no shape.
        if isinstance(shape, list) and all(isinstance(size, int) for size in shape):
            tensors[name] = Tensor(shape, kind)
    return Model(proto.graph, inputs, tensors)


def _run(proto: onnx.ModelProto) -> tuple[dict[str, list[int]], dict[str, tuple]]:
    """Runs a model once; the inputs' shapes, and the type and shape of each node's results."""
    stored = _stored(proto.graph)
    feeds = {
        value.name: _random(value.type.tensor_type)
        for value in proto.graph.input
        if value.name not in stored
    }
    exposed = onnx.ModelProto()
    exposed.CopyFrom(proto)
    del exposed.graph.output[:]
    names = [name for node in proto.graph.node for name in node.output if name]
    exposed.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(exposed.SerializeToString(), options)
    results = session.run(names, feeds)
    return (
        {name: list(value.shape) for name, value in feeds.items()},
        {
            name: (value.dtype.name, list(value.shape))
            for name, value in zip(names, results, strict=True)
            if isinstance(value, np.ndarray)
        },
    )


def _stored(graph: onnx.GraphProto) -> set[str]:
    """Tensors with a value in the file, which older files list among the inputs too."""
    sparse = {initializer.values.name for initializer in graph.sparse_initializer}
    return sparse.union(initializer.name for initializer in graph.initializer)


def _random(kind: onnx.TypeProto.Tensor) -> np.ndarray:
    # Zero is how some exporters write an open dimension; integers are often indices.
    shape = [size.dim_value or SIZE_OF_OPEN_DIMENSIONS for size in kind.shape.dim]
    numpy_type = onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type)
    return np.random.default_rng(0).uniform(0, 1, shape).astype(numpy_type)


def _load(path: Path) -> onnx.ModelProto:
    """Reads a model, with zeros for weights in files that are not there."""
    try:
        return onnx.load(path)
    except (FileNotFoundError, onnx.checker.ValidationError):
        proto = onnx.load(path, load_external_data=False)
    for initializer in proto.graph.initializer:
        if initializer.data_location == TensorProto.EXTERNAL:
            width = onnx.helper.tensor_dtype_to_np_dtype(initializer.data_type).itemsize
            initializer.raw_data = bytes(width * math.prod(initializer.dims))
            initializer.data_location = TensorProto.DEFAULT
            del initializer.external_data[:]
    return proto


def _numpy_name(element_type: int) -> str:
    return onnx.helper.tensor_dtype_to_np_dtype(element_type).name


def quantized(graph: onnx.GraphProto) -> dict[str, str]:
    """For each float tensor of a model in QDQ form, the tensor with its integers.

    Our tool gives the integers' type to such tensors, as a runtime that fuses the operators does.
    """
    integers: dict[str, str] = {}
    for node in reversed(graph.node):
        if node.op_type == "QuantizeLinear":
            integers[node.input[0]] = node.output[0]
        elif node.op_type == "DequantizeLinear":
            integers[node.output[0]] = node.input[0]
        elif node.op_type in ("Clip", "Relu") and node.output[0] in integers:
            integers[node.input[0]] = integers[node.output[0]]
    return integers
