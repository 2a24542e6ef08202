#!/usr/bin/env bash
# Question: in a residual block on an Ethos-U55 with 128 MACs a cycle, which takes longer: the 1x1
#   convolution of 64 channels to 64, or the ADD of its result to the block's input? And what is a
#   SOFTMAX over the channels of the same tensor, compared with a 3x3 convolution of 9.4 M MACs?
# Likely guess: the convolution, by far: 64 multiply-accumulates for each element against one
#   addition. The softmax is a few operations for each element against 576 multiply-accumulates.
# What is so: in Vela's estimate ADD takes about twice as long as the 1x1 convolution, SOFTMAX
#   almost 3 times as long as the 3x3 one. Additions of two feature maps bypass the MAC array; they
#   run in the output stage at 1.5 cycles an element, where the array at its best makes two results
#   of 64 products in a cycle. SOFTMAX is taken apart into almost thirty passes, several of them
#   over the whole tensor. So on this NPU MACs rank the layers of a block the wrong way round.
# Versions: ethos-u-vela 5.2.0, ai-edge-litert 2.3.0 (to write the file), numpy 2.4.6
# Seen (one layer a file, 16 x 16 x 64 in and out, int8, ethos-u55-128 with Vela's defaults):
#   CONV_2D 1x1, 64 to 64  1,048,576 MACs    12,528 cycles
#   ADD                            0 MACs    24,576 cycles
#   CONV_2D 3x3, 64 to 64  9,437,184 MACs    85,220 cycles
#   SOFTMAX over 64           32,768 MACs   237,146 cycles
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
import subprocess
import sys

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

SIZE, CHANNELS = 16, 64
Kind = schema.TensorType
random = np.random.default_rng(0)


def cycles(title, operator, options, operands=1, kernel=None, scale=0.1, zero=0):
    """Vela's MACs and cycles of a network of one layer."""
    buffers, tensors = [schema.BufferT()], []

    def tensor(shape, kind, scale, zero=0, data=None):
        place = 0
        if data is not None:
            place = len(buffers)
            buffers.append(schema.BufferT(data=np.frombuffer(data.tobytes(), np.uint8)))
        scales = schema.QuantizationParametersT(scale=[scale], zeroPoint=[zero])
        tensors.append(schema.TensorT(list(shape), kind, place, f"t{len(tensors)}", scales))
        return len(tensors) - 1

    shape = [1, SIZE, SIZE, CHANNELS]
    inputs = [tensor(shape, Kind.INT8, 0.1) for _ in range(operands)]
    outputs = [tensor(shape, Kind.INT8, scale, zero)]
    constants = []
    if kernel:
        filters = random.integers(-127, 128, (CHANNELS, kernel, kernel, CHANNELS), np.int8)
        bias = np.zeros(CHANNELS, np.int32)
        constants = [
            tensor(filters.shape, Kind.INT8, 0.01, data=filters),
            tensor(bias.shape, Kind.INT32, 0.001, data=bias),
        ]
    kind = getattr(schema.BuiltinOptions, type(options).__name__[:-1])
    number = getattr(schema.BuiltinOperator, operator)
    node = schema.OperatorT(0, inputs + constants, outputs, kind, options)
    graph = schema.SubGraphT(tensors, inputs, outputs, [node])
    code = schema.OperatorCodeT(number, builtinCode=number, version=2)
    builder = flatbuffers.Builder()
    file = schema.ModelT(3, [code], [graph], buffers=buffers)
    builder.Finish(file.Pack(builder), b"TFL3")
    with open("model.tflite", "wb") as stream:
        stream.write(builder.Output())
    command = ["venv/bin/vela", "model.tflite", "--accelerator-config", "ethos-u55-128"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(glob.glob("output/model_summary*.csv")[0], encoding="utf-8") as stream:
        row = next(csv.DictReader(stream))
    macs, total = int(row["nn_macs"]), round(float(row["cycles_total"]))
    print(f"{title:22} {macs:9,} MACs {total:9,} cycles")
    return total


convolution = schema.Conv2DOptionsT(strideW=1, strideH=1)
pointwise = cycles("CONV_2D 1x1, 64 to 64", "CONV_2D", convolution, kernel=1)
add = cycles("ADD", "ADD", schema.AddOptionsT(), operands=2)
wide = cycles("CONV_2D 3x3, 64 to 64", "CONV_2D", convolution, kernel=3)
options = schema.SoftmaxOptionsT(beta=1.0)
softmax = cycles("SOFTMAX over 64", "SOFTMAX", options, scale=1 / 256, zero=-128)
if not add > 1.5 * pointwise:
    sys.exit("changed: ADD no longer takes far longer than the 1x1 convolution")
if not softmax > 2 * wide:
    sys.exit("changed: SOFTMAX no longer takes far longer than the 3x3 convolution")
PYTHON
