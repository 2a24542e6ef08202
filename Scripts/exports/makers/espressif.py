"""esp-ppq: its quantizers, written as ONNX with QuantizeLinear and DequantizeLinear."""

from collections.abc import Callable
from pathlib import Path

import making
import torch_networks
from esp_ppq import QuantizationSettingFactory, TargetPlatform
from esp_ppq.api import export_ppq_graph, quantize_onnx_model


def exported(name: str, target: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        x = torch_networks.example(name)
        platform = TargetPlatform[target]
        graph = quantize_onnx_model(
            onnx_import_file=str(path.with_name(f"torch-{name}-script.onnx")),
            calib_dataloader=torch_networks.readings(name),
            calib_steps=8,
            input_shape=list(x.shape),
            setting=QuantizationSettingFactory.default_setting(),
            platform=platform,
            device="cpu",
            verbose=0,
        )
        export_ppq_graph(graph, TargetPlatform.ONNXRUNTIME, str(path))

    return make


EXPORTS = {
    f"esp_ppq-{name}-{target.lower()}.onnx": exported(name, target)
    for name in ("cnn", "mlp")
    for target in ("TRT_INT8", "PPL_CUDA_INT8", "ESPDL_INT8", "ESPDL_INT16")
}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
