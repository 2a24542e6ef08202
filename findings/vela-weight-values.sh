#!/usr/bin/env bash
# Question: three fully connected layers for an Ethos-U55 have the same shape, the same MACs and
#   files of the same size; only the values of their int8 weights differ: spread evenly, the same
#   with half of them zero, and +100 or -100 at random, without any zero. How far do the estimated
#   times lie apart?
# Likely guess: not at all, since the NPU reads all weights and multiplies by all of them; or a
#   little for the zeros, of which the third layer has none.
# What is so: the third takes a seventh of the first, and zeros gain much less. Vela encodes weights
#   without loss, by how often each value occurs, and the layer waits for the flash that the encoded
#   stream is read from. Evenly spread values keep their eight bits; two values take one bit a
#   weight, and then the MAC array sets the pace. A cost model that takes the bytes of weights from
#   the shape, or an estimate with random weights in place of trained ones, is off by up to that.
# Versions: ethos-u-vela 5.2.0, ai-edge-litert 2.3.0 (to write the file), numpy 2.4.6
# Seen (1,024 to 256, ethos-u55-128 with Vela's defaults):
#   -127 to 127        file 263,808 B, 262,144 MACs, encoded 262,192 B, 264,752 cycles
#   half of them zero  file 263,808 B, 262,144 MACs, encoded 163,488 B, 166,048 cycles
#   -100 or 100        file 263,808 B, 262,144 MACs, encoded  32,816 B,  37,051 cycles
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  ethos-u-vela==5.2.0 ai-edge-litert==2.3.0 numpy==2.4.6 flatbuffers==25.12.19
cd "$folder"
venv/bin/python - <<'PYTHON'
import csv
import glob
import os
import subprocess
import sys

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

INPUTS, OUTPUTS = 1024, 256


def write(weights):
    """A file of one layer: int8 operands, one scale for the weights."""
    data = [weights, np.zeros(OUTPUTS, np.int32)]
    buffers = [schema.BufferT()]
    buffers += [schema.BufferT(data=np.frombuffer(each.tobytes(), np.uint8)) for each in data]
    int8, int32 = schema.TensorType.INT8, schema.TensorType.INT32
    tensors = [
        schema.TensorT([1, INPUTS], int8, 0, "x"),
        schema.TensorT([OUTPUTS, INPUTS], int8, 1, "weights"),
        schema.TensorT([OUTPUTS], int32, 2, "bias"),
        schema.TensorT([1, OUTPUTS], int8, 0, "y"),
    ]
    for tensor, scale in zip(tensors, (0.1, 0.01, 0.001, 0.1), strict=True):
        tensor.quantization = schema.QuantizationParametersT(scale=[scale], zeroPoint=[0])
    options = schema.FullyConnectedOptionsT()
    kind = schema.BuiltinOptions.FullyConnectedOptions
    node = schema.OperatorT(0, [0, 1, 2], [3], kind, options)
    graph = schema.SubGraphT(tensors, [0], [3], [node])
    number = schema.BuiltinOperator.FULLY_CONNECTED
    code = schema.OperatorCodeT(number, builtinCode=number, version=4)
    builder = flatbuffers.Builder()
    file = schema.ModelT(3, [code], [graph], buffers=buffers)
    builder.Finish(file.Pack(builder), b"TFL3")
    with open("model.tflite", "wb") as stream:
        stream.write(builder.Output())


def cycles(title, weights):
    write(weights.astype(np.int8))
    command = ["venv/bin/vela", "model.tflite", "--accelerator-config", "ethos-u55-128"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(glob.glob("output/model_summary*.csv")[0], encoding="utf-8") as stream:
        row = next(csv.DictReader(stream))
    total = round(float(row["cycles_total"]))
    macs, encoded = int(row["nn_macs"]), int(row["total_npu_encoded_weights"])
    size = os.path.getsize("model.tflite")
    bytes_ = f"file {size:,} B, {macs:,} MACs, encoded {encoded:7,} B"
    print(f"{title:17}  {bytes_}, {total:7,} cycles")
    return total


random = np.random.default_rng(0)
even = random.integers(-127, 128, (OUTPUTS, INPUTS))
keep = random.random(even.shape) < 0.5
spread = cycles("-127 to 127", even)
pruned = cycles("half of them zero", even * keep)
signs = cycles("-100 or 100", np.where(keep, 100, -100))
if not spread > pruned > 2 * signs or not spread > 5 * signs:
    sys.exit("changed: values of the weights no longer make layers of one shape differ so far")
PYTHON
