"""Blocks of the YOLO networks v3 to v11, written from their papers' figures and published tables.

Batch normalizations are left out: exporters fold them. `c1` and `c2` are the channels of input and
output, `e` the share of them that a block works on inside.
"""

import torch
from torch import Tensor, nn


class Conv(nn.Sequential):
    """A convolution of same padding with its activation."""

    def __init__(
        self,
        c1: int,
        c2: int,
        k: int = 1,
        s: int = 1,
        p: int | None = None,
        g: int = 1,
        act: bool = True,
    ):
        layers: list[nn.Module] = [nn.Conv2d(c1, c2, k, s, k // 2 if p is None else p, groups=g)]
        if act:
            layers.append(nn.SiLU())
        super().__init__(*layers)


def depthwise(c: int, k: int = 3, s: int = 1, act: bool = True) -> Conv:
    return Conv(c, c, k, s, g=c, act=act)


class Bottleneck(nn.Module):
    """Two convolutions, and their input added where asked for."""

    def __init__(
        self, c1: int, c2: int, shortcut: bool = True, k: tuple[int, int] = (1, 3), e: float = 0.5
    ):
        super().__init__()
        c = int(c2 * e)
        self.first, self.second = Conv(c1, c, k[0]), Conv(c, c2, k[1])
        self.adds = shortcut and c1 == c2

    def forward(self, x: Tensor) -> Tensor:
        y = self.second(self.first(x))
        return x + y if self.adds else y


class C3(nn.Module):
    """YOLOv5: bottlenecks on one half of the channels, the other half passed by."""

    def __init__(
        self, c1: int, c2: int, n: int = 1, shortcut: bool = True, k: tuple[int, int] = (1, 3)
    ):
        super().__init__()
        c = c2 // 2
        self.left, self.right = Conv(c1, c), Conv(c1, c)
        self.blocks = nn.Sequential(*(Bottleneck(c, c, shortcut, k, 1.0) for _ in range(n)))
        self.join = Conv(2 * c, c2)

    def forward(self, x: Tensor) -> Tensor:
        return self.join(torch.cat([self.blocks(self.left(x)), self.right(x)], 1))


class C2f(nn.Module):
    """YOLOv8: the result of each block is kept and joined."""

    def __init__(self, c1: int, c2: int, n: int = 1, shortcut: bool = False, e: float = 0.5):
        super().__init__()
        self.c = int(c2 * e)
        self.split = Conv(c1, 2 * self.c)
        self.blocks = nn.ModuleList(self.block(shortcut) for _ in range(n))
        self.join = Conv((2 + n) * self.c, c2)

    def block(self, shortcut: bool) -> nn.Module:
        return Bottleneck(self.c, self.c, shortcut, (3, 3), 1.0)

    def forward(self, x: Tensor) -> Tensor:
        parts = list(self.split(x).chunk(2, 1))
        for block in self.blocks:
            parts.append(block(parts[-1]))
        return self.join(torch.cat(parts, 1))


class C3k2(C2f):
    """YOLO11: bottlenecks that halve the channels, or blocks of two bottlenecks."""

    def __init__(self, c1: int, c2: int, n: int = 1, c3k: bool = False, e: float = 0.5):
        self.c3k = c3k
        super().__init__(c1, c2, n, True, e)

    def block(self, shortcut: bool) -> nn.Module:
        if self.c3k:
            return C3(self.c, self.c, 2, shortcut, (3, 3))
        return Bottleneck(self.c, self.c, shortcut, (3, 3), 0.5)


class InvertedBlock(nn.Module):
    """YOLOv10's compact inverted block, its large kernel with the small one merged into it."""

    def __init__(self, c: int, shortcut: bool, kernel: int):
        super().__init__()
        self.adds = shortcut
        self.layers = nn.Sequential(
            depthwise(c), Conv(c, 2 * c), depthwise(2 * c, kernel), Conv(2 * c, c), depthwise(c)
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x) if self.adds else self.layers(x)


class C2fCIB(C2f):
    def __init__(self, c1: int, c2: int, n: int = 1, kernel: int = 3):
        self.kernel = kernel
        super().__init__(c1, c2, n, True)

    def block(self, shortcut: bool) -> nn.Module:
        return InvertedBlock(self.c, shortcut, self.kernel)


class SCDown(nn.Sequential):
    """YOLOv10: channels first, then the smaller map."""

    def __init__(self, c1: int, c2: int):
        super().__init__(Conv(c1, c2), depthwise(c2, 3, 2, act=False))


class SPPF(nn.Module):
    """One pooling three times, and all four maps joined."""

    def __init__(self, c1: int, c2: int):
        super().__init__()
        self.reduce, self.join = Conv(c1, c1 // 2), Conv(c1 // 2 * 4, c2)
        self.pool = nn.MaxPool2d(5, 1, 2)

    def forward(self, x: Tensor) -> Tensor:
        parts = [self.reduce(x)]
        for _ in range(3):
            parts.append(self.pool(parts[-1]))
        return self.join(torch.cat(parts, 1))


class Attention(nn.Module):
    """Attention between the places of a map, keys half as wide as values."""

    def __init__(self, c: int, heads: int):
        super().__init__()
        self.heads, self.width = heads, c // heads
        self.key = self.width // 2
        self.qkv = Conv(c, c + 2 * self.key * heads, act=False)
        self.place, self.project = depthwise(c, act=False), Conv(c, c, act=False)

    def forward(self, x: Tensor) -> Tensor:
        b, c, h, w = x.shape
        q, k, v = (
            self.qkv(x)
            .view(b, self.heads, 2 * self.key + self.width, h * w)
            .split([self.key, self.key, self.width], 2)
        )
        weights = (q.transpose(-2, -1) @ k * self.key**-0.5).softmax(-1)
        y = (v @ weights.transpose(-2, -1)).view(b, c, h, w)
        return self.project(y + self.place(v.reshape(b, c, h, w)))


class AttentionBlock(nn.Module):
    def __init__(self, c: int):
        super().__init__()
        self.attention = Attention(c, c // 64)
        self.feed = nn.Sequential(Conv(c, 2 * c), Conv(2 * c, c, act=False))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(x)
        return x + self.feed(x)


class PSA(nn.Module):
    """Attention on one half of the channels: YOLOv10 with one block, YOLO11 with n."""

    def __init__(self, c1: int, c2: int, n: int = 1):
        super().__init__()
        c = c1 // 2
        self.split, self.join = Conv(c1, 2 * c), Conv(2 * c, c2)
        self.blocks = nn.Sequential(*(AttentionBlock(c) for _ in range(n)))

    def forward(self, x: Tensor) -> Tensor:
        left, right = self.split(x).chunk(2, 1)
        return self.join(torch.cat([left, self.blocks(right)], 1))


class ELAN(nn.Module):
    """YOLOv9: two chains behind one another on half of `c3` channels, each `n` bottlenecks deep.

    Without bottlenecks each is one convolution.
    """

    def __init__(self, c1: int, c2: int, c3: int, c4: int, n: int):
        super().__init__()
        self.split = Conv(c1, c3)
        if n:
            chains = [
                nn.Sequential(C3(c, c4, n, True, (3, 3)), Conv(c4, c4, 3)) for c in (c3 // 2, c4)
            ]
        else:
            chains = [Conv(c3 // 2, c4, 3), Conv(c4, c4, 3)]
        self.chains = nn.ModuleList(chains)
        self.join = Conv(c3 + 2 * c4, c2)

    def forward(self, x: Tensor) -> Tensor:
        parts = list(self.split(x).chunk(2, 1))
        for chain in self.chains:
            parts.append(chain(parts[-1]))
        return self.join(torch.cat(parts, 1))


class AConv(nn.Sequential):
    def __init__(self, c1: int, c2: int):
        super().__init__(nn.AvgPool2d(2, 1), Conv(c1, c2, 3, 2, 1))


class ADown(nn.Module):
    """YOLOv9: one half of the channels convolved, the other pooled."""

    def __init__(self, c1: int, c2: int):
        super().__init__()
        self.smooth = nn.AvgPool2d(2, 1)
        self.left, self.right = Conv(c1 // 2, c2 // 2, 3, 2, 1), Conv(c1 // 2, c2 // 2)
        self.pool = nn.MaxPool2d(3, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        left, right = self.smooth(x).chunk(2, 1)
        return torch.cat([self.left(left), self.right(self.pool(right))], 1)


class SPPELAN(SPPF):
    def __init__(self, c1: int, c2: int, c3: int):
        nn.Module.__init__(self)
        self.reduce, self.join = Conv(c1, c3), Conv(4 * c3, c2)
        self.pool = nn.MaxPool2d(5, 1, 2)


class Focus(nn.Module):
    """Each patch of 2x2 pixels as channels, then a convolution."""

    def __init__(self, c1: int, c2: int):
        super().__init__()
        self.convolution = Conv(4 * c1, c2, 3)

    def forward(self, x: Tensor) -> Tensor:
        top, bottom = x[..., ::2, :], x[..., 1::2, :]
        parts = [top[..., ::2], bottom[..., ::2], top[..., 1::2], bottom[..., 1::2]]
        return self.convolution(torch.cat(parts, 1))


class SPP(nn.Module):
    """Poolings of three sizes side by side."""

    def __init__(self, c1: int, c2: int):
        super().__init__()
        self.reduce, self.join = Conv(c1, c1 // 2), Conv(c1 // 2 * 4, c2)
        self.pools = nn.ModuleList(nn.MaxPool2d(k, 1, k // 2) for k in (5, 9, 13))

    def forward(self, x: Tensor) -> Tensor:
        x = self.reduce(x)
        return self.join(torch.cat([x, *(pool(x) for pool in self.pools)], 1))


class Residuals(nn.Sequential):
    """Darknet-53: `n` blocks that add their input."""

    def __init__(self, c1: int, c2: int, n: int, shortcut: bool = True):
        super().__init__(*(Bottleneck(c1 if i == 0 else c2, c2, shortcut) for i in range(n)))


class Elan7(nn.Module):
    """YOLOv7: two pointwise convolutions, and a chain behind the second whose results are joined.

    The chain has `n` convolutions of `inner` channels; each `step`-th result counts, from the last.
    """

    def __init__(self, c1: int, c2: int, c: int, inner: int, n: int, step: int):
        super().__init__()
        self.left, self.right, self.step = Conv(c1, c), Conv(c1, c), step
        self.chain = nn.ModuleList(Conv(inner if i else c, inner, 3) for i in range(n))
        self.join = Conv(2 * c + n // step * inner, c2)

    def forward(self, x: Tensor) -> Tensor:
        parts = [self.right(x)]
        for layer in self.chain:
            parts.append(layer(parts[-1]))
        joined = [parts[0], *parts[self.step :: self.step]]
        return self.join(torch.cat([*reversed(joined), self.left(x)], 1))


class Down7(nn.Module):
    """YOLOv7: pooled on one side, a convolution of stride 2 on the other."""

    def __init__(self, c1: int, c2: int):
        super().__init__()
        c = c2 // 2
        self.left = nn.Sequential(nn.MaxPool2d(2), Conv(c1, c))
        self.right = nn.Sequential(Conv(c1, c), Conv(c, c, 3, 2))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.right(x), self.left(x)], 1)


class SPPCSPC(nn.Module):
    """Poolings between convolutions on one half, the other half passed by; `e` of `c2` inside.

    Without convolutions around the poolings it is YOLOv7-tiny's. YOLOv6 pools one size three times.
    """

    def __init__(self, c1: int, c2: int, e: float, around: bool = True, chained: bool = False):
        super().__init__()
        c = int(c2 * e)
        self.chained = chained
        self.left = Conv(c1, c)
        before, after = [Conv(c1, c)], [Conv(4 * c, c)]
        if around:
            before += [Conv(c, c, 3), Conv(c, c)]
            after += [Conv(c, c, 3)]
        self.before, self.after = nn.Sequential(*before), nn.Sequential(*after)
        sizes = (5, 5, 5) if chained else (5, 9, 13)
        self.pools = nn.ModuleList(nn.MaxPool2d(k, 1, k // 2) for k in sizes)
        self.join = Conv(2 * c, c2)

    def forward(self, x: Tensor) -> Tensor:
        parts = [self.before(x)]
        for pool in self.pools:
            parts.append(pool(parts[-1 if self.chained else 0]))
        return self.join(torch.cat([self.after(torch.cat(parts, 1)), self.left(x)], 1))


class Chain(nn.Sequential):
    """YOLOv6: `n` convolutions, the branches of training merged into each."""

    def __init__(self, c1: int, c2: int, n: int):
        super().__init__(*(Conv(c2 if i else c1, c2, 3) for i in range(n)))


class Transposed(nn.ConvTranspose2d):
    def __init__(self, c1: int, c2: int):
        super().__init__(c1, c2, 2, 2)


class Partial4(nn.Module):
    """YOLOv4: residual blocks on one half, joined with the other; the first stage keeps all."""

    def __init__(self, c1: int, c2: int, n: int, first: bool = False):
        super().__init__()
        c = c2 if first else c2 // 2
        self.left, self.right = Conv(c1, c), Conv(c1, c)
        e = 0.5 if first else 1.0
        self.blocks = nn.Sequential(
            *(Bottleneck(c, c, True, (1, 3), e) for _ in range(n)), Conv(c, c)
        )
        self.join = Conv(2 * c, c2)

    def forward(self, x: Tensor) -> Tensor:
        return self.join(torch.cat([self.blocks(self.right(x)), self.left(x)], 1))


class SPP4(SPP):
    """YOLOv4: the poolings alone, between convolutions of their own rows."""

    def __init__(self, c1: int, c2: int):
        super().__init__(c1, c2)
        self.reduce, self.join = nn.Identity(), Conv(4 * c1, c2)


class Tiny4(nn.Module):
    """YOLOv4-tiny: twice as many channels come out as `c2`, the newest behind."""

    def __init__(self, c1: int, c2: int):
        super().__init__()
        self.first, self.last = Conv(c1, c2 // 2, 3), Conv(c2 // 2, c2 // 2)
        self.left, self.right = Conv(c2 // 4, c2 // 4, 3), Conv(c2 // 4, c2 // 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        left = self.left(x.chunk(2, 1)[1])
        return torch.cat([x, self.last(torch.cat([self.right(left), left], 1))], 1)


class Behind(nn.Module):
    """The second half of the channels."""

    def forward(self, x: Tensor) -> Tensor:
        return x.chunk(2, 1)[1]


class PoolSame(nn.Sequential):
    """A pooling of two by two that keeps the size."""

    def __init__(self) -> None:
        super().__init__(nn.ZeroPad2d((0, 1, 0, 1)), nn.MaxPool2d(2, 1))
