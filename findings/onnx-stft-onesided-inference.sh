#!/usr/bin/env bash
# Question: an STFT of real samples leaves out its attribute `onesided`, whose default is 1. How many
#   frequencies does onnx.shape_inference say that a frame of 16 samples has?
# Likely guess: 9, since a default is what an attribute is when it is left out, and shape inference
#   belongs to the definition that states it.
# What is so: 16. Shape inference takes a missing `onesided` as 0, so it states 16 where the
#   definition, onnx's reference evaluator and onnxruntime have 9; written out, 1 gives 9 everywhere.
#   onnx's tests of STFT always write it out, so nothing notices. A keyword spotter whose front end was
#   exported with defaults and whose shapes were inferred states tensors of almost twice the size, and
#   each layer that a tool counts from stated shapes behind it is as wrong. DFT has the same attribute
#   with another default (0), and is inferred right.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6
# Seen (onesided: inferred, reference, onnxruntime):
#   left out: [1, 15, 16, 2] [1, 15, 9, 2] [1, 15, 9, 2]
#   1:        [1, 15, 9, 2] [1, 15, 9, 2] [1, 15, 9, 2]
#   0:        [1, 15, 16, 2] [1, 15, 16, 2] [1, 15, 16, 2]
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
from onnx import TensorProto, defs, helper
from onnx.reference import ReferenceEvaluator

default = defs.get_schema("STFT", 17, "").attributes["onesided"].default_value
assert helper.get_attribute_value(default) == 1, "the definition has another default now"


def shapes(**attributes):
    """What shape inference, the reference and onnxruntime make of 128 samples in frames of 16."""
    graph = helper.make_graph(
        [helper.make_node("STFT", ["x", "step", "window"], ["y"], **attributes)],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 128, 1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["a", "b", "c", "d"])],
        [
            helper.make_tensor("step", TensorProto.INT64, [], [8]),
            helper.make_tensor("window", TensorProto.FLOAT, [16], np.ones(16, np.float32)),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    inferred = onnx.shape_inference.infer_shapes(model).graph.output[0].type.tensor_type.shape
    feed = {"x": np.ones((1, 128, 1), np.float32)}
    reference = ReferenceEvaluator(model).run(None, feed)[0]
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    made = session.run(None, feed)[0]
    return [size.dim_value for size in inferred.dim], list(reference.shape), list(made.shape)


half, full = [1, 15, 9, 2], [1, 15, 16, 2]
expected = {None: (full, half, half), 1: (half, half, half), 0: (full, full, full)}
wrong = 0
for value, known in expected.items():
    found = shapes() if value is None else shapes(onesided=value)
    print("left out:" if value is None else f"{value}:", *found)
    wrong += found != known
sys.exit(1 if wrong else 0)
PYTHON
