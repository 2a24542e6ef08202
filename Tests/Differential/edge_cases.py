"""Small models with a number of multiply-accumulates that was counted by hand.

Each row of CASES: a name, the number with the arithmetic behind it, and the model. The first part
are the cases that other counters get wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from onnx import FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto, helper

FLOAT, INT8, UINT8, INT32, INT64 = (
    TensorProto.FLOAT,
    TensorProto.INT8,
    TensorProto.UINT8,
    TensorProto.INT32,
    TensorProto.INT64,
)
Shape = tuple[int | str, ...]


@dataclass
class Case:
    name: str
    macs: int | None
    model: Callable[[], ModelProto]
    options: tuple[str, ...] = ()


def info(name: str, shape: Shape | None, kind: int = FLOAT) -> object:
    return helper.make_tensor_value_info(name, kind, shape)


def weights(shape: tuple[int, ...], kind: int = FLOAT) -> np.ndarray:
    return np.zeros(shape, helper.tensor_dtype_to_np_dtype(kind))


@dataclass
class Build:
    """A model under construction; operands are names of inputs or arrays that are stored."""

    inputs: dict[str, tuple[Shape, int]] = field(default_factory=dict)
    stored: list[TensorProto] = field(default_factory=list)
    nodes: list[NodeProto] = field(default_factory=list)

    def input(self, shape: Shape, kind: int = FLOAT) -> str:
        name = f"x{len(self.inputs)}"
        self.inputs[name] = (shape, kind)
        return name

    def store(self, array: np.ndarray, kind: int | None = None) -> str:
        name = f"w{len(self.stored)}"
        kind = kind or helper.np_dtype_to_tensor_dtype(array.dtype)
        is_packed = kind in (TensorProto.INT4, TensorProto.UINT4)
        data = bytes(array.size // 2) if is_packed else array.tobytes()
        self.stored.append(helper.make_tensor(name, kind, array.shape, data, raw=True))
        return name

    def node(
        self, op: str, *operands: str | np.ndarray | None, outputs: int = 1, **attributes: object
    ) -> str:
        names = ["" if o is None else o if isinstance(o, str) else self.store(o) for o in operands]
        first = f"n{len(self.nodes)}"
        results = [first, *(f"{first}.{i}" for i in range(1, outputs))]
        self.nodes.append(helper.make_node(op, names, results, **attributes))
        return first

    def graph(self, *outputs: str, name: str = "main") -> GraphProto:
        inputs = [info(n, shape, kind) for n, (shape, kind) in self.inputs.items()]
        results = [info(n, None) for n in outputs]
        return helper.make_graph(self.nodes, name, inputs, results, self.stored)

    def model(
        self, *outputs: str, opset: int = 21, functions: tuple[FunctionProto, ...] = ()
    ) -> ModelProto:
        opsets = [
            helper.make_opsetid("", opset),
            helper.make_opsetid("com.microsoft", 1),
            helper.make_opsetid("test", 1),
        ]
        return helper.make_model(
            self.graph(*outputs or [self.nodes[-1].output[0]]),
            opset_imports=opsets,
            functions=functions,
        )


def single(
    op: str,
    *operands: Shape | np.ndarray | None,
    opset: int = 21,
    outputs: int = 1,
    **attributes: object,
) -> Callable[[], ModelProto]:
    """A model of one node; a tuple is the shape of an input."""

    def make() -> ModelProto:
        build = Build()
        names = [build.input(o) if isinstance(o, tuple) else o for o in operands]
        build.node(op, *names, outputs=outputs, **attributes)
        return build.model(opset=opset)

    return make


# --- Models of more than one node


def qlinear(
    op: str, x: Shape, w: tuple[int, ...], **attributes: object
) -> Callable[[], ModelProto]:
    def make() -> ModelProto:
        build = Build()
        scale, zero = np.float32(1), np.uint8(0)
        image = build.input(x, UINT8)
        build.node(
            op,
            image,
            np.array(scale),
            np.array(zero),
            weights(w, UINT8),
            np.array(scale),
            np.array(zero),
            np.array(scale),
            np.array(zero),
            **attributes,
        )
        return build.model()

    return make


def integer(
    op: str, x: Shape, w: tuple[int, ...], **attributes: object
) -> Callable[[], ModelProto]:
    def make() -> ModelProto:
        build = Build()
        build.node(op, build.input(x, UINT8), weights(w, UINT8), **attributes)
        return build.model()

    return make


def quantized_pairs() -> ModelProto:
    build = Build()
    scale, zero = np.array(np.float32(1)), np.array(np.int8(0))
    x = build.node("QuantizeLinear", build.input((1, 16, 32, 32)), scale, zero)
    x = build.node("DequantizeLinear", x, scale, zero)
    w = build.node("DequantizeLinear", weights((32, 4, 3, 3), INT8), scale, zero)
    y = build.node("Conv", x, w, group=4, pads=[1, 1, 1, 1])
    y = build.node("QuantizeLinear", y, scale, zero)
    build.node("DequantizeLinear", y, scale, zero)
    return build.model()


def four_bit_blocks() -> ModelProto:
    build = Build()
    stored = build.store(np.zeros((64, 32)), TensorProto.INT4)
    w = build.node("DequantizeLinear", stored, weights((2, 32)), block_size=32, axis=0)
    build.node("MatMul", build.input((16, 64)), w)
    return build.model()


def packed() -> ModelProto:
    build = Build()
    build.node(
        "MatMulNBits",
        build.input((16, 64)),
        weights((32, 2, 16), UINT8),
        weights((64,)),
        K=64,
        N=32,
        bits=4,
        block_size=32,
        domain="com.microsoft",
    )
    return build.model()


def recurrent(
    op: str, gates: int, directions: int, steps: int, width: int, hidden: int, **attributes: object
) -> Callable[[], ModelProto]:
    kind = {1: "forward", 2: "bidirectional"}[directions]
    return single(
        op,
        (steps, 1, width),
        weights((directions, gates * hidden, width)),
        weights((directions, gates * hidden, hidden)),
        outputs=2,
        hidden_size=hidden,
        direction=kind,
        **attributes,
    )


def two_layers() -> ModelProto:
    build = Build()
    x = build.input((20, 1, 64))
    for width in (64, 128):
        x = build.node(
            "LSTM",
            x,
            weights((2, 256, width)),
            weights((2, 256, 64)),
            weights((2, 512)),
            hidden_size=64,
            direction="bidirectional",
        )
        x = build.node("Transpose", x, perm=[0, 2, 1, 3])
        x = build.node("Reshape", x, np.array([0, 0, -1]))
    return build.model()


def square(name: str, operand: str, size: int = 32) -> tuple[NodeProto, TensorProto]:
    """A product with a matrix."""
    w = helper.make_tensor(f"{name}.w", FLOAT, (size, size), bytes(4 * size * size), raw=True)
    return helper.make_node("MatMul", [operand, f"{name}.w"], [name]), w


def loop_body(product: bool = True) -> GraphProto:
    node, w = square("b.y", "b.x")
    nodes = [helper.make_node("Identity", ["b.c"], ["b.d"]), node]
    return helper.make_graph(
        nodes,
        "body",
        [info("b.i", (), INT64), info("b.c", (), TensorProto.BOOL), info("b.x", None)],
        [info("b.d", (), TensorProto.BOOL), info("b.y", None)],
        [w],
    )


def loop() -> ModelProto:
    build = Build()
    build.node("Loop", np.array(5), np.array(True), build.input((4, 32)), body=loop_body())
    return build.model()


def nested_loops() -> ModelProto:
    inner = helper.make_node("Loop", ["three", "", "o.x"], ["o.y"], body=loop_body())
    outer = helper.make_graph(
        [inner],
        "outer",
        [info("o.i", (), INT64), info("o.c", (), TensorProto.BOOL), info("o.x", None)],
        [info("o.c", (), TensorProto.BOOL), info("o.y", None)],
        [helper.make_tensor("three", INT64, (), [3])],
    )
    build = Build()
    build.node("Loop", np.array(2), None, build.input((4, 32)), body=outer)
    return build.model()


def growing_loop() -> ModelProto:
    """What is carried grows by a row in each iteration, so its size inside is open."""
    body = helper.make_graph(
        [helper.make_node("Concat", ["b.x", "row"], ["b.y"], axis=0)],
        "body",
        [info("b.i", (), INT64), info("b.c", (), TensorProto.BOOL), info("b.x", None)],
        [info("b.c", (), TensorProto.BOOL), info("b.y", None)],
        [helper.make_tensor("row", FLOAT, (1, 32), bytes(128), raw=True)],
    )
    build = Build()
    y = build.node("Loop", np.array(5), None, build.input((4, 32)), body=body)
    build.node("MatMul", y, weights((32, 32)))
    return build.model()


def branches(condition: np.ndarray | None) -> Callable[[], ModelProto]:
    def make() -> ModelProto:
        build = Build()
        x = build.input((4, 32))
        node, w = square("t.y", x)
        yes = helper.make_graph([node], "yes", [], [info("t.y", None)], [w])
        no = helper.make_graph(
            [helper.make_node("Relu", [x], ["e.y"])], "no", [], [info("e.y", None)]
        )
        given = build.input((), TensorProto.BOOL) if condition is None else condition
        build.node("If", given, then_branch=yes, else_branch=no)
        return build.model()

    return make


def scan(with_branch: bool = False) -> Callable[[], ModelProto]:
    def make() -> ModelProto:
        node, w = square("s.p", "s.x", 16)
        nodes = [node, helper.make_node("Add", ["s.h", "s.p"], ["s.n"])]
        if with_branch:
            taken = helper.make_graph(
                [square("t.p", "s.x", 16)[0]],
                "yes",
                [],
                [info("t.p", None)],
                [square("t.p", "s.x", 16)[1]],
            )
            other = helper.make_graph(
                [helper.make_node("Relu", ["s.x"], ["e.p"])], "no", [], [info("e.p", None)]
            )
            always = helper.make_tensor("always", TensorProto.BOOL, (), [True])
            nodes = [
                helper.make_node("If", ["always"], ["s.p"], then_branch=taken, else_branch=other),
                nodes[1],
            ]
            w = always
        nodes.append(helper.make_node("Identity", ["s.n"], ["s.o"]))
        body = helper.make_graph(
            nodes,
            "body",
            [info("s.h", None), info("s.x", None)],
            [info("s.n", None), info("s.o", None)],
            [w],
        )
        build = Build()
        build.node(
            "Scan",
            build.input((1, 16)),
            build.input((7, 1, 16)),
            outputs=2,
            body=body,
            num_scan_inputs=1,
        )
        return build.model()

    return make


def sequence_map() -> ModelProto:
    node, w = square("m.y", "m.x")
    body = helper.make_graph([node], "body", [info("m.x", None)], [info("m.y", None)], [w])
    build = Build()
    parts = build.node("SequenceConstruct", build.input((4, 32)), build.input((4, 32)))
    build.node("SequenceMap", parts, body=body)
    return build.model()


def function(calls: int) -> Callable[[], ModelProto]:
    def make() -> ModelProto:
        body = [helper.make_node("MatMul", ["a", "b"], ["c"])]
        defined = helper.make_function(
            "test", "Product", ["a", "b"], ["c"], body, [helper.make_opsetid("", 21)]
        )
        build = Build()
        x = build.input((12, 32))
        for _ in range(calls):
            x = build.node("Product", x, weights((32, 32)), domain="test")
        return build.model(functions=(defined,))

    return make


def custom() -> ModelProto:
    build = Build()
    x = build.node("MatMul", build.input((12, 32)), weights((32, 32)))
    build.node("Mystery", x, domain="test")
    return build.model()


def activated() -> ModelProto:
    build = Build()
    build.node("Swish", build.node("MatMul", build.input((12, 32)), weights((32, 32))))
    return build.model(opset=24)


def multi_head(
    op: str, heads: int, key_heads: int, past: int = 0, **attributes: object
) -> Callable[[], ModelProto]:
    """Queries of (1, 64, 256) against as many keys and those of the past."""

    def make() -> ModelProto:
        build = Build()
        width = 256 // heads * key_heads
        operands: list[str | None] = [
            build.input((1, 64, 256)),
            build.input((1, 64, width)),
            build.input((1, 64, width)),
        ]
        kept = [build.input((1, key_heads, past, 256 // heads)) for _ in range(2 if past else 0)]
        if op == "Attention":
            operands += [None, *kept] if past else []
        elif op == "GroupQueryAttention":
            operands += (
                [*kept, np.zeros(1, np.int32), np.array(64 + past, np.int32)]
                if past
                else [None, None, np.zeros(1, np.int32), np.array(64, np.int32)]
            )
        build.node(op, *operands, outputs=3 if past else 1, **attributes)
        return build.model(opset=23)

    return make


CASES = [
    # 32 x 32 x 32 outputs of 4 x 3 x 3 products.
    Case(
        "grouped convolution with bias",
        1_179_648,
        single(
            "Conv",
            (1, 16, 32, 32),
            weights((32, 4, 3, 3)),
            weights((32,)),
            group=4,
            pads=[1, 1, 1, 1],
        ),
    ),
    # 16 x 16 x 16 outputs of 3 x 3.
    Case(
        "depthwise, two outputs a channel",
        36_864,
        single("Conv", (1, 8, 16, 16), weights((16, 1, 3, 3)), group=8, pads=[1, 1, 1, 1]),
    ),
    # 32 x 100 outputs of 16 x 3.
    Case(
        "1-D convolution", 153_600, single("Conv", (1, 16, 100), weights((32, 16, 3)), pads=[1, 1])
    ),
    # 8 x 8 x 8 x 8 outputs of 4 x 3 x 3 x 3.
    Case(
        "3-D convolution",
        442_368,
        single("Conv", (1, 4, 8, 8, 8), weights((8, 4, 3, 3, 3)), pads=[1] * 6),
    ),
    # 32 x 16 x 16 inputs, each into 8 x 3 x 3.
    Case(
        "transposed convolution, stride 2",
        589_824,
        single(
            "ConvTranspose",
            (1, 32, 16, 16),
            weights((32, 8, 3, 3)),
            strides=[2, 2],
            pads=[1, 1, 1, 1],
            output_padding=[1, 1],
        ),
    ),
    # 32 x 16 x 16 inputs, each into 4 x 2 x 2: the 16 outputs divided over 4 groups.
    Case(
        "grouped transposed convolution",
        131_072,
        single("ConvTranspose", (1, 32, 16, 16), weights((32, 4, 2, 2)), strides=[2, 2], group=4),
    ),
    # 8 x 4 products of 16 x 32 by 32 x 24.
    Case("product with broadcast", 393_216, single("MatMul", (8, 1, 16, 32), (4, 32, 24))),
    Case("Gemm without bias", 12_288, single("Gemm", (12, 32), weights((32, 32)))),  # 12 x 32 x 32
    Case(
        "QLinearConv",
        1_179_648,
        qlinear("QLinearConv", (1, 16, 32, 32), (32, 4, 3, 3), group=4, pads=[1, 1, 1, 1]),
    ),
    Case("QLinearMatMul", 12_288, qlinear("QLinearMatMul", (12, 32), (32, 32))),
    Case(
        "ConvInteger",
        1_179_648,
        integer("ConvInteger", (1, 16, 32, 32), (32, 4, 3, 3), group=4, pads=[1, 1, 1, 1]),
    ),
    Case("MatMulInteger", 12_288, integer("MatMulInteger", (12, 32), (32, 32))),
    Case("convolution between quantize and dequantize", 1_179_648, quantized_pairs),
    Case("4-bit weights in blocks", 32_768, four_bit_blocks),  # 16 x 64 x 32
    Case("MatMulNBits", 32_768, packed),  # 16 x 64 x 32
    Case(
        "Einsum, batched product",
        49_152,
        single(  # 4 x 16 x 32 x 24
            "Einsum", (4, 16, 32), (4, 32, 24), equation="bij,bjk->bik"
        ),
    ),
    Case(
        "Einsum, ellipsis",
        49_152,
        single("Einsum", (4, 16, 32), (4, 32, 24), equation="...ij,...jk->...ik"),
    ),
    Case("LSTM", 983_040, recurrent("LSTM", 4, 1, 20, 32, 96)),  # 20 x 4 x 96 x 128
    # 20 x 2 x 3 x 64 x (128 + 64)
    Case("GRU, both directions", 1_474_560, recurrent("GRU", 3, 2, 20, 128, 64)),
    Case("RNN", 245_760, recurrent("RNN", 1, 1, 20, 32, 96)),  # 20 x 96 x 128
    # 20 x 2 x 4 x 64 x (64 + 64) + 20 x 2 x 4 x 64 x (128 + 64) = 1,310,720 + 1,966,080
    Case("two layers of LSTM, both directions", 3_276_800, two_layers),
    Case("Loop, 5 times", 20_480, loop),  # 5 x 4 x 32 x 32
    Case("If, undecided: the dearer branch", 4_096, branches(None)),  # 4 x 32 x 32
    Case("If, bound to the cheaper branch", 0, branches(None), ("--bind", "If(n0)=0")),
    Case("If, decided", 0, branches(np.array(False))),
    Case("Scan over 7", 1_792, scan()),  # 7 x 16 x 16
    Case("function", 12_288, function(1)),  # 12 x 32 x 32
    Case("custom operator beside a product", 12_288, custom),
    # 4 heads x 64 x 64 x (64 + 64)
    Case(
        "Attention of opset 23",
        2_097_152,
        multi_head("Attention", 4, 4, q_num_heads=4, kv_num_heads=4),
    ),
    Case(
        "MultiHeadAttention",
        2_097_152,
        multi_head("MultiHeadAttention", 4, 4, num_heads=4, domain="com.microsoft"),
    ),
    Case("Swish of opset 24", 12_288, activated),
    Case(
        "open batch",
        12_288,
        single("MatMul", ("batch", 32), weights((32, 32))),
        ("--bind", "batch=12"),
    ),
    # 8 x 12 x 12 outputs of 4 x 3 x 3: dilation 2 makes the window 5 wide.
    Case(
        "dilated convolution",
        41_472,
        single("Conv", (1, 4, 16, 16), weights((8, 4, 3, 3)), dilations=[2, 2]),
    ),
    # Rows: 0 + 10 + 2 - 2 = 10; columns: 1 + 10 + 0 - 2 = 9.
    Case(
        "convolution with asymmetric pads",
        25_920,
        single(  # 8 x 10 x 9 x 4 x 9
            "Conv", (1, 4, 10, 10), weights((8, 4, 3, 3)), pads=[0, 1, 2, 0]
        ),
    ),
    # 11 / 2 rounded up is 6: 8 x 6 x 6 outputs of 4 x 3 x 3.
    Case(
        "convolution, SAME_UPPER",
        10_368,
        single(
            "Conv", (1, 4, 11, 11), weights((8, 4, 3, 3)), auto_pad="SAME_UPPER", strides=[2, 2]
        ),
    ),
    # 4 x 10 inputs, each into 6 x 3, whatever the dilation and the output padding.
    Case(
        "transposed 1-D with dilation",
        720,
        single(
            "ConvTranspose",
            (1, 4, 10),
            weights((4, 6, 3)),
            strides=[3],
            dilations=[2],
            output_padding=[2],
        ),
    ),
    # 2 x 4 x 4 x 4 inputs, each into 3 x 2 x 2 x 2.
    Case(
        "transposed 3-D",
        3_072,
        single("ConvTranspose", (1, 2, 4, 4, 4), weights((2, 3, 2, 2, 2)), strides=[2, 2, 2]),
    ),
    Case("product of vectors", 32, single("MatMul", (32,), (32,))),
    Case(
        "Gemm, both transposed",
        9_216,
        single(  # 12 x 32 x 24
            "Gemm", (32, 12), weights((24, 32)), weights((24,)), transA=1, transB=1
        ),
    ),
    Case(
        "Einsum, outer product",
        96,
        single(  # 8 x 12
            "Einsum", (8,), (12,), equation="i,j->ij"
        ),
    ),
    Case(
        "Einsum, transposed right",
        6_144,
        single(  # 16 x 32 x 12
            "Einsum", (16, 32), (12, 32), equation="ik,jk->ij"
        ),
    ),
    Case(
        "Einsum, attention scores",
        65_536,
        single(  # 2 x 4 x 16 x 16 x 32
            "Einsum", (2, 16, 4, 32), (2, 16, 4, 32), equation="bqhd,bkhd->bhqk"
        ),
    ),
    # 4 heads x 64 queries x 80 keys x (64 + 64)
    Case(
        "Attention with past",
        2_621_440,
        multi_head("Attention", 4, 4, past=16, q_num_heads=4, kv_num_heads=4),
    ),
    Case(
        "Attention, groups share keys",
        2_097_152,
        multi_head("Attention", 4, 2, q_num_heads=4, kv_num_heads=2),
    ),
    Case(
        "GroupQueryAttention",
        2_097_152,
        multi_head(
            "GroupQueryAttention", 4, 2, num_heads=4, kv_num_heads=2, domain="com.microsoft"
        ),
    ),
    # 4 steps x 2 heads x 8 x 8, for the state and for the query.
    Case(
        "LinearAttention",
        1_024,
        single(
            "LinearAttention",
            (1, 4, 16),
            (1, 4, 16),
            (1, 4, 16),
            opset=27,
            outputs=2,
            q_num_heads=2,
            kv_num_heads=2,
            update_rule="linear",
        ),
    ),
    # The same and once more for the keys: 4 x 2 x 64 x 3.
    Case(
        "LinearAttention, delta rule",
        1_536,
        single(
            "LinearAttention",
            (1, 4, 16),
            (1, 4, 16),
            (1, 4, 16),
            None,
            None,
            (1, 4, 2),
            opset=27,
            outputs=2,
            q_num_heads=2,
            kv_num_heads=2,
            update_rule="delta",
        ),
    ),
    Case(
        "CausalConvWithState",
        240,
        single(  # 6 x 10 x 4
            "CausalConvWithState", (1, 6, 10), weights((6, 1, 4)), opset=27, outputs=2
        ),
    ),
    Case("Loop in a loop, 2 x 3 times", 24_576, nested_loops),  # 6 x 4 x 32 x 32
    Case("what a loop lengthens", 9_216, growing_loop),  # (4 + 5) x 32 x 32
    Case("If in a Scan", 1_792, scan(with_branch=True)),
    Case("SequenceMap over two tensors", 8_192, sequence_map),  # 2 x 4 x 32 x 32
    Case("function called twice", 24_576, function(2)),
]
