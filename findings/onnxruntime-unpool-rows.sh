#!/usr/bin/env bash
# Question: MaxUnpool puts 4 maxima back at their places. Its `output_shape` states an image of 5 x 5
#   where the window and stride alone would give 4 x 4. Where does the value with the index 5 go?
# Likely guess: to one place, since ONNX has a test of exactly this among those of the operator, which
#   a runtime that has the operator passes.
# What is so: ONNX's definition reads indices in the image that the window gives, 4 wide, and leaves the
#   rest of `output_shape` empty: index 5 is row 1, column 1. onnxruntime reads them in the image that
#   `output_shape` states, 5 wide: row 1, column 0; further indices are ever more rows off. PyTorch,
#   whose unpooling this is, counts as onnxruntime does. So a segmentation network that unpools to odd
#   sizes is right in onnxruntime and wrong by the definition, and onnx's own test fails in
#   onnxruntime.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6
# Seen (places of 5, 6, 7, 8 with the indices 5, 7, 13, 15):
#   definition:  (1, 1) (1, 3) (3, 1) (3, 3)
#   onnxruntime: (1, 0) (1, 2) (2, 3) (3, 0)
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
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

graph = helper.make_graph(
    [
        helper.make_node(
            "MaxUnpool", ["x", "indices", "shape"], ["y"], kernel_shape=[2, 2], strides=[2, 2]
        )
    ],
    "g",
    [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 2, 2]),
        helper.make_tensor_value_info("indices", TensorProto.INT64, [1, 1, 2, 2]),
    ],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, 5, 5])],
    [helper.make_tensor("shape", TensorProto.INT64, [4], [1, 1, 5, 5])],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=8)
onnx.checker.check_model(model)
feed = {
    "x": np.array([[[[5, 6], [7, 8]]]], np.float32),
    "indices": np.array([[[[5, 7], [13, 15]]]], np.int64),
}


def places(image):
    """The row and column of each value."""
    return [tuple(int(axis[0]) for axis in np.where(image[0, 0] == value)) for value in (5, 6, 7, 8)]


definition = places(ReferenceEvaluator(model).run(None, feed)[0])
session = onnxruntime.InferenceSession(
    model.SerializeToString(), providers=["CPUExecutionProvider"]
)
made = places(session.run(None, feed)[0])
print("definition: ", *definition)
print("onnxruntime:", *made)
is_so = definition == [(1, 1), (1, 3), (3, 1), (3, 3)] and made == [(1, 0), (1, 2), (2, 3), (3, 0)]
sys.exit(0 if is_so else 1)
PYTHON
