"""Writes the networks of the study as files.

generate.py FOLDER
"""

import importlib
import multiprocessing
import sys
from pathlib import Path

from networks import NETWORKS

FORMS = {"onnx": "onnx_form", "tflite": "tflite_form"}


def write(suffix: str, name: str, folder: Path) -> None:
    importlib.import_module(FORMS[suffix]).write(name, folder)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in NETWORKS:
        for suffix in FORMS:
            # The float file is written first.
            if (folder / f"{name}_float32.{suffix}").exists():
                continue
            # TensorFlow keeps the constants of every network that it has converted.
            context = multiprocessing.get_context("spawn")
            process = context.Process(target=write, args=(suffix, name, folder))
            process.start()
            process.join()
            if process.exitcode != 0:
                sys.exit(f"{name}.{suffix}: was not written")


if __name__ == "__main__":
    main()
