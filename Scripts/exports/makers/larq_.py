"""Larq Compute Engine: convolutions of weights and activations of one bit."""

import os

# Larq's layers are Keras 2's.
os.environ["TF_USE_LEGACY_KERAS"] = "1"

from pathlib import Path

import larq
import larq_compute_engine
import making
import networks as n
import numpy as np
import tf_keras as keras


def binary(path: Path) -> None:
    signs = {"input_quantizer": "ste_sign", "kernel_quantizer": "ste_sign"}
    signs["kernel_constraint"] = "weight_clip"
    model = keras.Sequential(
        [
            keras.layers.Conv2D(
                n.BITS, 3, 2, padding="same", input_shape=(n.IMAGE, n.IMAGE, 3), name="stem"
            ),
            larq.layers.QuantConv2D(
                n.BITS, 3, padding="same", pad_values=1, use_bias=False, name="stage", **signs
            ),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(n.CLASSES, name="head"),
        ]
    )
    # Biases of zeros would be dropped.
    numbers = np.random.default_rng(0)
    model.set_weights([numbers.uniform(-1, 1, w.shape) for w in model.get_weights()])
    path.write_bytes(larq_compute_engine.convert_keras_model(model))


EXPORTS = {"larq-binary.tflite": binary}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
