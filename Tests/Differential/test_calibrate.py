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


def report(profile: Path, model: Path = MODEL) -> dict:
    return json.loads(command("analyze", str(model), "--device", str(profile), "--format", "json"))


def latency(profile: Path) -> dict:
    return report(profile)["estimate"]["latency"]


def test_one_measurement_gives_the_speed(tmp_path: Path) -> None:
    """Twice as slow as predicted: the network has the measured time, another as much more."""
    shutil.copy(MODEL, tmp_path / "model.tflite")
    measured = 2 * latency(PROFILE)["value"]
    rows = tmp_path / "rows.csv"
    rows.write_text(
        "device,core,runtime,model,clock_mhz,latency_ms\n"
        f"stm32f746,cortex-m7,x-cube-ai,model.tflite,216,{measured * 1000}\n"
    )
    fitted = tmp_path / "fitted.json"
    command("calibrate", str(PROFILE), "--measurements", str(rows), "--output", str(fitted))
    assert latency(fitted)["provenance"] == "measured"
    assert abs(latency(fitted)["value"] / measured - 1) < 1e-3
    other = ROOT / "Fixtures" / "tflite" / "autoencoder_int8.tflite"
    if other.exists():
        slower = report(fitted, other)["estimate"]["latency"]["value"]
        assert 1.5 < slower / report(PROFILE, other)["estimate"]["latency"]["value"] < 2.5
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


def facts(folder: Path, **changes: object) -> Path:
    """The same device without any rate, and with other facts of its runtime."""
    profile = json.loads(PROFILE.read_text())
    runtime = next(r for r in profile["runtimes"] if r["name"] == "x-cube-ai")
    for key in ("overheadPerInference", "discrepancy", "spread", "releases", "calibration"):
        runtime.pop(key, None)
    runtime.pop("releaseBasis", None)
    runtime.pop("release", None)
    unit = runtime["units"][0]
    for key in ("cyclesPerMAC", "cyclesPerOp", "cyclesPerResult", "precisionFactors"):
        unit.pop(key, None)
    unit.pop("overheadPerKernel", None)
    unit.pop("staticPower", None)
    runtime["name"] = changes.get("runtime", runtime["name"])
    unit["core"] = changes.get("core", unit["core"])
    profile.update(name="my-board", runtimes=[runtime], defaultRuntime=runtime["name"])
    path = folder / "my-board.json"
    path.write_text(json.dumps(profile))
    return path


def test_facts_alone_are_enough(tmp_path: Path) -> None:
    board = facts(tmp_path)
    command("calibrate", str(board), "--in-place")
    time = latency(board)
    assert time["low"] < time["value"] < time["high"]
    assert abs(time["value"] / latency(PROFILE)["value"] - 1) < 0.5


def test_a_runtime_and_a_core_that_nobody_measured(tmp_path: Path) -> None:
    """One row, whose network is then measured; the table of comparison goes to standard output."""
    board = facts(tmp_path, runtime="my-runtime", core="my-core")
    shutil.copy(MODEL, tmp_path / "model.tflite")
    (tmp_path / "rows.csv").write_text("model,latency_ms,power_mW\nmodel.tflite,40,100\n")
    table = command(
        "calibrate", str(board), "--measurements", str(tmp_path / "rows.csv"), "--in-place"
    )
    assert "model.tflite" in table and "40.0 ms" in table and "1 row used" in table
    assert latency(board)["value"] == 0.04
    energy = report(board)["estimate"]["energy"]
    assert abs(energy["value"] / 0.004 - 1) < 1e-3 and energy["provenance"] == "measured"


def test_mistakes_are_answered(tmp_path: Path) -> None:
    board = facts(tmp_path)
    shutil.copy(MODEL, tmp_path / "model.tflite")
    rows = tmp_path / "rows.csv"
    for text, message in (
        ("model,latency\nmodel.tflite,1\n", "did you mean 'latency_ms'?"),
        ("model,latency_ms\nmodel.tflite,0.02\n", "is it in seconds? then write 20"),
        ("model,latency_ms\nmodle.tflite,20\n", "row 2: model 'modle.tflite' is not there"),
    ):
        rows.write_text(text)
        run = subprocess.run(
            [
                os.environ["IOTCO2_GRAPH"],
                "calibrate",
                str(board),
                "--measurements",
                str(rows),
                "--in-place",
            ],
            capture_output=True,
            text=True,
        )
        assert run.returncode == 2 and message in run.stderr, run.stderr
        assert not (tmp_path / "my-board.rates.json").exists()
