#!/usr/bin/env bash
# Question: a TFLite file holds weights as int8 and makes floats of them by an operator whose only
#   operand is that constant. Does LiteRT compute the operator once or at every invoke, and does it
#   matter whether the operator is DEQUANTIZE or CAST?
# Likely guess: no difference. Either the result of a constant is computed once, as compilers fold
#   it, or the interpreter runs what the file lists, each time.
# What is so: DEQUANTIZE runs once: its kernel knows constant operands and keeps the result, beside
#   the int8 copy. CAST of the same constant runs at every invoke, with the default delegate too. An
#   exporter that unpacks weights by CAST, as Keras 3.15 does for int4, pays for each weight at each
#   inference: one conversion for each multiply-accumulate of a row in a fully connected layer, and
#   four bytes written for each byte of weights.
# How it shows: the result of the operator is overwritten after the first invoke. If the next invoke
#   brings the right values back, the operator ran again.
# Versions: ai-edge-litert 2.3.0, numpy 2.4.6, flatbuffers 25.12.19
# Seen (weights are 1; they are overwritten by 2):
#   DEQUANTIZE BUILTIN_WITHOUT_DEFAULT_DELEGATES weight 2: ran once
#   CAST       BUILTIN_WITHOUT_DEFAULT_DELEGATES weight 1: ran again
#   CAST       AUTO                              weight 1: ran again
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  ai-edge-litert==2.3.0 numpy==2.4.6 flatbuffers==25.12.19
cd "$folder"
venv/bin/python - 2> log.txt <<'PYTHON' || { tail -n 3 log.txt >&2; exit 1; }
import sys

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

ROWS, COLUMNS = 64, 128
WEIGHTS, RESULT = 2, 3
Kind, Name = schema.TensorType, schema.BuiltinOperator


def model(operator):
    """A fully connected layer whose weights the operator makes of int8."""
    scale = None
    if operator == "DEQUANTIZE":
        options, kind = schema.DequantizeOptionsT(), schema.BuiltinOptions.DequantizeOptions
        scale = schema.QuantizationParametersT(scale=[1.0], zeroPoint=[0])
    else:
        options = schema.CastOptionsT(inDataType=Kind.INT8, outDataType=Kind.FLOAT32)
        kind = schema.BuiltinOptions.CastOptions
    tensors = [
        schema.TensorT([1, COLUMNS], Kind.FLOAT32, 0, "x"),
        schema.TensorT([ROWS, COLUMNS], Kind.INT8, 1, "stored", scale),
        schema.TensorT([ROWS, COLUMNS], Kind.FLOAT32, 0, "weights"),
        schema.TensorT([1, ROWS], Kind.FLOAT32, 0, "y"),
    ]
    product = schema.BuiltinOptions.FullyConnectedOptions
    nodes = [
        schema.OperatorT(0, [1], [WEIGHTS], kind, options),
        schema.OperatorT(1, [0, WEIGHTS, -1], [RESULT], product, schema.FullyConnectedOptionsT()),
    ]
    graph = schema.SubGraphT(tensors, inputs=[0], outputs=[RESULT], operators=nodes)
    numbers = getattr(Name, operator), Name.FULLY_CONNECTED
    codes = [schema.OperatorCodeT(number, builtinCode=number, version=2) for number in numbers]
    ones = schema.BufferT(data=np.ones(ROWS * COLUMNS, np.uint8))
    file = schema.ModelT(3, codes, [graph], buffers=[schema.BufferT(), ones])
    builder = flatbuffers.Builder()
    builder.Finish(file.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def weights_after(operator, resolver):
    """A weight after two invokes, between which it was overwritten by 2."""
    file = model(operator)
    interpreter = Interpreter(model_content=file, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    interpreter.set_tensor(0, np.ones((1, COLUMNS), np.float32))
    interpreter.invoke()
    interpreter.tensor(WEIGHTS)()[:] = 2
    interpreter.invoke()
    weight = interpreter.get_tensor(WEIGHTS)[0, 0]
    runs = "again" if weight == 1 else "once"
    print(f"{operator:10} {resolver.name:33} weight {weight:g}: ran {runs}")
    return weight


plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
if weights_after("DEQUANTIZE", plain) != 2:
    sys.exit("changed: DEQUANTIZE of a constant no longer keeps its first result")
for resolver in (plain, OpResolverType.AUTO):
    if weights_after("CAST", resolver) != 1:
        sys.exit("changed: CAST of a constant is no longer computed at every invoke")
PYTHON
