"""onnxslim and onnxsim on what PyTorch's exporters write, and onnxruntime's own optimized graph."""

from collections.abc import Callable
from pathlib import Path

import making
import onnx


def slimmed(source: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import onnxslim

        onnx.save(onnxslim.slim(onnx.load(path.with_name(source))), path)

    return make


def simplified(source: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import onnxsim

        model, _ = onnxsim.simplify(onnx.load(path.with_name(source)))
        onnx.save(model, path)

    return make


def optimized(source: str, level: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, level)
        options.optimized_model_filepath = str(path)
        onnxruntime.InferenceSession(path.with_name(source), options)

    return make


EXPORTS = {}
for _name in ("cnn", "gru", "block"):
    for _how in ("script", "dynamo"):
        _source = f"torch-{_name}-{_how}.onnx"
        EXPORTS[f"onnxslim-{_name}-{_how}.onnx"] = slimmed(_source)
        EXPORTS[f"onnxsim-{_name}-{_how}.onnx"] = simplified(_source)
    EXPORTS[f"onnxruntime-{_name}-extended.onnx"] = optimized(_source, "ORT_ENABLE_EXTENDED")
    EXPORTS[f"onnxruntime-{_name}-all.onnx"] = optimized(_source, "ORT_ENABLE_ALL")

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
