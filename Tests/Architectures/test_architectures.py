"""Graphs of named networks: each has what was published for it, and each can be analyzed.

make architectures    (writes them into .build-architectures before)
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("IOTCO2_GRAPH", str(ROOT / ".build-release/release/iotco2-graph"))
if "/" in BINARY:
    BINARY = str((ROOT / BINARY).resolve())
FOLDER = Path(os.environ.get("ARCHITECTURES", ROOT / ".build-architectures"))

sys.path.insert(0, str(ROOT / "Scripts"))
import architectures  # noqa: E402


def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "Data/measurements" / name).open(newline="") as file:
        return list(csv.DictReader(file))


def run(command: str, name: str, *options: str) -> str:
    return subprocess.run(
        [BINARY, command, str(FOLDER / name), *options], text=True, capture_output=True, check=True
    ).stdout


def analysis(name: str) -> dict:
    return json.loads(run("analyze", name, "--format", "json"))


@pytest.mark.parametrize("row", rows("published_counts.csv"), ids=lambda row: row["name"])
def test_counts_are_those_published(row: dict[str, str]) -> None:
    totals = analysis(row["name"])["totals"]
    for key in ("macs", "parameters"):
        if row[key]:
            assert totals[key] == pytest.approx(int(row[key]), rel=float(row["tolerance"])), key


@pytest.mark.parametrize("name", architectures.names())
def test_every_cost_is_known(name: str) -> None:
    result = analysis(name)
    assert result["totals"]["isComplete"]
    assert result["coverage"]["unknownOperators"] == []
    assert result["coverage"]["dynamicDimensions"] == []
    lines = run("terms", name).splitlines()[1:]
    assert lines and all(line.startswith(f"{name},") for line in lines)


def test_every_architecture_of_a_row_exists_and_has_one_family() -> None:
    families: dict[str, str] = {}
    for row in rows("named_models.csv"):
        assert row["architecture"] in architectures.names()
        assert families.setdefault(row["architecture"], row["family"]) == row["family"]


def test_a_tables_row_has_one_architecture() -> None:
    keys = [(row["table"], row["name"], row["input"]) for row in rows("named_models.csv")]
    assert len(keys) == len(set(keys))
