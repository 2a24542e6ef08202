#!/usr/bin/env bash
# Question: a TensorFlow function with GELU, as Keras computes it by default, is converted by
#   tf2onnx. The call returns a model and writes the file. Can an ONNX runtime load it?
# Likely guess: yes. ONNX has Gelu since opset 20 and Erf since opset 9, so one of them stands there;
#   and a converter that meets an operator without a translation would raise an error.
# What is so: no. Keras's GELU is made of tf.math.erfc, for which tf2onnx has no translation. It logs
#   an error, goes on, and writes `Erfc` as an operator of ONNX's own domain, where there is none.
#   onnx's checker and onnxruntime refuse the file. With approximate=True (tanh) it is valid. Keras's
#   own export to ONNX goes the same way with TensorFlow as its backend.
# Versions: tf2onnx 1.17.0, tensorflow 2.21.0, keras 3.15.1, onnx 1.23.2, onnxruntime 1.32.0
# Seen:
#   gelu, approximate=False: written; operators Erfc Mul Neg; onnxruntime: refused
#   gelu, approximate=True: written; operators Add Mul Pow Tanh; onnxruntime: runs
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  tf2onnx==1.17.0 tensorflow==2.21.0 keras==3.15.1 onnx==1.23.2 onnxruntime==1.32.0
cd "$folder"
KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 venv/bin/python - 2> log.txt <<'PYTHON' || { tail -n 3 log.txt >&2; exit 1; }
import sys

import keras
import numpy as np
import onnxruntime
import tensorflow as tf
import tf2onnx


def outcome(approximate):
    function = tf.function(
        lambda x: keras.activations.gelu(x, approximate=approximate),
        input_signature=[tf.TensorSpec([4], tf.float32, name="x")],
    )
    model, _ = tf2onnx.convert.from_function(
        function, function.input_signature, opset=18, output_path="gelu.onnx"
    )
    kinds = sorted({node.op_type for node in model.graph.node} - {"Const", "Constant", "Identity"})
    try:
        session = onnxruntime.InferenceSession("gelu.onnx")
        session.run(None, {"x": np.ones(4, np.float32)})
        result = "runs"
    except Exception as error:
        result = "refused" if "Erfc" in str(error) else str(error)
    title = f"gelu, approximate={approximate}"
    print(f"{title}: written; operators {' '.join(kinds)}; onnxruntime: {result}")
    return result


if (outcome(False), outcome(True)) != ("refused", "runs"):
    sys.exit("changed: tf2onnx has a translation of erfc, or onnxruntime runs the file without one")
PYTHON
