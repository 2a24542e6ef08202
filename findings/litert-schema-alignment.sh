#!/usr/bin/env bash
# Question: the schema of TFLite says `data: [ubyte] (force_align: 16)` of the weights of a file. Are
#   they still at multiples of 16 after the Python classes that are generated from this schema have
#   read the file and written it again?
# Likely guess: yes. Reader and writer come from the same schema, the alignment stands in it, and
#   writers of FlatBuffers are there to lay out what it says.
# What is so: no. The classes for Python know nothing of `force_align`: they write a vector with the
#   alignment of its element, here one byte, so that weights fall on any multiple of 4. Nobody
#   objects: the file is as long as before, to the padding, LiteRT loads it and computes the same.
#   Every tool that goes through these classes undoes what a C++ writer aligned, and with it what a
#   kernel or a DMA may rely on that reads weights in place, in flash. A reader must not take
#   the schema's word for it.
# Versions: ai-edge-litert 2.3.0, flatbuffers 25.12.19, numpy 2.4.6
# Seen:
#   aligned   places of 8 weights: 0 0 0 0 0 0 0 0 (mod 16)   sum of results 8.0
#   rewritten places of 8 weights: 0 12 0 4 8 12 0 4 (mod 16)   sum of results 8.0
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  ai-edge-litert==2.3.0 flatbuffers==25.12.19 numpy==2.4.6
cd "$folder"
venv/bin/python - 2> log.txt <<'PYTHON' || { tail -n 3 log.txt >&2; exit 1; }
import sys

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

LAYERS, WIDTH = 8, 8
Kind, Name = schema.TensorType, schema.BuiltinOperator


class AlignedBuffer(schema.BufferT):
    """A buffer as the schema asks for it."""

    def Pack(self, builder):
        if self.data is not None:
            builder.StartVector(1, len(self.data), 16)
            builder.head -= len(self.data)
            builder.Bytes[builder.head : builder.head + len(self.data)] = bytes(self.data)
            data = builder.EndVector()
        schema.BufferStart(builder)
        if self.data is not None:
            schema.BufferAddData(builder, data)
        return schema.BufferEnd(builder)


def model():
    """Fully connected layers in a row, each with the identity as weights."""
    buffers = [schema.BufferT()]
    tensors = [schema.TensorT([1, WIDTH], Kind.FLOAT32, 0, "x")]
    operators = []
    for layer in range(LAYERS):
        weights = AlignedBuffer()
        weights.data = np.frombuffer(np.eye(WIDTH, dtype=np.float32).tobytes(), np.uint8)
        buffers.append(weights)
        tensors.append(schema.TensorT([WIDTH, WIDTH], Kind.FLOAT32, len(buffers) - 1, f"w{layer}"))
        tensors.append(schema.TensorT([1, WIDTH], Kind.FLOAT32, 0, f"y{layer}"))
        options = schema.FullyConnectedOptionsT()
        operators.append(
            schema.OperatorT(
                0,
                [2 * layer, 2 * layer + 1, -1],
                [2 * layer + 2],
                schema.BuiltinOptions.FullyConnectedOptions,
                options,
            )
        )
    graph = schema.SubGraphT(tensors, [0], [2 * LAYERS], operators, "main")
    code = schema.OperatorCodeT(Name.FULLY_CONNECTED, None, 1, Name.FULLY_CONNECTED)
    return schema.ModelT(3, [code], [graph], "", buffers)


def written(table):
    builder = flatbuffers.Builder(0)
    builder.Finish(table.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def places(data):
    """Where the weights lie, modulo 16."""
    table = schema.Model.GetRootAs(data)
    buffers = [table.Buffers(index) for index in range(table.BuffersLength())]
    # The first field of a buffer is its data.
    return [b._tab.Vector(b._tab.Offset(4)) % 16 for b in buffers if b.DataLength()]


def result(data):
    interpreter = Interpreter(model_content=data)
    interpreter.allocate_tensors()
    interpreter.set_tensor(0, np.ones([1, WIDTH], np.float32))
    interpreter.invoke()
    return float(interpreter.get_tensor(2 * LAYERS).sum())


aligned = written(model())
rewritten = written(schema.ModelT.InitFromObj(schema.Model.GetRootAs(aligned)))
for name, data in (("aligned", aligned), ("rewritten", rewritten)):
    rests = " ".join(map(str, places(data)))
    print(f"{name:9} places of {LAYERS} weights: {rests} (mod 16)   sum of results {result(data)}")
if any(places(aligned)):
    sys.exit("changed: the file that is read has weights that are not aligned")
if not any(places(rewritten)):
    sys.exit("changed: the classes for Python align weights as the schema asks")
if result(aligned) != result(rewritten):
    sys.exit("changed: the two files compute different results")
PYTHON
