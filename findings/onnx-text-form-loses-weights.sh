#!/usr/bin/env bash
# Question: onnx.printer.to_text writes a model as text, and onnx.parser.parse_model reads this text.
#   Is the model that comes back the one that went in?
# Likely guess: yes, but for rounded numbers and perhaps comments: the two are made for each other, and the
#   package's own models of functions are written in this form.
# What is so: numbers are the ones that come back exactly, NaN and denormals too. What is lost,
#   without a word, is a sparse initializer: the printer leaves it out, and the parser accepts a
#   graph whose weights nobody defines. Of the text, 4-bit weights are three dots, which the parser
#   refuses. Notes of a graph and of its nodes, properties of nodes and
#   quantization annotations are gone too. So a test that keeps its models in this form tests others.
# Versions: onnx 1.23.2, protobuf 7.36.2, numpy 2.4.6
# Seen:
#   float32 weights, a denormal among them  come back bit for bit
#   sparse weights                          0 of 1 come back, and the checker misses 'w'
#   int4 weights                            refused: "int4[2] w = ..."
#   quantization annotations                0 of 1 come back
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  onnx==1.23.2 protobuf==7.36.2 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def model(kind=TensorProto.FLOAT, tensors=(), sparse=()):
    """A graph that adds nothing to its weights."""
    graph = helper.make_graph(
        [helper.make_node("Identity", ["w"], ["y"])],
        "g",
        [],
        [helper.make_tensor_value_info("y", kind, [2])],
        list(tensors),
        sparse_initializer=list(sparse),
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])
    onnx.checker.check_model(made)
    return made


def again(made):
    return onnx.parser.parse_model(onnx.printer.to_text(made))


values = np.array([1.401298464324817e-45, 0.1], np.float32)
floats = again(model(tensors=[numpy_helper.from_array(values, "w")]))
exact = numpy_helper.to_array(floats.graph.initializer[0]).tobytes() == values.tobytes()
how = "bit for bit" if exact else "changed"
print(f"{'float32 weights, a denormal among them':39} come back {how}")

sparse = helper.make_sparse_tensor(
    helper.make_tensor("w", TensorProto.FLOAT, [1], [0.5]),
    helper.make_tensor("places", TensorProto.INT64, [1], [0]),
    [2],
)
read = again(model(sparse=[sparse]))
count = len(read.graph.sparse_initializer) + len(read.graph.initializer)
try:
    onnx.checker.check_model(read)
    missing = False
except onnx.checker.ValidationError as error:
    missing = "input 'w'" in str(error)
words = "and the checker misses 'w'" if missing else "and the checker is content"
print(f"{'sparse weights':39} {count} of 1 come back, {words}")

codes = helper.make_tensor("w", TensorProto.INT4, [2], [1, -2])
try:
    again(model(TensorProto.INT4, [codes]))
    refused = ""
except onnx.parser.ParseError as error:
    refused = next(word for word in str(error).split("<") if "int4" in word).split(">")[0]
print(f"{'int4 weights':39}", f'refused: "{refused}"' if refused else "come back")

annotated = model(tensors=[numpy_helper.from_array(values, "w")])
annotated.graph.quantization_annotation.add().tensor_name = "w"
kept = len(again(annotated).graph.quantization_annotation)
print(f"{'quantization annotations':39} {kept} of 1 come back")

if not exact:
    sys.exit("changed: floats no longer come back exactly")
if count or not missing:
    sys.exit("changed: sparse weights come back, or their loss is not seen")
if not refused or kept:
    sys.exit("changed: int4 weights or annotations come back")
PYTHON
