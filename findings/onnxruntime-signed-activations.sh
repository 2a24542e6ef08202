#!/usr/bin/env bash
# Question: onnxruntime's own quantizer makes an int8 model in its default form: signed 8-bit
#   activations and weights, QuantizeLinear and DequantizeLinear around each operator. Do all
#   convolutions of a residual block run as 8-bit ones in onnxruntime on x86-64?
# Likely guess: yes. Quantizer and runtime are one project, this is the default, all tensors have
#   one type, and QLinearConv exists for it.
# What is so: no. When the model is loaded on x86-64, onnxruntime changes signed activations to
#   unsigned ones, but only where a QuantizeLinear has a single DequantizeLinear behind it. A tensor
#   that two operators read, the input of a residual block, stays signed. Its neighbours then have an
#   input of one type and an output of the other, which no 8-bit kernel takes, so they stay as
#   float convolutions, and their weights are dequantized again at every inference. The sum stays
#   float too. The same network quantized with activation_type=QUInt8 runs in 8 bits throughout.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6, on x86-64 with AVX-512 VNNI
# Seen (five 1x1 convolutions and a residual sum; times on one core):
#   QInt8   5 convolutions: 3 in 8 bits, 2 in float; sum in float; weights dequantized: 4   0.288 ms
#   QUInt8  5 convolutions: 5 in 8 bits, 0 in float; sum in 8 bits; weights dequantized: 0  0.115 ms
set -euo pipefail

if [ "$(uname -m)" != x86_64 ]; then
  echo "needs x86-64: elsewhere onnxruntime leaves signed activations as they are" >&2
  exit 1
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import logging
import sys
import time
from collections import Counter

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static

logging.disable(logging.WARNING)
CHANNELS, SIZE = 64, 28
random = np.random.default_rng(0)
image = random.standard_normal((1, CHANNELS, SIZE, SIZE)).astype(np.float32)
nodes, initializers = [], []


def convolution(x, name, relu):
    for end, shape in (("w", (CHANNELS, CHANNELS, 1, 1)), ("b", (CHANNELS,))):
        values = (random.standard_normal(shape) * 0.1).astype(np.float32)
        initializers.append(numpy_helper.from_array(values, name + end))
    nodes.append(helper.make_node("Conv", [x, name + "w", name + "b"], [name], name))
    if not relu:
        return name
    nodes.append(helper.make_node("Relu", [name], [name + "r"]))
    return name + "r"


class Images(CalibrationDataReader):
    def __init__(self):
        self.left = iter([{"x": image}])

    def get_next(self):
        return next(self.left, None)


block = convolution(convolution("x", "first", True), "second", False)
inner = convolution(convolution(block, "third", True), "fourth", False)
nodes.append(helper.make_node("Add", [block, inner], ["sum"], "sum"))
result = convolution("sum", "last", False)
ends = [
    helper.make_tensor_value_info(name, TensorProto.FLOAT, image.shape) for name in ("x", result)
]
graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], initializers)
opset = [helper.make_opsetid("", 17)]
onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), "float.onnx")


def run(kind):
    """Operators that run, how many dequantize weights, and the shortest time in milliseconds."""
    quantize_static("float.onnx", "int8.onnx", Images(), per_channel=True, activation_type=kind)
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = "optimized.onnx"
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        "int8.onnx", options, providers=["CPUExecutionProvider"]
    )
    times = []
    for _ in range(300):
        begin = time.perf_counter()
        session.run(None, {"x": image})
        times.append(time.perf_counter() - begin)
    optimized = onnx.load("optimized.onnx").graph
    stored = {tensor.name for tensor in optimized.initializer}
    weights = [
        node
        for node in optimized.node
        if node.op_type == "DequantizeLinear" and node.input[0] in stored
    ]
    counts = Counter(node.op_type for node in optimized.node)
    print(
        f"{kind.name:7} 5 convolutions: {counts['QLinearConv']} in 8 bits, {counts['Conv']} in"
        f" float; sum in {'8 bits' if counts['QLinearAdd'] else 'float'}; weights dequantized:"
        f" {len(weights)}  {1e3 * min(times):.3f} ms"
    )
    return counts, len(weights)


signed, dequantized = run(QuantType.QInt8)
unsigned, none = run(QuantType.QUInt8)
if not (signed["Conv"] == 2 and signed["Add"] == 1 and dequantized == 4):
    sys.exit("changed: signed activations no longer leave two convolutions and the sum in float")
if not (unsigned["QLinearConv"] == 5 and unsigned["QLinearAdd"] == 1 and none == 0):
    sys.exit("changed: unsigned activations no longer run in 8 bits throughout")
PYTHON
