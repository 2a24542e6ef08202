#!/usr/bin/env bash
# Question: a convolution of a picture (0 to 255) has a filter that pruning has made all zero, and a bias of
#   0.4. onnxruntime quantizes it to 8 bits, weights for each channel. What does the channel give?
# Likely guess: 0.4, as before: nothing is lost in quantizing zeros, and biases have 32 bits.
# What is so: it gives 0. A bias has the scale of its channel's weights times that of the picture. An all-zero
#   filter has no range, and gets the scale 1 where its neighbours have a hundredth. So the bias is a
#   multiple of a whole step of the picture, and 0.4 rounds to nothing. One weight of 0.001 in the same filter
#   keeps the bias. Structured pruning before quantization so changes what pruned channels pass on.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6
# Seen:
#   filter             scale of weights  bias as stored  first output
#   all zero           1                 0               0.0000 (in floating point 0.4000)
#   one weight 0.001   7.87e-06          50800           0.4007 (in floating point 0.4000)
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import logging
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, quantize_static

logging.disable(logging.CRITICAL)
BIAS = 0.4


class Pictures(CalibrationDataReader):
    """Two pictures, one black and one white."""

    def __init__(self):
        self.rest = [np.full((1, 3, 8, 8), level, np.float32) for level in (0, 255)]

    def get_next(self):
        return {"x": self.rest.pop()} if self.rest else None


def outputs(weight):
    """The scale, the stored bias and the first outputs of a channel whose filter has one weight."""
    filters = np.zeros((1, 3, 3, 3), np.float32)
    filters[0, 0, 0, 0] = weight
    graph = helper.make_graph(
        [helper.make_node("Conv", ["x", "w", "b"], ["y"], pads=[1, 1, 1, 1])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, 8, 8])],
        [numpy_helper.from_array(filters, "w"), numpy_helper.from_array(np.full(1, BIAS, np.float32), "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, "float.onnx")
    quantize_static("float.onnx", "int8.onnx", Pictures(), per_channel=True)
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load("int8.onnx").graph.initializer}
    black = {"x": np.zeros((1, 3, 8, 8), np.float32)}
    given = [
        onnxruntime.InferenceSession(name).run(None, black)[0].flat[0] for name in ("float.onnx", "int8.onnx")
    ]
    return stored["w_scale"].flat[0], stored["b_quantized"].flat[0], *given


print(f"{'filter':18} {'scale of weights':17} {'bias as stored':15} first output")
for name, weight in (("all zero", 0.0), ("one weight 0.001", 0.001)):
    scale, bias, real, quantized = outputs(weight)
    print(f"{name:18} {scale:<17.3g} {bias:<15} {quantized:.4f} (in floating point {real:.4f})")
    if abs(real - BIAS) > 1e-6:
        sys.exit("the model in floating point does not give its bias")
    if weight == 0 and (scale != 1 or quantized != 0):
        sys.exit("changed: an all-zero filter keeps its bias")
    if weight != 0 and abs(quantized - BIAS) > 0.01:
        sys.exit("changed: a filter with a small weight loses its bias")
PYTHON
