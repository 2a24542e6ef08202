#!/usr/bin/env bash
# Question: a MatMul has float32 activations and int4 weights, which a DequantizeLinear with blocks
#   turns into float32 before it. No operator of the file quantizes an activation. In which
#   precision does onnxruntime multiply?
# Likely guess: float32, as the file says: weight-only quantization leaves activations alone.
# What is so: 8-bit integers. From graph optimization level "extended" on, and "all" is what a
#   session has, onnxruntime replaces the pair by com.microsoft.MatMulNBits with accuracy_level 4,
#   whose kernel quantizes the activations of each row on the way in. The error rises from that of
#   float rounding to some tenths of a per cent. The same weights written as MatMulNBits in the file
#   are multiplied as floats: there a missing accuracy_level means 0. So two spellings of one layer
#   differ in arithmetic, time and energy, and the one that looks like plain float is the 8-bit one.
#   The session option session.qdq_matmulnbits_accuracy_level=0 brings the floats back.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6
# Seen (largest error over the largest exact result):
#   DequantizeLinear, MatMul; optimized      runs MatMulNBits, accuracy_level 4       0.46977 %
#   DequantizeLinear, MatMul; as written     runs DequantizeLinear, MatMul            0.00001 %
#   MatMulNBits without accuracy_level       runs MatMulNBits, accuracy_level 0       0.00001 %
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

INNER, OUTER, BLOCK = 256, 64, 32
random = np.random.default_rng(0)
x = random.standard_normal((1, INNER)).astype(np.float32)
codes = random.integers(-8, 8, (INNER, OUTER))
scales = random.uniform(0.01, 0.11, (INNER // BLOCK, OUTER)).astype(np.float32)
exact = x.astype(np.float64) @ (codes * np.repeat(scales, BLOCK, axis=0))


def model(nodes, initializers):
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, INNER])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, OUTER])]
    graph = helper.make_graph(nodes, "g", inputs, outputs, initializers)
    versions = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=versions, ir_version=10).SerializeToString()


def run(title, file, level):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = level
    options.optimized_model_filepath = "optimized.onnx"
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    error = np.abs(session.run(None, {"x": x})[0] - exact).max() / np.abs(exact).max()
    nodes = onnx.load("optimized.onnx").graph.node
    runs = ", ".join(node.op_type for node in nodes)
    if runs == "MatMulNBits":
        levels = [a.i for a in nodes[0].attribute if a.name == "accuracy_level"]
        runs += f", accuracy_level {sum(levels)}"
    print(f"{title:40} runs {runs:33} {100 * error:9.5f} %")
    return runs, error


dequantized = model(
    [
        helper.make_node("DequantizeLinear", ["w", "s"], ["d"], axis=0, block_size=BLOCK),
        helper.make_node("MatMul", ["x", "d"], ["y"]),
    ],
    [
        helper.make_tensor("w", TensorProto.INT4, codes.shape, codes.ravel()),
        numpy_helper.from_array(scales, "s"),
    ],
)
nibbles = (codes.T + 8).astype(np.uint8).reshape(OUTER, INNER // BLOCK, BLOCK)
attributes = {"K": INNER, "N": OUTER, "bits": 4, "block_size": BLOCK}
packed = model(
    [helper.make_node("MatMulNBits", ["x", "w", "s"], ["y"], domain="com.microsoft", **attributes)],
    [
        numpy_helper.from_array(nibbles[..., ::2] | nibbles[..., 1::2] << 4, "w"),
        numpy_helper.from_array(np.ascontiguousarray(scales.T), "s"),
    ],
)
level = onnxruntime.GraphOptimizationLevel
runs, error = run("DequantizeLinear, MatMul; optimized", dequantized, level.ORT_ENABLE_ALL)
_, as_written = run("DequantizeLinear, MatMul; as written", dequantized, level.ORT_DISABLE_ALL)
_, as_packed = run("MatMulNBits without accuracy_level", packed, level.ORT_ENABLE_ALL)
if runs != "MatMulNBits, accuracy_level 4":
    sys.exit(f"changed: the pair runs as {runs}")
if not (error > 1e-3 and as_written < 1e-5 and as_packed < 1e-5):
    sys.exit("changed: the errors no longer show 8-bit activations in the first form alone")
PYTHON
