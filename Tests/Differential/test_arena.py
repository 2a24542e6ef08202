"""The arena that we plan against the one that TFLite Micro plans and reports.

TFLite Micro's arena has two ends. The head holds what is planned: activations, and the scratch that
its kernels ask for. The tail holds the runtime's own structures, which we do not model.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Run
from models import TFLITE

PROGRAM = """
import sys
from tflite_micro import runtime
interpreter = runtime.Interpreter.from_file(sys.argv[1], arena_size=64 << 20)
interpreter.print_allocations()
"""

#: Bytes of scratch in the head of a file, and what they are for.
SCRATCH = {"single_fc_bias_sub_channel": (64, "4-bit weights, unpacked by the kernel")}

#: The head of the reference models, so that a change in both tools is seen.
KNOWN = {
    "vww_96_int8": 73_728,
    "kws_ref_model.tflite": 16_000,
    "pretrainedResnet_quant": 49_152,
    "ad01_int8": 768,
    "person_detect": 55_296,
    "kws-s": 5_968,
}


def head(path: Path) -> int | None:
    """Bytes of the head of TFLite Micro's arena; None when it does not run the file."""
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=False
    )
    found = re.search(r"head (\d+) bytes", result.stdout + result.stderr)
    return int(found[1]) if found else None


@pytest.mark.parametrize("path", TFLITE)
def test_the_plan_is_that_of_tflite_micro(path: Path, run: Run) -> None:
    measured = head(path)
    for part, bytes_ in KNOWN.items():
        assert part not in path.name or measured == bytes_
    if measured is None:
        pytest.skip("TFLite Micro does not run this file")
    scratch = sum(bytes_ for part, (bytes_, _) in SCRATCH.items() if part in path.name)
    memory = run("analyze", path)["memory"]
    assert memory["greedyPlanBytes"] == measured - scratch
    assert memory["liveLowerBoundBytes"] <= memory["greedyPlanBytes"]
