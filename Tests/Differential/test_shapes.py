"""Shapes and element types of all tensors, compared with runtimes that allocate or run them."""

from pathlib import Path

import pytest

import litert
import ort
from conftest import Report, Run
from models import ONNX, TFLITE, skip_odd

#: Types that numpy has no name of its own for.
OBJECTS = {"resource", "string", "variant"}


def is_static(tensor: Report) -> bool:
    """Whether our tool gives each dimension as a number."""
    shape = tensor["shape"]
    return shape is not None and all(isinstance(size, int) for size in shape)


def element_type(tensor: Report) -> str:
    """Our tool's element type by numpy's name."""
    ours = tensor["elementType"]
    return "object" if ours in OBJECTS else ours


def fits(ours: list | None, theirs: list[int]) -> bool:
    """Whether a shape is the other, but for sizes that depend on data, which ours names."""
    return (
        ours is not None
        and len(ours) == len(theirs)
        and all(
            own == their or isinstance(own, str) for own, their in zip(ours, theirs, strict=True)
        )
    )


def compare_tflite(report: Report, theirs: dict[int, litert.Tensor]) -> list[str]:
    """One line for each tensor that differs."""
    differences = []
    is_complete = not report["coverage"]["unknownOperators"]
    # The tensors of subgraphs that operators call stand behind those of the first one.
    for index, ours in enumerate(report["tensors"][: report["subgraphs"][0]["tensors"]]):
        their = theirs[index]
        place = f"{index} '{ours['name']}'"
        if (is_complete or is_static(ours)) and not fits(ours["shape"], their.shape):
            differences.append(f"{place}: ours {ours['shape']}, LiteRT {their.shape}")
        if element_type(ours) != their.element_type:
            differences.append(f"{place}: ours {ours['elementType']}, LiteRT {their.element_type}")
    return differences


@pytest.mark.parametrize("path", TFLITE)
def test_tflite_tensors_are_those_that_litert_allocates(path: Path, run: Run) -> None:
    skip_odd(path, litert.ODD)
    assert compare_tflite(run("inspect", path), litert.allocate(path).tensors) == []


@pytest.mark.parametrize("path", TFLITE)
def test_tflite_tensors_of_two_inputs_are_those_that_litert_allocates(path: Path, run: Run) -> None:
    skip_odd(path, litert.ODD)
    report = run("inspect", path, "--batch", "2")
    is_called_wrong = "invalid-operands" in {found["code"] for found in report["diagnostics"]}
    try:
        theirs = litert.allocate(path, batch=2)
    except litert.Refused as refused:
        # A file that only runs with its own batch is one that we have to call wrong too.
        assert is_called_wrong, f"LiteRT: {refused}"
        return
    if is_called_wrong:
        # What LiteRT allocates but cannot run is wrong as well.
        assert theirs.failure, "LiteRT runs what we call wrong"
        return
    assert compare_tflite(report, theirs.tensors) == []


@pytest.mark.parametrize("path", ONNX)
def test_onnx_tensors_are_those_of_a_run(path: Path, run: Run) -> None:
    skip_odd(path, ort.ODD)
    model = ort.model(path)
    report = run("inspect", path, *model.bindings)
    ours = {tensor["name"]: tensor for tensor in report["tensors"]}
    is_complete = not report["coverage"]["unknownOperators"]
    integers = ort.quantized(model.graph)
    exempt = model.data_dependent
    differences = []
    for name, their in model.tensors.items():
        if name not in ours:
            differences.append(f"'{name}': not ours, ONNX Runtime {their}")
            continue
        shape, kind = ours[name]["shape"], element_type(ours[name])
        is_demanded = is_complete and name not in exempt
        if shape != their.shape and (is_demanded or is_static(ours[name])):
            differences.append(f"'{name}': ours {shape}, ONNX Runtime {their.shape}")
        allowed = {their.element_type}
        if name in integers:
            allowed.add(model.tensors[integers[name]].element_type)
        if kind not in allowed and (is_demanded or kind != "undefined"):
            differences.append(f"'{name}': ours {kind}, ONNX Runtime {their.element_type}")
    assert differences == []
