"""Kernels that onnxruntime ran, from its own profiles: kind, time, and what determines the time."""

from __future__ import annotations

import json
import math
import re
import statistics
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from sklearn.ensemble import RandomForestRegressor
from tables import Prediction, Row

#: The tool's kinds of kernels, by operators of the runtime that are not contractions.
KINDS = {
    "quantization": "QuantizeLinear DequantizeLinear",
    "layout": "ReorderInput ReorderOutput",
    "elementwise": "Add Mul QLinearAdd QLinearMul",
    "activation": "Relu Clip HardSwish Sigmoid Gelu QLinearSigmoid QLinearLeakyRelu QGelu",
    "softmax": "Softmax QLinearSoftmax",
    "normalization": "LayerNormalization SkipLayerNormalization",
    "pooling": "MaxPool GlobalAveragePool QLinearGlobalAveragePool AveragePool",
    "reduction": "ReduceMean QLinearReduceMean",
    "recurrent": "LSTM",
    "dataMovement": "Transpose Reshape Squeeze Concat QLinearConcat Flatten Unsqueeze",
}
KIND_OF = {operator: kind for kind, names in KINDS.items() for operator in names.split()}
CONTRACTIONS = "Conv FusedConv QLinearConv Gemm MatMul FusedMatMul FusedGemm QGemm QLinearMatMul"
#: A name of the network's own: `conv_12`, also within `conv_12_token_130`, `clip_1_nchwc`,
#: `fused gemm_3` or `matmul_5/MatMulAddFusion`.
OWN_NAME = re.compile(r"^(?:fused )?([a-z]+_\d+)(?:[_/]|$)")


@dataclass(frozen=True)
class Kernel:
    kind: str
    #: The network's own operator, or nothing for what the runtime added.
    anchor: str
    seconds: float
    features: tuple[float, ...]


@dataclass(frozen=True)
class Operator:
    """A contraction of a network: its kind, as the tool has it, and its sizes."""

    kind: str
    features: tuple[float, ...]


def operators(path: Path) -> tuple[dict[str, Operator], dict[str, str]]:
    """Contractions of a network by name, and the name of the operator before each other one."""
    graph = onnx.shape_inference.infer_shapes(onnx.load(path)).graph
    shapes = {
        value.name: [size.dim_value for size in value.type.tensor_type.shape.dim]
        for value in [*graph.input, *graph.value_info, *graph.output]
    }
    stored = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    producers = {node.output[0]: node for node in graph.node}
    found, before = {}, {}
    for node in graph.node:
        if node.input[0] in producers:
            before[node.name] = producers[node.input[0]].name
        output = math.prod(shapes[node.output[0]])
        if node.op_type == "Conv":
            outer, inner, height, width = stored[node.input[1]]
            groups = next(a.i for a in node.attribute if a.name == "group")
            stride = next(a.ints[0] for a in node.attribute if a.name == "strides")
            kernel = height * width
            if groups > 1:
                kind = "depthwiseConvolution"
            elif kernel == 1:
                kind = "pointwiseConvolution"
            else:
                kind = "convolution"
            sizes = (inner * groups, outer, kernel, stride, output, output * inner * kernel)
            found[node.name] = Operator(kind, tuple(map(float, sizes)))
        elif node.op_type in ("Gemm", "MatMul"):
            inner = shapes[node.input[0]][-1]
            outer = shapes[node.output[0]][-1]
            kind = "fullyConnected" if node.input[1] in stored else "matMul"
            sizes = (inner, outer, 1, 1, output, output * inner)
            found[node.name] = Operator(kind, tuple(map(float, sizes)))
    return found, before


def kernels(profile: Path, network: Path) -> list[Kernel]:
    """The kernels of a profile, each with its least time over the runs."""
    contractions, before = operators(network)
    times: dict[str, list[float]] = defaultdict(list)
    facts: dict[str, dict] = {}
    for event in json.loads(profile.read_text()):
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            times[event["name"]].append(event["dur"] / 1e6)
            facts.setdefault(event["name"], event["args"])
    found = []
    for name, seconds in times.items():
        operator = facts[name]["op_name"]
        own = OWN_NAME.match(name)
        anchor = own.group(1) if own else ""
        sizes = [
            float(math.prod(shape)) for part in ("input", "output")
            for value in facts[name][f"{part}_type_shape"] for shape in value.values()
        ]  # fmt: skip
        features: tuple[float, ...] = (max(sizes, default=1), sum(sizes))
        if operator in CONTRACTIONS.split():
            # A fused activation gives the kernel its name.
            while anchor and anchor not in contractions:
                anchor = before.get(anchor, "")
            contraction = contractions.get(anchor)
            kind = contraction.kind if contraction else "convolution"
            features = contraction.features if contraction else features
        else:
            kind = KIND_OF.get(operator, "other")
            if not own and operator == "Transpose":
                kind = "layout"
        found.append(Kernel(kind, anchor, min(seconds), features))
    return found


def forests(
    known: list[Row], asked: list[Row], by_model: dict[str, list[Kernel]]
) -> list[Prediction]:
    """A random forest for each kernel kind and precision, as in nn-Meter (Zhang et al., 2021), on
    the measured kernels of the known networks. The kernels of a network that is asked for are
    taken from its own profile, so that the forests know what the runtime fuses and adds."""
    samples: dict[tuple[str, str], list[Kernel]] = defaultdict(list)
    for row in known:
        for kernel in by_model[row.model]:
            samples[kernel.kind, row.precision].append(kernel)
    models = {}
    for key, own in samples.items():
        width = max(len(kernel.features) for kernel in own)
        own = [kernel for kernel in own if len(kernel.features) == width]
        forest = RandomForestRegressor(100, random_state=0)
        forest.fit(
            np.log1p([kernel.features for kernel in own]),
            np.log([max(kernel.seconds, 5e-7) for kernel in own]),
        )
        models[key] = width, forest
    # The profile's own cost, and that of an inference.
    ratio = statistics.median(
        row.seconds / sum(kernel.seconds for kernel in by_model[row.model]) for row in known
    )

    def seconds(row: Row) -> float:
        groups: dict[tuple[str, str], list[Kernel]] = defaultdict(list)
        for kernel in by_model[row.model]:
            groups[kernel.kind, row.precision].append(kernel)
        total = 0.0
        for key, own in groups.items():
            # A kind that no known network has costs nothing.
            width, forest = models.get(key, (0, None))
            usable = [kernel.features for kernel in own if len(kernel.features) == width]
            if forest is not None and usable:
                total += float(np.exp(forest.predict(np.log1p(usable))).sum())
        return total * ratio

    return [Prediction(row, seconds(row)) for row in asked]
