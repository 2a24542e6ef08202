#!/usr/bin/env bash
# Question: ai-edge-quantizer has recipes for int8 weights: per channel (dynamic_wi8_afp32), in
#   blocks of 32 (dynamic_wi8b32_afp32), and per channel after a Hadamard rotation
#   (dynamic_wi8c_hr_afp32). How large does each make a network of dense layers?
# Likely guess: a quarter of the float file, and slightly more for the blocks' scales; the rotation
#   is computed or merged into weights, so it costs nothing in the file.
# What is so: only the first does what one expects. The recipe with blocks ends without a warning and
#   quantizes nothing. The rotation becomes a dense layer of its own in front of each quantized one,
#   with a float matrix as wide as the operand: the multiply-accumulates of square layers double,
#   half of them in float, and the matrix takes four times the bytes of an int8 layer. Layers of one
#   width share it, so two of them take 3/4 of the float file, and a single one more than it.
# Versions: ai-edge-quantizer 0.10.0, ai-edge-litert 2.3.0, flatbuffers 25.12.19, numpy 2.4.6
# Seen (two layers of 512 to 512):
#   float                  2,097,152 B of weights, 2 dense layers, none of int8
#   dynamic_wi8_afp32        524,288 B of weights, 2 dense layers, 2 of int8
#   dynamic_wi8b32_afp32   2,097,152 B of weights, 2 dense layers, none of int8
#   dynamic_wi8c_hr_afp32  1,572,864 B of weights, 4 dense layers, 2 of int8
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  ai-edge-quantizer==0.10.0 ai-edge-litert==2.3.0 numpy==2.4.6 flatbuffers==25.12.19
cd "$folder"
venv/bin/python - 2> log.txt <<'PYTHON' || { tail -n 3 log.txt >&2; exit 1; }
import contextlib
import sys

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_quantizer import quantizer, recipe

WIDTH, LAYERS = 512, 2
Kind, Name = schema.TensorType, schema.BuiltinOperator


def network():
    """Dense layers one behind the other."""
    numbers = np.random.default_rng(0)
    tensors = [schema.TensorT([1, WIDTH], Kind.FLOAT32, 0, "x")]
    buffers, nodes = [schema.BufferT()], []
    options = schema.BuiltinOptions.FullyConnectedOptions
    for layer in range(LAYERS):
        weights = numbers.standard_normal((WIDTH, WIDTH)).astype(np.float32)
        buffers.append(schema.BufferT(data=weights.view(np.uint8).ravel()))
        tensors.append(schema.TensorT([WIDTH, WIDTH], Kind.FLOAT32, layer + 1, f"w{layer}"))
        tensors.append(schema.TensorT([1, WIDTH], Kind.FLOAT32, 0, f"y{layer}"))
        operands = [2 * layer, 2 * layer + 1, -1]
        dense = schema.FullyConnectedOptionsT()
        nodes.append(schema.OperatorT(0, operands, [2 * layer + 2], options, dense))
    graph = schema.SubGraphT(tensors, inputs=[0], outputs=[2 * LAYERS], operators=nodes)
    maps = [schema.TensorMapT("x", 0)], [schema.TensorMapT("y", 2 * LAYERS)]
    signature = schema.SignatureDefT(*maps, "serving_default", 0)
    number = Name.FULLY_CONNECTED
    codes = [schema.OperatorCodeT(number, builtinCode=number, version=1)]
    file = schema.ModelT(3, codes, [graph], buffers=buffers, signatureDefs=[signature])
    builder = flatbuffers.Builder()
    builder.Finish(file.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def facts(title, file):
    """Bytes of the matrices, number of dense layers, and of those with int8 weights."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(bytes(file)))
    (graph,) = model.subgraphs
    codes = [code.builtinCode for code in model.operatorCodes]
    dense = [n for n in graph.operators if codes[n.opcodeIndex] == Name.FULLY_CONNECTED]
    weights = [graph.tensors[node.inputs[1]] for node in dense]
    buffers = [model.buffers[index] for index in {tensor.buffer for tensor in weights}]
    # Large ones stand behind the FlatBuffer.
    size = sum(buffer.size or len(buffer.data) for buffer in buffers)
    int8 = sum(w.type == Kind.INT8 for w in weights)
    print(f"{title:21}  {size:9,} B of weights, {len(dense)} dense layers, {int8 or 'none'} of int8")
    return size, len(dense), int8


path = "float.tflite"
with open(path, "wb") as file:
    file.write(network())
seen = {"float": facts("float", network())}
for name in ("dynamic_wi8_afp32", "dynamic_wi8b32_afp32", "dynamic_wi8c_hr_afp32"):
    with contextlib.redirect_stdout(sys.stderr):
        made = quantizer.Quantizer(path, getattr(recipe, name)()).quantize()
    seen[name] = facts(name, made.quantized_model)

size = 4 * WIDTH * WIDTH * LAYERS
if seen["dynamic_wi8_afp32"] != (size // 4, LAYERS, LAYERS):
    sys.exit("changed: int8 per channel is no longer a quarter")
if seen["dynamic_wi8b32_afp32"] != seen["float"]:
    sys.exit("changed: the recipe with blocks of 32 quantizes something")
if seen["dynamic_wi8c_hr_afp32"] != (size // 4 + 4 * WIDTH * WIDTH, 2 * LAYERS, LAYERS):
    sys.exit("changed: the rotation is no longer a float dense layer before each quantized one")
PYTHON
