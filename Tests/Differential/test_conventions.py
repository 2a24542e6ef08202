"""`--convention` against the tools whose counts it gives: Vela and onnx-tool."""

import collections
import contextlib
import csv
import io
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import vela_cases
from conftest import Run
from models import ONNX, TFLITE, skip_odd

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import onnx_tool

# --- Vela

#: Totals that differ, with the reason.
VELA_DIFFERS = {
    "multi_signature": "Vela counts the graphs of all signatures, we count one",
}


def vela_counts(path: Path, output: Path) -> tuple[int, dict[str, int]] | None:
    """The total, and MACs by the file's operators; None when Vela does not take the file.

    Ethos-U55, since for U85 Vela leaves parts of fused layers out of its count.
    """
    printed = subprocess.run(
        [
            sys.executable,
            "-m",
            "ethosu.vela",
            path,
            "--accelerator-config",
            "ethos-u55-128",
            "--verbose-performance",
            "--output-dir",
            output,
        ],
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    total = re.search(r"Neural network macs\s+(\d+)", printed)
    if total is None:
        return None
    counts = collections.Counter()
    report = output / f"{path.stem}_per-layer.csv"
    rows = report.read_text().splitlines() if report.exists() else []
    for row in csv.DictReader(rows):
        counts[row["Original Operator"]] += int(row["MAC Count"])
    return int(total[1]), +counts


@pytest.mark.parametrize("path", TFLITE)
def test_vela_counts_as_we_say(path: Path, run: Run, tmp_path: Path) -> None:
    skip_odd(path, VELA_DIFFERS)
    check_vela(path, run, tmp_path)


@pytest.mark.parametrize("name", vela_cases.MODELS)
def test_vela_counts_as_we_say_of_small_models(name: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.tflite"
    path.write_bytes(vela_cases.file(name))
    check_vela(path, run, tmp_path)


def check_vela(path: Path, run: Run, output: Path) -> None:
    """Compares the totals; the counts by operator are for the message."""
    theirs = vela_counts(path, output)
    if theirs is None:
        pytest.skip("Vela does not take this file")
    report = run("analyze", path, "--convention", "vela")
    ours = collections.Counter()
    for layer, count in zip(report["layers"], report["convention"]["counts"], strict=True):
        ours[layer["sourceOperator"]] += count or 0
    assert report["convention"]["total"] == theirs[0], (+ours, theirs[1])


# --- onnx-tool

#: Totals that differ, with the reason.
ONNX_TOOL_DIFFERS = {
    "yolov5_tiny": (54, "two operators that a shape is computed with stay in its graph"),
}


def onnx_tool_total(path: Path) -> int | None:
    """None when onnx-tool does not get through the file."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            graph = onnx_tool.Model(str(path)).graph
            graph.graph_reorder_nodes()
            graph.shape_infer(None)
            graph.profile()
        return round(graph.macs[0])
    except Exception:  # whatever it stops with
        return None


@pytest.mark.parametrize("path", ONNX)
def test_onnx_tool_counts_as_we_say(path: Path, run: Run) -> None:
    skip_odd(path, {"starry-night": "onnx-tool takes minutes to fail"})
    theirs = onnx_tool_total(path)
    if theirs is None:
        pytest.skip("onnx-tool does not get through this file")
    convention = run("analyze", path, "--convention", "onnx-tool")["convention"]
    extra = sum(more for part, (more, _) in ONNX_TOOL_DIFFERS.items() if part in path.name)
    assert convention["total"] == theirs - extra
    # What is told operator by operator is the whole difference.
    told = sum(row["theirs"] - row["macs"] for row in convention["differences"])
    assert convention["macs"] + told == convention["total"]
