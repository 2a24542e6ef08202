#!/usr/bin/env bash
# Question: NNCF compresses the weights of an ONNX file to 4 bits in blocks, symmetric or asymmetric,
#   as MatMulNBits. Both files are written without a warning. Does onnxruntime run both?
# Likely guess: yes. It is onnxruntime's own operator, and NNCF's ONNX backend depends on onnxruntime.
# What is so: only the symmetric file. MatMulNBits packs 4-bit zero points two to a byte, as it packs
#   the weights: [N, ceil(blocks * 4 / 8)]. NNCF packs the weights, but writes each zero point into a
#   byte of its own, [N, blocks], and onnxruntime refuses to make a session. With one block a row
#   the two shapes are equal, so that the file loads, as this script shows too. Repacking the zero
#   points makes the file run. Who sizes the file by its element types counts them twice.
# Versions: nncf 3.4.0, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6
# Seen (weights of 64 rows, blocks of 32):
#   2 blocks a row, symmetric: no zero points; runs
#   1 block a row, asymmetric: zero points [64, 1]; runs
#   2 blocks a row, asymmetric: zero points [64, 2]; refused
#   2 blocks a row, asymmetric, repacked: zero points [64, 1]; runs
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  nncf==3.4.0 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
cd "$folder"
venv/bin/python - 2> log.txt <<'PYTHON' || { tail -n 3 log.txt >&2; exit 1; }
import contextlib
import logging
import sys

import nncf
import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

ROWS, BLOCK = 64, 32
nncf.set_log_level(logging.ERROR)


def model(blocks):
    """One product with random weights."""
    columns = BLOCK * blocks
    weights = np.random.default_rng(0).random((columns, ROWS), dtype=np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], name="product")],
        "graph",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, columns])],
        [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1, ROWS])],
        [numpy_helper.from_array(weights, "w")],
    )
    opsets = [helper.make_opsetid("", 20)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def compressed(blocks, mode):
    mode = nncf.CompressWeightsMode[mode]
    # It draws its progress.
    with contextlib.redirect_stdout(sys.stderr):
        return nncf.compress_weights(model(blocks), mode=mode, group_size=BLOCK, all_layers=True)


def zero_points(model):
    (node,) = (node for node in model.graph.node if node.op_type == "MatMulNBits")
    name = node.input[3] if len(node.input) > 3 else ""
    return next((tensor for tensor in model.graph.initializer if tensor.name == name), None)


def repacked(model):
    """The same with two zero points a byte, the first in the lower half."""
    tensor = zero_points(model)
    values = numpy_helper.to_array(tensor)
    packed = (values[:, 0::2] | values[:, 1::2] << 4).astype(np.uint8)
    tensor.CopyFrom(numpy_helper.from_array(packed, tensor.name))
    return model


def runs(title, model):
    tensor = zero_points(model)
    stored = "no zero points" if tensor is None else f"zero points {list(tensor.dims)}"
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString())
        columns = session.get_inputs()[0].shape[1]
        session.run(None, {"x": np.ones((1, columns), np.float32)})
        result = "runs"
    except Exception as error:
        result = "refused" if "zero_points" in str(error) else str(error)
    print(f"{title}: {stored}; {result}")
    return result


results = [
    runs("2 blocks a row, symmetric", compressed(2, "INT4_SYM")),
    runs("1 block a row, asymmetric", compressed(1, "INT4_ASYM")),
    runs("2 blocks a row, asymmetric", compressed(2, "INT4_ASYM")),
    runs("2 blocks a row, asymmetric, repacked", repacked(compressed(2, "INT4_ASYM"))),
]
if results != ["runs", "runs", "refused", "runs"]:
    sys.exit("changed: which of the files onnxruntime runs")
PYTHON
