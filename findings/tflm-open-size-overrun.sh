#!/usr/bin/env bash
# Question: what does TFLite Micro do with a tensor in the middle of a model whose size is known at run time only, such as
#   the part of a list before an item in the loop that Keras exports for a recurrent layer? It cannot resize tensors.
# Likely guess: AllocateTensors() refuses the model; or the size that the signature leaves open counts as the most that it
#   can be.
# What is so: neither. The converter stores an open size as 1, TFLite Micro reserves one element, and allocation succeeds
#   with an arena that looks fine. At run time SLICE takes its size from its operand and writes as many rows as that says,
#   over whatever lies behind in the arena. Here that is the loop's counter: GATHER then gets an index that no row has,
#   and the invocation fails. In other models the loop does not end. LiteRT computes the right result. So an arena that is
#   equal to TFLite Micro's does not show that it can run the model.
# Versions: tflite-micro 0.dev20261023182759, ai-edge-litert 2.3.0, numpy 2.4.6
# Seen (a loop over a list that puts each row back where it was, so the result is the operand):
#   LiteRT: allocated, result equals operand: True
#   TFLite Micro: allocated, then: Node GATHER (number 7) failed to invoke with status 1
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  tflite-micro==0.dev20261023182759 ai-edge-litert==2.3.0 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import re
import subprocess
import sys

import ai_edge_litert.schema_py_generated as schema
import flatbuffers
import numpy as np
from ai_edge_litert.interpreter import Interpreter

ROWS, WIDTH = 10, 4
FLOAT, INT, BOOL = schema.TensorType.FLOAT32, schema.TensorType.INT32, schema.TensorType.BOOL
buffers, codes = [schema.BufferT()], []


class Graph:
    def __init__(self, name):
        self.table = schema.SubGraphT(name=name, tensors=[], operators=[], inputs=[], outputs=[])

    def tensor(self, shape, kind=FLOAT, values=None, signature=None):
        place = 0
        if values is not None:
            place = len(buffers)
            data = np.array(values, np.int32).tobytes()
            buffers.append(schema.BufferT(data=np.frombuffer(data, np.uint8)))
        name = f"{self.table.name}.{len(self.table.tensors)}"
        tensor = schema.TensorT(shape, kind, place, name, shapeSignature=signature)
        self.table.tensors.append(tensor)
        return len(self.table.tensors) - 1

    def number(self, values):
        return self.tensor(list(np.array(values).shape), INT, values)

    def node(self, name, inputs, output, options=None, **fields):
        number = getattr(schema.BuiltinOperator, name)
        if number not in codes:
            codes.append(number)
        outputs = output if isinstance(output, list) else [output]
        operator = schema.OperatorT(codes.index(number), inputs, outputs)
        if options:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            operator.builtinOptions = getattr(schema, options + "T")(**fields)
        self.table.operators.append(operator)
        return output


LIST = [ROWS, 1, WIDTH]
main, test, body = Graph("main"), Graph("condition"), Graph("body")
x, start = main.tensor(LIST), main.number(0)
end = [main.tensor([], INT), main.tensor(LIST)]
loop = {"condSubgraphIndex": 1, "bodySubgraphIndex": 2}
main.node("WHILE", [start, x], end, "WhileOptions", **loop)
main.table.inputs, main.table.outputs = [x], [end[1]]

i, old = test.tensor([], INT), test.tensor(LIST)
test.table.inputs = [i, old]
test.table.outputs = [test.node("LESS", [i, test.number(ROWS)], test.tensor([], BOOL))]

i, old = body.tensor([], INT), body.tensor(LIST)
following = body.node("ADD", [i, body.number(1)], body.tensor([], INT), "AddOptions")


def sizes(first, rest):
    row = body.node("RESHAPE", [first, body.number([1])], body.tensor([1], INT))
    both = [row, body.number(rest)]
    return body.node("CONCATENATION", both, body.tensor([3], INT), "ConcatenationOptions")


open_ = [-1, 1, WIDTH]
before = body.tensor([1, 1, WIDTH], signature=open_)
body.node("SLICE", [old, body.number([0, 0, 0]), sizes(i, [1, WIDTH])], before)
behind = body.tensor([1, 1, WIDTH], signature=open_)
body.node("SLICE", [old, sizes(following, [0, 0]), body.number([-1, -1, -1])], behind)
row = body.node("GATHER", [old, i], body.tensor([1, WIDTH]), "GatherOptions")
item = body.tensor([1, 1, WIDTH])
body.node("RESHAPE", [row, body.number([1, 1, WIDTH])], item)
new = body.tensor(LIST)
body.node("CONCATENATION", [before, item, behind], new, "ConcatenationOptions")
body.table.inputs, body.table.outputs = [i, old], [following, new]

codes = [schema.OperatorCodeT(min(n, 127), builtinCode=n, version=1) for n in codes]
graphs = [graph.table for graph in (main, test, body)]
builder = flatbuffers.Builder()
builder.Finish(schema.ModelT(3, codes, graphs, buffers=buffers).Pack(builder), b"TFL3")
with open("loop.tflite", "wb") as file:
    file.write(builder.Output())

operand = np.arange(ROWS * WIDTH, dtype=np.float32).reshape(LIST)
interpreter = Interpreter("loop.tflite")
interpreter.allocate_tensors()
interpreter.set_tensor(interpreter.get_input_details()[0]["index"], operand)
interpreter.invoke()
result = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
is_right = bool((result == operand).all())
print("LiteRT: allocated, result equals operand:", is_right)

# Its C++ code prints errors, and a loop whose counter is overwritten may not end.
RUN = f"""import numpy as np
from tflite_micro import runtime
interpreter = runtime.Interpreter.from_file("loop.tflite")
print("allocated", flush=True)
interpreter.set_input(np.arange({ROWS * WIDTH}, dtype=np.float32).reshape({LIST}), 0)
interpreter.invoke()
print("invoked")"""
run = [sys.executable, "-c", RUN]
try:
    done = subprocess.run(run, capture_output=True, text=True, timeout=60)
    text = done.stdout + done.stderr
except subprocess.TimeoutExpired as late:
    text = (late.stdout or b"").decode() + "\nthe loop did not end in 60 s"
failure = re.search(r"Node GATHER.*|the loop did not end.*", text)
print("TFLite Micro: allocated, then:", failure[0] if failure else "no failure")
if not (is_right and "allocated" in text and failure and "invoked" not in text):
    sys.exit("changed: TFLite Micro no longer allocates and then fails, or LiteRT differs")
PYTHON
