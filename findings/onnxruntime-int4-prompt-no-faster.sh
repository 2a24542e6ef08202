#!/usr/bin/env bash
# Question: a decoder's weights are quantized to 4 bits with onnxruntime's own quantizer, in blocks of 32, for
#   arithmetic in 8 bits (`accuracy_level=4`). By how much does that speed up a step, and the prompt?
# Likely guess: both, the step most: it waits for a seventh of the bytes, and the prompt multiplies integers of 8
#   bits, of which a processor with VNNI makes four times as many as floats.
# What is so: a step (one row) takes a seventh of its time, and a prompt (512 rows) as long as before: what integers
#   gain, unpacking blocks and scaling their sums takes. The time to the first token does not fall with 4 bits.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, onnx-ir 1.1.0
# Seen (one thread, Intel Xeon with AVX-512 VNNI; 4 products of 2048 x 2048):
#   rows   float   4 bits   4 bits over float
#      1     4.6      0.7 ms            0.14
#    512   152.8    156.1 ms            1.02
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 \
  onnx-ir==1.1.0 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - 2>run.log <<'PYTHON' || { tail -n 5 run.log; exit 1; }
import sys
import time

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

WIDTH, LAYERS = 2048, 4
values = np.random.default_rng(0)
weights = [
    numpy_helper.from_array(values.normal(size=(WIDTH, WIDTH)).astype(np.float32) / 64, f"w{i}")
    for i in range(LAYERS)
]
nodes = [helper.make_node("MatMul", [f"x{i}", f"w{i}"], [f"x{i + 1}"]) for i in range(LAYERS)]
ends = [
    helper.make_tensor_value_info(f"x{i}", TensorProto.FLOAT, ["rows", WIDTH]) for i in (0, LAYERS)
]
graph = helper.make_graph(nodes, "products", ends[:1], ends[1:], weights)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
quantizer = MatMulNBitsQuantizer(
    onnx.load_from_string(model.SerializeToString()), block_size=32, accuracy_level=4
)
quantizer.process()
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
sessions = [
    onnxruntime.InferenceSession(data, options)
    for data in (model.SerializeToString(), quantizer.model.model.SerializeToString())
]


def seconds(session, rows):
    x = {"x0": np.ones([rows, WIDTH], np.float32)}
    times = []
    for _ in range(20):
        start = time.perf_counter()
        session.run(None, x)
        times.append(time.perf_counter() - start)
    return min(times)


print("rows   float   4 bits   4 bits over float")
ratios = {}
for rows in (1, 512):
    floats, packed = (seconds(session, rows) for session in sessions)
    ratios[rows] = packed / floats
    print(f"{rows:4} {1e3 * floats:7.1f} {1e3 * packed:8.1f} ms {ratios[rows]:15.2f}")
if ratios[1] > 0.5 or ratios[512] < 0.75:
    sys.exit("changed: 4 bits are no longer faster for a row alone")
PYTHON
