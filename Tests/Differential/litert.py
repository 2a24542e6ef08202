"""What LiteRT's interpreter says of the tensors of a TFLite file."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

#: Files that the interpreter refuses, by a part of their names.
ODD = {
    "LiteRT__sparse_tensor": "its only operator is the custom FakeOp",
    "face_landmark_with_attention": "custom operators of MediaPipe",
    "_edgetpu": "compiled for an Edge TPU, one custom operator",
    "audio_preprocessor": "custom operators of TFLite Micro's signal library",
    "whitespace_tokenizer_flex": "operators of TensorFlow (Flex)",
    "wiki40b-lm-en": "operators of TensorFlow (Flex)",
    "person_detect": "LiteRT is stricter about the quantized dimension than TFLite Micro",
    "ppd-s": "the same model as person_detect",
    "features.tflite": "has a buffer at 2.5 GiB, where the file does not reach",
}


class Refused(Exception):
    """The interpreter does not load, resize or allocate the file."""


@dataclass
class Tensor:
    """Shape and numpy's name of the element type ("object" for resources and strings)."""

    shape: list[int]
    element_type: str


@dataclass
class Allocation:
    """The first subgraph's tensors by index, and why a run on zeros failed, if it did."""

    tensors: dict[int, Tensor]
    failure: str | None


def type_name(kind: type) -> str:
    name = np.dtype(kind).name
    return "object" if name.startswith("bytes") else name


def allocate(path: Path, batch: int | None = None) -> Allocation:
    """Allocates and runs a file, with every input's first dimension set to `batch`."""
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
    failure = None
    try:
        for detail in interpreter.get_input_details():
            zeros = np.zeros(detail["shape"], dtype=detail["dtype"])
            interpreter.set_tensor(detail["index"], zeros)
        interpreter.invoke()
    except RuntimeError as error:
        failure = str(error).splitlines()[0]
    return Allocation(
        {
            detail["index"]: Tensor(detail["shape"].tolist(), type_name(detail["dtype"]))
            for detail in interpreter.get_tensor_details()
        },
        failure,
    )
