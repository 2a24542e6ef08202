"""Random ONNX models: chains of operators with attributes and operands drawn at random.

Each family is a function that draws an operator for tensors that the model already has; the table
FAMILIES at the end lists them. A model is the same for the same seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
MICROSOFT = "com.microsoft"


@dataclass
class Tensor:
    """A tensor of the model: its shape as numpy would make it, and its element type."""

    name: str
    shape: tuple[int, ...]
    kind: int = FLOAT

    @property
    def rank(self) -> int:
        return len(self.shape)


@dataclass
class Model:
    """A model under construction."""

    draw: random.Random
    opset: int
    nodes: list[NodeProto] = field(default_factory=list)
    stored: list[TensorProto] = field(default_factory=list)
    inputs: list[Tensor] = field(default_factory=list)
    tensors: list[Tensor] = field(default_factory=list)

    def name(self, prefix: str) -> str:
        return f"{prefix}{len(self.nodes)}_{len(self.stored)}_{len(self.inputs)}"

    def constant(self, values: object, kind: type = np.float32) -> str:
        name = self.name("c")
        self.stored.append(numpy_helper.from_array(np.array(values, kind), name))
        return name

    def weights(self, *shape: int, kind: type = np.float32) -> str:
        return self.constant(np.ones(shape, kind), kind)

    def emit(self, op: str, operands: list[str], outputs: int = 1, **attributes: object) -> str:
        name = self.name("t")
        names = [name] + [f"{name}.{index}" for index in range(1, outputs)]
        attributes = {key: value for key, value in attributes.items() if value is not None}
        self.nodes.append(helper.make_node(op, operands, names, **attributes))
        return name

    def pick(self, rank: int | None = None, kind: int | None = FLOAT) -> Tensor | None:
        fits = [
            t
            for t in self.tensors
            if (rank is None or t.rank == rank) and (kind is None or t.kind == kind)
        ]
        return self.draw.choice(fits) if fits else None

    def with_rank(self, rank: int) -> Tensor:
        """A float tensor of a rank: one that is there, or a new input."""
        found = self.pick(rank)
        if found and self.draw.random() < 0.8:
            return found
        shape = tuple(self.draw.randint(1, 7) for _ in range(rank))
        tensor = Tensor(self.name("x"), shape)
        self.inputs.append(tensor)
        self.tensors.append(tensor)
        return tensor

    def any(self) -> Tensor:
        return self.pick() or self.with_rank(self.draw.randint(0, 4))

    def axis(self, rank: int) -> int:
        return self.draw.randrange(-rank, rank)


Family = Callable[[Model], str | None]


# --- Families. Each returns the name of its result, or None when it found no fitting tensor.


def unary(m: Model) -> str:
    op = m.draw.choice(
        [
            "Relu",
            "Sigmoid",
            "Tanh",
            "Exp",
            "Abs",
            "Neg",
            "Sqrt",
            "Erf",
            "Softplus",
            "Softsign",
            "Floor",
            "Ceil",
            "Reciprocal",
            "LeakyRelu",
            "Elu",
            "Selu",
            "HardSigmoid",
            "Identity",
            "Sign",
            "Cos",
            "Sin",
        ]
    )
    return m.emit(op, [m.any().name])


def broadcast(m: Model) -> str:
    a = m.any()
    # An operand that broadcasts: some axes of size 1, some leading axes missing.
    shape = [size if m.draw.random() < 0.6 else 1 for size in a.shape][m.draw.randint(0, a.rank) :]
    b = m.weights(*shape) if m.draw.random() < 0.7 else m.emit("Add", [a.name, m.constant(1.0)])
    op = m.draw.choice(["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Sum", "Mean", "PRelu"])
    return m.emit(op, [a.name, b] if op == "PRelu" or m.draw.random() < 0.5 else [b, a.name])


def comparison(m: Model) -> str:
    a = m.any()
    truth = m.emit(m.draw.choice(["Greater", "Less", "Equal"]), [a.name, m.constant(0.5)])
    if m.draw.random() < 0.3:
        return m.emit("Not", [truth])
    if m.opset >= 9 and m.draw.random() < 0.6:
        return m.emit("Where", [truth, a.name, m.constant(2.0)])
    return truth


def cast(m: Model) -> str:
    kinds = [TensorProto.DOUBLE, TensorProto.INT32, INT64, FLOAT, BOOL, TensorProto.UINT8]
    return m.emit("Cast", [m.any().name], to=m.draw.choice(kinds))


def clip(m: Model) -> str:
    x = m.any().name
    if m.opset < 11:
        return m.emit("Clip", [x], min=0.0, max=6.0)
    return m.emit("Clip", [x, m.constant(0.0), m.constant(6.0)][: m.draw.randint(1, 3)])


def reduction(m: Model) -> str:
    x = m.any()
    op = m.draw.choice(
        [
            "ReduceMean",
            "ReduceSum",
            "ReduceMax",
            "ReduceMin",
            "ReduceL2",
            "ReduceSumSquare",
            "ReduceLogSumExp",
        ]
    )
    keep = m.draw.choice([None, 0, 1])
    axes = m.draw.sample(range(x.rank), m.draw.randint(0, x.rank))
    axes = [a - x.rank if m.draw.random() < 0.5 and m.opset >= 11 else a for a in axes]
    if m.opset >= (13 if op == "ReduceSum" else 18):
        operands = [x.name] + ([m.constant(axes, np.int64)] if axes else [])
        noop = m.draw.choice([None, 1]) if not axes else None
        return m.emit(op, operands, keepdims=keep, noop_with_empty_axes=noop)
    return m.emit(op, [x.name], axes=axes or None, keepdims=keep)


def arg(m: Model) -> str:
    x = m.with_rank(m.draw.randint(1, 4))
    axis = m.draw.randrange(x.rank)
    return m.emit(
        m.draw.choice(["ArgMax", "ArgMin"]),
        [x.name],
        axis=axis,
        keepdims=m.draw.choice([None, 0, 1]),
    )


def window(m: Model, space: int, sizes: tuple[int, ...], kernel: list[int]) -> dict[str, object]:
    """Strides, dilations and pads that leave at least one position."""
    extent = [m.draw.choice([1, 1, 2]) for _ in kernel]
    auto = m.draw.choice([None, None, "SAME_UPPER", "SAME_LOWER", "VALID"])
    result: dict[str, object] = {"strides": [m.draw.randint(1, 3) for _ in range(space)]}
    if auto:
        result["auto_pad"] = auto
        if auto == "VALID" and any(k > s for k, s in zip(kernel, sizes, strict=True)):
            result["auto_pad"] = "SAME_UPPER"
        return result
    begin = [m.draw.randint(0, k - 1) if k > 1 else 0 for k in kernel]
    end = [m.draw.randint(0, k - 1) if k > 1 else 0 for k in kernel]
    for axis, size in enumerate(sizes):
        if size + begin[axis] + end[axis] < extent[axis] * (kernel[axis] - 1) + 1:
            extent[axis] = 1
        if size + begin[axis] + end[axis] < kernel[axis]:
            begin[axis] = end[axis] = kernel[axis] - 1
    return result | {"dilations": extent, "pads": begin + end}


def convolution(m: Model) -> str:
    space = m.draw.randint(1, 3)
    x = m.with_rank(space + 2)
    groups = m.draw.choice([1, 1, x.shape[1]])
    outputs = groups * m.draw.randint(1, 4)
    kernel = [m.draw.randint(1, 3) for _ in range(space)]
    bias = [m.weights(outputs)] if m.draw.random() < 0.5 else []
    return m.emit(
        "Conv",
        [x.name, m.weights(outputs, x.shape[1] // groups, *kernel), *bias],
        group=groups if groups > 1 else None,
        kernel_shape=kernel if m.draw.random() < 0.5 else None,
        **window(m, space, x.shape[2:], kernel),
    )


def transposed(m: Model) -> str:
    space = m.draw.randint(1, 3)
    x = m.with_rank(space + 2)
    groups = m.draw.choice([1, x.shape[1]])
    kernel = [m.draw.randint(1, 3) for _ in range(space)]
    strides = [m.draw.randint(1, 3) for _ in range(space)]
    attributes: dict[str, object] = {"strides": strides}
    if m.draw.random() < 0.3:
        attributes["auto_pad"] = m.draw.choice(["SAME_UPPER", "SAME_LOWER", "VALID"])
    else:
        attributes["dilations"] = [m.draw.randint(1, 2) for _ in kernel]
        attributes["output_padding"] = [m.draw.randint(0, s - 1) for s in strides]
    return m.emit(
        "ConvTranspose",
        [x.name, m.weights(x.shape[1], m.draw.randint(1, 3), *kernel)],
        group=groups,
        **attributes,
    )


def pooling(m: Model) -> str:
    space = m.draw.randint(1, 3)
    x = m.with_rank(space + 2)
    kernel = [m.draw.randint(1, min(3, size)) for size in x.shape[2:]]
    op = m.draw.choice(["MaxPool", "AveragePool", "LpPool"])
    attributes = window(m, space, x.shape[2:], kernel)
    if op == "AveragePool" and m.opset < 19 or op == "LpPool" or m.opset < 10:
        attributes.pop("dilations", None)
    if op != "LpPool" and m.opset >= 10 and "auto_pad" not in attributes and m.draw.random() < 0.4:
        attributes["ceil_mode"] = 1
    if m.draw.random() < 0.2:
        return m.emit(m.draw.choice(["GlobalAveragePool", "GlobalMaxPool"]), [x.name])
    outputs = 2 if op == "MaxPool" and m.draw.random() < 0.3 else 1
    return m.emit(op, [x.name], outputs, kernel_shape=kernel, **attributes)


def product(m: Model) -> str:
    x = m.with_rank(m.draw.randint(1, 4))
    if x.rank == 2 and m.draw.random() < 0.5:
        transposed = m.draw.randint(0, 1)
        inner, outputs = x.shape[0 if transposed else 1], m.draw.randint(1, 5)
        right = m.draw.randint(0, 1)
        w = m.weights(*((outputs, inner) if right else (inner, outputs)))
        bias = [m.weights(*m.draw.choice([(outputs,), (1, outputs)]))]
        return m.emit(
            "Gemm",
            [x.name, w, *(bias if m.opset < 11 or m.draw.random() < 0.5 else [])],
            transA=transposed,
            transB=right,
        )
    inner = x.shape[-1]
    shape = m.draw.choice([(inner,), (inner, 3), (*([1] * max(0, x.rank - 2)), inner, 2)])
    return m.emit("MatMul", [x.name, m.weights(*shape)])


def einsum(m: Model) -> str | None:
    if m.opset < 12:
        return None
    x = m.with_rank(m.draw.randint(1, 3))
    letters = "abc"[: x.rank]
    choice = m.draw.randrange(4)
    if choice == 0:
        return m.emit("Einsum", [x.name], equation=f"{letters}->{letters[::-1]}")
    if choice == 1:
        return m.emit(
            "Einsum",
            [x.name, m.weights(x.shape[-1], 4)],
            equation=f"{letters},{letters[-1]}z->{letters[:-1]}z",
        )
    if choice == 2:
        return m.emit(
            "Einsum",
            [x.name, m.weights(x.shape[-1], 4)],
            equation=f"...{letters[-1]},{letters[-1]}z->...z",
        )
    return m.emit("Einsum", [x.name, m.weights(3)], equation=f"{letters},z->{letters}z")


def reshape(m: Model) -> str:
    x = m.any()
    choice = m.draw.randrange(5)
    if choice == 0 and x.rank:
        return m.emit("Flatten", [x.name], axis=m.draw.randint(0, x.rank))
    if choice == 1 and x.rank > 1:
        shape = [0] * (x.rank - 1) + [-1]
        return m.emit("Reshape", [x.name, m.constant(shape, np.int64)])
    if choice == 2 and x.rank > 1:
        # The shape is computed from the tensor's own.
        start = (
            m.emit(
                "Slice",
                [m.emit("Shape", [x.name]), m.constant([0], np.int64), m.constant([1], np.int64)],
            )
            if m.opset >= 10
            else m.emit("Slice", [m.emit("Shape", [x.name])], starts=[0], ends=[1])
        )
        target = m.emit("Concat", [start, m.constant([-1], np.int64)], axis=0)
        return m.emit("Reshape", [x.name, target])
    total = int(np.prod(x.shape))
    divisor = m.draw.choice([d for d in range(1, total + 1) if total % d == 0] or [1])
    shape = [divisor, -1] if total else [*x.shape]
    return m.emit("Reshape", [x.name, m.constant(shape, np.int64)])


def axes(m: Model) -> str:
    x = m.any()
    if m.draw.random() < 0.5:
        places = m.draw.sample(range(x.rank + 2), 2)
        if m.opset >= 13:
            return m.emit("Unsqueeze", [x.name, m.constant(places, np.int64)])
        return m.emit("Unsqueeze", [x.name], axes=sorted(places))
    ones = [axis for axis, size in enumerate(x.shape) if size == 1]
    if m.opset >= 13 and ones:
        return m.emit("Squeeze", [x.name, m.constant(ones, np.int64)])
    return m.emit("Squeeze", [x.name], axes=ones if m.opset < 13 and ones else None)


def transpose(m: Model) -> str:
    x = m.any()
    order = m.draw.sample(range(x.rank), x.rank)
    return m.emit("Transpose", [x.name], perm=order if order and m.draw.random() < 0.7 else None)


def concat(m: Model) -> str:
    x = m.with_rank(m.draw.randint(1, 4))
    axis = m.draw.randrange(x.rank)
    other = list(x.shape)
    other[axis] = m.draw.randint(1, 3)
    return m.emit(
        "Concat",
        [x.name, m.weights(*other), x.name],
        axis=axis - x.rank if m.opset >= 11 and m.draw.random() < 0.5 else axis,
    )


def split(m: Model) -> str:
    x = m.with_rank(m.draw.randint(1, 4))
    axis = m.draw.randrange(x.rank)
    size = x.shape[axis]
    first = m.draw.randint(1, size)
    parts = [first, size - first] if first < size else [first]
    if m.opset >= 18 and m.draw.random() < 0.5 and size > 1:
        count = m.draw.choice([n for n in range(1, size + 1) if -(-size // n) * (n - 1) < size])
        return m.emit("Split", [x.name], count, axis=axis, num_outputs=count)
    if m.opset >= 13:
        return m.emit("Split", [x.name, m.constant(parts, np.int64)], len(parts), axis=axis)
    return m.emit("Split", [x.name], len(parts), axis=axis, split=parts)


def slices(m: Model) -> str:
    x = m.with_rank(m.draw.randint(1, 4))
    places = m.draw.sample(range(x.rank), m.draw.randint(1, x.rank))
    bound = [m.draw.choice([-100, -3, -1, 0, 1, 2, 3, 1000]) for _ in range(2 * len(places))]
    starts, ends = bound[: len(places)], bound[len(places) :]
    if m.opset < 10:
        return m.emit("Slice", [x.name], starts=starts, ends=ends, axes=places)
    steps = [m.draw.choice([1, 2, -1, -2]) for _ in places]
    operands = [starts, ends, [p - x.rank if m.draw.random() < 0.5 else p for p in places], steps]
    return m.emit("Slice", [x.name, *(m.constant(o, np.int64) for o in operands)])


def pad(m: Model) -> str:
    x = m.with_rank(m.draw.randint(1, 4))
    mode = m.draw.choice(["constant", "edge"])
    widths = [m.draw.randint(0, 2) for _ in range(2 * x.rank)]
    if m.opset < 11:
        return m.emit("Pad", [x.name], pads=widths, mode=mode)
    if m.opset >= 18 and m.draw.random() < 0.5:
        place = m.draw.randrange(x.rank)
        return m.emit(
            "Pad",
            [x.name, m.constant([1, 2], np.int64), m.constant(0.0), m.constant([place], np.int64)],
            mode=mode,
        )
    return m.emit("Pad", [x.name, m.constant(widths, np.int64)], mode=mode)


def expand(m: Model) -> str | None:
    x = m.any()
    if m.draw.random() < 0.5:
        return (
            m.emit("Tile", [x.name, m.constant([m.draw.randint(1, 3) for _ in x.shape], np.int64)])
            if x.rank
            else None
        )
    if m.opset < 8:
        return None
    target = [m.draw.randint(2, 3)] + [
        s if s > 1 and m.draw.random() < 0.6 else (1 if s > 1 else m.draw.randint(1, 4))
        for s in x.shape
    ]
    return m.emit("Expand", [x.name, m.constant(target, np.int64)])


def gather(m: Model) -> str | None:
    x = m.with_rank(m.draw.randint(1, 4))
    shape = [m.draw.randint(1, 3) for _ in range(m.draw.randint(0, 2))]
    choice = m.draw.randrange(4)
    if choice == 0 and m.opset >= 11:
        return m.emit(
            "GatherND",
            [x.name, m.constant(np.zeros((2, m.draw.randint(1, x.rank)), np.int64), np.int64)],
        )
    if choice == 1 and m.opset >= 11:
        return m.emit(
            "GatherElements",
            [x.name, m.constant(np.zeros([max(1, s - 1) for s in x.shape], np.int64), np.int64)],
            axis=m.axis(x.rank),
        )
    if choice == 2 and m.opset >= 11:
        return m.emit(
            "ScatterElements",
            [x.name, m.constant(np.zeros([1] * x.rank), np.int64), m.weights(*[1] * x.rank)],
            axis=m.axis(x.rank),
        )
    return m.emit(
        "Gather", [x.name, m.constant(np.zeros(shape), np.int64)], axis=m.draw.randrange(x.rank)
    )


def blocks(m: Model) -> str:
    x = m.with_rank(4)
    wide = m.emit("Concat", [x.name] * 4, axis=1)
    if m.draw.random() < 0.5:
        return m.emit("DepthToSpace", [wide], blocksize=2)
    both = m.emit("Concat", [m.emit("Concat", [wide] * 2, axis=2)] * 2, axis=3)
    return m.emit("SpaceToDepth", [both], blocksize=2)


def resize(m: Model) -> str | None:
    if m.opset < 11:
        return None
    x = m.with_rank(4)
    mode = m.draw.choice(["nearest", "linear"])
    empty = m.constant([], np.float32)
    if m.draw.random() < 0.5:
        scales = [1.0, 1.0, m.draw.choice([0.6, 0.7, 1.4, 2.0]), m.draw.choice([1.0, 1.3, 2.0])]
        if m.opset >= 18 and m.draw.random() < 0.4:
            return m.emit("Resize", [x.name, "", m.constant(scales[2:])], mode=mode, axes=[2, 3])
        return m.emit("Resize", [x.name, empty, m.constant(scales)], mode=mode)
    sizes = [*x.shape[:2], m.draw.randint(1, 9), m.draw.randint(1, 9)]
    if m.opset >= 18 and m.draw.random() < 0.5:
        policy = m.draw.choice(["stretch", "not_larger", "not_smaller"])
        return m.emit(
            "Resize",
            [x.name, "", "", m.constant(sizes[2:], np.int64)],
            mode=mode,
            axes=[2, 3],
            keep_aspect_ratio_policy=policy,
        )
    return m.emit("Resize", [x.name, empty, empty, m.constant(sizes, np.int64)], mode=mode)


def selection(m: Model) -> str | None:
    x = m.with_rank(m.draw.randint(1, 3))
    axis = m.draw.randrange(x.rank)
    choice = m.draw.randrange(4)
    if choice == 0 and m.opset >= 10:
        count = m.draw.randint(1, x.shape[axis])
        return m.emit("TopK", [x.name, m.constant([count], np.int64)], 2, axis=axis)
    if choice == 1 and m.opset >= 11:
        return m.emit("CumSum", [x.name, m.constant(axis, np.int64)])
    if choice == 2 and m.opset >= 9:
        indices = m.emit("Cast", [x.name], to=INT64)
        return m.emit(
            "OneHot",
            [indices, m.constant(4, np.int64), m.constant([0.0, 1.0])],
            axis=m.draw.choice([-1, 0, x.rank]),
        )
    if m.opset >= 9:
        return m.emit("NonZero", [m.constant(np.eye(m.draw.randint(1, 4)))])
    return None


def made(m: Model) -> str | None:
    x = m.any()
    choice = m.draw.randrange(4)
    if choice == 0 and m.opset >= 9:
        value = numpy_helper.from_array(np.array([m.draw.choice([1, 2])], np.int64))
        return m.emit("ConstantOfShape", [m.emit("Shape", [x.name])], value=value)
    if choice == 1 and m.opset >= 15 and x.rank:
        return m.emit(
            "Shape",
            [x.name],
            start=m.draw.randint(-x.rank, x.rank),
            end=m.draw.choice([None, m.draw.randint(-x.rank, x.rank)]),
        )
    if choice == 2 and m.opset >= 11:
        return m.emit(
            "Range",
            [
                m.constant(0, np.int64),
                m.emit("Size", [x.name]),
                m.constant(m.draw.randint(1, 3), np.int64),
            ],
        )
    return m.emit("Size", [x.name])


def normalization(m: Model) -> str:
    x = m.with_rank(m.draw.randint(2, 4))
    channels = x.shape[1]
    choice = m.draw.randrange(5)
    if choice == 0:
        return m.emit("BatchNormalization", [x.name, *(m.weights(channels) for _ in range(4))])
    if choice == 1 and m.opset >= 17:
        axis = m.draw.randrange(x.rank)
        return m.emit(
            "LayerNormalization",
            [x.name, m.weights(*x.shape[axis:])],
            m.draw.randint(1, 3),
            axis=axis - x.rank,
        )
    if choice == 2 and x.rank > 2:
        return m.emit("InstanceNormalization", [x.name, m.weights(channels), m.weights(channels)])
    if choice == 3 and x.rank == 4:
        return m.emit("LRN", [x.name], size=3)
    return m.emit(
        m.draw.choice(["Softmax", "LogSoftmax", "Hardmax"]), [x.name], axis=m.draw.randrange(x.rank)
    )


def recurrent(m: Model) -> str:
    x = m.with_rank(3)
    op, gates = m.draw.choice([("RNN", 1), ("GRU", 3), ("LSTM", 4)])
    direction = m.draw.choice(["forward", "reverse", "bidirectional"])
    count, hidden = (2 if direction == "bidirectional" else 1), m.draw.randint(1, 4)
    operands = [
        x.name,
        m.weights(count, gates * hidden, x.shape[2]),
        m.weights(count, gates * hidden, hidden),
    ]
    if m.draw.random() < 0.5:
        operands.append(m.weights(count, 2 * gates * hidden))
    return m.emit(
        op,
        operands,
        m.draw.randint(1, 3 if op == "LSTM" else 2),
        hidden_size=hidden,
        direction=direction,
    )


def quantization(m: Model) -> str | None:
    if m.opset < 10:
        return None
    x = m.any()
    kind = m.draw.choice([np.uint8, np.int8])
    scale, zero = m.constant(0.1), m.constant(0, kind)
    choice = m.draw.randrange(4)
    if choice == 0 and m.opset >= 11:
        return m.emit("DynamicQuantizeLinear", [x.name], 3)
    if choice == 1 and x.rank and m.opset >= 13:
        axis = m.draw.randrange(x.rank)
        scale, zero = m.weights(x.shape[axis]), m.constant(np.zeros(x.shape[axis]), kind)
        return m.emit("QuantizeLinear", [x.name, scale, zero], axis=axis)
    integers = m.emit("QuantizeLinear", [x.name, scale, zero])
    if choice == 2 and x.rank == 2:
        return m.emit("MatMulInteger", [integers, m.weights(x.shape[1], 3, kind=kind)])
    if choice == 3 and x.rank == 2 and kind is np.uint8:
        return m.emit(
            "QLinearMatMul",
            [integers, scale, zero, m.weights(x.shape[1], 3, kind=kind), scale, zero, scale, zero],
        )
    return m.emit("DequantizeLinear", [integers, scale, zero])


def sequence(m: Model) -> str | None:
    if m.opset < 11:
        return None
    x = m.with_rank(m.draw.randint(1, 3))
    axis = m.draw.randrange(x.rank)
    if m.draw.random() < 0.5:
        first = m.draw.randint(1, x.shape[axis])
        operands = m.draw.choice([[], [m.constant(first, np.int64)]])
        parts = m.emit(
            "SplitToSequence",
            [x.name, *operands],
            axis=axis,
            keepdims=m.draw.choice([None, 0]) if not operands else None,
        )
    else:
        longer = m.emit("Concat", [x.name, x.name], axis=axis)
        parts = m.emit("SequenceConstruct", [x.name, longer])
        if m.draw.random() < 0.5:
            parts = m.emit("SequenceInsert", [parts, x.name, m.constant(0, np.int64)])
        if m.draw.random() < 0.5:
            return m.emit("ConcatFromSequence", [parts], axis=axis)
    if m.draw.random() < 0.3:
        return m.emit("SequenceLength", [parts])
    return m.emit("SequenceAt", [parts, m.constant(m.draw.choice([0, -1]), np.int64)])


def body(m: Model, x: Tensor, inputs: list[object], op: str) -> tuple[list[NodeProto], str]:
    """Nodes of a body that makes something of a tensor and of one from outside."""
    name = m.name("b")
    outer = m.constant(1.5)
    return [helper.make_node(op, [inputs[-1], outer], [name])], name


def branch(m: Model) -> str | None:
    if m.opset < 11:
        return None
    x = m.any()
    graphs = []
    for op in ("Add", "Mul"):
        nodes, name = body(m, x, [x.name], op)
        name += op
        nodes[0].output[0] = name
        graphs.append(
            helper.make_graph(nodes, op, [], [helper.make_tensor_value_info(name, FLOAT, None)])
        )
    return m.emit(
        "If",
        [m.constant(m.draw.random() < 0.5, np.bool_)],
        then_branch=graphs[0],
        else_branch=graphs[1],
    )


def loop(m: Model) -> str | None:
    if m.opset < 11:
        return None
    x = m.with_rank(m.draw.randint(1, 3))
    prefix = m.name("l")
    info = helper.make_tensor_value_info
    grows = m.draw.random() < 0.5
    nodes = [helper.make_node("Identity", [f"{prefix}c"], [f"{prefix}d"])]
    if grows:
        nodes.append(helper.make_node("Concat", [f"{prefix}x", x.name], [f"{prefix}y"], axis=0))
    else:
        nodes.append(helper.make_node("Add", [f"{prefix}x", x.name], [f"{prefix}y"]))
    nodes.append(helper.make_node("Relu", [x.name], [f"{prefix}s"]))
    inside = helper.make_graph(
        nodes,
        "body",
        [
            info(f"{prefix}i", INT64, []),
            info(f"{prefix}c", BOOL, []),
            info(f"{prefix}x", FLOAT, [None] * x.rank),
        ],
        [
            info(f"{prefix}d", BOOL, []),
            info(f"{prefix}y", FLOAT, [None] * x.rank),
            info(f"{prefix}s", FLOAT, [None] * x.rank),
        ],
    )
    return m.emit(
        "Loop",
        [m.constant(m.draw.randint(1, 4), np.int64), m.constant(True, np.bool_), x.name],
        2,
        body=inside,
    )


def scan(m: Model) -> str | None:
    if m.opset < 11:
        return None
    x = m.with_rank(m.draw.randint(2, 3))
    prefix = m.name("s")
    info = helper.make_tensor_value_info
    inside = helper.make_graph(
        [
            helper.make_node("Add", [f"{prefix}h", f"{prefix}x"], [f"{prefix}n"]),
            helper.make_node("Relu", [f"{prefix}n"], [f"{prefix}o"]),
        ],
        "body",
        [info(f"{prefix}h", FLOAT, None), info(f"{prefix}x", FLOAT, None)],
        [info(f"{prefix}n", FLOAT, None), info(f"{prefix}o", FLOAT, None)],
    )
    return m.emit(
        "Scan",
        [m.weights(*x.shape[1:]), x.name],
        2,
        body=inside,
        num_scan_inputs=1,
        scan_output_axes=m.draw.choice([None, [x.rank - 1]]),
    )


def microsoft(m: Model) -> str:
    x = m.with_rank(m.draw.randint(2, 3))
    last = x.shape[-1]
    choice = m.draw.randrange(6)
    if choice == 0:
        return m.emit("Gelu", [x.name], domain=MICROSOFT)
    if choice == 1:
        return m.emit("BiasGelu", [x.name, m.weights(last)], domain=MICROSOFT)
    if choice == 2:
        return m.emit("FusedMatMul", [x.name, m.weights(4, last)], transB=1, domain=MICROSOFT)
    if choice == 3:
        return m.emit("QuickGelu", [x.name], domain=MICROSOFT)
    if choice == 4:
        return (
            m.emit(
                "SkipSimplifiedLayerNormalization",
                [x.name, x.name, m.weights(last)],
                domain=MICROSOFT,
            )
            if x.rank == 3
            else m.emit("Relu", [x.name])
        )
    wide = m.emit("Concat", [x.name] * 2, axis=x.rank - 1)
    return m.emit("MatMul", [wide, m.weights(2 * last, 3)])


FAMILIES: list[Family] = [
    unary,
    broadcast,
    comparison,
    cast,
    clip,
    reduction,
    arg,
    convolution,
    transposed,
    pooling,
    product,
    einsum,
    reshape,
    axes,
    transpose,
    concat,
    split,
    slices,
    pad,
    expand,
    gather,
    blocks,
    resize,
    selection,
    made,
    normalization,
    recurrent,
    quantization,
    sequence,
    branch,
    loop,
    scan,
    microsoft,
]


def random_model(seed: int, shapes: Callable[[ModelProto], dict[str, tuple]]) -> Model:
    """A model of up to 20 operators.

    `shapes` tells name, shape and element type of what nodes make, so that later operators fit;
    an operator that it refuses is taken back.
    """
    draw = random.Random(seed)
    model = Model(draw, opset=draw.randint(7, 22))
    for _ in range(draw.randint(1, 2)):
        model.with_rank(draw.randint(1, 4))
    for _ in range(draw.randint(1, 12)):
        kept = len(model.nodes), len(model.stored), len(model.inputs), len(model.tensors)
        name = draw.choice(FAMILIES)(model)
        if name is None:
            continue
        try:
            shape, kind = shapes(model_proto(model, [name]))[name]
        except Exception:  # The runtime has no kernel, or the operands do not fit after all.
            for items, count in zip(
                (model.nodes, model.stored, model.inputs, model.tensors), kept, strict=True
            ):
                del items[count:]
            continue
        if 0 < int(np.prod(shape)) <= 4096 and len(shape) <= 6:
            model.tensors.append(Tensor(name, tuple(shape), kind))
    return model


def model_proto(model: Model, outputs: list[str], symbolic: bool = False) -> ModelProto:
    """The model; no type is stated but those of its inputs, with names for sizes if symbolic."""

    def shape(tensor: Tensor) -> list[int | str]:
        if not symbolic:
            return list(tensor.shape)
        return [f"{tensor.name}_{axis}" for axis in range(tensor.rank)]

    inputs = [helper.make_tensor_value_info(t.name, t.kind, shape(t)) for t in model.inputs]
    results = [helper.make_empty_tensor_value_info(name) for name in outputs]
    graph = helper.make_graph(model.nodes, "random", inputs, results, model.stored)
    return helper.make_model(
        graph,
        ir_version=8,
        opset_imports=[helper.make_opsetid("", model.opset), helper.make_opsetid(MICROSOFT, 1)],
    )
