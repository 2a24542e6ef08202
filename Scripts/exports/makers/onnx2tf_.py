"""onnx2tf, from the file of PyTorch's older exporter."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import making
import networks
import numpy as np
import onnx2tf

IMAGES = "calibration_image_sample_data_20x128x128x3_float32.npy"


def converted(name: str, suffix: str, **options: object) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            # Its own sample images, which it else downloads; only their shape matters here.
            np.save(f"{folder}/{IMAGES}", np.zeros((20, 128, 128, 3), np.float32))
            os.chdir(folder)
            if options.get("output_integer_quantized_tflite"):
                readings = np.concatenate(networks.samples(name, channels_last=True))
                np.save(f"{folder}/readings.npy", readings)
                options["custom_input_op_name_np_data_path"] = [
                    ["x", f"{folder}/readings.npy", [[[[0, 0, 0]]]], [[[[1, 1, 1]]]]]
                ]
            onnx2tf.convert(
                input_onnx_file_path=str(path.with_name(f"torch-{name}-script.onnx")),
                output_folder_path=folder,
                copy_onnx_input_output_names_to_tflite=True,
                non_verbose=True,
                **options,
            )
            shutil.copy(f"{folder}/torch-{name}-script_{suffix}.tflite", path)

    return make


EXPORTS = {}
for _name in ("cnn", "gru", "block", "mlp"):
    EXPORTS[f"onnx2tf-{_name}-float32.tflite"] = converted(_name, "float32")
    EXPORTS[f"onnx2tf-{_name}-float16.tflite"] = converted(_name, "float16")
for _suffix in ("integer_quant", "full_integer_quant", "full_integer_quant_with_int16_act"):
    EXPORTS[f"onnx2tf-cnn-{_suffix}.tflite"] = converted(
        "cnn", _suffix, output_integer_quantized_tflite=True
    )
EXPORTS["onnx2tf-cnn-dynamic_range_quant.tflite"] = converted(
    "cnn", "dynamic_range_quant", output_dynamic_range_quantized_tflite=True
)

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
