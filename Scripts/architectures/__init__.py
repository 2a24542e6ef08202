"""Networks that public measurements name, as ONNX files for counting: without weights.

`networks.csv` says which definition each name stands for, and the shape of its input. MobileNets v1
and v2 of any width and image size need no row: `mobilenet-v2-1.0-224`.
"""

import csv
from functools import cache, partial
from pathlib import Path

TABLE = Path(__file__).parent / "networks.csv"


@cache
def networks() -> dict[str, dict[str, str]]:
    with TABLE.open(newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def names() -> list[str]:
    """All names of the table."""
    return list(networks())


def write(name: str, folder: Path) -> Path:
    """Writes the network of this name as a file of that name, and says where."""
    path = folder / name
    if name.startswith(("mobilenet-v1-", "mobilenet-v2-")):
        from . import mobilenets  # needs the onnx package alone

        mobilenets.write(name, path)
        return path
    row = networks()[name]
    from .definitions import example, module  # needs PyTorch
    from .export import export

    export(partial(module, row["library"], row["definition"]), example(row["input"]), path)
    return path
