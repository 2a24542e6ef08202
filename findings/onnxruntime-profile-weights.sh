#!/usr/bin/env bash
# Question: onnxruntime's profiler writes `parameter_size` for each node that it ran. What does it
#   say of a MatMul with 256 x 128 weights in float32?
# Likely guess: 131,072 bytes, what the kernel reads; so that the sum over all nodes is the traffic
#   of the weights.
# What is so: 0. Weights that a kernel packs for itself when the session is made are dropped from
#   the tensors that the profiler adds up, and the kernels of MatMul and Gemm pack theirs, while the
#   bias, which is not packed, is counted. A sum of `parameter_size` over a fully connected network
#   is therefore its biases. With session.disable_prepacking=1 the same run says 131,072 for the
#   MatMul. The one trace of it in the profile is that `input_type_shape` has an operand less.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6
# Seen:
#   the file: MatMul 131,072 B of weights; Gemm 32,768 B and a bias of 256 B
#   profile of a session as it is           {'MatMul': 0, 'Softmax': 0, 'Gemm': 256}
#   profile with disable_prepacking         {'MatMul': 131072, 'Softmax': 0, 'Gemm': 33024}
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import json
import sys

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(0)
weights = {
    name: random.standard_normal(shape).astype(np.float32)
    for name, shape in (("first", (256, 128)), ("second", (128, 64)), ("bias", (64,)))
}
nodes = [
    helper.make_node("MatMul", ["x", "first"], ["h"]),
    helper.make_node("Softmax", ["h"], ["p"]),
    helper.make_node("Gemm", ["p", "second", "bias"], ["y"]),
]
graph = helper.make_graph(
    nodes,
    "g",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 256])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 64])],
    [numpy_helper.from_array(values, name) for name, values in weights.items()],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def profile(title, **entries):
    """Bytes of parameters by operator, as the profiler states them."""
    options = onnxruntime.SessionOptions()
    options.enable_profiling = True
    for key, value in entries.items():
        options.add_session_config_entry(f"session.{key}", value)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    session.run(None, {"x": np.ones((1, 256), np.float32)})
    with open(session.end_profiling(), encoding="utf-8") as file:
        rows = [event["args"] for event in json.load(file) if event["cat"] == "Node"]
    stated = {row["op_name"]: int(row["parameter_size"]) for row in rows if "op_name" in row}
    print(f"{title:38}  {stated}")
    return stated


first, second, bias = (values.nbytes for values in weights.values())
print(f"the file: MatMul {first:,} B of weights; Gemm {second:,} B and a bias of {bias} B")
usual = profile("profile of a session as it is")
unpacked = profile("profile with disable_prepacking", disable_prepacking="1")
if (usual["MatMul"], usual["Gemm"]) != (0, bias):
    sys.exit("changed: packed weights are no longer left out of parameter_size")
if (unpacked["MatMul"], unpacked["Gemm"]) != (first, second + bias):
    sys.exit("changed: without packing parameter_size is not what the file holds")
PYTHON
