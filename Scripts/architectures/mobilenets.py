"""MobileNets v1 and v2 of any width and image size as ONNX files, for counting: without weights.

The architectures are those of Howard et al. (2017), table 1, and Sandler et al. (2018), table 2,
with the channels rounded as the authors' code does. Batch normalizations are folded.
"""

from pathlib import Path

from onnx import TensorProto, helper

from .onnx_weights import leave_out_weights

V1 = (
    [(1, 64)]
    + [(2, 128), (1, 128), (2, 256), (1, 256), (2, 512)]
    + [(1, 512)] * 5
    + [(2, 1024), (1, 1024)]
)
#: Expansion, channels, repetitions, first stride.
V2 = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]


def rounded(channels: float) -> int:
    """The nearest multiple of 8, at least 8, not below nine tenths."""
    result = max(8, int(channels + 4) // 8 * 8)
    return result + 8 if result < 0.9 * channels else result


class Builder:
    def __init__(self, is_integer: bool) -> None:
        self.nodes: list = []
        self.initializers: list = []
        self.is_integer = is_integer

    def convolution(
        self,
        x: str,
        inputs: int,
        outputs: int,
        taps: int,
        stride: int = 1,
        groups: int = 1,
        activation: bool = True,
    ) -> str:
        place = len(self.nodes)
        type_ = TensorProto.INT8 if self.is_integer else TensorProto.FLOAT
        bias = TensorProto.INT32 if self.is_integer else TensorProto.FLOAT
        for name, shape, kind in (
            (f"w{place}", [outputs, inputs // groups, taps, taps], type_),
            (f"b{place}", [outputs], bias),
        ):
            self.initializers.append(TensorProto(name=name, dims=shape, data_type=kind))
        attributes = {
            "kernel_shape": [taps, taps],
            "strides": [stride, stride],
            "group": groups,
            "auto_pad": "SAME_UPPER",
        }
        if self.is_integer:
            inputs_ = [x, "s", "z", f"w{place}", "s", "z", "s", "z", f"b{place}"]
            self.nodes.append(helper.make_node("QLinearConv", inputs_, [f"y{place}"], **attributes))
            return f"y{place}"
        self.nodes.append(
            helper.make_node("Conv", [x, f"w{place}", f"b{place}"], [f"y{place}"], **attributes)
        )
        if not activation:
            return f"y{place}"
        self.nodes.append(helper.make_node("Relu", [f"y{place}"], [f"r{place}"]))
        return f"r{place}"

    def add(self, x: str, y: str) -> str:
        place = len(self.nodes)
        if self.is_integer:
            self.nodes.append(
                helper.make_node(
                    "QLinearAdd",
                    [x, "s", "z", y, "s", "z", "s", "z"],
                    [f"y{place}"],
                    domain="com.microsoft",
                )
            )
        else:
            self.nodes.append(helper.make_node("Add", [x, y], [f"y{place}"]))
        return f"y{place}"

    def pool(self, x: str) -> str:
        place = len(self.nodes)
        if self.is_integer:
            self.nodes.append(
                helper.make_node(
                    "QLinearGlobalAveragePool",
                    [x, "s", "z", "s", "z"],
                    [f"y{place}"],
                    domain="com.microsoft",
                )
            )
        else:
            self.nodes.append(helper.make_node("GlobalAveragePool", [x], [f"y{place}"]))
        return f"y{place}"


def write(name: str, path: Path) -> None:
    """Writes `mobilenet-v1-0.25-128-int8`, or in float32 without the last part.

    `mobilenet-v1-0.25-128-101classes` has another number of classes than ImageNet's.
    """
    _, version, width_text, size, *rest = name.split("-")
    width = float(width_text)
    classes = next((int(part.removesuffix("classes")) for part in rest if "classes" in part), 1001)
    build = Builder(is_integer="int8" in rest)
    if version == "v1":
        channels = max(8, int(32 * width))
        x = build.convolution("x", 3, channels, 3, 2)
        for stride, plain in V1:
            outputs = max(8, int(plain * width))
            x = build.convolution(x, channels, channels, 3, stride, groups=channels)
            x = build.convolution(x, channels, outputs, 1)
            channels = outputs
    else:
        channels = rounded(32 * width)
        x = build.convolution("x", 3, channels, 3, 2)
        for expansion, plain, repetitions, first in V2:
            outputs = rounded(plain * width)
            for index in range(repetitions):
                stride = first if index == 0 else 1
                block, inner = x, channels * expansion
                if expansion > 1:
                    x = build.convolution(x, channels, inner, 1)
                x = build.convolution(x, inner, inner, 3, stride, groups=inner)
                x = build.convolution(x, inner, outputs, 1, activation=False)
                if stride == 1 and channels == outputs:
                    x = build.add(x, block)
                channels = outputs
        outputs = rounded(1280 * max(1.0, width))
        x = build.convolution(x, channels, outputs, 1)
        channels = outputs
    x = build.convolution(build.pool(x), channels, classes, 1, activation=False)
    element = TensorProto.INT8 if build.is_integer else TensorProto.FLOAT
    scales = (
        [
            helper.make_tensor("s", TensorProto.FLOAT, [], b"\0\0\x80\x3f", raw=True),
            helper.make_tensor("z", TensorProto.INT8, [], b"\0", raw=True),
        ]
        if build.is_integer
        else []
    )
    graph = helper.make_graph(
        build.nodes,
        name,
        [helper.make_tensor_value_info("x", element, [1, 3, int(size), int(size)])],
        [helper.make_tensor_value_info(x, element, None)],
        scales + build.initializers,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 13), helper.make_opsetid("com.microsoft", 1)]
    )
    leave_out_weights(model)
    path.write_bytes(model.SerializeToString())
