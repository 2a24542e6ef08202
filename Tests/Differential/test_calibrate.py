"""A board's own measurement, through the command: what a user of `calibrate` does."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "Fixtures" / "tflite" / "ds_cnn_int8.tflite"


def command(*arguments: str) -> str:
    return subprocess.run(
        [os.environ["IOTCO2_GRAPH"], *arguments],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout


#: A device that nobody measured, with facts and rates in one file.
PROFILE = Path(tempfile.mkdtemp()) / "stm32f746.json"
PROFILE.write_text(command("devices", "show", "stm32f746", "--json"))


def report(profile: Path) -> dict:
    return json.loads(command("analyze", str(MODEL), "--device", str(profile), "--format", "json"))


def latency(profile: Path) -> dict:
    return report(profile)["estimate"]["latency"]


def test_one_measurement_gives_the_speed(tmp_path: Path) -> None:
    """Twice as slow as predicted: the prediction goes all but a tenth of the way."""
    shutil.copy(MODEL, tmp_path / "model.tflite")
    measured = 2 * latency(PROFILE)["value"]
    rows = tmp_path / "rows.csv"
    rows.write_text(
        "device,core,runtime,model,clock_mhz,latency_ms\n"
        f"stm32f746,cortex-m7,x-cube-ai,model.tflite,216,{measured * 1000}\n"
    )
    fitted = tmp_path / "fitted.json"
    command("calibrate", str(PROFILE), "--measurements", str(rows), "--output", str(fitted))
    assert abs(latency(fitted)["value"] / measured - 1) < 0.1
    record = next(runtime["calibration"] for runtime in json.loads(fitted.read_text())["runtimes"])
    assert (record["rows"], record["networks"], record["errorsBy"]) == (1, 1, "network")


def test_times_of_layers_teach_their_kind(tmp_path: Path) -> None:
    """Depthwise layers three times as slow as predicted, pointwise ones as predicted."""
    shutil.copy(MODEL, tmp_path / "model.tflite")
    layers = report(PROFILE)["layers"]
    lines = ["device,core,runtime,model,layer,clock_mhz,latency_ms"]
    wanted = {}
    for layer in layers:
        if "time" in layer and layer["operator"] in ("Conv2D", "DepthwiseConv2D"):
            slower = 3 if layer["operator"] == "DepthwiseConv2D" else 1
            wanted[layer["index"]] = slower * layer["time"]["value"]
            lines.append(
                f"stm32f746,cortex-m7,x-cube-ai,model.tflite,{layer['index']},216,"
                f"{wanted[layer['index']] * 1000}"
            )
    rows = tmp_path / "rows.csv"
    rows.write_text("\n".join(lines) + "\n")
    fitted = tmp_path / "fitted.json"
    command("calibrate", str(PROFILE), "--measurements", str(rows), "--output", str(fitted))
    for layer in report(fitted)["layers"]:
        if layer["index"] in wanted:
            assert abs(layer["time"]["value"] / wanted[layer["index"]] - 1) < 0.25
