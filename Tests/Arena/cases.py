"""Small TFLite files, one for each thing that TFLite Micro's arena depends on.

Zeros stand for weights, since no size depends on them. `python cases.py FOLDER` writes the
files, and what the `tflite-micro` package says of them, to expected.json: so Fixtures/arena is
made.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "Differential"))
import ai_edge_litert.schema_py_generated as schema
import flatbuffers.flexbuffers as flexbuffers
import numpy as np

import micro
from tflite_build import File, Graph, Type, options

CASES: dict[str, Callable[[], File]] = {}
QUANTIZED = {"float32": Type.FLOAT32, "int8": Type.INT8, "int16": Type.INT16}


def case(name: str) -> Callable:
    """Registers a function that fills the main graph of a file."""

    def register(build: Callable[[Graph, File], None]) -> Callable:
        def make() -> File:
            file = File()
            build(file.graph(), file)
            return file

        CASES[name] = make
        return build

    return register


def scaled(kind: int) -> dict:
    return {} if kind == Type.FLOAT32 else {"scale": 0.5}


def per_channel(graph: Graph, place: int, channels: int, axis: int = 0) -> None:
    quantization = schema.QuantizationParametersT()
    quantization.scale, quantization.zeroPoint = [0.5] * channels, [0] * channels
    quantization.quantizedDimension = axis
    graph.table.tensors[place].quantization = quantization


def bias(kind: int) -> int:
    return {Type.FLOAT32: Type.FLOAT32, Type.INT8: Type.INT32, Type.INT16: Type.INT64}[kind]


def convolution(
    g: Graph, x: int, out: list[int], kernel: list[int], kind: int, depthwise: bool = False
) -> int:
    channels = kernel[3] if depthwise else kernel[0]
    weights = Type.FLOAT32 if kind == Type.FLOAT32 else Type.INT8
    w = g.weights(kernel, weights)
    if kind != Type.FLOAT32:
        per_channel(g, w, channels, 3 if depthwise else 0)
    b = g.weights([channels], bias(kind), **scaled(kind))
    y = g.tensor(out, kind, **scaled(kind))
    name = "DepthwiseConv2D" if depthwise else "Conv2D"
    more = {"depthMultiplier": 1} if depthwise else {}
    g.node(
        "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D",
        [x, w, b],
        [y],
        options(name, padding=0, strideW=1, strideH=1, **more),
    )
    return y


for label, kind in QUANTIZED.items():

    @case(f"convolution_{label}")
    def _(g: Graph, _: File, kind: int = kind) -> None:
        x = g.input([1, 9, 7, 3], kind, **scaled(kind))
        y = convolution(g, x, [1, 9, 7, 8], [8, 3, 3, 3], kind)
        z = convolution(g, y, [1, 9, 7, 8], [1, 5, 3, 8], kind, depthwise=True)
        g.result(convolution(g, z, [1, 9, 7, 4], [4, 1, 1, 8], kind))

    @case(f"convolution_transposed_{label}")
    def _(g: Graph, _: File, kind: int = kind) -> None:
        x = g.input([1, 4, 4, 3], kind, **scaled(kind))
        sizes = g.integers([1, 8, 8, 5])
        w = g.weights([5, 3, 3, 3], Type.FLOAT32 if kind == Type.FLOAT32 else Type.INT8)
        if kind != Type.FLOAT32:
            per_channel(g, w, 5)
        b = g.weights([5], bias(kind), **scaled(kind))
        y = g.tensor([1, 8, 8, 5], kind, **scaled(kind))
        g.node(
            "TRANSPOSE_CONV",
            [sizes, w, x, b],
            [y],
            options("TransposeConv", padding=0, strideW=2, strideH=2),
        )
        g.result(y)

    for reducer in ("MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"):

        @case(f"{reducer.lower()}_{label}")
        def _(g: Graph, _: File, kind: int = kind, reducer: str = reducer) -> None:
            x = g.input([1, 5, 6, 7], kind, **scaled(kind))
            y = g.tensor([1, 7], kind, **scaled(kind))
            g.node(reducer, [x, g.integers([1, 2])], [y], options("Reducer", keepDims=False))
            g.result(y)

    @case(f"batch_matmul_{label}")
    def _(g: Graph, _: File, kind: int = kind) -> None:
        a = g.input([2, 3, 5], kind, **scaled(kind))
        b = g.input([2, 5, 4], kind, **scaled(kind))
        y = g.tensor([2, 3, 4], kind, **scaled(kind))
        g.node("BATCH_MATMUL", [a, b], [y], options("BatchMatMul", adjX=False, adjY=False))
        g.result(y)

    @case(f"batch_matmul_adjoint_{label}")
    def _(g: Graph, _: File, kind: int = kind) -> None:
        a = g.input([2, 5, 3], kind, **scaled(kind))
        b = g.weights([2, 4, 5], kind, **scaled(kind))
        y = g.tensor([2, 3, 4], kind, **scaled(kind))
        g.node("BATCH_MATMUL", [a, b], [y], options("BatchMatMul", adjX=True, adjY=True))
        g.result(y)

    @case(f"softmax_{label}")
    def _(g: Graph, _: File, kind: int = kind) -> None:
        x = g.input([1, 10], kind, **scaled(kind))
        y = g.tensor([1, 10], kind, **scaled(kind))
        if kind != Type.FLOAT32:
            quantization = schema.QuantizationParametersT()
            quantization.scale = [1 / 256 if kind == Type.INT8 else 1 / 32768]
            quantization.zeroPoint = [-128 if kind == Type.INT8 else 0]
            g.table.tensors[y].quantization = quantization
        g.node("SOFTMAX", [x], [y], options("Softmax", beta=1.0))
        g.result(y)


for label in ("float32", "int8"):
    kind = QUANTIZED[label]

    @case(f"svdf_{label}")
    def _(g: Graph, _: File, kind: int = kind) -> None:
        state = Type.FLOAT32 if kind == Type.FLOAT32 else Type.INT16
        x = g.input([2, 6], kind, **scaled(kind))
        w = g.weights([8, 6], kind, **scaled(kind))
        t = g.weights([8, 3], state, **scaled(kind))
        b = g.weights([4], bias(kind), **({} if kind == Type.FLOAT32 else {"scale": 0.25}))
        s = g.tensor([2, 24], state, variable=True, **scaled(kind))
        y = g.tensor([2, 4], kind, **scaled(kind))
        g.node("SVDF", [x, w, t, b, s], [y], options("SVDF", rank=2))
        g.result(y)

    @case(f"add_n_{label}")
    def _(g: Graph, _: File, kind: int = kind) -> None:
        inputs = [g.input([3, 5], kind, **scaled(kind)) for _ in range(5)]
        y = g.tensor([3, 5], kind, **scaled(kind))
        g.node("ADD_N", inputs, [y], options("AddN"))
        g.result(y)

    @case(f"mirror_pad_{label}")
    def _(g: Graph, _: File, kind: int = kind) -> None:
        x = g.input([1, 4, 4, 2], kind, **scaled(kind))
        y = g.tensor([1, 6, 6, 2], kind, **scaled(kind))
        pads = g.integers([[0, 0], [1, 1], [1, 1], [0, 0]])
        g.node("MIRROR_PAD", [x, pads], [y], options("MirrorPad", mode=0))
        g.result(y)


@case("fully_connected_int4")
def _(g: Graph, _: File) -> None:
    x = g.input([1, 32], Type.INT8, scale=0.5)
    w = g.weights([10, 32], Type.INT4, scale=0.5)
    b = g.weights([10], Type.INT32, scale=0.25)
    y = g.tensor([1, 10], Type.INT8, scale=0.5)
    g.node("FULLY_CONNECTED", [x, w, b], [y], options("FullyConnected"))
    g.result(y)


@case("fully_connected_per_channel")
def _(g: Graph, _: File) -> None:
    x = g.input([1, 32], Type.INT8, scale=0.5)
    w = g.weights([10, 32], Type.INT8)
    per_channel(g, w, 10)
    b = g.weights([10], Type.INT32, scale=0.25)
    y = g.tensor([1, 10], Type.INT8, scale=0.5)
    g.node("FULLY_CONNECTED", [x, w, b], [y], options("FullyConnected"))
    g.result(y)


@case("weights_dequantized")
def _(g: Graph, _: File) -> None:
    """Weight-only quantization: TFLite Micro makes floats of the weights each time."""
    x = g.input([1, 64])
    w8 = g.weights([24, 64], Type.INT8, scale=0.5)
    w = g.tensor([24, 64])
    g.node("DEQUANTIZE", [w8], [w], options("Dequantize"))
    y = g.tensor([1, 24])
    g.node("FULLY_CONNECTED", [x, w, -1], [y], options("FullyConnected"))
    g.result(y)


@case("weights_computed")
def _(g: Graph, _: File) -> None:
    """Weights that operators make of stored ones: none of it is kept."""
    x = g.input([1, 16])
    w8 = g.weights([8, 16], Type.INT8)
    wide, scale = g.tensor([8, 16]), g.weights([8, 1])
    g.node("CAST", [w8], [wide], options("Cast", inDataType=Type.INT8, outDataType=Type.FLOAT32))
    w = g.tensor([8, 16])
    g.node("MUL", [wide, scale], [w], options("Mul"))
    y = g.tensor([1, 8])
    g.node("FULLY_CONNECTED", [x, w, -1], [y], options("FullyConnected"))
    g.result(y)


def dense(g: Graph, x: int, rows: int, columns: int) -> int:
    w = g.weights([columns, rows])
    y = g.tensor([1, columns])
    g.node("FULLY_CONNECTED", [x, w, -1], [y], options("FullyConnected"))
    return y


def branch(file: File, name: str, rows: int, columns: int) -> None:
    g = file.graph(name)
    g.result(dense(g, g.input([1, rows]), rows, columns))


@case("branches")
def _(g: Graph, file: File) -> None:
    condition, x = g.input([1], Type.BOOL), g.input([1, 20])
    y, z = g.tensor([1, 12]), g.tensor([1, 12])
    g.node("IF", [condition, x], [y], options("If", thenSubgraphIndex=1, elseSubgraphIndex=2))
    g.node("RELU", [y], [z])
    g.result(z)
    branch(file, "then", 20, 12)
    branch(file, "else", 20, 12)


def counting_loop(file: File, width: int) -> None:
    test = file.graph("condition")
    i, _ = test.input([], Type.INT32), test.input([1, width])
    less = test.tensor([], Type.BOOL)
    test.node("LESS", [i, test.integers(5)], [less], options("Less"))
    test.result(less)
    body = file.graph("body")
    i, x = body.input([], Type.INT32), body.input([1, width])
    following = body.tensor([], Type.INT32)
    body.node("ADD", [i, body.integers(1)], [following], options("Add"))
    body.result(following, dense(body, x, width, width))


@case("loop")
def _(g: Graph, file: File) -> None:
    x, i = g.input([1, 14]), g.integers(0)
    count, y = g.tensor([], Type.INT32), g.tensor([1, 14])
    g.node("WHILE", [i, x], [count, y], options("While", condSubgraphIndex=1, bodySubgraphIndex=2))
    g.result(y)
    counting_loop(file, 14)


@case("loop_twice")
def _(g: Graph, file: File) -> None:
    """Two loops over one body: its tensors have the time of the second."""
    x, i = g.input([1, 14]), g.integers(0)
    for _ in range(2):
        count, y = g.tensor([], Type.INT32), g.tensor([1, 14])
        g.node(
            "WHILE", [i, x], [count, y], options("While", condSubgraphIndex=1, bodySubgraphIndex=2)
        )
        x = y
    g.result(x)
    counting_loop(file, 14)


@case("loop_twice_scratch")
def _(g: Graph, file: File) -> None:
    """Scratch in a body that two loops run."""
    shape, kind = [1, 4, 4, 3], Type.INT8
    x, i = g.input(shape, kind, scale=0.5), g.integers(0)
    for _ in range(2):
        count, y = g.tensor([], Type.INT32), g.tensor(shape, kind, scale=0.5)
        g.node(
            "WHILE", [i, x], [count, y], options("While", condSubgraphIndex=1, bodySubgraphIndex=2)
        )
        x = g.tensor(shape, kind, scale=0.5)
        g.node("RELU", [y], [x])
    g.result(x)
    test = file.graph("condition")
    i, _ = test.input([], Type.INT32), test.input(shape, kind, scale=0.5)
    less = test.tensor([], Type.BOOL)
    test.node("LESS", [i, test.integers(5)], [less], options("Less"))
    test.result(less)
    body = file.graph("body")
    i, x = body.input([], Type.INT32), body.input(shape, kind, scale=0.5)
    following = body.tensor([], Type.INT32)
    body.node("ADD", [i, body.integers(1)], [following], options("Add"))
    w = body.weights([3, 3, 3, 3], kind)
    per_channel(body, w, 3)
    b, y = body.weights([3], Type.INT32, scale=0.25), body.tensor(shape, kind, scale=0.5)
    body.node(
        "TRANSPOSE_CONV",
        [body.integers(shape), w, x, b],
        [y],
        options("TransposeConv", padding=0, strideW=1, strideH=1),
    )
    body.result(following, y)


@case("loop_over_a_list")
def _(g: Graph, file: File) -> None:
    """As Keras writes recurrent layers: rows before the item, the new item, rows behind it."""
    rows, shape = 10, [10, 1, 4]
    x, i = g.input(shape), g.integers(0)
    count, y = g.tensor([], Type.INT32), g.tensor(shape)
    g.node("WHILE", [i, x], [count, y], options("While", condSubgraphIndex=1, bodySubgraphIndex=2))
    g.result(y)
    test = file.graph("condition")
    i, _ = test.input([], Type.INT32), test.input(shape)
    less = test.tensor([], Type.BOOL)
    test.node("LESS", [i, test.integers(rows)], [less], options("Less"))
    test.result(less)
    body = file.graph("body")
    i, old = body.input([], Type.INT32), body.input(shape)
    following = body.tensor([], Type.INT32)
    body.node("ADD", [i, body.integers(1)], [following], options("Add"))

    def sizes(first: int, rest: list[int]) -> int:
        row, whole = body.tensor([1], Type.INT32), body.tensor([3], Type.INT32)
        body.node("RESHAPE", [first, body.integers([1])], [row], options("Reshape"))
        body.node("CONCATENATION", [row, body.integers(rest)], [whole], options("Concatenation"))
        return whole

    before = body.tensor([1, 1, 1], signature=[-1, -1, -1])
    body.node("SLICE", [old, body.integers([0, 0, 0]), sizes(i, [1, 4])], [before])
    behind = body.tensor([1, 1, 4], signature=[-1, 1, 4])
    body.node("SLICE", [old, sizes(following, [0, 0]), body.integers([-1, -1, -1])], [behind])
    row, item = body.tensor([1, 4]), body.tensor([1, 1, 4])
    body.node("GATHER", [old, i], [row], options("Gather"))
    body.node("RESHAPE", [row, body.integers([1, 1, 4])], [item], options("Reshape"))
    new = body.tensor(shape)
    body.node("CONCATENATION", [before, item, behind], [new], options("Concatenation"))
    body.result(following, new)


@case("signatures")
def _(g: Graph, file: File) -> None:
    x = g.input([1, 8])
    y = dense(g, x, 8, 40)
    g.result(y)
    other = file.graph("other")
    a = other.input([1, 200])
    b = dense(other, a, 200, 30)
    other.result(b)
    file.signature("small", 0, {"x": x}, {"y": y})
    file.signature("large", 1, {"x": a}, {"y": b})


@case("unread_inputs")
def _(g: Graph, _: File) -> None:
    x = g.input([1, 8])
    g.input([1, 100])
    y = g.tensor([1, 8])
    g.node("RELU", [x], [y])
    g.result(y)


@case("unreached_tensor")
def _(g: Graph, _: File) -> None:
    x = g.input([1, 8])
    g.tensor([1, 500])
    y = g.tensor([1, 8])
    g.node("RELU", [x], [y])
    g.result(y)


@case("equal_when_aligned")
def _(g: Graph, _: File) -> None:
    """Buffers of 9 and 12 bytes are both 16: the later one is placed first."""
    x = g.input([9], Type.INT8, scale=0.5)
    y, z = g.tensor([9], Type.INT8, scale=0.5), g.tensor([12], Type.INT8, scale=0.5)
    g.node("RELU", [x], [y])
    g.node("PAD", [y, g.integers([[1, 2]])], [z], options("Pad"))
    g.result(z)


@case("open_sizes")
def _(g: Graph, _: File) -> None:
    """An open size counts as it is stored."""
    x = g.input([1, 6], signature=[-1, 6])
    y, z = g.tensor([1, 6], signature=[-1, 6]), g.tensor([1, 6], signature=[-1, 6])
    g.node("RELU", [x], [y])
    g.node("TANH", [y], [z])
    g.result(z)


@case("planned_offline")
def _(g: Graph, file: File) -> None:
    x = g.input([1, 16])
    y, z = g.tensor([1, 16]), g.tensor([1, 16])
    g.node("RELU", [x], [y])
    g.node("TANH", [y], [z])
    g.result(z)
    plan(file, [1024, -1, 320])


def plan(file: File, offsets: list[int]) -> None:
    data = struct.pack(f"<{3 + len(offsets)}i", 1, 0, len(offsets), *offsets)
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(data, np.uint8)
    file.model.buffers.append(buffer)
    entry = schema.MetadataT()
    entry.name, entry.buffer = "OfflineMemoryAllocation", len(file.model.buffers) - 1
    file.model.metadata = [entry]


def variable(g: Graph, name: str) -> int:
    handle = g.tensor([], Type.RESOURCE)
    g.node("VAR_HANDLE", [], [handle], options("VarHandle", sharedName=name, container=""))
    return handle


@case("resource_variable")
def _(g: Graph, _: File) -> None:
    """A ring of the last values: read, added to, and written back."""
    x = g.input([1, 12])
    handle, old, new = variable(g, "ring"), g.tensor([1, 12]), g.tensor([1, 12])
    g.node("READ_VARIABLE", [handle], [old], options("ReadVariable"))
    g.node("ADD", [old, x], [new], options("Add"))
    g.node("ASSIGN_VARIABLE", [handle, new], [], options("AssignVariable"))
    g.result(new)


@case("sound")
def _(g: Graph, _: File) -> None:
    """The start of the signal library's chain: window, Fourier transform, energy, filter bank."""
    x = g.input([100], Type.INT16)
    y = g.tensor([100], Type.INT16)
    g.node("SignalWindow", [x, g.weights([100], Type.INT16)], [y], custom=custom(shift=12))
    z = g.tensor([130], Type.INT16)
    g.node("SignalRfft", [y], [z], custom=custom(T=7, fft_length=128))
    e = g.tensor([65], Type.INT32)
    g.table.tensors[e].type = Type.UINT32
    g.node("SignalEnergy", [z], [e], custom=custom(start_index=2, end_index=60))
    g.result(e)


@case("detections")
def _(g: Graph, _: File) -> None:
    boxes, classes = g.input([1, 30, 4]), g.input([1, 30, 5])
    shapes = [[1, 10, 4], [1, 10], [1, 10], [1]]
    results = [g.tensor(shape) for shape in shapes]
    data = custom(
        max_detections=10,
        max_classes_per_detection=1,
        num_classes=4,
        use_regular_nms=False,
        nms_score_threshold=0.5,
        nms_iou_threshold=0.5,
        y_scale=1.0,
        x_scale=1.0,
        h_scale=1.0,
        w_scale=1.0,
    )
    operands = [boxes, classes, g.weights([30, 4])]
    g.node("TFLite_Detection_PostProcess", operands, results, custom=data)
    g.result(*results)


def custom(**fields: object) -> bytes:
    return bytes(flexbuffers.Dumps(fields))


@case("lstm_int8")
def _(g: Graph, _: File) -> None:
    lstm(g, Type.INT8)


@case("lstm_float32")
def _(g: Graph, _: File) -> None:
    lstm(g, Type.FLOAT32)


def lstm(g: Graph, kind: int) -> None:
    rows, units, steps = 5, 6, 3
    cell = Type.FLOAT32 if kind == Type.FLOAT32 else Type.INT16
    x = g.input([1, steps, rows], kind, **scaled(kind))
    inputs = [x]
    inputs += [g.weights([units, rows], kind, **scaled(kind)) for _ in range(4)]
    inputs += [g.weights([units, units], kind, **scaled(kind)) for _ in range(4)]
    inputs += [-1] * 3
    inputs += [g.weights([units], bias(kind), **scaled(kind)) for _ in range(4)]
    inputs += [-1] * 2
    hidden = g.tensor([1, units], kind, variable=True, **scaled(kind))
    power = {} if kind == Type.FLOAT32 else {"scale": 2.0**-11}
    inputs += [hidden, g.tensor([1, units], cell, variable=True, **power)]
    inputs += [-1] * 4
    y = g.tensor([1, steps, units], kind, **scaled(kind))
    kinds = options("UnidirectionalSequenceLSTM", fusedActivationFunction=4, timeMajor=False)
    g.node("UNIDIRECTIONAL_SEQUENCE_LSTM", inputs, [y], kinds)
    if kind != Type.FLOAT32:
        places = [g.tensor([0], Type.INT16, scale=0.01) for _ in range(4)]
        places.append(g.tensor([0], Type.INT8, scale=0.01))
        g.table.operators[-1].intermediates = places
    g.result(y)


def written() -> Iterator[tuple[str, bytes]]:
    for name, make in CASES.items():
        yield name, make().bytes()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    expected = {}
    for name, data in written():
        path = folder / f"{name}.tflite"
        path.write_bytes(data)
        found = micro.arena(path)
        if isinstance(found, str):
            raise SystemExit(f"{name}: {found}")
        expected[name] = {"head": found.head, "total": found.total}
    (folder / "expected.json").write_text(json.dumps(expected, indent=2, sort_keys=True) + "\n")
