"""ONNX files of any size that benchmarks and tests write for the occasion.

They are written field by field, so that no package is needed.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

LAYERS, WIDTH = 75, 1000


def varint(value: int) -> bytes:
    encoded = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        encoded.append(low | (0x80 if value else 0))
        if not value:
            return bytes(encoded)


def field(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def number(number_: int, value: int) -> bytes:
    return varint(number_ << 3) + varint(value)


def value_info(name: str, shape: list[int | str] | None = None) -> bytes:
    """A float32 value; a size that is a name is open, and without a shape all is."""
    kind = number(1, 1)
    if shape is not None:
        sizes = (
            field(2, size.encode()) if isinstance(size, str) else number(1, size) for size in shape
        )
        kind += field(2, b"".join(field(1, size) for size in sizes))
    return field(1, name.encode()) + field(2, field(1, kind))


def node(operator: str, inputs: list[str], output: str, **attributes: int | list[int]) -> bytes:
    """A node of a graph, whose attributes are whole numbers or lists of them."""
    content = b"".join(field(1, name.encode()) for name in inputs)
    content += field(2, output.encode()) + field(4, operator.encode())
    for name, value in attributes.items():
        numbers = [(8, item) for item in value] if isinstance(value, list) else [(3, value)]
        kind = number(20, 7 if isinstance(value, list) else 2)
        encoded = b"".join(number(place, item) for place, item in numbers)
        content += field(5, field(1, name.encode()) + kind + encoded)
    return field(1, content)


def integers(name: str, values: list[int]) -> bytes:
    """A constant of one axis, of 64-bit integers."""
    head = number(1, len(values)) + number(2, 7) + field(8, name.encode())
    return field(
        5, head + field(9, b"".join(value.to_bytes(8, "little", signed=True) for value in values))
    )


def floats(name: str, shape: list[int]) -> bytes:
    """A constant of float32 zeros."""
    sizes = b"".join(number(1, size) for size in shape)
    return field(
        5, sizes + number(2, 1) + field(8, name.encode()) + field(9, bytes(4 * math.prod(shape)))
    )


def write_model(path: Path, graph: bytes) -> None:
    """Writes the fields of a graph as a model of operator set 17."""
    path.write_bytes(number(1, 8) + field(8, field(1, b"") + number(2, 17)) + field(7, graph))


def write_large_model(path: Path) -> None:
    """A chain of matrix products whose float32 weights take 4 MB each, 300 MB in all.

    The file is sparse: its weights are zeros, and the command does not read them.
    """
    weight_bytes = 4 * WIDTH * WIDTH
    nodes = b""
    for layer in range(LAYERS):
        names = [(1, f"x{layer}"), (1, f"w{layer}"), (2, f"x{layer + 1}"), (4, "MatMul")]
        nodes += field(1, b"".join(field(n, text.encode()) for n, text in names))
    ends = field(11, value_info("x0", [1, WIDTH])) + field(12, value_info(f"x{LAYERS}", [1, WIDTH]))
    heads = []
    for layer in range(LAYERS):
        head = number(1, WIDTH) * 2 + number(2, 1) + field(8, f"w{layer}".encode())
        head += varint(9 << 3 | 2) + varint(weight_bytes)
        heads.append(varint(5 << 3 | 2) + varint(len(head) + weight_bytes) + head)
    graph_size = len(nodes) + len(ends) + sum(len(head) + weight_bytes for head in heads)
    prefix = number(1, 8) + field(8, field(1, b"") + number(2, 17))
    with path.open("wb") as file:
        file.write(prefix + varint(7 << 3 | 2) + varint(graph_size) + nodes + ends)
        for head in heads:
            file.write(head)
            file.seek(weight_bytes, os.SEEK_CUR)
        file.truncate(file.tell())


def write_deep_model(path: Path, operators: int) -> None:
    """Blocks of convolution, activation and addition, with an open batch and no stated shapes."""
    nodes = []
    for block in range(operators // 3):
        nodes += [
            node("Conv", [f"x{block}", "w"], f"a{block}", pads=[1, 1, 1, 1]),
            node("Relu", [f"a{block}"], f"b{block}"),
            node("Add", [f"b{block}", f"x{block}"], f"x{block + 1}"),
        ]
    weights = floats("w", [8, 8, 3, 3])
    open_input = field(11, value_info("x0", ["batch", 8, 16, 16]))
    result = field(12, value_info(f"x{operators // 3}"))
    write_model(path, b"".join(nodes) + weights + open_input + result)


def write_wide_model(path: Path, branches: int) -> None:
    """Activations of one input, which one concatenation joins: any order of them is possible."""
    names = [f"b{branch}" for branch in range(branches)]
    graph = b"".join(node("Relu", ["x"], name) for name in names) + node(
        "Concat", names, "y", axis=1
    )
    ends = field(11, value_info("x", [1, 8, 16, 16])) + field(12, value_info("y"))
    write_model(path, graph + ends)


def write_open_model(path: Path, operators: int) -> None:
    """A decoder of speech as exporters write it: the graph computes its sizes of a text's length.

    Each block of 18 nodes halves the time, convolves the halves and joins them; three blocks double
    it first. So sizes are expressions of the open length.
    """
    constants = [
        floats("w", [8, 8, 3]),
        floats("u", [8, 8, 4]),
        *(integers(name, [value]) for name, value in [("zero", 0), ("two", 2), ("end", 2**62)]),
    ]
    nodes = []
    for block in range(operators // 18):

        def name(part: str, block: int = block) -> str:
            return f"{part}{block}"

        first = (
            node("ConvTranspose", [name("x"), "u"], name("a"), strides=[2], pads=[1, 1])
            if block % 66 == 65
            else node("Conv", [name("x"), "w"], name("a"), pads=[1, 1])
        )
        nodes += [
            first,
            node("LeakyRelu", [name("a")], name("b")),
            node("Shape", [name("b")], name("shape")),
            node("Gather", [name("shape"), "two"], name("length")),
            node("Div", [name("length"), "two"], name("half")),
            node("Slice", [name("b"), "zero", name("half"), "two"], name("left")),
            node("Slice", [name("b"), name("half"), "end", "two"], name("right")),
            node("Conv", [name("left"), "w"], name("c"), pads=[1, 1]),
            node("Sigmoid", [name("c")], name("d")),
            node("Mul", [name("c"), name("d")], name("e")),
            node("Conv", [name("right"), "w"], name("f"), pads=[1, 1]),
            node("Tanh", [name("f")], name("g")),
            node("Mul", [name("f"), name("g")], name("h")),
            node("Concat", [name("e"), name("h")], name("i"), axis=2),
            node("Shape", [name("i")], name("joined")),
            node("Reshape", [name("b"), name("joined")], name("j")),
            node("Add", [name("i"), name("j")], name("k")),
            node("Relu", [name("k")], f"x{block + 1}"),
        ]
    ends = field(11, value_info("x0", [1, 8, "length"])) + field(
        12, value_info(f"x{operators // 18}")
    )
    write_model(path, b"".join(nodes) + b"".join(constants) + ends)
