"""Profiles that onnxruntime and Vela write now: all of their time is of a layer, or listed."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

import profile_models

FIXTURES = Path(__file__).resolve().parent.parent.parent / "Fixtures"
NETWORKS = ["resnet8", "resnet8_qdq", "mobilenet_like", "ds_cnn", "conv_variety"]
MADE = [profile_models.transformer, profile_models.recurrent, profile_models.loop]
#: Times are whole microseconds; sums of that many are not exact in binary.
CLOSE = 1e-9


def imported(profile: Path, model: Path, *options: str) -> dict:
    command = [
        os.environ["IOTCO2_GRAPH"],
        "import",
        profile,
        "--model",
        model,
        *options,
        "--format",
        "json",
    ]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def run(model: Path, folder: Path, optimized: Path | None = None) -> Path:
    """One profiled run on one thread."""
    options = onnxruntime.SessionOptions()
    options.enable_profiling = True
    options.profile_file_prefix = str(folder / "profile")
    options.intra_op_num_threads = 1
    if optimized:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(optimized)
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    session.run(None, {i.name: np.ones(i.shape, np.float32) for i in session.get_inputs()})
    return Path(session.end_profiling())


def kernels(profile: Path) -> dict[str, int]:
    """Microseconds of each node, without those of kernels that ran within it."""
    suffix = "_kernel_time"
    events = [e for e in json.loads(profile.read_text()) if e["name"].endswith(suffix)]
    times: dict[str, int] = {}
    for event in events:
        start, end = event["ts"], event["ts"] + event["dur"]
        inner = [
            e
            for e in events
            if e is not event
            and start <= e["ts"]
            and e["ts"] + e["dur"] <= end
            and e["dur"] < event["dur"]
        ]
        name = event["name"].removesuffix(suffix)
        times[name] = times.get(name, 0) + event["dur"] - sum(e["dur"] for e in inner)
    return times


def names(graph: onnx.GraphProto) -> set[str]:
    """Of all nodes and their results, in bodies of control flow as well."""
    found = set()
    for node in graph.node:
        found |= {node.name, *node.output}
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                found |= names(attribute.g)
    return found


def check(model: Path, profile: Path) -> dict:
    report = imported(profile, model)
    rows = [row for row in report["rows"] if row.get("layer")]
    unmatched = report["measured"]["unmatched"]
    ours = sum(row["latency"]["value"] for row in rows) + sum(
        e["seconds"]["value"] for e in unmatched
    )
    times = kernels(profile)
    assert ours == pytest.approx(1e-6 * sum(times.values()), rel=CLOSE)
    # What the file has under the very same name is found.
    own = names(onnx.load(model, load_external_data=False).graph)
    assert not {e["name"] for e in unmatched} & own
    return report


@pytest.mark.parametrize("name", NETWORKS)
def test_onnxruntime(name: str, tmp_path: Path) -> None:
    model = FIXTURES / f"onnx/{name}.onnx"
    report = check(model, run(model, tmp_path))
    assert report["measured"]["matchedShare"] > 0.6


@pytest.mark.parametrize("make", MADE)
def test_onnxruntime_of_other_kinds(make, tmp_path: Path) -> None:
    model = make(tmp_path)
    report = check(model, run(model, tmp_path))
    assert report["measured"]["matchedShare"] > 0.6
    assert not report["measured"]["unmeasuredLayers"]


def test_optimized_model(tmp_path: Path) -> None:
    """The file that onnxruntime wrote after its optimizations is a model as well."""
    optimized = tmp_path / "optimized.onnx"
    profile = run(FIXTURES / "onnx/resnet8.onnx", tmp_path, optimized)
    report = check(optimized, profile)
    assert report["measured"]["matchedShare"] > 0.9


@pytest.mark.parametrize("name", ["resnet8_int8", "ds_cnn_int8", "mobilenet_like_int8"])
def test_vela(name: str, tmp_path: Path) -> None:
    model = FIXTURES / f"tflite/{name}.tflite"
    vela = Path(sys.executable).parent / "vela"
    command = [
        vela,
        model,
        "--accelerator-config",
        "ethos-u55-128",
        "--output-dir",
        tmp_path,
        "--verbose-performance",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    summary = next(tmp_path.glob("*_summary_*.csv"))
    with summary.open(encoding="utf-8") as file:
        stated = next(csv.DictReader(file))
    clock = float(stated["core_clock"]) / 1e6
    report = imported(tmp_path / f"{name}_per-layer.csv", model, "--clock-mhz", str(clock))
    assert not report["measured"]["unmatched"]
    assert not report["measured"]["unmeasuredLayers"]
    whole = report["measured"]["latency"]["value"]
    assert whole == pytest.approx(float(stated["cycles_total"]) / clock / 1e6, rel=CLOSE)
