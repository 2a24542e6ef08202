"""Brevitas: quantizers of its own layers, as QDQ with clipping and as QONNX."""

from collections.abc import Callable
from pathlib import Path

import making
import networks as n
import torch
import torch_networks
from brevitas import nn as qnn
from brevitas.export import export_onnx_qcdq, export_qonnx
from brevitas.quant import Int8ActPerTensorFloat, Int8WeightPerTensorFloat


class Stage(torch.nn.Module):
    def __init__(self, bits: int) -> None:
        super().__init__()
        weights = {"weight_quant": Int8WeightPerTensorFloat, "weight_bit_width": bits}
        self.depthwise = qnn.QuantConv2d(n.STEM, n.STEM, 3, padding=1, groups=n.STEM, **weights)
        self.active1 = qnn.QuantReLU()
        self.pointwise = qnn.QuantConv2d(n.STEM, n.WIDE, 1, **weights)
        self.active2 = qnn.QuantReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.active2(self.pointwise(self.active1(self.depthwise(x))))


class Cnn(torch.nn.Module):
    def __init__(self, bits: int) -> None:
        super().__init__()
        weights = {"weight_quant": Int8WeightPerTensorFloat, "weight_bit_width": bits}
        self.entry = qnn.QuantIdentity(act_quant=Int8ActPerTensorFloat)
        self.stem = qnn.QuantConv2d(3, n.STEM, 3, stride=2, padding=1, **weights)
        self.active = qnn.QuantReLU()
        self.stage = Stage(bits)
        self.mean = qnn.QuantIdentity(act_quant=Int8ActPerTensorFloat)
        self.head = qnn.QuantLinear(n.WIDE, n.CLASSES, bias=True, **weights)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stage(self.active(self.stem(self.entry(x))))
        return self.head(self.mean(x.mean((2, 3))))


def exported(bits: int, write: Callable) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        torch.manual_seed(0)
        module = Cnn(bits)
        for reading in torch_networks.readings("cnn"):
            module(reading)
        write(module.eval(), args=torch_networks.example("cnn"), export_path=str(path))

    return make


EXPORTS = {
    f"brevitas-cnn-{form}{bits}.onnx": exported(bits, write)
    for form, write in (("qcdq", export_onnx_qcdq), ("qonnx", export_qonnx))
    for bits in (8, 4)
}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
