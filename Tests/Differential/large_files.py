"""Files that are small for what they stand for, and honest long ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from tflite_build import File, Type, options

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
OPERATOR_SETS = [helper.make_opsetid("", 17), helper.make_opsetid("local", 1)]
node = helper.make_node


def info(name: str, shape: list | None = None, kind: int = FLOAT) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def model(
    nodes: list[NodeProto],
    inputs: Iterable[ValueInfoProto],
    output: str,
    kind: int = FLOAT,
    stored: Iterable[TensorProto] = (),
    functions: Iterable = (),
) -> bytes:
    graph = helper.make_graph(nodes, "g", list(inputs), [info(output, None, kind)], list(stored))
    made = helper.make_model(graph, opset_imports=OPERATOR_SETS, functions=list(functions))
    made.ir_version = 9
    return made.SerializeToString()


def chain(count: int, shape: list, operator: str = "Relu") -> bytes:
    nodes = [node(operator, [f"t{i}"], [f"t{i + 1}"]) for i in range(count)]
    return model(nodes, [info("t0", shape)], f"t{count}")


def called(levels: int, leaf: list[NodeProto], *, calls: int = 2, **given: object) -> bytes:
    """Each function calls the one before it so many times."""

    def function(name: str, nodes: list[NodeProto]) -> object:
        return helper.make_function("local", name, ["x"], ["y"], nodes, OPERATOR_SETS)

    functions = [function("f0", leaf)]
    for level in range(1, levels + 1):
        names = ["x", *(f"v{i}" for i in range(1, calls)), "y"]
        functions.append(
            function(
                f"f{level}",
                [
                    node(f"f{level - 1}", [names[i]], [names[i + 1]], domain="local")
                    for i in range(calls)
                ],
            )
        )
    nodes = [node(f"f{levels}", ["x"], ["y"], domain="local", **given)]
    return model(nodes, [info("x", [1, 8, 16, 16])], "y", functions=functions)


def relu(middle: str = "h") -> list[NodeProto]:
    return [node("Relu", ["x"], [middle]), node("Relu", [middle], ["y"])]


def loops(levels: int, operators: int) -> bytes:
    """Loops in loops, whose carried value has another shape in each iteration."""

    def body(level: int) -> GraphProto:
        value, result = f"v{level}", f"o{level}"
        if level == 0:
            nodes = [node("Concat", [value, value], [result], axis=0)]
        else:
            nodes = [node("Loop", ["n", "c", value], [result], body=body(level - 1))]
        nodes += [node("Relu", [value], [f"r{level}.{i}"]) for i in range(operators)]
        inputs = [info(f"i{level}", [], INT64), info(f"c{level}", [], BOOL), info(value)]
        return helper.make_graph(nodes, "b", inputs, [info(f"c{level}", [], BOOL), info(result)])

    inputs = [info("x", [1, 8]), info("n", [], INT64), info("c", [], BOOL)]
    return model([node("Loop", ["n", "c", "x"], ["y"], body=body(levels))], inputs, "y")


def branches(levels: int) -> bytes:
    def body(level: int, path: str) -> GraphProto:
        return helper.make_graph(nodes(level, path), "b", [], [info(f"r{path}")])

    def nodes(level: int, path: str) -> list[NodeProto]:
        if level == 0:
            return [node("Relu", ["x"], [f"r{path}"])]
        left, right = (body(level - 1, path + side) for side in "01")
        return [node("If", ["c"], [f"r{path}"], then_branch=left, else_branch=right)]

    return model(nodes(levels, ""), [info("x", [1, 8]), info("c", [], BOOL)], "r")


def symbols(count: int, length: int, operators: int) -> bytes:
    """Shapes of so many names of so many characters."""
    return chain(operators, [f"{axis:03}".ljust(length, "s") for axis in range(count)])


def folded(operators: int) -> bytes:
    """Constants of the most elements that are followed."""
    nodes = [node("Range", ["zero", "limit", "one"], ["r0"])]
    nodes += [node("Add", [f"r{i}", "one"], [f"r{i + 1}"]) for i in range(operators)]
    stored = [
        helper.make_tensor(name, INT64, [], [value])
        for name, value in (("zero", 0), ("limit", 1024), ("one", 1))
    ]
    return model(nodes, [info("x", [1])], f"r{operators}", INT64, stored)


def stored_constants() -> bytes:
    constant = numpy_helper.from_array(np.zeros(1024, np.float32))
    return called(
        12, [node("Constant", [], ["k"], value=constant), node("Concat", ["x", "k"], ["y"], axis=0)]
    )


def composites(levels: int, operator: str) -> bytes:
    """Each subgraph runs the next one twice."""
    file = File()
    graphs = [file.graph(f"g{level}") for level in range(levels + 1)]
    if operator == "WHILE":
        test = file.graph("test")
        value = test.input([1, 8])
        test.result(*test.node("LESS", [value, value], [test.tensor([], Type.BOOL)]))
    for level, graph in enumerate(graphs):
        value = graph.input([1, 8])
        if level == levels:
            graph.result(*graph.node("RELU", [value], [graph.tensor([1, 8])]))
            continue
        for _ in range(2):
            if operator == "WHILE":
                given = options("While", condSubgraphIndex=levels + 1, bodySubgraphIndex=level + 1)
            else:
                given = options("StableHLOComposite", decompositionSubgraphIndex=level + 1)
                given.name = "c"
            (value,) = graph.node(operator, [value], [graph.tensor([1, 8])], given)
        graph.result(value)
    return file.bytes()


def long_tflite(operators: int) -> bytes:
    file = File()
    graph = file.graph()
    value = graph.input([1, 8])
    for _ in range(operators):
        (value,) = graph.node("RELU", [value], [graph.tensor([1, 8])])
    graph.result(value)
    return file.bytes()


#: Files of many operators or operands, which must be analysed.
LONG: dict[str, Callable[[], bytes]] = {
    "20000 operators.onnx": lambda: chain(20_000, [1, 64]),
    "20000 operators.tflite": lambda: long_tflite(20_000),
    "5000 operators of functions.onnx": lambda: called(2, relu(), calls=40),
    "a tensor with 15000 consumers.onnx": lambda: model(
        [node("Relu", ["x"], [f"y{i}"]) for i in range(15_000)], [info("x", [1, 8])], "y0"
    ),
    "300000 operands.onnx": lambda: model(
        [node("Concat", ["x"] * 300_000, ["y"], axis=0)], [info("x", [1, 8])], "y"
    ),
    "64 dimensions.onnx": lambda: chain(15_000, [2] * 5 + [1] * 59),
    "64 named dimensions.onnx": lambda: symbols(64, 4, 15_000),
    "long named dimensions.onnx": lambda: symbols(30, 126, 10_000),
}

#: Files that stand for more than they hold, which may be refused.
DENSE: dict[str, Callable[[], bytes]] = {
    "functions of functions.onnx": lambda: called(15, relu()),
    "functions with an attribute of 100000.onnx": lambda: called(
        13, [node("Conv", ["x", "x"], ["y"], pads=[1] * 100_000)]
    ),
    "functions with long names.onnx": lambda: called(13, relu("z" * 4000)),
    "functions that are wrong.onnx": lambda: called(14, [node("Reshape", ["x"], ["y"])]),
    "functions with constants.onnx": stored_constants,
    "composites.tflite": lambda: composites(14, "STABLEHLO_COMPOSITE"),
    "loops of subgraphs.tflite": lambda: composites(12, "WHILE"),
    "loops in loops.onnx": lambda: loops(25, 400),
    "branches in branches.onnx": lambda: branches(11),
    "constants.onnx": lambda: folded(9000),
}
