"""The arena that we plan against the one that TFLite Micro plans and reports.

TFLite Micro's arena has two ends. The head holds what is planned: activations, and the scratch
that its kernels ask for. The tail holds what stays: the runtime's own structures, what kernels
keep, and state.
"""

import sys
from pathlib import Path

import pytest

from conftest import Run
from models import MICRO

sys.path.insert(0, str(Path(__file__).parent.parent / "Arena"))
import micro

#: The head of the reference models, so that a change in both tools is seen.
KNOWN = {
    "vww_96_int8": 73_728,
    "kws_ref_model.tflite": 16_000,
    "pretrainedResnet_quant": 49_152,
    "ad01_int8": 768,
    "person_detect": 55_296,
    "kws-s": 5_968,
}


@pytest.mark.parametrize("path", MICRO)
def test_the_plan_is_that_of_tflite_micro(path: Path, run: Run) -> None:
    measured = micro.arena(path)
    if isinstance(measured, str):
        assert not any(part in path.name for part in KNOWN)
        pytest.skip(f"TFLite Micro does not run this file: {measured}")
    for part, bytes_ in KNOWN.items():
        assert part not in path.name or measured.head == bytes_
    memory = run("analyze", path)["memory"]
    assert memory["greedyPlanBytes"] == measured.head
    assert memory["liveLowerBoundBytes"] <= memory["greedyPlanBytes"]
    assert memory["tensorArena"]["recording"]["usedBytes"] == measured.total
