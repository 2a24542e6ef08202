"""AIMET, from ONNX and from PyTorch."""

from collections.abc import Callable
from pathlib import Path

import making
import networks
import onnx
import torch
import torch_networks


def from_onnx(name: str, **options: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import aimet_onnx

        model = onnx.load(path.with_name(f"torch-{name}-dynamo.onnx"))
        simulation = aimet_onnx.QuantizationSimModel(model, **options)
        simulation.compute_encodings([{"x": array} for array in networks.samples(name)])
        onnx.save(simulation.to_onnx_qdq(), path)

    return make


def from_torch(name: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import aimet_torch

        module, x = torch_networks.network(name), torch_networks.example(name)
        simulation = aimet_torch.QuantizationSimModel(module, x)
        simulation.compute_encodings(
            lambda m: [m(reading) for reading in torch_networks.readings(name)]
        )
        with torch.no_grad():
            aimet_torch.onnx.export(
                simulation, (x,), str(path), input_names=["x"], output_names=["y"], dynamo=False
            )

    return make


EXPORTS = {
    "aimet_onnx-cnn-int8.onnx": from_onnx("cnn"),
    "aimet_onnx-cnn-w4a16.onnx": from_onnx("cnn", param_type="int4", activation_type="int16"),
    "aimet_onnx-block-int8.onnx": from_onnx("block"),
    "aimet_torch-cnn-int8.onnx": from_torch("cnn"),
}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
