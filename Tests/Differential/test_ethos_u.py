"""Placement and cycles on Ethos-U of our own networks, compared with Vela's."""

import os
import sys
from pathlib import Path

import pytest

from models import ROOT

sys.path.insert(0, str(ROOT / "Scripts"))
import compare_vela

#: Networks that nothing of the formulas was fitted to.
NETWORKS = sorted((ROOT / "Fixtures" / "tflite").glob("*_int8.tflite"))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Vela wrote of each network, which both tests read."""
    return tmp_path_factory.mktemp("vela")


@pytest.mark.parametrize("configuration", ["ethos-u55-64", "ethos-u55-128", "ethos-u65-256"])
@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_operators_and_cycles_are_velas(path: Path, configuration: str, runs: Path) -> None:
    cycles, on_cpu, _ = compare_vela.vela(path, configuration, runs)
    ours = compare_vela.ours(os.environ["IOTCO2_GRAPH"], path, configuration)
    assert ours.on_cpu == on_cpu
    assert ours.cycles == pytest.approx(cycles, rel=0.35)


@pytest.mark.parametrize(
    ("configuration", "memory"), [("ethos-u55-128", "SRAM"), ("ethos-u65-256", "DRAM")]
)
def test_memory_is_velas(configuration: str, memory: str, runs: Path) -> None:
    """The interval holds what Vela says of networks that it was not made with."""
    inside = told = 0
    for path in NETWORKS:
        report = compare_vela.report(os.environ["IOTCO2_GRAPH"], path, configuration)
        stated = report["memory"].get(f"vela{memory}")
        if stated is None:
            continue
        used = compare_vela.vela_memory(path, configuration, memory.lower(), runs)
        told += 1
        inside += stated["low"] <= used <= stated["high"]
    assert told >= 4
    assert inside >= 0.9 * told
