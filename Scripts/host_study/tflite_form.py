"""Networks as TFLite files of TensorFlow's converter, in float32 and in int8."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras
from networks import NETWORKS, Shape, Tensor


class TFLiteBuilder:
    """Makes operations of TensorFlow while a function is traced; images have channels last."""

    def __init__(self, seed: int, x: tf.Tensor | None) -> None:
        self.random = np.random.default_rng(seed)
        self.x = x
        self.input_shape: Shape = ()

    def weights(self, *shape: int, fan: int) -> tf.Tensor:
        return tf.constant(self.random.normal(0, math.sqrt(2 / fan), shape), tf.float32)

    def bias(self, channels: int) -> tf.Tensor:
        return tf.constant(self.random.normal(0, 0.1, channels), tf.float32)

    def input(self, *shape: int) -> Tensor:
        self.input_shape = shape
        if self.x is None:
            raise InputFound
        return Tensor(shape, self.x)

    @staticmethod
    def _tensor(y: tf.Tensor) -> Tensor:
        return Tensor(tuple(y.shape[1:]), y)

    @staticmethod
    def _strides(x: Tensor, stride: int) -> list[int]:
        return [stride if size > 1 else 1 for size in x.shape[:2]]

    def convolution(
        self, x: Tensor, channels: int, kernel: Shape, stride: int = 1, activation: str = "relu"
    ) -> Tensor:
        inputs = x.shape[-1]
        weights = self.weights(*kernel, inputs, channels, fan=inputs * math.prod(kernel))
        y = tf.nn.conv2d(x.value, weights, self._strides(x, stride), "SAME")
        return self.activate(self._tensor(y + self.bias(channels)), activation)

    def depthwise(
        self, x: Tensor, kernel: Shape, stride: int = 1, activation: str = "relu"
    ) -> Tensor:
        channels = x.shape[-1]
        weights = self.weights(*kernel, channels, 1, fan=math.prod(kernel))
        y = tf.nn.depthwise_conv2d(x.value, weights, [1, stride, stride, 1], "SAME")
        return self.activate(self._tensor(y + self.bias(channels)), activation)

    def dense(self, x: Tensor, channels: int, activation: str = "") -> Tensor:
        weights = self.weights(x.shape[-1], channels, fan=x.shape[-1])
        y = tf.matmul(x.value, weights) + self.bias(channels)
        return self.activate(self._tensor(y), activation)

    def activate(self, x: Tensor, activation: str) -> Tensor:
        functions = {
            "": tf.identity,
            "relu": tf.nn.relu,
            "relu6": tf.nn.relu6,
            "hard_swish": lambda y: y * tf.nn.relu6(y + 3) * (1 / 6),
            "sigmoid": tf.nn.sigmoid,
            "gelu": tf.nn.gelu,
        }
        return Tensor(x.shape, functions[activation](x.value))

    def add(self, x: Tensor, y: Tensor) -> Tensor:
        return Tensor(x.shape, x.value + y.value)

    def multiply(self, x: Tensor, y: Tensor) -> Tensor:
        return Tensor(x.shape, x.value * y.value)

    def concatenate(self, values: list[Tensor]) -> Tensor:
        return self._tensor(tf.concat([value.value for value in values], -1))

    def max_pool(self, x: Tensor, kernel: int, stride: int) -> Tensor:
        kernels = [min(kernel, size) for size in x.shape[:2]]
        strides = [min(stride, size) for size in x.shape[:2]]
        return self._tensor(tf.nn.max_pool2d(x.value, kernels, strides, "SAME"))

    def average(self, x: Tensor) -> Tensor:
        return self._tensor(tf.reduce_mean(x.value, [1, 2], keepdims=True))

    def flatten(self, x: Tensor) -> Tensor:
        return self._tensor(tf.reshape(x.value, [1, math.prod(x.shape)]))

    def sequence(self, x: Tensor) -> Tensor:
        rows, columns, channels = x.shape
        return self._tensor(tf.reshape(x.value, [1, rows * columns, channels]))

    def softmax(self, x: Tensor) -> Tensor:
        return Tensor(x.shape, tf.nn.softmax(x.value))

    def layer_norm(self, x: Tensor) -> Tensor:
        mean = tf.reduce_mean(x.value, -1, keepdims=True)
        variance = tf.reduce_mean(tf.math.squared_difference(x.value, mean), -1, keepdims=True)
        scale = tf.constant(self.random.normal(1, 0.1, x.shape[-1]), tf.float32)
        y = (x.value - mean) * tf.math.rsqrt(variance + 1e-5) * scale + self.bias(x.shape[-1])
        return Tensor(x.shape, y)

    def attention(self, x: Tensor, heads: int) -> Tensor:
        steps, width = x.shape
        size = width // heads

        def projected() -> tf.Tensor:
            y = tf.reshape(self.dense(x, width).value, [1, steps, heads, size])
            return tf.transpose(y, [0, 2, 1, 3])

        query, key, value = projected(), projected(), projected()
        scores = tf.matmul(query, key, transpose_b=True) * (1 / math.sqrt(size))
        y = tf.transpose(tf.matmul(tf.nn.softmax(scores), value), [0, 2, 1, 3])
        return self.dense(self._tensor(tf.reshape(y, [1, steps, width])), width)

    def mean_step(self, x: Tensor) -> Tensor:
        return self._tensor(tf.reduce_mean(x.value, 1))

    def lstm(self, x: Tensor, units: int) -> Tensor:
        # TensorFlow's converter makes one operator of this layer, and a loop of others.
        layer = tf_keras.layers.LSTM(units, return_sequences=True)
        return self._tensor(layer(x.value))


class InputFound(Exception):
    """The shape of a network's input is known."""


def input_shape(name: str) -> Shape:
    builder = TFLiteBuilder(0, None)
    try:
        NETWORKS[name][1](builder)
    except InputFound:
        pass
    return builder.input_shape


def write(name: str, folder: Path) -> None:
    """Writes NAME_float32.tflite and NAME_int8.tflite, whose inputs and results are int8 too."""
    shape = input_shape(name)
    x = tf_keras.Input(shape, batch_size=1)
    seed = zlib.crc32(name.encode())
    tf.keras.utils.set_random_seed(seed % 2**31)
    layer = tf_keras.layers.Lambda(lambda y: NETWORKS[name][1](TFLiteBuilder(seed, y)).value)
    has_lstm = NETWORKS[name][0] in ("lstm", "crnn")
    result = NETWORKS[name][1](TFLiteBuilder(seed, x)).value if has_lstm else layer(x)
    model = tf_keras.Model(x, result)
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    (folder / f"{name}_float32.tflite").write_bytes(converter.convert())

    def samples() -> Iterator[list[np.ndarray]]:
        random = np.random.default_rng(0)
        for _ in range(2):
            yield [random.standard_normal((1, *shape)).astype(np.float32)]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = samples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    (folder / f"{name}_int8.tflite").write_bytes(converter.convert())
