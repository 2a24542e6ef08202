#!/usr/bin/env bash
# Question: Resize takes 10 values and the scale 0.7 (or 1.3, or 1.4). How many values are there
#   afterwards?
# Likely guess: 7 (13, 14), or whatever it is, the same everywhere: ONNX defines the size as
#   floor(input * scale), and nothing is left to a runtime.
# What is so: it depends on who multiplies. A scale is a float32, and the one nearest to 0.7 is
#   0.69999999. onnx.shape_inference and onnx's reference evaluator multiply exactly, get
#   6.9999999 and say 6. onnxruntime multiplies in float32, which rounds the product up to 7. So a
#   file whose shapes were inferred states one value less than onnxruntime makes wherever the
#   decimal product is whole and the float lies below the decimal; where it lies above (0.6, 1.1)
#   all agree. Upsample is alike. PyTorch's `interpolate(scale_factor=0.7)`, from which such files
#   come, makes 7 too, so what follows the definition finds a skip connection of the export that does
#   not fit. An exporter that writes sizes instead of scales avoids the question.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6
# Seen (values in, scale: inferred, reference, onnxruntime):
#   10 x 0.6:   6   6   6
#   10 x 0.7:   6   6   7
#   10 x 1.1:  11  11  11
#   10 x 1.3:  12  12  13
#   20 x 1.4:  27  27  28
#  100 x 0.9:  89  89  90
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


def sizes(count, scale):
    """What shape inference, the reference and onnxruntime make of so many values."""
    graph = helper.make_graph(
        [helper.make_node("Resize", ["x", "", "scales"], ["y"], mode="nearest")],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, count])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["a", "b"])],
        [helper.make_tensor("scales", TensorProto.FLOAT, [2], [1, scale])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)
    onnx.checker.check_model(model)
    inferred = onnx.shape_inference.infer_shapes(model).graph.output[0].type.tensor_type.shape
    feed = {"x": np.zeros((1, count), np.float32)}
    reference = ReferenceEvaluator(model).run(None, feed)[0]
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return inferred.dim[1].dim_value, reference.shape[1], session.run(None, feed)[0].shape[1]


expected = {
    (10, 0.6): (6, 6, 6),
    (10, 0.7): (6, 6, 7),
    (10, 1.1): (11, 11, 11),
    (10, 1.3): (12, 12, 13),
    (20, 1.4): (27, 27, 28),
    (100, 0.9): (89, 89, 90),
}
wrong = 0
for (count, scale), known in expected.items():
    found = sizes(count, scale)
    print(f"{count:4} x {scale}: " + " ".join(f"{size:3}" for size in found))
    wrong += found != known
sys.exit(1 if wrong else 0)
PYTHON
