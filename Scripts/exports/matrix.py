#!/usr/bin/env python3
"""Makes the files of `makers`, each with the packages of its environment.

  python matrix.py FOLDER ENVIRONMENTS [--match PATTERN]

ENVIRONMENTS is where virtual environments are made, one for each file of `environments` in which
versions do not agree with the others; the first is the one that runs this script. A maker whose
environment cannot be installed is skipped, in print. Exit status 1 when a file was not made.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
#: The environment of this script, and that of export.py and check_forms.py.
OWN = "requirements"
#: Maker, environment, and variables. Order matters: later ones read files of earlier ones.
MAKERS: list[tuple[str, str, dict[str, str]]] = [
    ("torch_onnx", OWN, {}),
    ("onnx_tools", OWN, {}),
    ("classical", OWN, {}),
    ("nncf_", OWN, {}),
    ("brevitas_", OWN, {}),
    ("aimet", OWN, {}),
    ("torchao_", OWN, {}),
    ("olive_", OWN, {}),
    ("genai", OWN, {}),
    ("litert", "litert", {}),
    ("vela", "vela", {}),
    ("xmos", "xmos", {}),
    ("jax2onnx_", "jax", {}),
    ("paddle_", "paddle", {}),
    ("espressif", "esp-ppq", {}),
    ("modelopt_", "modelopt", {}),
    ("optimum_", "optimum", {}),
    ("keras_", "tensorflow", {"KERAS_BACKEND": "tensorflow"}),
    ("keras_", "litert", {"KERAS_BACKEND": "torch"}),
    ("keras_", "jax", {"KERAS_BACKEND": "jax"}),
    ("larq_", "larq", {}),
    ("onnx2tf_", "onnx2tf", {}),
]
#: What is left out, and why.
SKIPPED = {
    "coremltools, executorch": "they write formats of their own, which are not read",
    "onnxmltools for XGBoost": "its package brings NVIDIA's libraries; LightGBM stands for both",
}


def environment(name: str, folder: Path) -> Path | None:
    """The Python of an environment, which is made unless it is there; nothing if it cannot be."""
    if name == OWN:
        return Path(sys.executable)
    requirements = HERE / "environments" / f"{name}.txt"
    made = subprocess.run([HERE.parent / "venv.sh", folder / name, requirements])
    return None if made.returncode else folder / name / "bin/python"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("environments", type=Path)
    parser.add_argument("--match", default="", help="only makers whose name has this pattern")
    arguments = parser.parse_args()
    failed = 0
    for maker, name, variables in MAKERS:
        if not re.search(arguments.match, maker):
            continue
        python = environment(name, arguments.environments)
        if python is None:
            print(f"skipped: {maker}: environment {name} cannot be installed here", flush=True)
            continue
        result = subprocess.run(
            [python, HERE / "makers" / f"{maker}.py", arguments.folder],
            env=os.environ | {"PYTHONPATH": str(HERE)} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            errors="replace",
        )
        # Exporters are talkative.
        lines = [
            line for line in result.stdout.splitlines() if re.match("(not )?made|skipped", line)
        ]
        print("\n".join(lines or [f"{maker} ended with status {result.returncode}"]), flush=True)
        failed += result.returncode != 0
    for exporter, reason in SKIPPED.items():
        print(f"skipped: {exporter}: {reason}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
