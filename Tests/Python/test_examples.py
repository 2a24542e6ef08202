"""The examples of trackers of experiments, offline: what was logged is read back."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import iotco2_graph
import mlflow
import pandas
import pytest
from iotco2_graph import Report
from wandb.proto import wandb_internal_pb2

from fixtures import DEVICE, DS_CNN, EXAMPLES


@pytest.fixture(scope="module")
def report() -> Report:
    return iotco2_graph.analyze(DS_CNN, device=DEVICE)


def run(example: str, folder: Path, **environment: str) -> None:
    subprocess.run(
        [sys.executable, EXAMPLES / example, DS_CNN, DEVICE],
        cwd=folder,
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        timeout=60,
    )


def test_mlflow(report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = f"sqlite:///{tmp_path}/mlflow.db"
    run("mlflow_logging.py", tmp_path, MLFLOW_TRACKING_URI=store)
    monkeypatch.chdir(tmp_path)
    mlflow.set_tracking_uri(store)
    (logged,) = mlflow.search_runs(search_all_experiments=True, output_format="list")
    assert logged.data.metrics == report.metrics()
    assert logged.data.params == {"device": DEVICE, "iotco2_graph": report.tool_version}
    layers = pandas.read_csv(
        io.StringIO(mlflow.artifacts.load_text(f"{logged.info.artifact_uri}/layers.csv"))
    )
    assert layers["macs"].tolist() == [layer.macs for layer in report.layers]


def test_wandb(report: Report, tmp_path: Path) -> None:
    run("wandb_logging.py", tmp_path, WANDB_MODE="offline", WANDB_SILENT="true")
    (folder,) = tmp_path.glob("wandb/offline-run-*")
    (file,) = folder.glob("*.wandb")
    (history,) = [record.history for record in records(file) if record.HasField("history")]
    logged = {
        "/".join(item.nested_key) or item.key: json.loads(item.value_json) for item in history.item
    }
    metrics = report.metrics()
    assert {name: logged[name] for name in metrics} == pytest.approx(metrics)
    table = json.loads((folder / "files" / logged["layers/path"]).read_text())
    macs = table["columns"].index("macs")
    assert [row[macs] for row in table["data"]] == [layer.macs for layer in report.layers]


def records(file: Path) -> Iterator[wandb_internal_pb2.Record]:
    """Records of an offline run, whose file is a log of LevelDB's form behind 7 bytes.

    Blocks have 32 KiB; a chunk has a checksum of 4 bytes, a length of 2 and a kind of 1, where the
    kinds 1 and 4 end a record. Fewer than 7 bytes at a block's end are padding.
    """
    content = file.read_bytes()
    place, record = 7, b""
    while place < len(content):
        left = 32768 - place % 32768
        if left < 7:
            place += left
            continue
        length = int.from_bytes(content[place + 4 : place + 6], "little")
        record += content[place + 7 : place + 7 + length]
        if content[place + 6] in (1, 4):
            yield wandb_internal_pb2.Record.FromString(record)
            record = b""
        place += 7 + length
