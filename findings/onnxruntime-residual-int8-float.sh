#!/usr/bin/env bash
# Question: onnxruntime's own quantizer makes a residual block (three convolutions and an addition) int8, weights and
#   activations. Which operators run in integers, when onnxruntime runs its result on x86-64?
# Likely guess: all, as with uint8 activations; int8 or uint8 is a matter of the zero point.
# What is so: one of three convolutions. The other two and the addition run in float32, and the weights
#   of these convolutions are dequantized in every inference. On x86-64 a pass makes uint8 of int8
#   activations, tensor by tensor, but not of a tensor that two operators read, which is what a
#   residual block begins with. A convolution between an int8 and a uint8 tensor has no kernel in
#   integers. The same chain without the addition is all integers, and so is the block with
#   QUInt8 activations.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6; x86-64
# Seen:
#   chain QInt8      {'QLinearConv': 3}, 1 DequantizeLinear
#   block QInt8      {'Conv': 2, 'QLinearConv': 1, 'Add': 1}, 7 DequantizeLinear
#   block QUInt8     {'QLinearConv': 3, 'QLinearAdd': 1}, 1 DequantizeLinear
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import collections
import json
import platform
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

if platform.machine() not in ("x86_64", "AMD64"):
    sys.exit("this is about x86-64")
SHAPE = [1, 8, 32, 32]
random = np.random.default_rng(0)


class Data(CalibrationDataReader):
    def __init__(self):
        self.rows = iter([{"x": random.standard_normal(SHAPE).astype(np.float32)} for _ in range(8)])

    def get_next(self):
        return next(self.rows, None)


def write(is_block):
    nodes, stored = [], []
    for read, made in (("x", "a"), ("a", "b"), ("b", "c")):
        weights = 0.2 * random.standard_normal((8, 8, 3, 3))
        stored.append(numpy_helper.from_array(weights.astype(np.float32), f"{made}.weights"))
        nodes.append(helper.make_node("Conv", [read, f"{made}.weights"], [made], name=made, pads=[1] * 4))
    if is_block:
        nodes.append(helper.make_node("Add", ["c", "a"], ["y"], name="y"))
    last = "y" if is_block else "c"
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, SHAPE)],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, SHAPE)], stored,
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), "float.onnx")


def ran(title, is_block, activations):
    """What a run consists of, by the profiler."""
    write(is_block)
    quantize_static(
        "float.onnx", "int8.onnx", Data(), quant_format=QuantFormat.QDQ, per_channel=True,
        activation_type=activations, weight_type=QuantType.QInt8,
    )
    options = onnxruntime.SessionOptions()
    options.enable_profiling = True
    session = onnxruntime.InferenceSession("int8.onnx", options, providers=["CPUExecutionProvider"])
    session.run(None, {"x": np.ones(SHAPE, np.float32)})
    with open(session.end_profiling(), encoding="utf-8") as file:
        events = [e["args"]["op_name"] for e in json.load(file) if "op_name" in e.get("args", {})]
    counts = collections.Counter(events)
    shown = {k: n for k, n in counts.items() if k in ("Conv", "Add", "QLinearConv", "QLinearAdd")}
    print(f"{title:16} {shown}, {counts['DequantizeLinear']} DequantizeLinear")
    return shown


chain = ran("chain QInt8", False, QuantType.QInt8)
block = ran("block QInt8", True, QuantType.QInt8)
unsigned = ran("block QUInt8", True, QuantType.QUInt8)
if chain != {"QLinearConv": 3} or unsigned != {"QLinearConv": 3, "QLinearAdd": 1}:
    sys.exit("changed: a chain, or a block in uint8, no longer runs in integers")
if block != {"QLinearConv": 1, "Conv": 2, "Add": 1}:
    sys.exit("changed: the block in int8 no longer runs in float")
PYTHON
