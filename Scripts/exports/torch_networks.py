"""The networks of networks.py in PyTorch."""

import networks as n
import torch
from torch import nn


class Stage(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(n.STEM, n.STEM, 3, padding=1, groups=n.STEM)
        self.pointwise = nn.Conv2d(n.STEM, n.WIDE, 1)
        # Quantizers replace modules, and so see activations only where they are modules.
        self.active1 = nn.ReLU()
        self.active2 = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.active2(self.pointwise(self.active1(self.depthwise(x))))


class Cnn(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, n.STEM, 3, stride=2, padding=1)
        self.active = nn.ReLU()
        self.stage = Stage()
        self.head = nn.Linear(n.WIDE, n.CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.stage(self.active(self.stem(x))).mean((2, 3)))


class Gru(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.memory = nn.GRU(n.FEATURES, n.STATE, batch_first=True)
        self.head = nn.Linear(n.STATE, n.ANSWERS)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.memory(x)[0][:, -1])


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(n.WIDTH, n.WIDTH)
        self.key = nn.Linear(n.WIDTH, n.WIDTH)
        self.value = nn.Linear(n.WIDTH, n.WIDTH)
        self.out = nn.Linear(n.WIDTH, n.WIDTH)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        def heads(y: torch.Tensor) -> torch.Tensor:
            return y.reshape(1, n.TOKENS, n.HEADS, n.WIDTH // n.HEADS).transpose(1, 2)

        scores = heads(self.query(x)) @ heads(self.key(x)).transpose(2, 3)
        weights = torch.softmax(scores * (n.WIDTH // n.HEADS) ** -0.5, dim=-1)
        mixed = weights @ heads(self.value(x))
        return self.out(mixed.transpose(1, 2).reshape(1, n.TOKENS, n.WIDTH))


class Feed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.up = nn.Linear(n.WIDTH, n.HIDDEN)
        self.active = nn.GELU()
        self.down = nn.Linear(n.HIDDEN, n.WIDTH)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.down(self.active(self.up(x)))


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(n.WIDTH)
        self.attention = Attention()
        self.norm2 = nn.LayerNorm(n.WIDTH)
        self.feed = Feed()
        # Normalization starts as ones and zeros, which exporters may share or drop.
        for norm in (self.norm1, self.norm2):
            nn.init.normal_(norm.weight)
            nn.init.normal_(norm.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.attention(self.norm1(x))
        return x + self.feed(self.norm2(x))


class Mlp(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(n.WIDTH, n.INNER)
        self.active = nn.ReLU()
        self.second = nn.Linear(n.INNER, n.CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.second(self.active(self.first(x)))


def network(name: str) -> nn.Module:
    torch.manual_seed(0)
    module = {"cnn": Cnn, "gru": Gru, "block": Block, "mlp": Mlp}[name]().eval()
    assert sum(p.numel() for p in module.parameters()) == n.NETWORKS[name].parameters
    return module


def example(name: str) -> torch.Tensor:
    return torch.from_numpy(n.samples(name, 1)[0])


def readings(name: str) -> list[torch.Tensor]:
    return [torch.from_numpy(array) for array in n.samples(name)]
