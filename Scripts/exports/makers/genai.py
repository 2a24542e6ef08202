"""The model builder of onnxruntime-genai."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import huggingface
import making
import onnx


def built(precision: str, *options: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "in").mkdir()
            huggingface.llama(folder / "in")
            command = [sys.executable, "-m", "onnxruntime_genai.models.builder"]
            command += ["-i", folder / "in", "-o", folder / "out", "-c", folder / "cache"]
            command += ["-p", precision, "-e", "cpu"]
            if options:
                command += ["--extra_options", *options]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            onnx.save(onnx.load(folder / "out/model.onnx"), path)

    return make


EXPORTS = {
    "ort_genai-llama-fp32.onnx": built("fp32"),
    "ort_genai-llama-int4.onnx": built("int4", "int4_block_size=32"),
    "ort_genai-llama-int4_level1.onnx": built(
        "int4", "int4_block_size=32", "int4_accuracy_level=1"
    ),
    "ort_genai-llama-int4_qdq.onnx": built("int4", "int4_block_size=32", "use_qdq=1"),
}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
