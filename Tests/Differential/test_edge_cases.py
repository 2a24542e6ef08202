"""Multiply-accumulates that were counted by hand, and files that other counters take for empty."""

import os
import subprocess
from pathlib import Path

import onnx
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


@pytest.mark.parametrize("content", [b"", b"\x08\x07", b"not a model at all, only text"])
def test_what_is_no_model_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    result = subprocess.run([os.environ["IOTCO2_GRAPH"], "analyze", path], capture_output=True)
    assert result.returncode == 2
    assert result.stdout == b""
    assert str(path).encode() in result.stderr
