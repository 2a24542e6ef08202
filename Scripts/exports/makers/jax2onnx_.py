"""jax2onnx, from Flax."""

from collections.abc import Callable
from pathlib import Path

import jax
import jax2onnx
import making
import networks as n
from flax import nnx


class Stage(nnx.Module):
    def __init__(self, rngs: nnx.Rngs) -> None:
        self.depthwise = nnx.Conv(n.STEM, n.STEM, (3, 3), feature_group_count=n.STEM, rngs=rngs)
        self.pointwise = nnx.Conv(n.STEM, n.WIDE, (1, 1), rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        return nnx.relu(self.pointwise(nnx.relu(self.depthwise(x))))


class Cnn(nnx.Module):
    def __init__(self, rngs: nnx.Rngs) -> None:
        self.stem = nnx.Conv(3, n.STEM, (3, 3), strides=2, rngs=rngs)
        self.stage = Stage(rngs)
        self.head = nnx.Linear(n.WIDE, n.CLASSES, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        return self.head(self.stage(nnx.relu(self.stem(x))).mean((1, 2)))


class Attention(nnx.Module):
    def __init__(self, rngs: nnx.Rngs) -> None:
        for part in ("query", "key", "value", "out"):
            setattr(self, part, nnx.Linear(n.WIDTH, n.WIDTH, rngs=rngs))

    def __call__(self, x: jax.Array) -> jax.Array:
        def heads(y: jax.Array) -> jax.Array:
            return y.reshape(1, n.TOKENS, n.HEADS, -1).transpose(0, 2, 1, 3)

        scores = heads(self.query(x)) @ heads(self.key(x)).transpose(0, 1, 3, 2)
        weights = nnx.softmax(scores * (n.WIDTH // n.HEADS) ** -0.5)
        mixed = (weights @ heads(self.value(x))).transpose(0, 2, 1, 3)
        return self.out(mixed.reshape(1, n.TOKENS, n.WIDTH))


class Block(nnx.Module):
    def __init__(self, rngs: nnx.Rngs) -> None:
        self.norm1 = nnx.LayerNorm(n.WIDTH, rngs=rngs)
        self.attention = Attention(rngs)
        self.norm2 = nnx.LayerNorm(n.WIDTH, rngs=rngs)
        self.up = nnx.Linear(n.WIDTH, n.HIDDEN, rngs=rngs)
        self.down = nnx.Linear(n.HIDDEN, n.WIDTH, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        x = x + self.attention(self.norm1(x))
        return x + self.down(nnx.gelu(self.up(self.norm2(x))))


class Gru(nnx.Module):
    def __init__(self, rngs: nnx.Rngs) -> None:
        self.memory = nnx.GRUCell(n.FEATURES, n.STATE, rngs=rngs)
        self.head = nnx.Linear(n.STATE, n.ANSWERS, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        state, _ = jax.lax.scan(self.memory, jax.numpy.zeros((1, n.STATE)), x.swapaxes(0, 1))
        return self.head(state)


def exported(name: str, kind: type, *open_sizes: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        shape = n.samples(name, 1, channels_last=True)[0].shape
        jax2onnx.to_onnx(
            kind(nnx.Rngs(0)),
            [(*open_sizes, *shape[len(open_sizes) :])],
            return_mode="file",
            output_path=str(path),
        )

    return make


EXPORTS = {
    "jax2onnx-cnn.onnx": exported("cnn", Cnn),
    "jax2onnx-cnn-batch.onnx": exported("cnn", Cnn, "B"),
    "jax2onnx-block.onnx": exported("block", Block),
    "jax2onnx-gru.onnx": exported("gru", Gru),
}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
