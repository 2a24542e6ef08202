#!/usr/bin/env bash
# Question: a pool of 2 x 2 with stride 2 and without padding gets an image that is 1 high, so its
#   window fits nowhere. What are the shape and the values of its result?
# Likely guess: an error, as in training frameworks; or no row, since ONNX defines the size as
#   floor((input - kernel) / stride + 1) = floor((1 - 2) / 2 + 1) = floor(0.5) = 0.
# What is so: one row. onnxruntime and onnx.shape_inference both divide integers, which rounds
#   -1/2 to 0 and not to -1, and add 1. Wherever the kernel exceeds the input by less than the
#   stride there is a row that the definition has not; a kernel that exceeds it by the stride gives
#   none. What lies outside is left out: MaxPool takes the maximum of the part inside, AveragePool
#   its mean. onnx.shape_inference says one row for a Conv of the same geometry too, but onnxruntime
#   refuses to run that one; so a tool that predicts what runs needs another rule for pools than
#   for convolutions, and neither is the formula of the definition.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6
# Seen (the input [1, 1, 1, 4] is -3, -1, -4, -2):
#   MaxPool 2x2      inferred [1, 1, 1, 2], run [1, 1, 1, 2] [-1.0, -2.0]
#   AveragePool 2x2  inferred [1, 1, 1, 2], run [1, 1, 1, 2] [-2.0, -3.0]
#   MaxPool 3x2      inferred [1, 1, 0, 2], run [1, 1, 0, 2] []
#   Conv 2x2         inferred [1, 1, 1, 2], run refused
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

onnxruntime.set_default_logger_severity(4)
x = np.array([[[[-3, -1, -4, -2]]]], np.float32)
filters = numpy_helper.from_array(np.ones((1, 1, 2, 2), np.float32), "w")


def run(operator, kernel):
    """The inferred shape, and the result of a run or None where it is refused."""
    is_pool = operator != "Conv"
    node = helper.make_node(
        operator, ["x"] if is_pool else ["x", "w"], ["y"], kernel_shape=kernel, strides=[2, 2]
    )
    graph = helper.make_graph(
        [node],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, list("nchw"))],
        [] if is_pool else [filters],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True).graph.output[0]
    shape = [size.dim_value for size in inferred.type.tensor_type.shape.dim]
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    try:
        result = session.run(None, {"x": x})[0]
        text = f"{list(result.shape)} {result.ravel().tolist()}"
    except onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument:
        result, text = None, "refused"
    title = f"{operator} {kernel[0]}x{kernel[1]}"
    print(f"{title:16} inferred {shape}, run {text}")
    return shape, result


for operator, row in (("MaxPool", [-1, -2]), ("AveragePool", [-2, -3])):
    shape, result = run(operator, [2, 2])
    if shape != [1, 1, 1, 2] or result is None or result.tolist() != [[[row]]]:
        sys.exit(f"changed: {operator} no longer makes one row of the part inside")
shape, result = run("MaxPool", [3, 2])
if shape != [1, 1, 0, 2] or result is None or result.size:
    sys.exit("changed: a window too large by the stride no longer gives an empty result")
shape, result = run("Conv", [2, 2])
if shape != [1, 1, 1, 2] or result is not None:
    sys.exit("changed: inference and runtime no longer disagree about the convolution")
PYTHON
