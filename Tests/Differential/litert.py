"""What LiteRT's interpreter says of the tensors of a TFLite file."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType


class Refused(Exception):
    """The interpreter does not load, resize or allocate the file."""


@dataclass
class Tensor:
    """Shape and numpy's name of the element type ("object" for resources and strings)."""

    shape: list[int]
    element_type: str


def tensors(path: Path, batch: int | None = None) -> dict[int, Tensor]:
    """The first subgraph's tensors by index, with every input's first dimension set to `batch`."""
    try:
        # Delegates would replace operators, and their results, by nodes of their own.
        interpreter = Interpreter(
            str(path),
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
            experimental_preserve_all_tensors=True,
        )
        for detail in interpreter.get_input_details():
            if batch and len(detail["shape"]):
                interpreter.resize_tensor_input(detail["index"], [batch, *detail["shape"][1:]])
        interpreter.allocate_tensors()
    except (RuntimeError, ValueError) as error:
        raise Refused(str(error).splitlines()[0]) from error
    # Allocation leaves the stored shape on tensors whose size comes from another tensor's values
    # (a RESHAPE to a computed shape); a run corrects it.
    with contextlib.suppress(RuntimeError):
        for detail in interpreter.get_input_details():
            zeros = np.zeros(detail["shape"], dtype=detail["dtype"])
            interpreter.set_tensor(detail["index"], zeros)
        interpreter.invoke()
    return {
        detail["index"]: Tensor(detail["shape"].tolist(), np.dtype(detail["dtype"]).name)
        for detail in interpreter.get_tensor_details()
    }
