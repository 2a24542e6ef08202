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
    """Writes the network of this name as a file of that name, and says where.

    A classifier's name may end with another number of classes than its definition has:
    `squeezenet1-1-224-101classes`.
    """
    path = folder / name
    if name.startswith(("mobilenet-v1-", "mobilenet-v2-")):
        from . import mobilenets  # needs the onnx package alone

        mobilenets.write(name, path)
        return path
    plain, _, classes = name.removesuffix("classes").rpartition("-")
    row = networks()[plain if name.endswith("classes") else name]
    definition = row["definition"]
    if name.endswith("classes"):
        definition += f" num_classes={classes}"
    from .definitions import example, module  # needs PyTorch
    from .export import export

    export(partial(module, row["library"], definition), example(row["input"]), path)
    return path
