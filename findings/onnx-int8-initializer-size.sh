#!/usr/bin/env bash
# Question: onnx.helper.make_tensor makes an INT8 initializer out of a list of integers. How many
#   bytes of the file does each 8-bit weight take?
# Likely guess: 1; or 4, since the schema keeps them in the field `int32_data`.
# What is so: 5.5 on average, more than the weight took as a 32-bit float. `int32_data` is a packed
#   field of varints, and protobuf extends a negative int32 to 64 bits, which makes ten bytes of it:
#   a code from 0 to 127 takes 1 byte, every negative one 10. So quantizing to int8 makes this file
#   over a third larger than the float one. The tensor is valid, equal element by element, and any
#   runtime reads it. With `raw=True`, or from numpy_helper.from_array, it takes 1 byte. So weight
#   bytes have to be counted by type and shape; neither the file's size nor a field's tells them.
# Versions: onnx 1.23.2, protobuf 7.36.2, numpy 2.4.6
# Seen:
#   10,000 weights as float32, raw bytes      40,012 B   4.0 a weight
#   the same quantized to int8, raw bytes     10,011 B   1.0 a weight
#   the same, list given to make_tensor       54,805 B   5.5 a weight
#   a tensor of 1 only: 1.0 a weight; of -1 only: 10.0 a weight
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  onnx==1.23.2 protobuf==7.36.2 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

COUNT = 10_000
floats = np.random.default_rng(0).standard_normal(COUNT).astype(np.float32)
codes = np.round(127 * floats / np.abs(floats).max()).astype(np.int8)


def listed(values):
    return helper.make_tensor("w", TensorProto.INT8, [len(values)], values)


tensors = {
    f"{COUNT:,} weights as float32, raw bytes": numpy_helper.from_array(floats, "w"),
    "the same quantized to int8, raw bytes": numpy_helper.from_array(codes, "w"),
    "the same, list given to make_tensor": listed(codes.tolist()),
}
sizes = []
for name, tensor in tensors.items():
    onnx.checker.check_tensor(tensor)
    sizes.append(len(tensor.SerializeToString()))
    print(f"{name:40}  {sizes[-1]:6,} B   {sizes[-1] / COUNT:.1f} a weight")
ones, minus_ones = (len(listed([code] * COUNT).SerializeToString()) / COUNT for code in (1, -1))
print(f"a tensor of 1 only: {ones:.1f} a weight; of -1 only: {minus_ones:.1f} a weight")

if not np.array_equal(numpy_helper.to_array(tensors["the same, list given to make_tensor"]), codes):
    sys.exit("changed: the listed tensor no longer holds the same weights")
as_float, as_raw, as_list = sizes
if not (as_raw < as_float < as_list and round(minus_ones) == 10):
    sys.exit("changed: int8 weights in int32_data no longer take more bytes than floats")
PYTHON
