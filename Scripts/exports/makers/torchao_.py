"""torchao: quantized tensors in a PyTorch module, then PyTorch's exporter."""

from collections.abc import Callable
from pathlib import Path

import making
import torch
import torch_networks
from torchao import quantization as q


def exported(name: str, config: Callable[[], object]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        module = torch_networks.network(name)
        q.quantize_(module, config())
        torch.onnx.export(
            module,
            (torch_networks.example(name),),
            str(path),
            input_names=["x"],
            output_names=["y"],
            dynamo=True,
            external_data=False,
            verbose=False,
        )

    return make


CONFIGS = {
    "int8_weight_only": q.Int8WeightOnlyConfig,
    "int8_dynamic": q.Int8DynamicActivationInt8WeightConfig,
    "int4_groups": lambda: q.IntxWeightOnlyConfig(
        weight_dtype=torch.int4, granularity=q.PerGroup(32)
    ),
    "int8_int4": lambda: q.Int8DynamicActivationIntxWeightConfig(
        weight_dtype=torch.int4, weight_granularity=q.PerGroup(32)
    ),
}
EXPORTS = {
    f"torchao-{name}-{form}.onnx": exported(name, config)
    for name in ("mlp", "block")
    for form, config in CONFIGS.items()
}

for _name in ("mlp", "block"):
    EXPORTS[f"torchao-{_name}-int8_dynamic.onnx"] = "the integer product has no translation to ONNX"

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
