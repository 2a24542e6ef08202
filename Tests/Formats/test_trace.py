"""A number in Markdown can be traced: its assumptions and the grid table give it again.

IOTCO2_GRAPH names the binary under test.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path.append(str(ROOT / "Scripts"))
import trace_markdown  # noqa: E402

BINARY = Path(os.environ.get("IOTCO2_GRAPH", "iotco2-graph")).resolve()
INT8, FLOAT = "Fixtures/tflite/ds_cnn_int8.tflite", "Fixtures/tflite/ds_cnn_float32.tflite"
SPOTTER = ["--deployment", "docs/case-studies/deployment.yaml"]
CASES = {
    "microcontroller": [INT8, "--device", "stm32l4r5", "--region", "DE", *SPOTTER],
    "product": [
        *[FLOAT, "--device", "esp32-s3", "--region", "SE", *SPOTTER],
        *["--product", "docs/case-studies/spotter-esp32-s3.yaml"],
    ],
    "computer": [INT8, "--device", "raspberry-pi-4", "--region", "IN", *SPOTTER],
    "rare": [FLOAT, "--device", "rp2040", "--region", "US-CA", "--inferences-per-day", "10"],
    "time": [
        *[INT8, "--device", "rp2040", "--region", "FR", "--inferences-per-day", "1000"],
        *["--attribution", "activeTime"],
    ],
}
#: The form that is read, with numbers of a calculation by hand.
EXAMPLE = """\
### Carbon of `a.tflite` on board

| per inference | value | interval |
|---|---:|---|
| energy from supply | 36.0 mJ | 20.0 mJ to 60.0 mJ |
| operational carbon | 3.30 µgCO2e | 2.00 µgCO2e to 5.00 µgCO2e |
| embodied carbon | 13.7 µgCO2e | 9.00 µgCO2e to 20.0 µgCO2e |
| total carbon (SCI) | 17.0 µgCO2e | 12.0 µgCO2e to 23.0 µgCO2e |

#### Assumptions

- Grid: Germany (DE), 2025, 330 gCO2e/kWh
- Attribution: wholeDevice
- Inferences per day: 100,000
- Lifetime: 4.00 years
- Energy from supply per inference: 36.0 mJ
- Embodied carbon of the product: 2.00 kgCO2e

iotco2-graph 0.1.0.
"""


def test_the_example_is_traced():
    (operational, stated, grams), (embodied, *others) = trace_markdown.trace(EXAMPLE)
    assert (operational, embodied) == ("operational carbon", "embodied carbon")
    assert stated == pytest.approx(3.3e-6) and grams == pytest.approx(36e-3 * 329.65 / 3.6e6)
    assert others == [pytest.approx(13.7e-6), pytest.approx(2000 / (100_000 * 365.25 * 4))]


@pytest.mark.parametrize(
    ("line", "change", "status"),
    [
        ("36.0 mJ\n", "36.0 mJ\n", 0),
        ("inference: 36.0 mJ", "inference: 40.0 mJ", 1),
        ("(DE), 2025", "(DE), 1999", 2),
        ("- Lifetime: 4.00 years\n", "", 2),
        ("#### Assumptions", "#### Others", 2),
    ],
)
def test_the_script_reports_by_its_exit_code(line, change, status):
    command = [sys.executable, ROOT / "Scripts/trace_markdown.py"]
    text = EXAMPLE.replace(line, change)
    assert subprocess.run(command, input=text, text=True, capture_output=True).returncode == status


@pytest.mark.parametrize("name", CASES)
def test_a_footprint_is_traced(name):
    command = [BINARY, "footprint", *CASES[name], "--format", "markdown"]
    markdown = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    try:
        rows = trace_markdown.trace(markdown)
    except trace_markdown.Missing as missing:
        pytest.skip(f"the Markdown of footprints cannot be traced yet: {missing}")
    for what, stated, recomputed in rows:
        assert trace_markdown.agrees(stated, recomputed), (what, stated, recomputed)
