"""NVIDIA Model Optimizer, from ONNX and from PyTorch."""

from collections.abc import Callable
from pathlib import Path

import making
import networks
import torch
import torch_networks


def from_onnx(name: str, mode: str, **options: object) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        from modelopt.onnx.quantization import quantize

        quantize(
            str(path.with_name(f"torch-{name}-script.onnx")),
            quantize_mode=mode,
            calibration_data={"x": networks.samples(name, 1)[0]},
            calibration_eps=["cpu"],
            output_path=str(path),
            high_precision_dtype="fp32",
            log_level="ERROR",
            **options,
        )

    return make


def from_torch(name: str, config: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        from modelopt.torch import quantization

        module = torch_networks.network(name)
        quantization.quantize(
            module,
            getattr(quantization, config),
            lambda m: [m(reading) for reading in torch_networks.readings(name)],
        )
        with torch.no_grad():
            torch.onnx.export(
                module,
                (torch_networks.example(name),),
                str(path),
                input_names=["x"],
                output_names=["y"],
                dynamo=False,
            )

    return make


EXPORTS = {
    "modelopt-cnn-int8.onnx": from_onnx("cnn", "int8"),
    "modelopt-block-int8.onnx": from_onnx("block", "int8"),
    "modelopt-block-int4.onnx": from_onnx("block", "int4", block_size=32),
    "modelopt-block-fp8.onnx": from_onnx("block", "fp8"),
    "modelopt_torch-cnn-int8.onnx": from_torch("cnn", "INT8_DEFAULT_CFG"),
    "modelopt_torch-cnn-fp8.onnx": from_torch("cnn", "FP8_DEFAULT_CFG"),
    "modelopt_torch-block-int4.onnx": from_torch("block", "INT4_BLOCKWISE_WEIGHT_ONLY_CFG"),
}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
