"""Both exporters of PyTorch."""

from collections.abc import Callable
from pathlib import Path

import making
import torch
import torch_networks


def exported(name: str, **options: object) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        torch.onnx.export(
            torch_networks.network(name),
            (torch_networks.example(name),),
            str(path),
            input_names=["x"],
            output_names=["y"],
            **options,
        )

    return make


EXPORTS = {}
for _name in ("cnn", "gru", "block", "mlp"):
    EXPORTS[f"torch-{_name}-script.onnx"] = exported(_name, dynamo=False)
    EXPORTS[f"torch-{_name}-dynamo.onnx"] = exported(
        _name, dynamo=True, external_data=False, verbose=False
    )
    EXPORTS[f"torch-{_name}-external.onnx"] = exported(_name, dynamo=True, verbose=False)

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
