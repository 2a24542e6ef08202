"""Files that are small for what they stand for, and honest long ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable

import ai_edge_litert.schema_py_generated as schema
import flatbuffers
import numpy as np
from flatbuffers import flexbuffers
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


# Flatbuffers that say a thing once and mean it many times: no library's classes write such files.

NAME = "x" * 100_000


class Shared:
    """A TFLite file whose parts are written once, and used as often as they are listed."""

    def __init__(self) -> None:
        self.builder = flatbuffers.Builder(1 << 16)

    def parts(self, places: list[int]) -> int:
        self.builder.StartVector(4, len(places), 4)
        for place in reversed(places):
            self.builder.PrependUOffsetTRelative(place)
        return self.builder.EndVector()

    def numbers(self, values: list[int]) -> int:
        self.builder.StartVector(4, len(values), 4)
        for value in reversed(values):
            self.builder.PrependInt32(value)
        return self.builder.EndVector()

    def table(self, kind: str, **fields: object) -> int:
        """A table of the schema; a text is written, any other value is a number or a place."""
        placed = {
            name: self.builder.CreateString(value) if isinstance(value, str) else value
            for name, value in fields.items()
        }
        getattr(schema, f"{kind}Start")(self.builder)
        for name, value in placed.items():
            getattr(schema, f"{kind}Add{name}")(self.builder, value)
        return getattr(schema, f"{kind}End")(self.builder)

    def tensor(self, name: str = "t", **more: object) -> int:
        return self.table("Tensor", Name=name, Shape=self.numbers([1]), **more)

    def node(self, inputs: Iterable[int] = (0,), **more: object) -> int:
        return self.table("Operator", Inputs=self.numbers(list(inputs)), **more)

    def graph(self, tensors: list[int], nodes: list[int], **more: object) -> int:
        inputs = self.numbers([0] if tensors else [])
        parts = {"Tensors": self.parts(tensors), "Operators": self.parts(nodes)}
        return self.table("SubGraph", **parts, Inputs=inputs, Outputs=inputs, **more)

    def code(self, name: str) -> int:
        """An operator of the schema, or else a custom one."""
        number = getattr(schema.BuiltinOperator, name, schema.BuiltinOperator.CUSTOM)
        custom = {"CustomCode": name} if number == schema.BuiltinOperator.CUSTOM else {}
        return self.table(
            "OperatorCode", BuiltinCode=number, DeprecatedBuiltinCode=min(number, 127), **custom
        )

    def bytes(
        self,
        graphs: list[int],
        codes: Iterable[str] = (),
        stored: Iterable[bytes] = (),
        metadata: Iterable[int] = (),
        signatures: Iterable[int] = (),
    ) -> bytes:
        """The file; buffer 0 is empty, as ever."""
        data = [{"Data": self.builder.CreateByteVector(part)} for part in stored]
        fields = {
            "OperatorCodes": self.parts([self.code(name) for name in codes]),
            "Subgraphs": self.parts(graphs),
            "Buffers": self.parts([self.table("Buffer", **part) for part in [{}, *data]]),
            "Metadata": self.parts(list(metadata)),
            "SignatureDefs": self.parts(list(signatures)),
        }
        self.builder.Finish(self.table("Model", Version=3, **fields), b"TFL3")
        return bytes(self.builder.Output())


def shared_operators(
    name: str, count: int, kind: str = "", *, second: bool = False, **fields: object
) -> bytes:
    """Operators that are one, with options, beside an empty subgraph.

    `second` says that the options are of the schema's second union.
    """
    file = Shared()
    more = {}
    if kind:
        placed = {
            option: file.numbers(value) if isinstance(value, list) else value
            for option, value in fields.items()
        }
        union = "BuiltinOptions2" if second else "BuiltinOptions"
        number = getattr(getattr(schema, union), f"{kind}Options")
        more = {f"{union}Type": number, union: file.table(f"{kind}Options", **placed)}
    tensors = [file.tensor(), file.tensor("u")]
    graph = file.graph(tensors, [file.node(**more)] * count)
    return file.bytes([graph, file.graph([], [])], [name])


def shared_flex_nodes(count: int) -> bytes:
    """Operators that carry the same node of TensorFlow, with a list of 60,000 numbers."""

    def field(number: int, content: bytes) -> bytes:
        length, rest = [], len(content)
        while rest > 127:
            length.append(rest & 127 | 128)
            rest >>= 7
        return bytes([number << 3 | 2, *length, rest]) + content

    value = field(1, field(3, b"\1" * 60_000))
    attribute = field(1, b"k") + field(2, value)
    node = field(1, b"n") + field(2, b"Relu") + field(5, attribute)
    pair = flexbuffers.Builder()
    with pair.Vector():
        pair.String("Relu")
        pair.Blob(node)
    file = Shared()
    custom = file.builder.CreateByteVector(bytes(pair.Finish()))
    graph = file.graph([file.tensor()], [file.node(CustomOptions=custom)] * count)
    return file.bytes([graph], ["FlexRelu"])


def shared_signatures() -> bytes:
    file = Shared()
    signature = file.table("SignatureDef", SignatureKey=NAME)
    return file.bytes([file.graph([file.tensor()], [])], signatures=[signature] * 20_000)


def shared_subgraphs() -> bytes:
    file = Shared()
    return file.bytes([file.graph([file.tensor()], [], Name=NAME)] * 5000)


def shared_metadata(name: str, data: bytes) -> bytes:
    file = Shared()
    entry = file.table("Metadata", Name=name, Buffer=1)
    graph = file.graph([file.tensor()], [])
    return file.bytes([graph], stored=[data], metadata=[entry] * 20_000)


def card() -> bytes:
    builder = flatbuffers.Builder(64)
    builder.StartObject(8)
    builder.Finish(builder.EndObject(), b"M001")
    return bytes(builder.Output())


def archive() -> bytes:
    """What stands behind a model with a card: the files of the card."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as packed:
        for index in range(500):
            packed.writestr(f"f{index}", b"a")
    return memory.getvalue()


def shared_sparsity() -> bytes:
    file = Shared()
    axis = file.table("DimensionMetadata", Format=1)
    sparsity = file.table(
        "SparsityParameters",
        TraversalOrder=file.numbers([0]),
        DimMetadata=file.parts([axis] * 30_000),
    )
    return file.bytes([file.graph([file.tensor(Sparsity=sparsity)] * 500, [])])


def shared_weights() -> bytes:
    """Operators that read the same tensor, whose name is a long path."""
    file = Shared()
    tensors = [file.tensor(), file.tensor("a/" * 75_000, Buffer=1)]
    graph = file.graph(tensors, [file.node([0, 1])] * 8000)
    return file.bytes([graph], ["ADD"], stored=[b"\0" * 4])


def shared_results() -> bytes:
    """Operators that make the same tensor, whose name is long and in the size of what they make."""
    file = Shared()
    outputs = file.numbers([1])
    tensors = [file.tensor(), file.tensor(NAME)]
    return file.bytes([file.graph(tensors, [file.node(Outputs=outputs)] * 8000)], ["WHERE"])


def chained_calls(count: int) -> bytes:
    """Each subgraph calls the next one."""
    file = Shared()
    tensor = file.tensor()
    graphs = [file.graph([tensor], [])]
    for index in range(count - 1, 0, -1):
        call = file.node(
            BuiltinOptionsType=schema.BuiltinOptions.CallOptions,
            BuiltinOptions=file.table("CallOptions", Subgraph=index),
        )
        graphs.append(file.graph([tensor], [call]))
    return file.bytes(graphs[::-1], ["CALL"])


def shared_sections() -> bytes:
    """A container of LiteRT-LM, whose sections are one with a long name."""
    file = Shared()
    builder = file.builder
    name, key = builder.CreateString(NAME), builder.CreateString("model_type")
    builder.StartObject(1)
    builder.PrependUOffsetTRelativeSlot(0, name, 0)
    text = builder.EndObject()
    builder.StartObject(3)
    builder.PrependUOffsetTRelativeSlot(0, key, 0)
    builder.PrependUint8Slot(1, 9, 0)
    builder.PrependUOffsetTRelativeSlot(2, text, 0)
    items = file.parts([builder.EndObject()])
    builder.StartObject(4)
    builder.PrependUOffsetTRelativeSlot(0, items, 0)
    builder.PrependUint64Slot(1, 32, 0)
    builder.PrependUint64Slot(2, 40, 0)
    builder.PrependUint8Slot(3, 3, 0)
    sections = file.parts([builder.EndObject()] * 10_000)
    builder.StartObject(1)
    builder.PrependUOffsetTRelativeSlot(0, sections, 0)
    listed = builder.EndObject()
    builder.StartObject(2)
    builder.PrependUOffsetTRelativeSlot(1, listed, 0)
    builder.Finish(builder.EndObject())
    header = bytes(builder.Output())
    return b"LITERTLM" + bytes(16) + (32 + len(header)).to_bytes(8, "little") + header


def compiled() -> bytes:
    """Operators that are code, each a custom one for an accelerator."""
    file = Shared()
    return file.bytes([file.graph([file.tensor()], [file.node()] * 10_000)], ["XC_conv"])


def original() -> bytes:
    """Many tensors, none of which the compiled model has but its first."""
    file = Shared()
    return file.bytes([file.graph([file.tensor(f"t{i}") for i in range(10_000)], [])])


DENSE |= {
    "signatures that are one.tflite": shared_signatures,
    "subgraphs that are one.tflite": shared_subgraphs,
    "custom operators that are one.tflite": lambda: shared_operators(NAME, 5000),
    "entries that are one.tflite": lambda: shared_metadata(NAME, b""),
    "entries with one text.tflite": lambda: shared_metadata("n", b"x" * 100_000),
    "cards that are one.tflite": lambda: shared_metadata("TFLITE_METADATA", card()) + archive(),
    "lists that are one.tflite": lambda: shared_operators(
        "SQUEEZE", 5000, "Squeeze", SqueezeDims=[1] * 50_000
    ),
    "shapes that are one.tflite": lambda: shared_operators(
        "RESHAPE", 5000, "Reshape", NewShape=[1] * 50_000
    ),
    "variables that are one.tflite": lambda: shared_operators(
        "VAR_HANDLE", 3000, "VarHandle", SharedName=NAME
    ),
    "cases of one branch.tflite": lambda: shared_operators(
        "STABLEHLO_CASE", 2000, "StablehloCase", second=True, BranchSubgraphIndices=[1] * 50_000
    ),
    "cases of some branches.tflite": lambda: shared_operators(
        "STABLEHLO_CASE", 2000, "StablehloCase", second=True, BranchSubgraphIndices=[1] * 100
    ),
    "nodes that are one.tflite": lambda: shared_flex_nodes(2000),
    "some nodes that are one.tflite": lambda: shared_flex_nodes(200),
    "axes that are one.tflite": shared_sparsity,
    "weights that are one.tflite": shared_weights,
    "results that are one.tflite": shared_results,
    "calls in calls.tflite": lambda: chained_calls(2500),
    "calls in some calls.tflite": lambda: chained_calls(100),
    "sections that are one.litertlm": shared_sections,
}


# ONNX files that say a thing once, and whose readers could do it many times.


def stated_sizes(calls: int) -> bytes:
    """A function whose value has 60 sizes, each a long expression, and calls of it."""
    size = "+".join(f"a//{divisor}" for divisor in range(2, 150))
    function = helper.make_function("local", "f", ["x"], ["y"], relu(), OPERATOR_SETS)
    function.value_info.append(info("h", [size] * 60))
    nodes = [node("f", ["x"], [f"y{call}"], domain="local") for call in range(calls)]
    return model(nodes, [info("x", ["a"])], "y0", functions=[function])


def moved_operands(moves: int, operands: int) -> bytes:
    """A tensor that is moved often, and then read often by one operator."""
    nodes = [node("Transpose", [f"t{i}"], [f"t{i + 1}"]) for i in range(moves)]
    nodes.append(node("Sum", [f"t{moves}"] * operands, ["s"]))
    nodes.append(node("QuantizeLinear", ["s", "scale"], ["y"]))
    scale = helper.make_tensor("scale", FLOAT, [], [1.0])
    return model(nodes, [info("t0", [2, 2])], "y", TensorProto.UINT8, [scale])


def open_sizes(inputs: int) -> bytes:
    return model(
        [node("Relu", ["x0"], ["y"])], [info(f"x{i}", [None] * 64) for i in range(inputs)], "y"
    )


def deep_modules(parts: int, calls: int) -> bytes:
    """A function whose node lies in modules within each other, and calls of it."""
    inner = node("Relu", ["x"], ["y"])
    scopes = inner.metadata_props.add()
    scopes.key = "pkg.torch.onnx.name_scopes"
    scopes.value = f"['', '{'.'.join(['m'] * parts)}', 'relu']"
    function = helper.make_function("local", "f", ["x"], ["y"], [inner], OPERATOR_SETS)
    nodes = [node("f", ["x"], [f"y{call}"], domain="local") for call in range(calls)]
    return model(nodes, [info("x", [1, 8])], "y0", functions=[function])


def norms(count: int, operands: int) -> bytes:
    """Norms of one tensor, which is made of many operands."""
    nodes = [node("Concat", [f"x{i}" for i in range(operands)], ["c"], axis=0)]
    for i in range(count):
        nodes.append(node("ReduceMean", ["c"], [f"m{i}"]))
        nodes.append(node("Add", [f"m{i}", "e"], [f"a{i}"]))
        nodes.append(node("Sqrt", [f"a{i}"], [f"s{i}"]))
    nodes.append(node("Sum", [f"s{i}" for i in range(count)], ["y"]))
    epsilon = helper.make_tensor("e", FLOAT, [], [1.0])
    inputs = [info(f"x{i}", [1]) for i in range(operands)]
    return model(nodes, inputs, "y", stored=[epsilon])


DENSE |= {
    "calls in calls.onnx": lambda: called(1500, relu(), calls=1),
    "calls in some calls.onnx": lambda: called(99, relu(), calls=1),
    "sizes of 500 calls.onnx": lambda: stated_sizes(500),
    "sizes of some calls.onnx": lambda: stated_sizes(50),
    "moved operands.onnx": lambda: moved_operands(4000, 40_000),
    "open sizes.onnx": lambda: open_sizes(800),
    "modules in modules.onnx": lambda: deep_modules(30_000, 1500),
    "norms of one tensor.onnx": lambda: norms(4000, 15_000),
}


def products(stored: list[TensorProto], width: int | None) -> bytes:
    """A product with each of some weights."""
    nodes = [node("MatMul", ["x", part.name], [f"y.{part.name}"]) for part in stored]
    nodes.append(node("Concat", [one.output[0] for one in nodes], ["y"], axis=0))
    return model(nodes, [info("x", [1, width])], "y", stored=stored)


def weights_in_the_model(name: str, count: int, step: int) -> bytes:
    """Weights of 100 kB each, which are the model file itself, from places `step` bytes apart."""
    stored = []
    for index in range(count):
        part = TensorProto(name=f"w{index}", dims=[1, 25_000], data_type=FLOAT)
        part.data_location = TensorProto.EXTERNAL
        for key, value in (("location", name), ("offset", str(index * step))):
            part.external_data.add(key=key, value=value)
        stored.append(part)
    return products(stored, 1)


def many_makers(count: int) -> bytes:
    """A sum of many results, each of a layer with a zero filter."""
    stored = [helper.make_tensor("last", FLOAT, [1, 2, 1, 1], [1.0, 1.0])]
    nodes = []
    for index in range(count):
        stored.append(helper.make_tensor(f"w{index}", FLOAT, [2, 1, 1, 1], [0.0, 1.0]))
        nodes.append(node("Conv", ["x", f"w{index}"], [f"c{index}"]))
    nodes.append(node("Sum", [f"c{index}" for index in range(count)], ["s"]))
    nodes.append(node("Conv", ["s", "last"], ["y"]))
    return model(nodes, [info("x", [1, 1, 2, 2])], "y", stored=stored)


#: Files whose weights are read, which may be refused.
WEIGHTS: dict[str, Callable[[], bytes]] = {
    "weights without elements.onnx": lambda: products(
        [helper.make_tensor(f"w{i}", FLOAT, [0, 1 << 20], b"", raw=True) for i in range(40)], None
    ),
    "weights in the model.onnx": lambda: weights_in_the_model("weights in the model.onnx", 1500, 0),
    "weights in each other.onnx": lambda: weights_in_the_model(
        "weights in each other.onnx", 1500, 4
    ),
    "a sum of layers.onnx": lambda: many_makers(8000),
}
