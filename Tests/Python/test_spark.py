"""The scan with Spark on a cluster of two workers, each a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas
import pytest

from fixtures import DEVICE, DS_CNN, DS_CNN_DYNAMIC, EXAMPLES

RESNET = DS_CNN_DYNAMIC.with_name("resnet8.onnx")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> pandas.DataFrame:
    """What is found in 20 models, of which 2 are too large, and in 2 files that are none."""
    folder = tmp_path_factory.mktemp("spark")
    models = folder / "models"
    for index in range(20):
        fixture = RESNET if index >= 18 else [DS_CNN, DS_CNN_DYNAMIC][index % 2]
        file = models / str(index % 3) / f"{index:02}{fixture.suffix}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(fixture.read_bytes())
    (models / "20.tflite").write_bytes(DS_CNN.read_bytes()[:5000])
    (models / "21.onnx").write_bytes(b"no model at all")
    arguments = [str(models), str(folder / "found"), "--device", DEVICE]
    arguments += ["--master", "local-cluster[2,1,1024]", "--max-bytes", "200000"]
    run = subprocess.run(
        [sys.executable, EXAMPLES / "spark_scan.py", *arguments],
        cwd=folder,
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    found = pandas.read_parquet(folder / "found", dtype_backend="numpy_nullable")
    found.index = pandas.Index([Path(path).name for path in found["path"]])
    return found.sort_index()


def test_no_file_is_lost_or_done_twice(rows: pandas.DataFrame) -> None:
    assert [int(Path(name).stem) for name in rows.index] == list(range(22))


def test_rows_are_what_the_tool_finds(rows: pandas.DataFrame) -> None:
    spotters = rows[:18:2]
    assert spotters["error"].isna().all()
    assert set(spotters["format"]) == {"tflite"} and set(spotters["device"]) == {DEVICE}
    assert set(spotters["macs"]) == {2_656_768} and set(spotters["parameters"]) == {22_604}
    assert (spotters["latency_low_s"] < spotters["latency_s"]).all()
    assert (spotters["carbon_gCO2e"] > 0).all()
    unbound = rows[1:18:2]
    assert unbound["error"].isna().all()
    assert set(unbound["parameters"]) == {22_604}
    assert unbound[["macs", "latency_s", "energy_J", "carbon_gCO2e"]].isna().all(axis=None)


def test_files_at_fault_are_rows_with_their_errors(rows: pandas.DataFrame) -> None:
    broken = rows[18:]
    numbers = broken.drop(columns=["path", "error"])
    assert numbers.isna().all(axis=None)
    large, larger, cut, other = broken["error"]
    assert large == larger == "has more than 200000 bytes and was not read"
    assert cut.startswith("standard input: ")
    assert other.startswith("standard input: is neither an ONNX nor a TFLite model")
