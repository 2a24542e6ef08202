#!/usr/bin/env bash
# Question: a model of matrix products has 64 MiB of weights in its file. No shape depends on their
#   values. How much memory does shape inference of it take?
# Likely guess: once the file's size, since the file is loaded, and next to nothing on top; and a
#   call that takes a path instead of a model needs no weights at all.
# What is so: five times the file's size. `onnx.load` holds the bytes of the file and the message
#   made of them. `infer_shapes` writes that message to bytes again, reads these in C++, writes the
#   result, and reads it in Python: weights are copied at each step. `infer_shapes_path` still takes
#   twice the size. With the weights in a file of their own that is not loaded, the same shapes come
#   out in almost no memory. So infer shapes before weights are loaded, not after.
# Versions: onnx 1.23.2, numpy 2.4.6
# Seen (peak beyond that of the import, in sizes of the file):
#   onnx.load                                   2.0
#   onnx.load, infer_shapes                     5.1
#   infer_shapes_path                           2.1
#   infer_shapes, weights left in their file    0.1
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnx==1.23.2 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import os
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WIDTH, LAYERS = 1024, 16

values = np.zeros((WIDTH, WIDTH), np.float32)
graph = helper.make_graph(
    [helper.make_node("MatMul", [f"x{i}", f"w{i}"], [f"x{i + 1}"]) for i in range(LAYERS)],
    "chain",
    [helper.make_tensor_value_info("x0", TensorProto.FLOAT, [1, WIDTH])],
    [helper.make_tensor_value_info(f"x{LAYERS}", TensorProto.FLOAT, [1, WIDTH])],
    [numpy_helper.from_array(values, f"w{i}") for i in range(LAYERS)],
)
model = helper.make_model(graph)
onnx.save(model, "inside.onnx")
onnx.save(model, "outside.onnx", save_as_external_data=True, location="weights")
size = os.path.getsize("inside.onnx")

MEASURED = """
import resource
import onnx
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = peak()
model = None
{work}
taken = peak() - start
model = model or onnx.load("inferred.onnx")
print(taken * 1024, len(model.graph.value_info))
"""


def sizes(title, work, shapes):
    """Peak memory that code takes beyond the import, in sizes of the file."""
    # /bin/sh in between: a process's peak is at least that of the one that it is started from.
    command = ["/bin/sh", "-c", '"$0" -c "$1"; exit $?', sys.executable, MEASURED.format(work=work)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    taken, found = map(int, done.stdout.split())
    print(f"{title:42}  {taken / size:.1f}  ({found} shapes of intermediate values)")
    if found != shapes:
        sys.exit("changed: other shapes are inferred")
    return taken / size


infer = "onnx.shape_inference.infer_shapes"
loaded = sizes("onnx.load", "model = onnx.load('inside.onnx')", 0)
inferred = sizes(
    "onnx.load, infer_shapes", f"model = {infer}(onnx.load('inside.onnx'))", LAYERS - 1
)
by_path = sizes("infer_shapes_path", f"{infer}_path('inside.onnx', 'inferred.onnx')", LAYERS - 1)
outside = sizes(
    "infer_shapes, weights left in their file",
    f"model = {infer}(onnx.load('outside.onnx', load_external_data=False))",
    LAYERS - 1,
)
if not (loaded < 2.5 and inferred > 4 and by_path > 1.5 and outside < 0.5):
    sys.exit("changed: shape inference takes another amount of memory")
PYTHON
