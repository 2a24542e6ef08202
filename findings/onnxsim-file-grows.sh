#!/usr/bin/env bash
# Question: a model of 155 bytes adds a constant tensor that ConstantOfShape makes; another stores its
#   weights in half precision behind a Cast. How large are they after onnxsim has simplified them?
# Likely guess: about as large, or smaller: the tool is there to make models smaller and faster.
# What is so: the first has 16 MiB, a hundred thousand times as much, and the second twice its size.
#   Whatever depends on constants is computed and stored as an initializer, with no limit on its size
#   unless one is given. A DequantizeLinear of int8 weights is the exception: it stays. On a device
#   the simplified file needs flash memory that the original did not.
# Versions: onnxsim 0.8.1, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6
# Seen (bytes before and after):
#   ConstantOfShape, Add            155 -> 16,778,007
#   Cast of float16, MatMul     131,196 -> 262,931
#   DequantizeLinear, MatMul     65,677 -> 66,419
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  onnxsim==0.8.1 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import numpy as np
import onnx
import onnxsim
from onnx import TensorProto, helper, numpy_helper


def sizes(nodes, shape, initializers):
    """Bytes of a model of one input and one output of a shape, before and after."""
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(value, name) for name, value in initializers.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    simple, is_equal = onnxsim.simplify(model)
    assert is_equal
    return len(model.SerializeToString()), len(simple.SerializeToString())


node = helper.make_node
fill = helper.make_tensor("v", TensorProto.FLOAT, [1], [1.5])
made = sizes(
    [node("ConstantOfShape", ["s"], ["z"], value=fill), node("Add", ["x", "z"], ["y"])],
    [1024, 4096],
    {"s": np.array([1024, 4096], np.int64)},
)
weights = np.arange(-127, 129).repeat(256).reshape(256, 256)
half = sizes(
    [node("Cast", ["w"], ["wf"], to=TensorProto.FLOAT), node("MatMul", ["x", "wf"], ["y"])],
    [1, 256],
    {"w": weights.astype(np.float16)},
)
integers = sizes(
    [node("DequantizeLinear", ["w", "s"], ["wf"]), node("MatMul", ["x", "wf"], ["y"])],
    [1, 256],
    {"w": weights.clip(-127, 127).astype(np.int8), "s": np.float32(0.01)},
)
for name, (before, after) in [("made", made), ("half", half), ("integers", integers)]:
    print(f"{name}: {before} -> {after}")
assert made[0] < 1000 and made[1] > 16 << 20
assert 1.9 < half[1] / half[0] < 2.1
assert integers[1] < 1.1 * integers[0]
PYTHON
