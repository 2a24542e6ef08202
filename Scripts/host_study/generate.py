"""Writes the networks of the study as files.

generate.py FOLDER
"""

import sys
from pathlib import Path

import onnx_form
import tflite_form
from networks import NETWORKS


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in NETWORKS:
        for form, suffix in ((onnx_form, "onnx"), (tflite_form, "tflite")):
            # The first file is written first, so that a folder can be completed.
            if not (folder / f"{name}_float32.{suffix}").exists():
                form.write(name, folder)


if __name__ == "__main__":
    main()
