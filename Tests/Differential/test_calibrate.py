"""A board's own measurement, through the command: what a user of `calibrate` does."""

import json
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "Fixtures" / "tflite" / "ds_cnn_int8.tflite"
#: A device that nobody measured.
PROFILE = ROOT / "Sources" / "HardwareMapping" / "Devices" / "stm32f746.json"


def command(*arguments: str) -> str:
    return subprocess.run([os.environ["IOTCO2_GRAPH"], *arguments], check=True, cwd=ROOT,
                          capture_output=True, text=True).stdout


def latency(profile: Path) -> dict:
    report = json.loads(command("analyze", str(MODEL), "--device", str(profile), "--format", "json"))
    return report["estimate"]["latency"]


def test_one_measurement_gives_the_speed(tmp_path: Path) -> None:
    """Twice as slow as predicted: the prediction goes all but a tenth of the way."""
    shutil.copy(MODEL, tmp_path / "model.tflite")
    measured = 2 * latency(PROFILE)["value"]
    rows = tmp_path / "rows.csv"
    rows.write_text("device,core,stack,model,clock_mhz,latency_ms\n"
                    f"stm32f746,cortex-m7,x-cube-ai,model.tflite,216,{measured * 1000}\n")
    fitted = tmp_path / "fitted.json"
    command("calibrate", str(PROFILE), "--measurements", str(rows), "--output", str(fitted))
    assert abs(latency(fitted)["value"] / measured - 1) < 0.1
    record = next(stack["calibration"] for stack in json.loads(fitted.read_text())["stacks"])
    assert (record["rows"], record["networks"], record["errorsBy"]) == (1, 1, "network")
