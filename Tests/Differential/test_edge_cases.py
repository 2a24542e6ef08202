"""Multiply-accumulates that were counted by hand, and files that other counters take for empty."""

import os
import subprocess
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from conftest import Run
from edge_cases import CASES, Case, info


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_macs_are_those_counted_by_hand(case: Case, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    onnx.save(case.model(), path)
    report = run("analyze", path, *case.options)
    assert report["totals"]["macs"] == case.macs
    unknown = [operator["name"] for operator in report["coverage"]["unknownOperators"]]
    assert unknown == (["test.Mystery"] if "custom" in case.name else [])
    assert not [d for d in report["diagnostics"] if d["severity"] == "error"]


def test_weights_beside_the_file_are_not_read(run: Run, tmp_path: Path) -> None:
    """3 GiB of weights in a file with holes."""
    w = TensorProto(
        name="w",
        data_type=TensorProto.FLOAT,
        dims=[28_672, 28_086],
        data_location=TensorProto.EXTERNAL,
    )
    w.external_data.add(key="location", value="w.bin")
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    graph = helper.make_graph([node], "g", [info("x", (1, 28_672))], [info("y", (1, 28_086))], [w])
    onnx.save(helper.make_model(graph), tmp_path / "model.onnx")
    with (tmp_path / "w.bin").open("wb") as file:
        os.truncate(file.fileno(), 4 * 28_672 * 28_086)
    assert run("analyze", tmp_path / "model.onnx")["totals"]["macs"] == 28_672 * 28_086


@pytest.mark.parametrize("scale", [0.35, 0.6, 0.7, 0.9, 1.1, 1.3, 1.4, 2.3, 2.5])
def test_scaled_sizes_are_those_of_onnxruntime(scale: float, run: Run, tmp_path: Path) -> None:
    lengths = [5, 7, 10, 20, 30, 50, 100, 224]
    nodes = [
        helper.make_node("Resize", [f"x{n}", "", "scales"], [f"y{n}"], mode="nearest")
        for n in lengths
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [info(f"x{n}", (1, n)) for n in lengths],
        [info(f"y{n}", ("rows", f"columns{n}")) for n in lengths],
        [helper.make_tensor("scales", TensorProto.FLOAT, [2], [1, scale])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9)
    path = tmp_path / "model.onnx"
    onnx.save(model, path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    made = session.run(None, {f"x{n}": np.zeros((1, n), np.float32) for n in lengths})
    shapes = {tensor["name"]: tensor["shape"] for tensor in run("inspect", path)["tensors"]}
    assert [shapes[f"y{n}"] for n in lengths] == [list(image.shape) for image in made]


@pytest.mark.parametrize("content", [b"", b"\x08\x07", b"not a model at all, only text"])
def test_what_is_no_model_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    result = subprocess.run([os.environ["IOTCO2_GRAPH"], "analyze", path], capture_output=True)
    assert result.returncode == 2
    assert result.stdout == b""
    assert str(path).encode() in result.stderr
