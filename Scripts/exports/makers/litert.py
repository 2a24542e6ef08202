"""litert-torch, from PyTorch to TFLite, and the recipes of ai-edge-quantizer."""

from collections.abc import Callable
from pathlib import Path

import litert_torch
import making
import networks
import torch
import torch_networks
from ai_edge_quantizer import quantizer, recipe

#: All of the package's recipes but those that are made for one large language model.
RECIPES = [
    "dynamic_legacy_wi8_afp32",
    "dynamic_wi8_afp32",
    "dynamic_wi8c_hr_afp32",
    "dynamic_wi8b32_afp32",
    "dynamic_wi4_afp32",
    "dynamic_wi4c_hr_afp32",
    "dynamic_wi4b32_afp32",
    "dynamic_wi2c_afp32",
    "dynamic_wi2b32_afp32",
    "static_wi8_ai8",
    "static_wi8_ai16",
    "weight_only_wi8_afp32",
    "weight_only_wi4_afp32",
]


def exported(name: str, channels_last: bool = False) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        module = torch_networks.network(name)
        if channels_last:
            module = litert_torch.to_channel_last_io(module, args=[0])
        x = torch_networks.example(name)
        x = x.permute(0, 2, 3, 1) if channels_last else x
        with torch.no_grad():
            litert_torch.convert(module, (x,)).export(str(path))

    return make


def quantized(name: str, how: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        source = path.with_name(f"litert_torch-{name}.tflite")
        maker = quantizer.Quantizer(str(source), getattr(recipe, how)())
        statistics = None
        if maker.need_calibration:
            interpreter_input = "args_0"
            feeds = [{interpreter_input: array} for array in networks.samples(name)]
            statistics = maker.calibrate({"serving_default": feeds})
        maker.quantize(statistics).export_model(str(path), overwrite=True)

    return make


EXPORTS = {f"litert_torch-{name}.tflite": exported(name) for name in ("cnn", "gru", "block", "mlp")}
EXPORTS["litert_torch-cnn-last.tflite"] = exported("cnn", channels_last=True)
for _name in ("cnn", "block"):
    for _how in RECIPES:
        EXPORTS[f"ai_edge_quantizer-{_name}-{_how}.tflite"] = quantized(_name, _how)

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
