#!/usr/bin/env bash
# Question: an operator of a TFLite file works on int8 instead of float32, a quarter of the bytes.
#   How much faster does LiteRT run it on one core of x86-64?
# Likely guess: two to four times, as for convolutions and dense layers; at worst as fast.
# What is so: SQUARED_DIFFERENCE, HARD_SWISH and RSQRT run tens to hundreds of times slower. For
#   float LiteRT has vectorized kernels; for int8 these three are loops that requantize element by
#   element, and that of RSQRT computes a root with integers. They are operators of a layer
#   normalization as TensorFlow's converter writes it, and of MobileNet v3. So fully quantized
#   transformers and MobileNets v3 run slower than their float originals, though their convolutions
#   and dense layers are several times faster.
# Versions: ai-edge-litert 2.3.0, numpy 2.4.6, flatbuffers 25.12.19, on x86-64 with AVX-512
# Seen (197 x 192 elements, one thread, least of 50 runs):
#   SQUARED_DIFFERENCE   float32       5 us   int8     317 us    68.1 x
#   HARD_SWISH           float32       5 us   int8     151 us    31.4 x
#   RSQRT                float32       5 us   int8    2750 us   516.6 x
set -euo pipefail

if [ "$(uname -m)" != x86_64 ]; then
  echo "needs x86-64: what was seen is of its kernels" >&2
  exit 1
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  ai-edge-litert==2.3.0 numpy==2.4.6 flatbuffers==25.12.19
cd "$folder"
venv/bin/python - 2> log.txt <<'PYTHON' || { tail -n 3 log.txt >&2; exit 1; }
import sys
import time

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

Kind, Options, Name = schema.TensorType, schema.BuiltinOptions, schema.BuiltinOperator
ROWS, COLUMNS = 197, 192
#: Name: options, shapes of operands, shape of the result, how many times slower int8 is at least.
CASES = {
    "SQUARED_DIFFERENCE": (
        (Options.SquaredDifferenceOptions, schema.SquaredDifferenceOptionsT()),
        [(1, ROWS, COLUMNS), (1, ROWS, 1)],
        (1, ROWS, COLUMNS),
        8,
    ),
    "HARD_SWISH": (
        (Options.HardSwishOptions, schema.HardSwishOptionsT()),
        [(1, ROWS, COLUMNS)],
        (1, ROWS, COLUMNS),
        6,
    ),
    "RSQRT": ((Options.NONE, None), [(1, ROWS, COLUMNS)], (1, ROWS, COLUMNS), 20),
}
#: The first version of each operator that takes int8.
VERSIONS = {"SQUARED_DIFFERENCE": 2, "HARD_SWISH": 1, "RSQRT": 2}


def model(name, is_int8):
    (kind, options), operands, result, _ = CASES[name]
    element = Kind.INT8 if is_int8 else Kind.FLOAT32

    def tensor(shape, label):
        scale = None
        if is_int8:
            # RSQRT takes no negative numbers: codes from -128 on stand for 0 and more.
            zero = -128 if name == "RSQRT" else 0
            scale = schema.QuantizationParametersT(scale=[0.05], zeroPoint=[zero])
        return schema.TensorT(list(shape), element, 0, label, scale)

    tensors = [tensor(shape, f"x{place}") for place, shape in enumerate(operands)]
    tensors.append(tensor(result, "y"))
    inputs = list(range(len(operands)))
    node = schema.OperatorT(0, inputs, [len(operands)], kind, options)
    graph = schema.SubGraphT(tensors, inputs=inputs, outputs=[len(operands)], operators=[node])
    number = getattr(Name, name)
    code = schema.OperatorCodeT(min(number, 127), builtinCode=number, version=VERSIONS[name] if is_int8 else 1)
    file = schema.ModelT(3, [code], [graph], buffers=[schema.BufferT()])
    builder = flatbuffers.Builder()
    builder.Finish(file.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def microseconds(name, is_int8):
    interpreter = Interpreter(model_content=model(name, is_int8), num_threads=1)
    interpreter.allocate_tensors()
    random = np.random.default_rng(0)
    for value in interpreter.get_input_details():
        codes = random.integers(1, 100, value["shape"])
        interpreter.set_tensor(value["index"], codes.astype(value["dtype"]))
    times = []
    for _ in range(50):
        begin = time.process_time_ns()
        interpreter.invoke()
        times.append(time.process_time_ns() - begin)
    return min(times) / 1e3


changed = []
for name, (*_, least) in CASES.items():
    floats, integers = microseconds(name, False), microseconds(name, True)
    print(f"{name:20} float32 {floats:7.0f} us   int8 {integers:7.0f} us   {integers / floats:5.1f} x")
    if integers < least * floats:
        changed.append(name)
if changed:
    sys.exit(f"changed: int8 is less than expected slower in {', '.join(changed)}")
PYTHON
