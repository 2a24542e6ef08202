"""Small ONNX networks whose nodes onnxruntime fuses, renames, repeats or runs in a loop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT


class Network:
    """Nodes in the order in which they are added, named after a module and their operator."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.nodes: list[onnx.NodeProto] = []
        self.stored: list[onnx.TensorProto] = []
        self.random = np.random.default_rng(0)

    def weights(self, name: str, *shape: int) -> str:
        values = 0.1 * self.random.standard_normal(shape)
        return self.store(name, values.astype(np.float32))

    def store(self, name: str, values: object) -> str:
        self.stored.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def node(self, operator: str, inputs: list[str], *outputs: str, **attributes: object) -> str:
        name = f"/{self.module}/{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, outputs, name=name, **attributes))
        return outputs[0]

    def write(
        self, folder: Path, inputs: dict[str, list[int]], output: tuple[str, list[int]]
    ) -> Path:
        graph = helper.make_graph(
            self.nodes,
            self.module,
            [helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in inputs.items()],
            [helper.make_tensor_value_info(output[0], FLOAT, output[1])],
            self.stored,
        )
        opset = helper.make_opsetid("", 18)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=9)
        onnx.checker.check_model(model)
        path = folder / f"{self.module}.onnx"
        onnx.save(model, path)
        return path


def transformer(folder: Path) -> Path:
    """A block with attention of four heads, GELU written out, and residual additions."""
    n, width = Network("block"), 64
    scale, bias = (n.store(name, np.full(width, v, np.float32)) for name, v in (("g", 1), ("b", 0)))

    def dense(x: str, name: str, rows: int, columns: int) -> str:
        product = n.node("MatMul", [x, n.weights(f"{name}.w", rows, columns)], f"{name}.m")
        return n.node("Add", [product, n.weights(f"{name}.b", columns)], name)

    first = n.node("LayerNormalization", ["x", scale, bias], "n1", axis=-1)
    heads = n.node(
        "Reshape", [dense(first, "qkv", width, 3 * width), n.store("s", [1, 16, 3, 4, 16])], "r"
    )
    n.node("Transpose", [heads], "t", perm=[2, 0, 3, 1, 4])
    n.node("Split", ["t"], "q0", "k0", "v0", axis=0, num_outputs=3)
    axis = n.store("axis", [0])
    q, k, v = (n.node("Squeeze", [f"{name}0", axis], name) for name in "qkv")
    n.node("MatMul", [q, n.node("Transpose", [k], "kt", perm=[0, 1, 3, 2])], "scores")
    n.node("Mul", ["scores", n.store("c", np.float32(0.25))], "scaled")
    n.node("MatMul", [n.node("Softmax", ["scaled"], "p", axis=-1), v], "a")
    joined = n.node(
        "Reshape",
        [n.node("Transpose", ["a"], "at", perm=[0, 2, 1, 3]), n.store("s2", [1, 16, width])],
        "ar",
    )
    h = n.node("Add", [dense(joined, "o", width, width), "x"], "h")
    up = dense(
        n.node("LayerNormalization", [h, scale, bias], "n2", axis=-1), "up", width, 4 * width
    )
    n.node("Erf", [n.node("Div", [up, n.store("root", np.float32(2**0.5))], "d")], "e")
    n.node("Mul", [up, n.node("Add", ["e", n.store("one", np.float32(1))], "e1")], "m")
    gelu = n.node("Mul", ["m", n.store("half", np.float32(0.5))], "gelu")
    n.node("Add", [dense(gelu, "down", 4 * width, width), h], "y")
    return n.write(folder, {"x": [1, 16, width]}, ("y", [1, 16, width]))


def recurrent(folder: Path) -> Path:
    n = Network("rnn")
    n.node(
        "LSTM",
        ["x", n.weights("W", 1, 128, 32), n.weights("R", 1, 128, 32)],
        "all",
        "last",
        hidden_size=32,
    )
    state = n.node("Squeeze", ["last", n.store("axis", [0])], "state")
    n.node("MatMul", [state, n.weights("fc", 32, 4)], "y")
    return n.write(folder, {"x": [20, 1, 32]}, ("y", [1, 4]))


def loop(folder: Path) -> Path:
    """Five times a product and a tanh: the loop's kernel has those of its body within it."""
    n, inner = Network("loop"), Network("body")
    inner.node("MatMul", ["s", n.weights("B", 64, 64)], "t")
    inner.node("Tanh", ["t"], "next")
    inner.node("Identity", ["go"], "going")
    value = helper.make_tensor_value_info
    body = helper.make_graph(
        inner.nodes,
        "body",
        [
            value("i", TensorProto.INT64, []),
            value("go", TensorProto.BOOL, []),
            value("s", FLOAT, [8, 64]),
        ],
        [value("going", TensorProto.BOOL, []), value("next", FLOAT, [8, 64])],
    )
    start = n.node("Relu", ["x"], "start")
    n.node("Loop", [n.store("times", 5), n.store("true", True), start], "end", body=body)
    n.node("Softmax", ["end"], "y")
    return n.write(folder, {"x": [8, 64]}, ("y", [8, 64]))
