"""Compares `--convention thop` and `--convention fvcore` with the tools themselves.

  IOTCO2_GRAPH=... run.py

Both count PyTorch networks, not files. Each network is counted by them and exported with its batch
normalizations; the totals that we print for the export must be theirs.
"""

import copy
import json
import logging
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import torch
import torchvision
from fvcore.nn import FlopCountAnalysis
from thop import profile
from torch import nn

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)


class Decoder(nn.Module):
    """Transposed convolution, up-sampling, PReLU, pools, and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 16, 3, stride=2, padding=1),
            nn.BatchNorm2d(16),
            nn.PReLU(),
            nn.AvgPool2d(2),
            nn.ConvTranspose2d(16, 8, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Upsample(scale_factor=2, mode="nearest"),
            nn.Conv2d(8, 4, 3, groups=2),
            nn.Upsample(scale_factor=2, mode="bilinear"),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(4, 10),
            nn.Softmax(-1),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(x)


class Attention(nn.Module):
    """A transformer's block with its products written out."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(32)
        self.query, self.key, self.value = (nn.Linear(32, 32) for _ in range(3))
        self.feed = nn.Sequential(nn.Linear(32, 64), nn.GELU(), nn.Linear(64, 32))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.norm(x)
        scores = torch.relu(self.query(y) @ self.key(y).transpose(1, 2))
        x = x + scores @ self.value(y)
        return x + self.feed(x)


class Recurrent(nn.Module):
    """One recurrent layer of each kind, and what follows."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.layer = getattr(nn, kind)(24, 16, bidirectional=kind == "LSTM")
        self.head = nn.Linear(32 if kind == "LSTM" else 16, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.layer(x)[0])


def networks() -> dict[str, tuple[nn.Module, torch.Tensor]]:
    image = torch.zeros(1, 3, 224, 224)
    named = [
        "alexnet",
        "resnet18",
        "resnet50",
        "mobilenet_v2",
        "mobilenet_v3_small",
        "vgg11_bn",
        "squeezenet1_1",
        "densenet121",
        "shufflenet_v2_x1_0",
        "mnasnet1_0",
        "regnet_y_400mf",
    ]
    found = {name: (getattr(torchvision.models, name)(weights=None), image) for name in named}
    found["decoder"] = Decoder(), torch.zeros(1, 3, 64, 64)
    found["attention"] = Attention(), torch.zeros(2, 12, 32)
    for kind in ("RNN", "GRU", "LSTM"):
        found[kind.lower()] = Recurrent(kind), torch.zeros(7, 2, 24)
    return found


#: What a tool counts and no file can tell, per network: an adaptive pool that changes nothing is in
#: the file as an average pool with a 1x1 kernel.
VANISHED = {
    ("alexnet", "fvcore"): 256 * 6 * 6,
    ("alexnet", "thop"): 256 * 6 * 6,
    ("vgg11_bn", "fvcore"): 512 * 7 * 7,
    ("vgg11_bn", "thop"): 512 * 7 * 7,
}


def ours(path: Path, convention: str) -> dict:
    result = subprocess.run(
        [
            os.environ["IOTCO2_GRAPH"],
            "analyze",
            path,
            "--convention",
            convention,
            "--format",
            "json",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(result.stdout)["convention"]


def main() -> int:
    different = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, (network, example) in networks().items():
            network.eval()
            path = Path(folder) / f"{name}.onnx"
            torch.onnx.export(
                network,
                (example,),
                path,
                dynamo=False,
                do_constant_folding=False,
                training=torch.onnx.TrainingMode.PRESERVE,
            )
            counted = {
                "fvcore": int(
                    FlopCountAnalysis(network, example)
                    .unsupported_ops_warnings(False)
                    .uncalled_modules_warnings(False)
                    .total()
                ),
                "thop": int(profile(copy.deepcopy(network), (example,), verbose=False)[0]),
            }
            for tool, theirs in counted.items():
                total = ours(path, tool)["total"] or 0
                vanished = VANISHED.get((name, tool), 0)
                verdict = "equal" if total + vanished == theirs else "DIFFERENT"
                different += verdict != "equal"
                note = f" + {vanished:,} that vanished" if vanished else ""
                print(f"{name:20} {tool:8} {theirs:14,} ours {total:14,}{note} {verdict}")
    print(f"{different} totals differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
