"""`iotco2_graph.measure`: energy by hand, captures, logs, the system's files, and real runs."""

from __future__ import annotations

import csv
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from iotco2_graph import measure
from iotco2_graph.measure import Machine, MeasureError

from fixtures import DS_CNN, DS_CNN_DYNAMIC

FILE = Path(measure.__file__)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def place(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (1.0, "1.00000"), (0.0412345678, "0.0412346"), (123456.7, "123457"),
     (1234567.8, "1234568")],
)  # fmt: skip
def test_digits(value: float, text: str) -> None:
    assert measure.digits(value) == text


@pytest.mark.parametrize(
    ("values", "share", "result"),
    [([3.0, 1.0, 2.0], 0.5, 2.0), ([0.0, 10.0], 0.05, 0.5), ([7.0], 0.95, 7.0)],
)
def test_quantile(values: list[float], share: float, result: float) -> None:
    assert measure.quantile(values, share) == pytest.approx(result)


@pytest.mark.parametrize(
    ("of_minimum", "stated"),
    [(False, ("2.00000", "1.10000", "2.90000")), (True, ("1.00000", "1.00000", "2.90000"))],
)
def test_the_interval_holds_the_latency(of_minimum: bool, stated: tuple[str, str, str]) -> None:
    row = measure.Row("model.onnx")
    measure.set_latency(row, [0.001, 0.002, 0.003], of_minimum)
    assert (row.latency_ms, row.latency_low_ms, row.latency_high_ms) == stated


# 2 W for a second, then linearly to 4 W at 2 s: 2 J and 3 J.
RAMP = [(0.0, 2.0), (1.0, 2.0), (2.0, 4.0)]


@pytest.mark.parametrize(
    ("begin", "end", "joules"),
    [
        (0.0, 2.0, 5.0),
        (0.5, 1.0, 1.0),
        (1.0, 1.5, 1.25),
        (1.5, 2.0, 1.75),
        # Before the first and after the last sample the power is theirs.
        (-1.0, 0.0, 2.0),
        (2.0, 4.0, 8.0),
        (-1.0, 3.0, 11.0),
        (3.0, 3.5, 2.0),
        (1.25, 1.25, 0.0),
    ],
)
def test_energy(begin: float, end: float, joules: float) -> None:
    assert measure.energy(RAMP, begin, end) == pytest.approx(joules)


# Powercap


def powercap(root: Path, *microjoules: int) -> Path:
    files = {"sys/class/powercap/intel-rapl:0:0/name": "core\n"}
    for number, value in enumerate(microjoules):
        zone = f"sys/class/powercap/intel-rapl:{number}"
        files[f"{zone}/name"] = f"package-{number}\n"
        files[f"{zone}/energy_uj"] = f"{value}\n"
        files[f"{zone}/max_energy_range_uj"] = "999999\n"
    return place(root, files)


def test_powercap(tmp_path: Path) -> None:
    meter = measure.PowercapMeter(powercap(tmp_path, 100, 900_000))
    meter.start()
    # The second counter goes through its range of 1 J: 100,000 uJ to its end and 50,000 more.
    powercap(tmp_path, 250_100, 50_000)
    assert meter.stop() == pytest.approx(0.25 + 0.15)
    assert meter.title == "energy of 2 processor package(s), powercap"


def test_powercap_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match="has no package"):
        measure.PowercapMeter(tmp_path)
    assert measure.find_meter("auto", tmp_path) is None
    assert measure.find_meter("none", powercap(tmp_path, 1)) is None
    assert isinstance(measure.find_meter("auto", tmp_path), measure.PowercapMeter)


# Power sensors

#: An INA219 states power; an INA3221, as on Jetson boards, voltages and currents by channel.
HWMON = {
    "sys/class/hwmon/hwmon0/name": "ina219\n",
    "sys/class/hwmon/hwmon0/power1_input": "2500000\n",
    "sys/class/hwmon/hwmon0/curr1_input": "500\n",
    "sys/class/hwmon/hwmon0/in1_input": "5000\n",
    "sys/class/hwmon/hwmon1/name": "ina3221\n",
    "sys/class/hwmon/hwmon1/in1_label": "VDD_IN\n",
    "sys/class/hwmon/hwmon1/in1_input": "5000\n",
    "sys/class/hwmon/hwmon1/curr1_input": "800\n",
    "sys/class/hwmon/hwmon1/in2_label": "VDD_CPU\n",
    "sys/class/hwmon/hwmon1/in2_input": "1000\n",
    "sys/class/hwmon/hwmon1/curr2_input": "1500\n",
    "sys/class/hwmon/hwmon2/name": "thermal\n",
}


def test_hwmon(tmp_path: Path) -> None:
    sensors = measure.hwmon_sensors(place(tmp_path, HWMON))
    watts = {name: read() for name, read in sensors.items()}
    assert watts == {"ina219:power1": 2.5, "ina3221:VDD_IN": 4.0, "ina3221:VDD_CPU": 1.5}
    meter = measure.find_meter("hwmon:ina219:power1,ina3221:VDD_CPU", tmp_path)
    assert isinstance(meter, measure.SampledMeter)
    assert meter.title == "power of ina219:power1 + ina3221:VDD_CPU, hwmon"
    begin = time.monotonic()
    meter.start()
    time.sleep(0.1)
    assert meter.stop() == pytest.approx(4.0 * (time.monotonic() - begin), rel=0.3)


@pytest.mark.parametrize(
    ("source", "files", "message"),
    [
        ("hwmon", HWMON, "choose sensors by hwmon:NAME; this system has ina219:power1, ina3221"),
        ("hwmon:ina219", HWMON, "no power sensor 'ina219'; this system has ina219:power1"),
        ("hwmon", {}, "choose sensors by hwmon:NAME; this system has none"),
        ("powercap", {}, "has no package"),
        ("wattmeter", {}, "expected auto, none, powercap, hwmon"),
        ("command:", {}, "expected auto"),
    ],
)
def test_bad_sources(source: str, files: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match=message):
        measure.find_meter(source, place(tmp_path, files))


def test_one_sensor_is_found(tmp_path: Path) -> None:
    files = {name: text for name, text in HWMON.items() if "hwmon0" in name}
    meter = measure.find_meter("auto", place(tmp_path, files))
    assert meter is not None and meter.title == "power of ina219:power1, hwmon"


@pytest.mark.parametrize("text", ["echo board draws 1.5", "echo 1.5"])
def test_command(text: str) -> None:
    meter = measure.find_meter(f"command:{text}")
    assert meter is not None
    begin = time.monotonic()
    meter.start()
    time.sleep(0.05)
    assert meter.stop() == pytest.approx(1.5 * (time.monotonic() - begin), rel=0.3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("echo 1.5 W", "expected watts as the last word, found '1.5 W'"),
        ("true", "found 'nothing'"),
        ("no-such-meter", "No such file"),
    ],
)
def test_bad_command(text: str, message: str) -> None:
    meter = measure.command_meter(text)
    meter.start()
    time.sleep(0.02)
    with pytest.raises(MeasureError, match=message):
        meter.stop()


def test_meter_that_writes_a_file(tmp_path: Path) -> None:
    """A meter of 3 W writes its file later than the window ends."""
    path = tmp_path / "meter.csv"
    begin = time.time()
    path.write_text(f"time,watts\n{begin - 1},3\n")

    def write() -> None:
        time.sleep(0.3)
        with path.open("a") as file:
            file.write(f"{time.time()},3\n")

    meter = measure.FileMeter(path)
    thread = threading.Thread(target=write)
    meter.start()
    start = time.time()
    thread.start()
    time.sleep(0.1)
    end = time.time()
    assert meter.stop() == pytest.approx(3 * (end - start), rel=0.3)
    thread.join()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no line of time and watts"),
        ("time,watts\n1,2\n2;3\n", "meter.csv:3: expected time and watts"),
        ("1,2\n", "has no power after time"),
    ],
)
def test_bad_meter_file(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure.FileMeter, "PATIENCE", 0.0)
    path = tmp_path / "meter.csv"
    path.write_text(text)
    meter = measure.FileMeter(path)
    meter.start()
    with pytest.raises(MeasureError, match=message):
        meter.stop()


# Captures

#: 100 mA before, 10 and 20 mA for 2 ms each while the marker is on, as PPK2's application exports.
PPK2 = """Timestamp(ms),Current(uA),D0-D7,D0,D1,D2,D3,D4,D5,D6,D7
0,1000,00000000,0,0,0,0,0,0,0,0
2,10000,10000000,1,0,0,0,0,0,0,0
4,20000,10000000,1,0,0,0,0,0,0,0
6,1000,00000000,0,0,0,0,0,0,0,0
8,30000,10000000,1,0,0,0,0,0,0,0
9,1000,00000000,0,0,0,0,0,0,0,0
12,1000,10000000,1,0,0,0,0,0,0,0
"""
# 3 V: (10 mA + 20 mA) * 3 V * 2 ms, then 30 mA * 3 V * 1 ms; the last window has no end.
PPK2_WINDOWS = [(4e-3, 180e-6), (1e-3, 90e-6)]
#: Current and voltage by columns and a marker by its own name, as Joulescope's and Otii's.
WITH_VOLTAGE = """#time (s), current (A), voltage (V), gpi0
0.000, 0.001, 3.0, 0
0.002, 0.010, 3.0, 1
0.004, 0.020, 3.0, 1
0.006, 0.001, 3.0, 0
0.008, 0.030, 3.0, 1
0.009, 0.001, 3.0, 0
"""
WITH_POWER = """Time [ms],Power [mW],Trigger
0,3,0
2,30,1
4,60,1
6,3,0
8,90,1
9,3,0
"""


@pytest.mark.parametrize(
    ("text", "volts", "marker"),
    [
        (PPK2, 3.0, "D0"),
        # Without the columns of single channels.
        ("\n".join(",".join(line.split(",")[:3]) for line in PPK2.splitlines()), 3.0, "d0"),
        (WITH_VOLTAGE, None, "gpi0"),
        (WITH_POWER, None, "trigger"),
    ],
)
def test_windows(text: str, volts: float | None, marker: str, tmp_path: Path) -> None:
    path = tmp_path / "capture.csv"
    path.write_text(text)
    capture = measure.read_capture(path, volts, marker)
    found = measure.windows(capture)
    assert [pytest.approx(window) for window in PPK2_WINDOWS] == found
    assert measure.idle_power(capture) == pytest.approx(3e-3)


@pytest.mark.parametrize(
    ("text", "volts", "marker", "message"),
    [
        (PPK2, None, "D0", "has current alone; --supply-volts states the voltage"),
        (PPK2, 3.0, "gpi1", "has no column 'gpi1' for the marker"),
        ("time,D0\n0,1\n", None, "D0", "expected columns of time and power or current"),
        ("Time (h),Power (W),D0\n0,1,0\n", None, "D0", "the unit is none of"),
        (WITH_POWER + "10,x,0\n", None, "trigger", "capture.csv:8: expected numbers"),
        (WITH_POWER + "9,3,0\n", None, "trigger", "capture.csv:8: time 0.009 s is not after"),
        (PPK2.replace("9,1000,00000000,0", "9,1000,00000000,-"), 3.0, "D0", ":7: expected numb"),
        ("", None, "D0", "is empty"),
    ],
)
def test_bad_captures(
    text: str, volts: float | None, marker: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "capture.csv"
    path.write_text(text)
    with pytest.raises(MeasureError, match=message):
        measure.read_capture(path, volts, marker)


def test_microcontroller(tmp_path: Path) -> None:
    """A log at 80 MHz with other lines, and a capture of two runs for each rise of the marker."""
    files = {
        "log.txt": "boot v1.2, ok\nkws.tflite,800000\nkws.tflite,1600000\r\n\nheap,free,12\n"
        "vww.tflite , 400000\nkws.tflite,1200000\nkws.tflite,0\n",
        "kws.csv": PPK2,
        "ad.csv": PPK2,
    }
    place(tmp_path, files)
    output = tmp_path / "table.csv"
    words = ["--serial", tmp_path / "log.txt", "--tick-rate", "80e6", "--clock-mhz", "80"]
    words += ["--windows", f"kws.tflite={tmp_path / 'kws.csv'}", "--supply-volts", "3"]
    words += ["--windows", f"ad.tflite={tmp_path / 'ad.csv'}", "--inferences-per-window", "2"]
    assert measure.main([*map(str, words), "-o", str(output)]) == 0
    kws, vww, anomaly = rows_of(output)
    # 10, 15 and 20 ms.
    assert (kws["model"], kws["latency_ms"]) == ("kws.tflite", "15.0000")
    assert (kws["latency_low_ms"], kws["latency_high_ms"]) == ("10.5000", "19.5000")
    # 90 and 45 uJ; 180 uJ in 4 ms and 90 uJ in 1 ms.
    assert (kws["energy_uJ"], kws["power_mW"]) == ("67.5000", "67.5000")
    assert kws["note"] == (
        "median of 3 runs (minimum 10.0000 ms); ticks of 80000000 Hz;"
        " energy: median of 2 windows of kws.csv; idle power not subtracted"
    )
    assert (vww["latency_ms"], vww["energy_uJ"]) == ("5.00000", "")
    # Without ticks, a window is the time: 2 and 0.5 ms.
    assert (anomaly["latency_ms"], anomaly["clock_mhz"]) == ("1.25000", "80")
    assert measure.main([*map(str, words), "--subtract-idle", "-o", str(output)]) == 0
    kws = rows_of(output)[0]
    # 3 mW of idle power: (180 - 12) / 2 and (90 - 3) / 2 uJ.
    assert (kws["energy_uJ"], kws["power_mW"]) == ("63.7500", "64.5000")
    assert kws["note"].endswith("0.00300000 W of idle power subtracted")


# The machine

#: Two Cortex-A53 and two Cortex-A72.
BIG_LITTLE = "".join(
    f"processor\t: {number}\nCPU implementer\t: 0x41\nCPU part\t: {part}\n\n"
    for number, part in enumerate(["0xd03", "0xd03", "0xd08", "0xd08"])
)


def test_machine(tmp_path: Path) -> None:
    clock = "sys/devices/system/cpu/cpu2/cpufreq/scaling_max_freq"
    machine = Machine(place(tmp_path, {"proc/cpuinfo": BIG_LITTLE, clock: "1800000\n"}))
    assert [machine.core(number) for number in (0, 3)] == ["cortex-a53", "cortex-a72"]
    assert (machine.clock_mhz(2), machine.clock_mhz(0)) == ("1800.00", "")
    text = "processor\t: 0\nmodel name\t: Intel(R) Core(TM) i7 CPU @ 2.60GHz\ncpu MHz\t\t: 2592.1\n"
    place(tmp_path, {"proc/cpuinfo": text})
    assert machine.core(0) == "intel-core-i7-cpu-2-60ghz"
    assert machine.clock_mhz(0) == "2592.10"


# Real runs


@pytest.mark.parametrize("runtime", ["onnxruntime", "litert"])
def test_models_run(runtime: str, tmp_path: Path) -> None:
    """One file copied elsewhere is enough; a model that is none does not stop the others."""
    script = tmp_path / "board" / "measure.py"
    models = tmp_path / "models"
    models.mkdir()
    script.parent.mkdir()
    script.write_bytes(FILE.read_bytes())
    fixture = DS_CNN_DYNAMIC if runtime == "onnxruntime" else DS_CNN
    (models / f"a{fixture.suffix}").write_bytes(b"no model")
    (models / f"b{fixture.suffix}").write_bytes(fixture.read_bytes())
    output, meter = tmp_path / "table.csv", "command:echo 2"
    profiles = tmp_path / "profiles"
    words = [models, "-o", output, "--seconds", "0.1", "--bind", "batch=1", "--energy", meter]
    words += ["--profiles", profiles, "--runtime", "own"]
    command = [sys.executable, str(script), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=script.parent)
    assert done.returncode == 1, done.stderr
    assert f"error: {models / 'a'}{fixture.suffix}: " in done.stderr
    (row,) = rows_of(output)
    assert (row["model"], row["runtime"]) == (f"models/b{fixture.suffix}", "own")
    assert row["version"] and row["core"]
    low, middle, high = (float(row[f"latency_{end}ms"]) for end in ("low_", "", "high_"))
    assert 0 < low <= middle <= high
    # 2 W, whatever the time.
    assert float(row["power_mW"]) == pytest.approx(2000, rel=0.02)
    assert float(row["energy_uJ"]) > 0
    assert "1 thread on core" in row["note"]
    assert row["note"].endswith("power that 'echo 2' prints, idle power not subtracted")
    if runtime == "onnxruntime":
        assert "Conv" in (profiles / "b.json").read_text()


def test_processor_time() -> None:
    """A run that waits takes no time of the processor."""

    class Waiting:
        def run(self) -> None:
            time.sleep(0.02)

    settings = measure.Settings(warm_up=1, repetitions=3, seconds=0.01)
    assert min(measure.timed(Waiting(), settings)) >= 0.02
    settings = measure.Settings(warm_up=1, repetitions=3, seconds=0.01, of_processor=True)
    assert max(measure.timed(Waiting(), settings)) < 0.01


def test_console_command() -> None:
    command = Path(sys.prefix) / "bin" / "iotco2-graph-measure"
    done = subprocess.run([command, "--help"], capture_output=True, text=True, check=True)
    assert "--tick-rate" in done.stdout


def test_open_dimension(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert measure.main([str(DS_CNN_DYNAMIC), "-o", str(tmp_path / "table.csv")]) == 1
    assert "dimension 'batch' of input" in capfd.readouterr().err
    assert rows_of(tmp_path / "table.csv") == []


def crash(*_: object) -> None:
    import os
    import signal

    os.kill(os.getpid(), signal.SIGSEGV)


@pytest.mark.parametrize(
    ("what", "timeout", "message"),
    [
        (crash, 60.0, "the runtime ended with exit code -11"),
        (lambda *_: time.sleep(60), 1.0, "takes longer than 1 s"),
    ],
)
def test_crash(
    what: Callable[..., None], timeout: float, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Functions of a test are not found by name in a new interpreter.
    context = measure.multiprocessing.get_context("fork")
    monkeypatch.setattr(measure.multiprocessing, "get_context", lambda _: context)
    monkeypatch.setattr(measure, "measure_model", what)
    with pytest.raises(MeasureError, match=message):
        measure.isolated(DS_CNN, "x", measure.Settings(), timeout)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "expected models, --serial or --windows"),
        (["none.onnx"], "none.onnx: does not exist"),
        (["--serial", "log"], "--serial needs --tick-rate"),
        (["--serial", "log", "--tick-rate", "1"], "log: No such file or directory"),
        ([str(FILE)], "expected a file .onnx or .tflite"),
        ([str(FILE.parent)], "has no .onnx or .tflite file"),
        ([str(DS_CNN), "--energy", "x"], "--energy: expected auto"),
        ([str(DS_CNN), "--processor-time", "--threads", "2"], "it needs --threads 1"),
    ],
)
def test_bad_input(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "table.csv"
    assert measure.main([*words, "-o", str(output)]) == 2
    assert message in capsys.readouterr().err
    assert not output.exists()


@pytest.mark.parametrize(
    "words", [["--bind", "batch"], ["--bind", "x=0"], ["--threads", "0"], ["--cores", "a"],
              ["--windows", "x"], ["--seconds", "nan"]],
)  # fmt: skip
def test_bad_options(words: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        measure.main(words)
    assert stopped.value.code == 2
