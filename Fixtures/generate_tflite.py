"""Write the TensorFlow Lite fixtures with Keras and TensorFlow's own converter.

Run without arguments; see README.md for what each file is. The networks are
those of generate_onnx.py, layer for layer, so that both formats have the same
multiply-accumulates and parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import KerasTensor, layers

FOLDER = Path(__file__).parent / "tflite"
SEED = 20


def conv_bn(
    x: KerasTensor,
    outputs: int,
    kernel: tuple[int, int],
    stride: int = 1,
    activation: str | None = "relu",
) -> KerasTensor:
    """'SAME' convolution, batch normalisation (the converter folds it), activation."""
    x = layers.Conv2D(outputs, kernel, stride, "same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation(activation)(x) if activation else x


def depthwise_bn(x: KerasTensor, stride: int = 1, activation: str = "relu") -> KerasTensor:
    """The same with a 3x3 depthwise convolution."""
    x = layers.DepthwiseConv2D(3, stride, "same", use_bias=False)(x)
    return layers.Activation(activation)(layers.BatchNormalization()(x))


def ds_cnn(x: KerasTensor) -> KerasTensor:
    """Keyword spotter of MLPerf Tiny."""
    x = conv_bn(x, 64, (10, 4), 2)
    for _ in range(4):
        x = conv_bn(depthwise_bn(x), 64, (1, 1))
    x = layers.Flatten()(layers.AveragePooling2D((25, 5))(x))
    return layers.Dense(12, "softmax")(x)


def inverted_residual(x: KerasTensor, stride: int, outputs: int, expansion: int) -> KerasTensor:
    """MobileNetV2 block; the shortcut is there where the shapes allow it."""
    inputs = x.shape[-1]
    y = x if expansion == 1 else conv_bn(x, inputs * expansion, (1, 1), 1, "relu6")
    y = conv_bn(depthwise_bn(y, stride, "relu6"), outputs, (1, 1), 1, None)
    return layers.Add()([x, y]) if stride == 1 and inputs == outputs else y


def mobilenet_like(x: KerasTensor) -> KerasTensor:
    """Small MobileNetV2."""
    x = conv_bn(x, 16, (3, 3), 2, "relu6")
    for block in [(1, 16, 1), (2, 24, 4), (1, 24, 4), (2, 32, 4), (1, 32, 4)]:
        x = inverted_residual(x, *block)
    x = conv_bn(x, 64, (1, 1), 1, "relu6")
    return layers.Dense(10)(layers.GlobalAveragePooling2D()(x))


def residual_stack(x: KerasTensor, stride: int, outputs: int) -> KerasTensor:
    """ResNet-8 stack; the 1x1 shortcut has no normalisation, as in MLPerf Tiny."""
    y = conv_bn(conv_bn(x, outputs, (3, 3), stride), outputs, (3, 3), 1, None)
    if stride != 1:
        x = layers.Conv2D(outputs, 1, stride, "same")(x)
    return layers.ReLU()(layers.Add()([x, y]))


def resnet8(x: KerasTensor) -> KerasTensor:
    """CIFAR-10 ResNet-8 of MLPerf Tiny."""
    x = conv_bn(x, 16, (3, 3))
    for stack in [(1, 16), (2, 32), (2, 64)]:
        x = residual_stack(x, *stack)
    x = layers.Flatten()(layers.AveragePooling2D(8)(x))
    return layers.Dense(10, "softmax")(x)


def autoencoder(x: KerasTensor) -> KerasTensor:
    """Anomaly detector of MLPerf Tiny."""
    for width in [128, 128, 128, 128, 8, 128, 128, 128, 128]:
        x = layers.Dense(width, use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return layers.Dense(640)(x)


def conv_variety(x: KerasTensor) -> KerasTensor:
    """The less common kinds of convolution and the layers that move data."""
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(x)
    x = layers.Conv2D(16, 3, padding="same", groups=2, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    y = layers.Conv2D(16, 3, padding="same", dilation_rate=2, activation="relu")(x)
    x = layers.ZeroPadding2D(1)(layers.Concatenate()([x, y]))
    x = layers.Conv2D(16, 3, 2, activation="relu")(x)
    x = layers.Conv2DTranspose(8, 3, 2, "same", activation="relu")(x)
    # UpSampling2D would become RESHAPE and TILE.
    x = keras.ops.image.resize(x, (16, 16), interpolation="nearest")
    x = layers.LayerNormalization(epsilon=1e-5)(keras.ops.mean(x, axis=2))
    x = layers.Conv1D(16, 3, padding="same", activation="relu")(x)
    x = layers.Reshape((256,))(layers.Permute((2, 1))(x))
    return layers.Dense(10, "softmax")(x)


INPUTS: dict[Callable[[KerasTensor], KerasTensor], tuple[int, ...]] = {
    ds_cnn: (1, 49, 10, 1),
    mobilenet_like: (1, 48, 48, 3),
    resnet8: (1, 32, 32, 3),
    autoencoder: (1, 640),
    conv_variety: (1, 16, 16, 3),
}


def build(network: Callable[[KerasTensor], KerasTensor]) -> keras.Model:
    """Seeded network with a batch of 1.

    Offsets and statistics must not stay at their defaults: the converter shares
    equal constants, and the parameters would then count too few.
    """
    keras.backend.clear_session()  # tensor names count up from the first network
    keras.utils.set_random_seed(SEED)
    x = keras.Input(batch_shape=INPUTS[network], name="input")
    model = keras.Model(x, network(x), name=network.__name__)
    random = np.random.default_rng(SEED)
    for weight in model.weights:
        if weight.name in ("gamma", "moving_variance"):
            weight.assign(random.uniform(0.8, 1.2, weight.shape))
        elif weight.name in ("beta", "bias", "moving_mean"):
            weight.assign(random.normal(0, 0.1, weight.shape))
    return model


def random_inputs(shape: tuple[int, ...], count: int = 16) -> Iterator[list[np.ndarray]]:
    """Calibration data: the ranges need only be plausible."""
    random = np.random.default_rng(SEED)
    for _ in range(count):
        yield [random.standard_normal(shape, np.float32)]


def convert(model: keras.Model, mode: str) -> None:
    """Convert and write; `mode` is 'float32', 'dynamic_range' or 'int8'."""
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if mode != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if mode == "int8":
        converter.representative_dataset = lambda: random_inputs(model.input_shape)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    path = FOLDER / f"{model.name}_{mode}.tflite"
    path.write_bytes(converter.convert())
    print(path.name, path.stat().st_size)


def main() -> None:
    """Write all files."""
    FOLDER.mkdir(exist_ok=True)
    for network in INPUTS:
        model = build(network)
        convert(model, "float32")
        convert(model, "int8")
        if network is autoencoder:  # git ignores its float32 file for the size
            convert(model, "dynamic_range")


if __name__ == "__main__":
    main()
