#!/usr/bin/env bash
# Question: a TFLite model of four dense layers has 64 MiB of float weights. LiteRT maps the file. How
#   much memory does the interpreter take besides that map, and how much for the same model in half
#   precision, whose file has 32 MiB?
# Likely guess: some kilobytes for activations, since the weights stay in the map; for half precision
#   perhaps 64 MiB on top, as the weights are made floats once.
# What is so: 64 MiB, and 96 MiB. The XNNPACK delegate, on by default, copies all weights into a layout
#   of its own when tensors are allocated: the smaller file takes more memory than the larger one.
#   Without it the float model takes nothing besides its map, and the half one its floats at the
#   first run. Weights of 8 bits are copied too: 16 MiB of 16.
# Versions: ai-edge-litert 2.3.0, numpy 2.4.6
# Seen (MiB of anonymous memory after one run, with the delegate and without it):
#   float32 (file 64)   64.1   0.0
#   float16 (file 32)   96.1  72.0
#   int8    (file 16)   16.2   0.1
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ai-edge-litert==2.3.0 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import subprocess
import sys

import ai_edge_litert.schema_py_generated as schema
import flatbuffers
import numpy as np

WIDTH, LAYERS = 2048, 4
Type, Code = schema.TensorType, schema.BuiltinOperator

MEASURE = """
import sys
import numpy
from ai_edge_litert.interpreter import Interpreter, OpResolverType


def anonymous():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


before = anonymous()
kind = "BUILTIN" if sys.argv[2] == "delegate" else "BUILTIN_WITHOUT_DEFAULT_DELEGATES"
model = Interpreter(sys.argv[1], experimental_op_resolver_type=OpResolverType[kind])
model.allocate_tensors()
model.invoke()
print((anonymous() - before) / 1024)
"""


def write(path, kind, bits):
    """A chain of dense layers."""
    model, graph = schema.ModelT(), schema.SubGraphT()
    model.version, model.subgraphs, model.buffers = 3, [graph], [schema.BufferT()]
    model.operatorCodes = []
    for builtin in (Code.FULLY_CONNECTED, Code.DEQUANTIZE):
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = builtin
        code.version = 3 if builtin == Code.DEQUANTIZE else 4
        model.operatorCodes.append(code)
    graph.tensors, graph.operators = [], []

    def tensor(shape, kind, size=0):
        made = schema.TensorT()
        made.shape, made.type, made.name = shape, kind, f"t{len(graph.tensors)}"
        if size:
            buffer = schema.BufferT()
            buffer.data = np.zeros(size, np.uint8)
            model.buffers.append(buffer)
            made.buffer = len(model.buffers) - 1
        if kind == Type.INT8:
            made.quantization = schema.QuantizationParametersT()
            made.quantization.scale, made.quantization.zeroPoint = [0.01], [0]
        graph.tensors.append(made)
        return len(graph.tensors) - 1

    def node(code, inputs, output, options=None):
        made = schema.OperatorT()
        made.opcodeIndex, made.inputs, made.outputs = code, inputs, [output]
        if options:
            made.builtinOptionsType = schema.BuiltinOptions.FullyConnectedOptions
            made.builtinOptions = options
        graph.operators.append(made)
        return output

    value = tensor([1, WIDTH], Type.FLOAT32)
    graph.inputs = [value]
    for _ in range(LAYERS):
        weights = tensor([WIDTH, WIDTH], kind, WIDTH * WIDTH * bits // 8)
        if kind == Type.FLOAT16:
            weights = node(1, [weights], tensor([WIDTH, WIDTH], Type.FLOAT32))
        result = tensor([1, WIDTH], Type.FLOAT32)
        value = node(0, [value, weights, -1], result, schema.FullyConnectedOptionsT())
    graph.outputs = [value]
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), b"TFL3")
    with open(path, "wb") as file:
        file.write(builder.Output())


def memory(path, mode):
    command = [sys.executable, "-c", MEASURE, path, mode]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


seen = {}
for name, kind, bits in [("float32", Type.FLOAT32, 32), ("float16", Type.FLOAT16, 16), ("int8", Type.INT8, 8)]:
    write(f"{name}.tflite", kind, bits)
    seen[name] = [memory(f"{name}.tflite", mode) for mode in ("delegate", "plain")]
    print(name, " ".join(f"{value:.1f}" for value in seen[name]))
assert 60 < seen["float32"][0] < 70 and seen["float32"][1] < 2
assert 90 < seen["float16"][0] < 105 and 60 < seen["float16"][1] < 80
assert 15 < seen["int8"][0] < 20 and seen["int8"][1] < 2
PYTHON
