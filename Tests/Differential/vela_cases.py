"""Small TFLite models on which the counts of Vela depend on the operators around."""

from __future__ import annotations

from collections.abc import Callable

from tflite_build import File, Type, options

SAME, VALID = 0, 1
SCALE = 0.5
PADS = [[0, 0], [1, 1], [1, 1], [0, 0]]


class Model:
    """A graph of int8 tensors over one input `x`, with an image of 8 x 8 pixels of 8 channels."""

    def __init__(self) -> None:
        self.file = File()
        self.graph = self.file.graph()
        self.x = self.graph.input([1, 8, 8, 8], Type.INT8, scale=SCALE)

    def node(
        self, name: str, inputs: list[int], shape: list[int], more: object = None, scale=SCALE
    ) -> int:
        result = self.graph.tensor(shape, Type.INT8, scale=scale)
        self.graph.node(name, inputs, [result], more)
        return result

    def weights(self, shape: list[int]) -> int:
        return self.graph.weights(shape, Type.INT8, scale=0.1)

    def numbers(self, values: list) -> int:
        return self.graph.integers(values)

    def conv(
        self, x: int, channels: int = 8, kernel: int = 1, shape=None, inputs=8, **more: object
    ) -> int:
        fields = {"padding": SAME, "strideH": 1, "strideW": 1}
        fields |= {"dilationHFactor": 1, "dilationWFactor": 1} | more
        weights = self.weights([channels, kernel, kernel, inputs])
        shape = shape or [1, 8, 8, channels]
        return self.node("CONV_2D", [x, weights, -1], shape, options("Conv2D", **fields))

    def concat(self, *inputs: int, shape=(1, 8, 8, 16), axis: int = 3, act: int = 0) -> int:
        fields = options("Concatenation", axis=axis, fusedActivationFunction=act)
        return self.node("CONCATENATION", list(inputs), list(shape), fields)

    def pad(self, x: int) -> int:
        return self.node("PAD", [x, self.numbers(PADS)], [1, 10, 10, 8], options("Pad"))

    def pool(self, x: int, shape=(1, 8, 8, 8), kernel: int = 2) -> int:
        fields = {"filterHeight": kernel, "filterWidth": kernel, "strideH": 1, "strideW": 1}
        return self.node("MAX_POOL_2D", [x], list(shape), options("Pool2D", padding=SAME, **fields))

    def reshape(self, x: int, shape: list[int]) -> int:
        return self.node("RESHAPE", [x, self.numbers(shape)], shape, options("Reshape"))

    def part(self, x: int) -> int:
        places = [self.numbers([0, 2, 0, 0]), self.numbers([1, 6, 8, 8])]
        return self.node("SLICE", [x, *places], [1, 6, 8, 8])

    def resize(self, x: int, size: int, kind: str, **more: object) -> int:
        name = {"Bilinear": "RESIZE_BILINEAR", "NearestNeighbor": "RESIZE_NEAREST_NEIGHBOR"}[kind]
        fields = options(f"Resize{kind}", **more)
        return self.node(name, [x, self.numbers([size, size])], [1, size, size, 8], fields)

    def reduce(self, name: str, x: int, axes: list[int], shape: list[int]) -> int:
        fields = options("Reducer", keepDims=True)
        return self.node(name, [x, self.numbers(axes)], shape, fields)

    def logistic(self, x: int, shape=(1, 8, 8, 8)) -> int:
        return self.node("LOGISTIC", [x], list(shape), scale=1 / 256)


Build = Callable[[Model], "int | list[int]"]


def shared(model: Model) -> int:
    y = model.conv(model.x)
    return model.concat(y, model.conv(y))


def nested(model: Model) -> int:
    y = model.concat(model.conv(model.x), model.conv(model.x))
    return model.concat(y, model.conv(model.x), shape=(1, 8, 8, 24))


def operand_is_result(model: Model) -> list[int]:
    y = model.conv(model.x)
    return [y, model.concat(y, model.conv(model.x))]


def two_readers_of_pad(model: Model) -> list[int]:
    pad = model.pad(model.conv(model.x))
    conv = model.conv(pad, kernel=3, padding=VALID)
    return [conv, model.pool(pad, (1, 10, 10, 8))]


def reshape_of_shared(model: Model) -> list[int]:
    y = model.conv(model.x)
    return [model.reshape(y, [1, 512]), model.conv(y)]


def read_twice(model: Model) -> int:
    y = model.conv(model.x)
    return model.concat(y, y)


def part_as_result(model: Model) -> int:
    return model.part(model.conv(model.x))


def unpacked(model: Model, axis: int, shape: list[int]) -> int:
    parts = [model.graph.tensor(shape, Type.INT8, scale=SCALE) for _ in range(8)]
    model.graph.node("UNPACK", [model.conv(model.x)], parts, options("Unpack", num=8, axis=axis))
    return model.node("ADD", parts[:2], shape, options("Add"))


def shrunk(model: Model, axis: int) -> int:
    ends = [1 if place == axis else 8 for place in range(4)]
    places = [model.numbers(values) for values in ([0, 0, 0, 0], [1, *ends[1:]], [1, 1, 1, 1])]
    fields = options("StridedSlice", shrinkAxisMask=1 << axis)
    part = model.node("STRIDED_SLICE", [model.conv(model.x), *places], [1, 8, 8], fields)
    return model.node("ADD", [part, part], [1, 8, 8], options("Add"))


SIX = [1, 6, 8, 8]
MODELS: dict[str, Build] = {
    "concat_of_convs": lambda m: m.concat(m.conv(m.x), m.conv(m.x)),
    "concat_of_input": lambda m: m.concat(m.x, m.conv(m.x)),
    "concat_of_shared": shared,
    "concat_of_concat": nested,
    "concat_of_result": operand_is_result,
    "concat_read_twice": read_twice,
    "concat_of_pool": lambda m: m.concat(m.pool(m.conv(m.x)), m.conv(m.x)),
    "concat_of_reshapes": lambda m: m.concat(
        *[m.reshape(m.conv(m.x), [1, 512]) for _ in range(2)], shape=(1, 1024), axis=1
    ),
    "concat_with_relu": lambda m: m.concat(m.conv(m.x), m.conv(m.x), act=1),
    "concat_of_parts": lambda m: m.concat(
        *[m.part(m.conv(m.x)) for _ in range(2)], shape=(1, 6, 8, 16)
    ),
    "pad_of_conv": lambda m: m.conv(m.pad(m.x), kernel=3, padding=VALID),
    "pad_before_same": lambda m: m.conv(m.pad(m.conv(m.x)), kernel=3, shape=[1, 10, 10, 8]),
    "pad_of_small_kernel": lambda m: m.conv(m.pad(m.x), padding=VALID, shape=[1, 10, 10, 8]),
    "pad_of_stride_2": lambda m: m.conv(
        m.pad(m.x), kernel=3, padding=VALID, strideH=2, strideW=2, shape=[1, 4, 4, 8]
    ),
    "pad_two_readers": two_readers_of_pad,
    "pad_as_result": lambda m: m.pad(m.conv(m.x)),
    "pad_of_input": lambda m: m.pad(m.x),
    "mirror_pad": lambda m: m.node(
        "MIRROR_PAD", [m.conv(m.x), m.numbers(PADS)], [1, 10, 10, 8], options("MirrorPad", mode=0)
    ),
    "reshape_as_result": lambda m: m.reshape(m.conv(m.x), [1, 512]),
    "reshape_of_input": lambda m: m.reshape(m.x, [1, 512]),
    "reshape_of_shared": reshape_of_shared,
    "part_as_result": part_as_result,
    "part_of_conv": lambda m: m.conv(m.part(m.conv(m.x)), shape=SIX),
    "unpacked_1": lambda m: unpacked(m, 1, [1, 8, 8]),
    "unpacked_2": lambda m: unpacked(m, 2, [1, 8, 8]),
    "shrunk_1": lambda m: shrunk(m, 1),
    "shrunk_2": lambda m: shrunk(m, 2),
    "part_of_mean": lambda m: m.reduce("MEAN", m.part(m.conv(m.x)), [1, 2], [1, 1, 1, 8]),
    "tile": lambda m: m.node("TILE", [m.conv(m.x), m.numbers([1, 2, 3, 1])], [1, 16, 24, 8]),
    "maximum_hw": lambda m: m.reduce("REDUCE_MAX", m.conv(m.x), [1, 2], [1, 1, 1, 8]),
    "maximum_w": lambda m: m.reduce("REDUCE_MAX", m.conv(m.x), [2], [1, 8, 1, 8]),
    "sum_h": lambda m: m.reduce("SUM", m.conv(m.x), [1], [1, 1, 8, 8]),
    "mean_of_channels": lambda m: m.reduce("MEAN", m.conv(m.x), [3], [1, 8, 8, 1]),
    **{
        f"resize_{kind}_{size}_{flag}": lambda m, kind=kind, size=size, flag=flag: m.resize(
            m.conv(m.x), size, kind, **({flag: True} if flag else {})
        )
        for kind in ("NearestNeighbor", "Bilinear")
        for size, flag in [
            (8, ""),
            (16, ""),
            (32, ""),
            (15, "alignCorners"),
            (29, "alignCorners"),
            (16, "halfPixelCenters"),
            (24, ""),
        ]
    },
    **{
        f"dilation_{d}": lambda m, d=d: m.conv(m.x, kernel=3, dilationHFactor=d, dilationWFactor=d)
        for d in (2, 3, 4)
    },
    **{
        f"activation_{channels}": lambda m, channels=channels: m.logistic(
            m.conv(m.x, channels), [1, 8, 8, channels]
        )
        for channels in (4, 8)
    },
    **{
        f"relu_{channels}": lambda m, channels=channels: m.conv(
            m.x, channels, fusedActivationFunction=1
        )
        for channels in (4, 8)
    },
    "squared_difference": lambda m: m.node(
        "SQUARED_DIFFERENCE", [m.conv(m.x), m.weights([1, 1, 1, 8])], [1, 8, 8, 8]
    ),
    "groups": lambda m: m.logistic(m.conv(m.x, inputs=4)),
    "activation_of_pool": lambda m: m.logistic(m.pool(m.conv(m.x))),
    "activation_of_concat": lambda m: m.logistic(m.concat(m.conv(m.x), m.conv(m.x)), [1, 8, 8, 16]),
    "activation_of_transpose": lambda m: m.logistic(
        m.node("TRANSPOSE", [m.conv(m.x), m.numbers([0, 2, 1, 3])], [1, 8, 8, 8])
    ),
}


def file(name: str) -> bytes:
    """The model of a name."""
    model = Model()
    results = MODELS[name](model)
    model.graph.result(*(results if isinstance(results, list) else [results]))
    return model.file.bytes()
