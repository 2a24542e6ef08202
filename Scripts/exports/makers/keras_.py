"""Keras 3: its own export to both formats, and tf2onnx, with the backend of the environment.

KERAS_BACKEND=tensorflow python keras_.py FOLDER
"""

from collections.abc import Callable
from pathlib import Path

import keras
import making
import networks as n
import numpy as np
from keras import layers

BACKEND = keras.backend.backend()


def network(name: str, activation: str = "relu") -> keras.Model:
    keras.utils.set_random_seed(0)
    shape = n.samples(name, 1, channels_last=True)[0].shape
    x = entry = layers.Input(shape[1:], batch_size=1)
    if name == "cnn":
        x = layers.Conv2D(n.STEM, 3, 2, padding="same", activation="relu", name="stem")(x)
        x = layers.DepthwiseConv2D(3, padding="same", activation="relu", name="stage_depthwise")(x)
        x = layers.Conv2D(n.WIDE, 1, activation="relu", name="stage_pointwise")(x)
        x = layers.GlobalAveragePooling2D(name="mean")(x)
        x = layers.Dense(n.CLASSES, name="head")(x)
    elif name == "gru":
        x = layers.GRU(n.STATE, name="memory")(x)
        x = layers.Dense(n.ANSWERS, name="head")(x)
    elif name == "mlp":
        x = layers.Dense(n.INNER, activation="relu", name="first")(x)
        x = layers.Dense(n.CLASSES, name="second")(x)
    else:
        y = layers.LayerNormalization(name="norm1")(x)
        y = layers.MultiHeadAttention(n.HEADS, n.WIDTH // n.HEADS, name="attention")(y, y)
        x = layers.Add(name="add1")([x, y])
        y = layers.LayerNormalization(name="norm2")(x)
        y = layers.Dense(n.HIDDEN, activation=activation, name="feed_up")(y)
        y = layers.Dense(n.WIDTH, name="feed_down")(y)
        x = layers.Add(name="add2")([x, y])
    model = keras.Model(entry, x, name=name)
    # The ONNX export wants a model that was called.
    model(n.samples(name, 1, channels_last=True)[0])
    # Biases of zeros would be dropped.
    numbers = np.random.default_rng(0)
    model.set_weights([numbers.normal(size=w.shape).astype(np.float32) for w in model.weights])
    assert model.count_params() == n.NETWORKS[name].parameters
    return model


def exported(name: str, kind: str, quantization: str = "") -> Callable[[Path], None]:
    def make(path: Path) -> None:
        model = network(name)
        if quantization:
            model.quantize(quantization)
        model.export(str(path), format=kind, verbose=False)

    return make


def by_tf2onnx(name: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import tensorflow as tf
        import tf2onnx

        model = network(name)
        shape = n.samples(name, 1, channels_last=True)[0].shape
        function = tf.function(
            lambda x: model(x), input_signature=[tf.TensorSpec(shape, tf.float32, name="x")]
        )
        tf2onnx.convert.from_function(
            function, function.input_signature, opset=18, output_path=str(path)
        )

    return make


EXPORTS = {}
for _name in ("cnn", "gru", "block", "mlp"):
    EXPORTS[f"keras_{BACKEND}-{_name}.onnx"] = exported(_name, "onnx")
    EXPORTS[f"keras_{BACKEND}-{_name}.tflite"] = exported(_name, "litert")
for _how in ("int8", "int4"):
    EXPORTS[f"keras_{BACKEND}-mlp-{_how}.onnx"] = exported("mlp", "onnx", _how)
    EXPORTS[f"keras_{BACKEND}-mlp-{_how}.tflite"] = exported("mlp", "litert", _how)
if BACKEND == "tensorflow":
    for _name in ("cnn", "gru", "block", "mlp"):
        EXPORTS[f"tf2onnx-{_name}.onnx"] = by_tf2onnx(_name)

#: What Keras 3.15.1 refuses.
if BACKEND == "jax":
    for _name in [name for name in EXPORTS if name.endswith(".tflite")]:
        EXPORTS[_name] = "Keras writes TFLite with the backends TensorFlow and PyTorch only"
elif BACKEND == "tensorflow":
    EXPORTS["keras_tensorflow-mlp-int8.tflite"] = "TensorFlow's converter fails on int32 products"
else:
    EXPORTS["keras_torch-block.onnx"] = "sizes of attention are no constants to the exporter"
    for _name in [name for name in EXPORTS if "-int" in name]:
        EXPORTS[_name] = "operators of the quantized layers have no translation"

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
