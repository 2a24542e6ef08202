"""What the models of measurements have of each term of a profile's costs.

A model is a file, by its name, or an architecture in a precision: `resnet-50:int8`. An
architecture is written as an ONNX graph in float32 (`Scripts/architectures`). In another precision
it has the same terms of that precision, and its weights take fewer bytes.
"""

import os
import subprocess
from pathlib import Path

#: How many times smaller than in float32 a weight is.
SMALLER = {"float32": 1, "float16": 2, "int8": 4}


class Models:
    def __init__(self, folder: Path, scratch: Path) -> None:
        #: Files by their names.
        self.files = {
            path.name: path
            for pattern in ("*.tflite", "*.onnx")
            for path in sorted((folder / "measured").rglob(pattern))
        }
        self.scratch = scratch
        self.amounts: dict[Path, list[tuple[str, str]]] = {}

    def terms(self, model: str) -> list[tuple[str, str, str]]:
        """Model, term and amount of each term."""
        name, _, precision = model.partition(":")
        path = self.files.get(model) or self.scratch / name
        if not path.exists():
            from architectures import write  # needs the onnx package, most networks PyTorch

            write(name, self.scratch)
        if path not in self.amounts:
            self.amounts[path] = amounts(path)
        return [
            (model, *converted(term, amount, precision or "float32"))
            for term, amount in self.amounts[path]
        ]


def amounts(path: Path) -> list[tuple[str, str]]:
    """Terms of a graph and how much it has of each, as the tool counts them."""
    lines = subprocess.run(
        [os.environ["IOTCO2_GRAPH"], "terms", str(path)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()[1:]
    return [tuple(line.rsplit(",", 2)[1:]) for line in lines]


def converted(term: str, amount: str, precision: str) -> tuple[str, str]:
    """A term of a graph in float32 as that of one in another precision.

    `mac:float32:convolution` names the precision, and `weights` counts bytes.
    """
    if term == "weights":
        return term, f"{float(amount) / SMALLER[precision]:g}"
    parts = term.split(":")
    if len(parts) == 3 and parts[1] == "float32":
        parts[1] = precision
    return ":".join(parts), amount
