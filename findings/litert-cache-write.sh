#!/usr/bin/env bash
# Question: a decoder in TFLite keeps keys in a cache of N positions of 64 floats. One step writes one position
#   with DYNAMIC_UPDATE_SLICE. How does the time of that write depend on N?
# Likely guess: not at all: 256 bytes are written, wherever they go, and the operator's result is the
#   cache that it was given.
# What is so: it grows with N. LiteRT copies the whole cache into the result and then writes the position,
#   in every step, so that a cache for 65,536 positions costs hundreds of times one for 256,
#   however few positions a text uses.
# Versions: ai-edge-litert 2.3.0, numpy 2.4.6
# Seen (one operator a file, one thread, least of 30 runs):
#      256 positions      64 KiB       2.5 us
#    4,096 positions   1,024 KiB      43 us
#   65,536 positions  16,384 KiB   1,201 us
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  ai-edge-litert==2.3.0 numpy==2.4.6 flatbuffers==25.12.19
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import time

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

WIDTH = 64
Kind = schema.TensorType


def model(positions):
    """A graph whose only operator writes one position of a cache."""
    tensors = [
        schema.TensorT(shape, kind, 0, name)
        for shape, kind, name in [
            ([1, positions, WIDTH], Kind.FLOAT32, "cache"),
            ([1, 1, WIDTH], Kind.FLOAT32, "new"),
            ([3], Kind.INT32, "place"),
            ([1, positions, WIDTH], Kind.FLOAT32, "next"),
        ]
    ]
    number = schema.BuiltinOperator.DYNAMIC_UPDATE_SLICE
    code = schema.OperatorCodeT(127, builtinCode=number, version=1)
    node = schema.OperatorT(0, [0, 1, 2], [3])
    graph = schema.SubGraphT(tensors, [0, 1, 2], [3], [node])
    builder = flatbuffers.Builder()
    file = schema.ModelT(3, [code], [graph], buffers=[schema.BufferT()])
    builder.Finish(file.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def microseconds(positions):
    interpreter = Interpreter(model_content=model(positions), num_threads=1)
    interpreter.allocate_tensors()
    values = [
        np.zeros((1, positions, WIDTH), np.float32),
        np.ones((1, 1, WIDTH), np.float32),
        np.array([0, 5, 0], np.int32),
    ]
    for detail, value in zip(interpreter.get_input_details(), values):
        interpreter.set_tensor(detail["index"], value)
    times = []
    for _ in range(33):
        start = time.process_time()
        interpreter.invoke()
        times.append(time.process_time() - start)
    least = min(times[3:]) * 1e6
    print(f"{positions:6,} positions {positions * WIDTH * 4 // 1024:7,} KiB {least:9.1f} us")
    return least


small, _, large = (microseconds(positions) for positions in (256, 4096, 65536))
if not large > 20 * small:
    sys.exit("changed: the time of a write no longer grows with the cache")
PYTHON
