#!/usr/bin/env bash
# Question: small decoders have heads of width 8. Exporters write their attention for onnxruntime as one
#   GroupQueryAttention that also rotates queries and keys (do_rotary). Does it take such heads?
# Likely guess: yes. Attention without rotation takes them, and so does RotaryEmbedding; doing both in one operator is
#   the same arithmetic, and neither its schema nor shape inference states a limit.
# What is so: the session is made, and the first run fails: with do_rotary the width of a head must be a multiple of 16.
#   The same operator without do_rotary runs, and RotaryEmbedding rotates heads of 8.
# Versions: onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6
# Seen:
#   attention,               heads of  8: runs
#   rotation,                heads of  8: runs
#   attention with rotation, heads of  8: head_size shall be a multiple of 16
#   attention,               heads of 16: runs
#   rotation,                heads of 16: runs
#   attention with rotation, heads of 16: runs
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

onnxruntime.set_default_logger_severity(4)
HEADS, TOKENS, PLACES = 4, 3, 32


def node(kind, width):
    """The operator and its operands with their values."""
    rows = np.ones((1, TOKENS, HEADS * width), np.float32)
    past = np.ones((1, HEADS, 0, width), np.float32)
    table = np.ones((PLACES, width // 2), np.float32)
    if kind == "rotation":
        places = np.arange(TOKENS, dtype=np.int64)[None]
        feed = {"q": rows, "places": places, "cos": table, "sin": table}
        return "RotaryEmbedding", feed, ["y"], {"num_heads": HEADS}
    feed = {"q": rows, "k": rows, "v": rows, "pk": past, "pv": past}
    feed |= {"last": np.array([TOKENS - 1], np.int32), "all": np.array(TOKENS, np.int32)}
    attributes = {"num_heads": HEADS, "kv_num_heads": HEADS}
    if kind == "attention with rotation":
        feed |= {"cos": table, "sin": table}
        attributes["do_rotary"] = 1
    return "GroupQueryAttention", feed, ["y", "nk", "nv"], attributes


def run(kind, width):
    operator, feed, results, attributes = node(kind, width)
    made = helper.make_node(operator, [*feed], results, domain="com.microsoft", **attributes)
    graph = helper.make_graph(
        [made],
        "g",
        [
            helper.make_tensor_value_info(
                name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape
            )
            for name, value in feed.items()
        ],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in results],
    )
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    try:
        session.run(None, feed)
        answer = "runs"
    except Exception as error:  # the package has no public name for its error
        answer = str(error).partition("Status Message: ")[2].partition(".")[0]
    print(f"{kind + ',':24} heads of {width:2}: {answer}")
    return answer


kinds = ("attention", "rotation", "attention with rotation")
answers = {(kind, width): run(kind, width) for width in (8, 16) for kind in kinds}
refused = answers.pop(("attention with rotation", 8))
if "multiple of 16" not in refused or set(answers.values()) != {"runs"}:
    sys.exit("changed: attention with rotation takes the heads that it takes without")
PYTHON
