"""`--convention` against the tools whose counts it gives: Vela and onnx-tool."""

import collections
import contextlib
import csv
import io
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from conftest import Run
from models import ONNX, TFLITE, skip_odd

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import onnx_tool

# --- Vela

#: The file's operators by Vela's names of them.
VELA_NAMES = {
    "Conv2D": "CONV_2D",
    "DepthwiseConv2D": "DEPTHWISE_CONV_2D",
    "FullyConnected": "FULLY_CONNECTED",
    "TransposeConv2D": "TRANSPOSE_CONV",
    "AvgPool": "AVERAGE_POOL_2D",
    "MaxPool": "MAX_POOL_2D",
    "Softmax": "SOFTMAX",
    "Mean": "MEAN",
    "Quantize": "QUANTIZE",
    "Sigmoid": "LOGISTIC",
    "Relu": "RELU",
    "ReduceMax": "REDUCE_MAX",
    "ResizeNearestNeighbor": "RESIZE_NEAREST_NEIGHBOR",
    "ResizeBilinear": "RESIZE_BILINEAR",
}
#: Per file, operators that Vela counts otherwise than our rules say, with the reason.
VELA_DIFFERS = {
    "conv_variety_int8": {"CONV_2D": "a ReLU that Vela does not fuse is a pool with a 1x1 kernel"},
    "soundstream_encoder": dict.fromkeys(
        ["CONV_2D", "DEPTHWISE_CONV_2D"], "a graph with variables stays on the CPU"
    ),
    "lyragan": dict.fromkeys(
        ["CONV_2D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV"],
        "a graph with variables stays on the CPU",
    ),
    "retinaface": {"RESIZE_NEAREST_NEIGHBOR": "one of two stays on the CPU"},
    "mcunetv2_large": {"MEAN": "one of 28 stays on the CPU"},
    "deeplabv3_mnv2": {"N/A": "ARG_MAX becomes depthwise convolutions and pools"},
    "movenet_single_pose_lightning_ptq.tflite": {
        "RESIZE_BILINEAR": "becomes depthwise convolutions, one for each phase of the pixels",
        "LOGISTIC": "two of three become part of the operator before them",
    },
}


def vela_counts(path: Path, output: Path) -> dict[str, int] | None:
    """MACs by the file's operators; None when Vela does not take the file.

    Copies are left out: which tensors Vela copies is its allocation's choice. Ethos-U55, since for
    U85 Vela leaves parts of fused layers out of its count.
    """
    subprocess.run(
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
    )
    report = output / f"{path.stem}_per-layer.csv"
    if not report.exists():
        return None
    counts = collections.Counter()
    with report.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["NNG Operator"] != "MemoryCopy":
                name = row["Original Operator"]
                counts[VELA_NAMES.get(name, name)] += int(row["MAC Count"])
    return +counts


@pytest.mark.parametrize("path", TFLITE)
def test_vela_counts_as_we_say(path: Path, run: Run, tmp_path: Path) -> None:
    theirs = vela_counts(path, tmp_path)
    if theirs is None:
        pytest.skip("Vela does not take this file")
    report = run("analyze", path, "--convention", "vela")
    ours = collections.Counter()
    for layer, count in zip(report["layers"], report["convention"]["counts"], strict=True):
        ours[layer["sourceOperator"]] += count or 0
    explained = next((names for part, names in VELA_DIFFERS.items() if part in path.name), {})
    different = {name for name in theirs | ours if theirs.get(name, 0) != ours[name]}
    assert different == set(explained)


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
