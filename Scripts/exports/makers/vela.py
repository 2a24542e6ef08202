"""Vela: ai-edge-quantizer's int8 files compiled for Ethos-U."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import making


def compiled(name: str, target: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        source = path.with_name(f"ai_edge_quantizer-{name}-static_wi8_ai8.tflite")
        with tempfile.TemporaryDirectory() as folder:
            command = [Path(sys.executable).with_name("vela"), source, "--output-dir", folder]
            subprocess.run(
                [*command, "--accelerator-config", target],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            (made,) = Path(folder).glob("*_vela.tflite")
            shutil.copy(made, path)

    return make


EXPORTS = {
    f"vela-{name}-{target}.tflite": compiled(name, target)
    for name in ("cnn", "block")
    for target in ("ethos-u55-128", "ethos-u65-256", "ethos-u85-256")
}

if __name__ == "__main__":
    raise SystemExit(making.main(EXPORTS))
