"""Write the small models that `suggest-measurements` offers, as one archive in a JSON file.

Run it with `tflite` where TensorFlow is installed, with `onnx` where onnx and onnxruntime are, and
with both where all are; files of the format that is not named stay as they are in the archive.
Each network has mostly one kind of kernel, small or large, so that a few measured times tell the
rates of the kinds apart. Weights repeat, so that the archive packs well; none of them is a filter
of zeros, which some compilers leave out.
"""

from __future__ import annotations

import base64
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ARCHIVE = Path(__file__).parent.parent / "Sources/Assessment/Data/measurements.json"

Layer = tuple[str, *tuple[int, ...]]

# Name: what it is made of, the input's height, width and channels, and the layers.
NETWORKS: dict[str, tuple[tuple[int, ...], list[Layer]]] = {
    "image": ((48, 48, 3), [("conv", 16, 3, 2), ("conv", 16, 3, 2)]),
    "convolution_small": ((12, 12, 8), [("conv", 16, 3, 1), ("conv", 16, 3, 1)]),
    "convolution_large": ((24, 24, 16), [("conv", 32, 3, 1), ("conv", 32, 3, 1)]),
    "pointwise_small": ((12, 12, 16), [("conv", 32, 1, 1), ("conv", 16, 1, 1)]),
    "pointwise_large": ((20, 20, 48), [("conv", 64, 1, 1), ("conv", 64, 1, 1), ("conv", 48, 1, 1)]),
    "depthwise_small": ((12, 12, 16), [("depthwise", 3, 1), ("depthwise", 3, 1)]),
    "depthwise_large": ((24, 24, 32), [("depthwise", 3, 1)] * 4),
    "dense_small": ((64,), [("dense", 64), ("dense", 32)]),
    "dense_large": ((256,), [("dense", 128), ("dense", 128), ("dense", 128)]),
    "attention": ((32, 32), [("attention",), ("attention",)]),
    "pooling": ((32, 32, 16), [("maximum", 2), ("average", 2), ("maximum", 2)]),
    "elementwise": ((24, 24, 16), [("multiply",), ("add",), ("multiply",), ("add",)]),
    "activations": ((1024,), [("sigmoid",), ("tanh",), ("softmax",)]),
    "recurrent": ((16, 16), [("lstm", 16)]),
    "mixed": (
        (24, 24, 3),
        [("conv", 8, 3, 2), ("depthwise", 3, 1), ("conv", 16, 1, 1), ("depthwise", 3, 2)]
        + [("conv", 32, 1, 1), ("mean",), ("dense", 10), ("softmax",)],
    ),
}


def weights(shape: tuple[int, ...]) -> np.ndarray:
    """Thirteen values from -0.1 to 0.1 in turn."""
    count = int(np.prod(shape))
    values = (np.arange(count) * 7 % 13 - 6) / 60
    return values.reshape(shape).astype(np.float32)


def random_inputs(shape: tuple[int, ...]) -> Iterator[np.ndarray]:
    """Data for the ranges of a quantization, which need only be plausible."""
    random = np.random.default_rng(20)
    for _ in range(8):
        yield random.standard_normal((1, *shape), np.float32)


def tflite_files() -> Iterator[tuple[str, bytes]]:
    """Each network in floating point and, but for the LSTM, in 8-bit integers."""
    import keras
    import tensorflow as tf
    from keras import layers

    def apply(x: keras.KerasTensor, layer: Layer) -> keras.KerasTensor:
        kind, sizes = layer[0], layer[1:]
        match kind:
            case "conv":
                return layers.Conv2D(*sizes, "same", activation="relu")(x)
            case "depthwise":
                return layers.DepthwiseConv2D(*sizes, "same", activation="relu")(x)
            case "dense":
                return layers.Dense(*sizes, activation="relu")(x)
            case "attention":
                scores = keras.ops.matmul(x, keras.ops.transpose(x, (0, 2, 1)))
                return keras.ops.matmul(layers.Softmax()(scores), x)
            case "maximum":
                return layers.MaxPooling2D(*sizes)(x)
            case "average":
                return layers.AveragePooling2D(*sizes)(x)
            case "mean":
                return layers.GlobalAveragePooling2D()(x)
            case "multiply":
                return layers.Multiply()([x, x])
            case "add":
                return layers.Add()([x, x])
            case "lstm":
                return layers.LSTM(*sizes, return_sequences=True)(x)
        return layers.Activation(kind)(x)

    for name, (shape, network) in NETWORKS.items():
        keras.backend.clear_session()
        x = inputs = keras.Input(batch_shape=(1, *shape), name="input")
        for layer in network:
            x = apply(x, layer)
        model = keras.Model(inputs, x)
        for weight in model.weights:
            weight.assign(weights(weight.shape))
        # The converter ends the process when it quantizes this LSTM.
        for precision in ["float32"] if name == "recurrent" else ["float32", "int8"]:
            converter = tf.lite.TFLiteConverter.from_keras_model(model)
            if precision == "int8":
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
                converter.representative_dataset = lambda shape=shape: (
                    [value] for value in random_inputs(shape)
                )
                converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
                converter.inference_input_type = converter.inference_output_type = tf.int8
            yield f"{name}_{precision}.tflite", converter.convert()


def onnx_network(shape: tuple[int, ...], network: list[Layer]) -> object:
    """The same network, channels first."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes: list[onnx.NodeProto] = []
    constants: list[onnx.TensorProto] = []

    def constant(value: np.ndarray) -> str:
        name = f"w{len(constants)}"
        constants.append(numpy_helper.from_array(value, name))
        return name

    def node(kind: str, *operands: str, **attributes: object) -> str:
        name = f"x{len(nodes)}"
        nodes.append(helper.make_node(kind, list(operands), [name], name=name, **attributes))
        return name

    shape = (1, shape[-1], *shape[:-1]) if len(shape) == 3 else (1, *shape)
    x, channels = "input", shape[1]
    for kind, *sizes in network:
        match kind:
            case "conv" | "depthwise":
                outputs = sizes[0] if kind == "conv" else channels
                kernel, stride = sizes[-2:]
                groups = 1 if kind == "conv" else channels
                filters = constant(weights((outputs, channels // groups, kernel, kernel)))
                x = node(
                    "Conv",
                    *(x, filters, constant(weights((outputs,)))),
                    kernel_shape=[kernel] * 2,
                    strides=[stride] * 2,
                    group=groups,
                    pads=[(kernel - 1) // 2] * 4,
                )
                x, channels = node("Relu", x), outputs
            case "dense":
                matrix = constant(weights((sizes[0], channels)))
                x = node("Gemm", x, matrix, constant(weights((sizes[0],))), transB=1)
                x, channels = node("Relu", x), sizes[0]
            case "attention":
                scores = node("MatMul", x, node("Transpose", x, perm=[0, 2, 1]))
                x = node("MatMul", node("Softmax", scores, axis=-1), x)
            case "maximum" | "average":
                name = {"maximum": "MaxPool", "average": "AveragePool"}[kind]
                x = node(name, x, kernel_shape=sizes * 2, strides=sizes * 2)
            case "mean":
                x = node("Flatten", node("GlobalAveragePool", x))
            case "multiply" | "add":
                x = node({"multiply": "Mul", "add": "Add"}[kind], x, x)
            case "lstm":
                gates = [constant(weights((1, 4 * sizes[0], width))) for width in (16, sizes[0])]
                sequence = node("Transpose", x, perm=[1, 0, 2])
                x = node("LSTM", sequence, *gates, hidden_size=sizes[0])
            case _:
                name = {"sigmoid": "Sigmoid", "tanh": "Tanh", "softmax": "Softmax"}[kind]
                x = node(name, x)
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, None)],
        constants,
    )
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8, producer_name="")
    return onnx.shape_inference.infer_shapes(model)


def onnx_files() -> Iterator[tuple[str, bytes]]:
    """Each network in floating point, and quantized but for the LSTM, which stays as it is."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_static

    class Reader(CalibrationDataReader):
        def __init__(self, shape: tuple[int, ...]) -> None:
            order = (0, 3, 1, 2) if len(shape) == 3 else tuple(range(len(shape) + 1))
            self.values = (np.transpose(value, order) for value in random_inputs(shape))

        def get_next(self) -> dict[str, np.ndarray] | None:
            value = next(self.values, None)
            return None if value is None else {"input": value}

    for name, (shape, network) in NETWORKS.items():
        model = onnx_network(shape, network)
        yield f"{name}_float32.onnx", model.SerializeToString()
        if name == "recurrent":
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "int8.onnx"
            quantize_static(
                model, path, Reader(shape), quant_format=QuantFormat.QDQ, per_channel=True
            )
            yield f"{name}_int8.onnx", path.read_bytes()


def main() -> None:
    """Put the files of the formats that are named into the archive."""
    formats = {"tflite": tflite_files, "onnx": onnx_files}
    files: dict[str, bytes] = {}
    if ARCHIVE.exists():
        packed = base64.b64decode(json.loads(ARCHIVE.read_text())["archive"])
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    for name in sys.argv[1:]:
        files = {key: value for key, value in files.items() if not key.endswith(name)}
        files |= dict(formats[name]())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, contents in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), contents, zipfile.ZIP_DEFLATED, 9)
            print(name, len(contents), archive.infolist()[-1].compress_size)
    text = base64.b64encode(packed.getvalue()).decode()
    ARCHIVE.parent.mkdir(exist_ok=True)
    ARCHIVE.write_text(json.dumps({"archive": text}, indent=2) + "\n")
    print(ARCHIVE, ARCHIVE.stat().st_size)


if __name__ == "__main__":
    main()
