"""NNCF: post-training quantization and compression of weights, of ONNX files."""

from collections.abc import Callable
from pathlib import Path

import making
import networks
import nncf
import onnx


def quantized(name: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        model = onnx.load(path.with_name(f"torch-{name}-dynamo.onnx"))
        readings = nncf.Dataset([{"x": array} for array in networks.samples(name)])
        onnx.save(nncf.quantize(model, readings), path)

    return make


def compressed(name: str, mode: str, **options: object) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        model = onnx.load(path.with_name(f"torch-{name}-dynamo.onnx"))
        kind = nncf.CompressWeightsMode[mode]
        onnx.save(nncf.compress_weights(model, mode=kind, **options), path)

    return make


EXPORTS = {
    "nncf-cnn-int8.onnx": quantized("cnn"),
    "nncf-block-int8.onnx": quantized("block"),
    "nncf-block-weights_int8.onnx": compressed("block", "INT8_ASYM"),
    "nncf-block-weights_int4.onnx": compressed("block", "INT4_SYM", group_size=32, all_layers=True),
    "nncf-block-weights_int4_asym.onnx": compressed(
        "block", "INT4_ASYM", group_size=32, all_layers=True
    ),
}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
