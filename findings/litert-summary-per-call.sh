#!/usr/bin/env bash
# Question: LiteRT's profiler prints "Run Order", a row for each operator, and "Summary by node type", with
#   the columns [count], [avg ms] and [avg %]. A network has 8 equal dense layers. What is [avg ms]
#   of the dense layers in the summary?
# Likely guess: what they take in an inference together, the sum of their rows, as it is in TensorFlow's
#   benchmark_model, whose tables these are; [avg %] beside it is such a share.
# What is so: an eighth of it. [avg ms] of the summary is of one call, over all runs and all layers, while
#   [avg %] is of the inference, so that in one row 0.095 ms are 100 % of an inference of 0.761 ms. Of two
#   types the one with many cheap layers looks cheaper than one that costs less.
# Versions: ai-edge-litert 2.3.0, numpy 2.4.6; x86-64
# Seen (times vary):
#   Run Order: 8 rows, together 0.761 ms
#   Summary by node type: count 8, avg ms 0.095, avg % 99.987%
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ai-edge-litert==2.3.0 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import ctypes
import pathlib
import sys

import ai_edge_litert
import ai_edge_litert.schema_py_generated as schema
import flatbuffers
import numpy as np

WIDTH, LAYERS, RUNS = 512, 8, 20


def write(path):
    """A chain of equal dense layers in float32."""
    model, graph = schema.ModelT(), schema.SubGraphT()
    model.version, model.subgraphs, model.buffers = 3, [graph], [schema.BufferT()]
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.FULLY_CONNECTED
    code.version, model.operatorCodes = 1, [code]
    graph.tensors, graph.operators = [], []

    def tensor(shape, values=None):
        made = schema.TensorT()
        made.shape, made.type, made.name = shape, schema.TensorType.FLOAT32, f"t{len(graph.tensors)}"
        if values is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(values.tobytes(), np.uint8)
            model.buffers.append(buffer)
            made.buffer = len(model.buffers) - 1
        graph.tensors.append(made)
        return len(graph.tensors) - 1

    value = tensor([1, WIDTH])
    graph.inputs = [value]
    for layer in range(LAYERS):
        random = np.random.default_rng(layer)
        weights = tensor([WIDTH, WIDTH], random.standard_normal((WIDTH, WIDTH)).astype(np.float32))
        node = schema.OperatorT()
        node.opcodeIndex, node.inputs, node.outputs = 0, [value, weights, -1], [tensor([1, WIDTH])]
        node.builtinOptionsType = schema.BuiltinOptions.FullyConnectedOptions
        node.builtinOptions = schema.FullyConnectedOptionsT()
        graph.operators.append(node)
        value = node.outputs[0]
    graph.outputs = [value]
    # The C interface takes entry points by signatures.
    entry = schema.SignatureDefT()
    entry.signatureKey, entry.subgraphIndex = "serving_default", 0
    entry.inputs, entry.outputs = [], []
    for maps, place in ((entry.inputs, graph.inputs[0]), (entry.outputs, value)):
        link = schema.TensorMapT()
        link.name, link.tensorIndex = f"t{place}", place
        maps.append(link)
    model.signatureDefs = [entry]
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), b"TFL3")
    pathlib.Path(path).write_bytes(builder.Output())


library = ctypes.CDLL(str(pathlib.Path(ai_edge_litert.__file__).parent / "libLiteRt.so"))
pointer, reference, size = ctypes.c_void_p, ctypes.byref, ctypes.c_size_t


def call(function, *arguments):
    status = getattr(library, function)(*arguments)
    if status:
        sys.exit(f"{function}: status {status}")


class Layout(ctypes.Structure):
    _fields_ = [
        ("rank", ctypes.c_uint, 7), ("has_strides", ctypes.c_uint, 1),
        ("dimensions", ctypes.c_int32 * 8), ("strides", ctypes.c_uint32 * 8),
    ]


class TensorType(ctypes.Structure):
    _fields_ = [("element", ctypes.c_int), ("layout", Layout)]


def summary(path):
    """What LiteRtGetProfileSummary says of some runs."""
    environment, model, options, opaque = pointer(), pointer(), pointer(), pointer()
    call("LiteRtCreateEnvironment", 0, None, reference(environment))
    call("LiteRtCreateModelFromFile", environment, path.encode(), reference(model))
    call("LiteRtCreateOptions", reference(options))
    call("LiteRtSetOptionsHardwareAccelerators", options, 1)
    payload = ctypes.create_string_buffer(b"enable_profiling = true\n")
    keep = ctypes.CFUNCTYPE(None, pointer)(lambda _: None)
    content = ctypes.cast(payload, pointer)
    call("LiteRtCreateOpaqueOptions", b"runtime_options_string", content, keep, reference(opaque))
    call("LiteRtAddOpaqueOptions", options, opaque)
    compiled, profiler, signature = pointer(), pointer(), pointer()
    call("LiteRtCreateCompiledModel", environment, model, options, reference(compiled))
    call("LiteRtCompiledModelGetProfiler", compiled, reference(profiler))
    call("LiteRtGetModelSignature", model, size(0), reference(signature))
    sides = []
    for kind in ("Input", "Output"):
        tensor, needs, buffer, form = pointer(), pointer(), pointer(), TensorType()
        call(f"LiteRtGetSignature{kind}TensorByIndex", signature, size(0), reference(tensor))
        call("LiteRtGetRankedTensorType", tensor, reference(form))
        call(f"LiteRtGetCompiledModel{kind}BufferRequirements", compiled, size(0), size(0), reference(needs))
        make = "LiteRtCreateManagedTensorBufferFromRequirements"
        call(make, environment, reference(form), needs, reference(buffer))
        sides += [size(1), (pointer * 1)(buffer.value)]
    call("LiteRtRunCompiledModel", compiled, size(0), *sides)
    call("LiteRtStartProfiler", profiler)
    for _ in range(RUNS):
        call("LiteRtRunCompiledModel", compiled, size(0), *sides)
    call("LiteRtStopProfiler", profiler)
    text = ctypes.c_char_p()
    call("LiteRtGetProfileSummary", profiler, compiled, reference(text))
    return text.value.decode()


write("dense.tflite")
sections = summary("dense.tflite").split("= ")
section = {name.split(" =")[0]: name for name in sections}
rows = [line.split() for line in section["Run Order"].splitlines() if "Fully Connected" in line]
total = sum(float(row[-6]) for row in rows)
line = next(row for row in section["Summary by node type"].splitlines() if "Fully Connected" in row)
count, average, share = line.split()[-6:-3]
print(f"Run Order: {len(rows)} rows, together {total:.3f} ms")
print(f"Summary by node type: count {count}, avg ms {average}, avg % {share}")
if len(rows) != LAYERS or int(count) != LAYERS or float(share.rstrip("%")) < 99:
    sys.exit("changed: the tables are not of these layers")
if not 0.8 < LAYERS * float(average) / total < 1.2:
    sys.exit("changed: avg ms of a node type is no longer that of one call")
PYTHON
