"""Paddle2ONNX."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import making
import networks as n
import paddle
import paddle2onnx
from paddle import nn


class Stage(nn.Layer):
    def __init__(self) -> None:
        super().__init__()
        self.depthwise = nn.Conv2D(n.STEM, n.STEM, 3, padding=1, groups=n.STEM)
        self.pointwise = nn.Conv2D(n.STEM, n.WIDE, 1)

    def forward(self, x: paddle.Tensor) -> paddle.Tensor:
        return nn.functional.relu(self.pointwise(nn.functional.relu(self.depthwise(x))))


class Cnn(nn.Layer):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2D(3, n.STEM, 3, stride=2, padding=1)
        self.stage = Stage()
        self.head = nn.Linear(n.WIDE, n.CLASSES)

    def forward(self, x: paddle.Tensor) -> paddle.Tensor:
        return self.head(self.stage(nn.functional.relu(self.stem(x))).mean((2, 3)))


class Gru(nn.Layer):
    def __init__(self) -> None:
        super().__init__()
        self.memory = nn.GRU(n.FEATURES, n.STATE)
        self.head = nn.Linear(n.STATE, n.ANSWERS)

    def forward(self, x: paddle.Tensor) -> paddle.Tensor:
        return self.head(self.memory(x)[0][:, -1])


class Mlp(nn.Layer):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(n.WIDTH, n.INNER)
        self.second = nn.Linear(n.INNER, n.CLASSES)

    def forward(self, x: paddle.Tensor) -> paddle.Tensor:
        return self.second(nn.functional.relu(self.first(x)))


def exported(
    name: str, kind: type, open_axes: tuple[int, ...] = (), **options: object
) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        paddle.seed(0)
        module = kind()
        module.eval()
        shape = [
            -1 if axis in open_axes else s for axis, s in enumerate(n.NETWORKS[name].input_shape)
        ]
        with tempfile.TemporaryDirectory() as folder:
            spec = paddle.static.InputSpec(shape, "float32", "x")
            paddle.jit.save(module, f"{folder}/model", [spec])
            paddle2onnx.export(
                f"{folder}/model.json",
                f"{folder}/model.pdiparams",
                str(path),
                opset_version=17,
                **options,
            )

    return make


EXPORTS = {
    "paddle2onnx-cnn.onnx": exported("cnn", Cnn),
    "paddle2onnx-cnn-open.onnx": exported("cnn", Cnn, (0, 2, 3)),
    "paddle2onnx-cnn-plain.onnx": exported("cnn", Cnn, enable_optimize=False),
    "paddle2onnx-gru.onnx": exported("gru", Gru),
    "paddle2onnx-mlp.onnx": exported("mlp", Mlp),
}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
