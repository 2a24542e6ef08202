"""What LiteRT's interpreter says of the tensors of a TFLite file."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

Shape = list[int]


class Refused(Exception):
    """The interpreter does not load, resize, allocate or run the file."""


@dataclass
class Tensor:
    """A tensor; `size_is_dynamic` where only a run could tell and the run failed."""

    shape: Shape
    element_type: str


def tensors(path: Path, batch: int | None = None) -> dict[int, Tensor]:
    """The first subgraph's tensors by index, with every input's first dimension set to `batch`.

    After allocation LiteRT still shows the stored shape of tensors whose size it takes from other
    tensors' values (RESHAPE to a computed shape), so the model is also run once, on zeros.
    """
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
        for detail in interpreter.get_input_details():
            interpreter.set_tensor(
                detail["index"], np.zeros(detail["shape"], dtype=detail["dtype"])
            )
        interpreter.invoke()
    except (RuntimeError, ValueError) as error:
        raise Refused(str(error)) from error
    return {
        detail["index"]: Tensor(detail["shape"].tolist(), np.dtype(detail["dtype"]).name)
        for detail in interpreter.get_tensor_details()
    }
