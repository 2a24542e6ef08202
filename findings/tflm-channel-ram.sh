#!/usr/bin/env bash
# Question: how much RAM does TFLite Micro need for one more output channel of an int8 convolution
#   whose weights lie in flash, besides the channel's activations? And how much less is it where the
#   weights have one scale for the whole tensor instead of one for each channel?
# Likely guess: none, since weights, biases and scales are read in place from the file in flash; at
#   most a multiplier and a shift for each scale, so nothing that grows where there is one scale.
# What is so: 8 bytes, in both cases. When the kernel is prepared it turns scales into a 32-bit
#   multiplier and a 32-bit shift for each channel, in the persistent part of the arena; with one
#   scale it writes the same pair for every channel. FULLY_CONNECTED does so for scales by channel
#   only. Where channels are many and images small, this is most of the arena: a 1x1 convolution
#   to 1,024 channels on one pixel has 1,040 bytes of activations and 8,192 of this. Sums of live
#   activations, which are what most arena estimates are, hold none of it.
# Versions: tflite-micro 0.dev20261023182759, numpy 2.4.6, flatbuffers 25.12.19
# Seen (bytes of the arena for 64 and for 1,024 output channels, and how the tail grows):
#   CONV_2D          one scale     head   80 to  1040, tail  1504 to  9184: 8 a channel
#   CONV_2D          a scale each  head   80 to  1040, tail  1504 to  9184: 8 a channel
#   FULLY_CONNECTED  one scale     head   80 to  1040, tail   976 to   976: 0 a channel
#   FULLY_CONNECTED  a scale each  head   80 to  1040, tail  1488 to  9168: 8 a channel
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  tflite-micro==0.dev20261023182759 numpy==2.4.6 flatbuffers==25.12.19
cd "$folder"
venv/bin/python - <<'PYTHON'
import re
import subprocess
import sys

import flatbuffers
import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

INPUTS, FEW, MANY = 16, 64, 1024
# The interpreter's C++ code prints its allocations: one process for each model.
PRINT = """from tflite_micro import runtime
runtime.Interpreter.from_file("model.tflite", arena_size=1 << 20).print_allocations()"""


def arena(operator, channels, scales):
    """Bytes of head and tail for one layer of one pixel."""
    is_convolution = operator == "CONV_2D"
    middle = [1, 1] if is_convolution else []
    buffers = [schema.BufferT()]

    def tensor(name, shape, kind, scale, data=None):
        place = 0
        if data is not None:
            place = len(buffers)
            buffers.append(schema.BufferT(data=np.frombuffer(data.tobytes(), np.uint8)))
        scales = schema.QuantizationParametersT(scale=scale, zeroPoint=[0] * len(scale))
        return schema.TensorT(shape, kind, place, name, scales)

    weights = np.ones([channels, *middle, INPUTS], np.int8)
    int8, int32 = schema.TensorType.INT8, schema.TensorType.INT32
    tensors = [
        tensor("x", [1, *middle, INPUTS], int8, [0.1]),
        tensor("w", list(weights.shape), int8, [0.1] * scales, weights),
        tensor("b", [channels], int32, [0.01] * scales, np.zeros(channels, np.int32)),
        tensor("y", [1, *middle, channels], int8, [0.1]),
    ]
    options, kind = schema.FullyConnectedOptionsT(), schema.BuiltinOptions.FullyConnectedOptions
    if is_convolution:
        options = schema.Conv2DOptionsT(strideH=1, strideW=1)
        kind = schema.BuiltinOptions.Conv2DOptions
    node = schema.OperatorT(0, [0, 1, 2], [3], kind, options)
    graph = schema.SubGraphT(tensors, [0], [3], [node])
    number = getattr(schema.BuiltinOperator, operator)
    code = schema.OperatorCodeT(number, builtinCode=number, version=3)
    model = schema.ModelT(3, [code], [graph], buffers=buffers)
    builder = flatbuffers.Builder()
    builder.Finish(model.Pack(builder), b"TFL3")
    with open("model.tflite", "wb") as file:
        file.write(builder.Output())
    result = subprocess.run([sys.executable, "-c", PRINT], capture_output=True, text=True)
    found = dict(re.findall(r"allocation (head|tail) (\d+) bytes", result.stdout + result.stderr))
    return int(found["head"]), int(found["tail"])


growth = {}
for operator in ("CONV_2D", "FULLY_CONNECTED"):
    for title, by_channel in (("one scale", False), ("a scale each", True)):
        few, many = (arena(operator, n, n if by_channel else 1) for n in (FEW, MANY))
        growth[operator, title] = (many[1] - few[1]) / (MANY - FEW)
        print(
            f"{operator:16} {title:13} head {few[0]:4} to {many[0]:5}, tail {few[1]:5} to "
            f"{many[1]:5}: {growth[operator, title]:g} a channel"
        )
if list(growth.values()) != [8, 8, 0, 8]:
    sys.exit("changed: the persistent bytes for each channel are no longer 8, 8, 0 and 8")
PYTHON
