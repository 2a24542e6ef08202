"""Measures what models take on this machine, and writes the table that ``calibrate`` reads.

    python3 measure.py models/ -o table.csv

This file needs Python 3.9 and a runtime (``onnxruntime`` or ``ai-edge-litert``, which bring numpy
along) and nothing else, so it can be copied to a board. It is also the command
``iotco2-graph-measure`` of the package ``iotco2-graph``. For microcontrollers it reads serial logs
and captures of current meters instead of running anything. docs/measure.md describes both.
"""

from __future__ import annotations

import argparse
import csv
import importlib.metadata
import math
import multiprocessing
import os
import platform
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import IO, Any, Protocol

SUFFIXES = {".onnx": "onnxruntime", ".tflite": "litert"}
PACKAGES = {"onnxruntime": "onnxruntime", "litert": "ai-edge-litert"}
Bindings = dict[str, tuple[int, ...]]


class MeasureError(Exception):
    """What cannot be measured, or an input that is no good: one sentence for the user."""


# The table


@dataclass
class Row:
    """A row of the table. Empty columns are unknown."""

    model: str
    runtime: str = ""
    version: str = ""
    core: str = ""
    clock_mhz: str = ""
    latency_ms: str = ""
    latency_low_ms: str = ""
    latency_high_ms: str = ""
    energy_uJ: str = ""
    power_mW: str = ""
    note: str = ""


def write_table(rows: Sequence[Row], path: Path | None) -> None:
    """Writes the table to a file, whole or not at all, or to standard output without one."""
    if path is None:
        write_rows(rows, sys.stdout)
        return
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with partial.open("w", newline="") as file:
            write_rows(rows, file)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_rows(rows: Sequence[Row], file: IO[str]) -> None:
    writer = csv.DictWriter(file, [column.name for column in fields(Row)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)


def digits(value: float) -> str:
    """A number with six significant digits and no exponent."""
    if value == 0:
        return "0"
    return f"{value:.{max(0, 5 - math.floor(math.log10(abs(value))))}f}"


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies, interpolated between neighbours."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def set_latency(row: Row, seconds: Sequence[float], of_minimum: bool) -> str:
    """Sets the three latencies of a row; returns how, for its note."""
    minimum, median = min(seconds), statistics.median(seconds)
    row.latency_ms = digits(1e3 * (minimum if of_minimum else median))
    # A minimum lies below the 5th percentile, and the interval has to hold it.
    low = minimum if of_minimum else quantile(seconds, 0.05)
    row.latency_low_ms = digits(1e3 * low)
    row.latency_high_ms = digits(1e3 * quantile(seconds, 0.95))
    chosen, other = ("minimum", "median") if of_minimum else ("median", "minimum")
    value = digits(1e3 * (median if of_minimum else minimum))
    return f"{chosen} of {len(seconds)} runs ({other} {value} ms)"


# The machine


@dataclass(frozen=True)
class Machine:
    """What the system says about its processor; `root` is where its files are."""

    root: Path = Path("/")

    def _read(self, path: str) -> str:
        try:
            return (self.root / path).read_text(errors="replace").strip("\0\n ")
        except OSError:
            return ""

    def _processor(self, key: str) -> str:
        match = re.search(rf"^{key}\s*:\s*(.+)$", self._read("proc/cpuinfo"), re.MULTILINE)
        return match.group(1).strip() if match else ""

    def core(self, number: int) -> str:
        """The name of a core as profiles have it (`cortex-a72`), or the processor's own."""
        numbered = re.split(
            r"^processor\s*:\s*(\d+)$", self._read("proc/cpuinfo"), flags=re.MULTILINE
        )
        block = dict(zip(numbered[1::2], numbered[2::2])).get(str(number), "")
        part = re.search(r"^CPU part\s*:\s*(0x[0-9a-f]+)$", block, re.MULTILINE)
        if part and part.group(1) in ARM_PARTS:
            return ARM_PARTS[part.group(1)]
        name = self._processor("model name") or self._processor("Model") or platform.machine()
        return re.sub(r"[^a-z0-9]+", "-", re.sub(r"\(.*?\)", "", name.lower())).strip("-")

    def clock_mhz(self, number: int) -> str:
        """The highest clock of a core that the system states, in megahertz; empty when unknown."""
        path = f"sys/devices/system/cpu/cpu{number}/cpufreq/"
        for name in ("scaling_max_freq", "cpuinfo_max_freq"):
            kilohertz = self._read(path + name)
            if kilohertz.isdigit():
                return digits(int(kilohertz) / 1e3)
        stated = self._processor("cpu MHz")
        return digits(float(stated)) if stated else ""


#: `CPU part` of /proc/cpuinfo, by Arm's technical reference manuals (MIDR_EL1, PartNum).
ARM_PARTS = {
    "0xd03": "cortex-a53",
    "0xd04": "cortex-a35",
    "0xd05": "cortex-a55",
    "0xd07": "cortex-a57",
    "0xd08": "cortex-a72",
    "0xd09": "cortex-a73",
    "0xd0a": "cortex-a75",
    "0xd0b": "cortex-a76",
    "0xd0d": "cortex-a77",
    "0xd41": "cortex-a78",
    "0xd42": "cortex-a78ae",
    "0xc07": "cortex-a7",
    "0xc09": "cortex-a9",
    "0xc0f": "cortex-a15",
}


def pin(threads: int, chosen: list[int] | None) -> list[int]:
    """Keeps this process on cores; returns them, or nothing where the system does not let it.

    Without a choice these are the last cores: the first ones serve interrupts, and where cores
    differ the last ones are usually the fastest.
    """
    if not hasattr(os, "sched_setaffinity"):
        return []
    allowed = sorted(os.sched_getaffinity(0))
    cores = chosen or allowed[-threads:]
    if not set(cores) <= set(allowed):
        raise MeasureError(f"--cores: this process may use {allowed}, not {cores}")
    os.sched_setaffinity(0, cores)
    return cores


# Runtimes


def random_input(dtype: Any, shape: tuple[int, ...]) -> Any:
    """Random values of a numpy type: floats of a normal distribution, all values of 8-bit
    integers; other integers are 0 or 1, which are valid indices, masks and lengths."""
    import numpy

    random = numpy.random.default_rng(0)
    kind = numpy.dtype(dtype)
    if kind.kind in "fV":
        return random.standard_normal(shape).astype(kind)
    if kind.kind == "b":
        return random.integers(0, 2, shape).astype(kind)
    if kind.kind in "iu" and kind.itemsize == 1:
        ends = numpy.iinfo(kind)
        return random.integers(ends.min, ends.max, shape, endpoint=True).astype(kind)
    if kind.kind in "iu":
        return random.integers(0, 2, shape).astype(kind)
    return numpy.full(shape, "", dtype=object)


class Session(Protocol):
    """A model that is ready to run on inputs of its own."""

    def run(self) -> None: ...


class OnnxSession:
    TYPES = {
        "float": "float32",
        "double": "float64",
        "bool": "bool",
        "string": "object",
        "float16": "float16",
        **{f"int{size}": f"int{size}" for size in (8, 16, 32, 64)},
        **{f"uint{size}": f"uint{size}" for size in (8, 16, 32, 64)},
    }

    def __init__(
        self, path: Path, threads: int, bind: Bindings, profile: Path | None = None
    ) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        if profile:
            options.enable_profiling = True
            options.profile_file_prefix = str(profile)
        # An accelerator would be another device.
        self.session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self.inputs = {}
        for value in self.session.get_inputs():
            name = value.type[len("tensor(") : -1]
            if not value.type.startswith("tensor(") or name not in self.TYPES:
                raise MeasureError(f"input '{value.name}' is a {value.type}")
            shape = onnx_shape(value.name, value.shape, bind)
            self.inputs[value.name] = random_input(self.TYPES[name], shape)

    def run(self) -> None:
        self.session.run(None, self.inputs)


def onnx_shape(name: str, shape: Sequence[Any], bind: Bindings) -> tuple[int, ...]:
    """An input's shape, whose open dimensions are bound by their own names or by the input's."""
    if name in bind:
        return bind[name]
    sizes = []
    for place, size in enumerate(shape):
        bound = bind.get(size) if isinstance(size, str) else None
        if isinstance(size, int):
            sizes.append(size)
        elif bound is not None and len(bound) == 1:
            sizes.append(bound[0])
        elif isinstance(size, str):
            raise MeasureError(f"dimension '{size}' of input '{name}' is open: --bind {size}=SIZE")
        else:
            raise MeasureError(f"dimension {place} of input '{name}' is open: --bind {name}=SHAPE")
    return tuple(sizes)


class LiteRTSession:
    def __init__(self, path: Path, threads: int, bind: Bindings) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self.interpreter = Interpreter(model_path=str(path), num_threads=threads)
        for value in self.interpreter.get_input_details():
            name = value["name"]
            if name in bind:
                self.interpreter.resize_tensor_input(value["index"], bind[name])
            elif any(size < 0 for size in value.get("shape_signature", ())):
                raise MeasureError(f"the shape of input '{name}' is open: --bind {name}=SHAPE")
        self.interpreter.allocate_tensors()
        for value in self.interpreter.get_input_details():
            self.interpreter.set_tensor(
                value["index"], random_input(value["dtype"], tuple(value["shape"]))
            )

    def run(self) -> None:
        self.interpreter.invoke()


def open_session(runtime: str, path: Path, threads: int, bind: Bindings) -> Session:
    if runtime == "onnxruntime":
        return OnnxSession(path, threads, bind)
    return LiteRTSession(path, threads, bind)


# Energy


class Meter(Protocol):
    """Gives the energy of a window of time. `title` says of what, for the note."""

    title: str

    def start(self) -> None: ...
    def stop(self) -> float:
        """Joules since `start`."""
        ...


class PowercapMeter:
    """Counters of energy of Linux' powercap (Intel and AMD RAPL): the sum of all packages."""

    def __init__(self, root: Path = Path("/")) -> None:
        self.zones = [
            zone
            for zone in sorted((root / "sys/class/powercap").glob("*:*"))
            if (zone / "name").is_file() and (zone / "name").read_text().startswith("package")
        ]
        if not self.zones:
            raise MeasureError("/sys/class/powercap has no package, so there is no such counter")
        self.begin: list[int] = []
        self.title = f"energy of {len(self.zones)} processor package(s), powercap"
        self._counters()

    def _counters(self) -> list[int]:
        try:
            return [int((zone / "energy_uj").read_text()) for zone in self.zones]
        except PermissionError as error:
            raise MeasureError(f"{error.filename}: only root may read it on this system") from None

    def start(self) -> None:
        self.begin = self._counters()

    def stop(self) -> float:
        total = 0
        for zone, begin, end in zip(self.zones, self.begin, self._counters()):
            # The counter begins at 0 again after its range.
            span = int((zone / "max_energy_range_uj").read_text()) + 1
            total += end - begin if end >= begin else end - begin + span
        return total / 1e6


class SampledMeter:
    """Energy as the mean of samples of power over the window."""

    INTERVAL = 0.01

    def __init__(self, title: str, watts: Callable[[], float]) -> None:
        self.title = title
        self.watts = watts
        self.samples: list[tuple[float, float]] = []
        self.failure: Exception | None = None
        self.is_done = threading.Event()
        self.thread: threading.Thread | None = None

    def _sample(self) -> None:
        while True:
            try:
                self.samples.append((time.monotonic(), self.watts()))
            except (OSError, ValueError, MeasureError) as error:
                self.failure = error
                return
            if self.is_done.wait(self.INTERVAL):
                return

    def start(self) -> None:
        self.samples, self.failure = [], None
        self.is_done.clear()
        self.begin = time.monotonic()
        self.thread = threading.Thread(target=self._sample, daemon=True)
        self.thread.start()

    def stop(self) -> float:
        end = time.monotonic()
        self.is_done.set()
        if self.thread:
            self.thread.join()
        if self.failure or not self.samples:
            raise MeasureError(f"{self.title}: {self.failure or 'gave no sample'}")
        return energy(self.samples, self.begin, end)


def energy(samples: Sequence[tuple[float, float]], begin: float, end: float) -> float:
    """Joules between two times. Power changes linearly between two samples (seconds, watts), and
    is that of the nearest sample before the first and after the last."""

    def power(moment: float, before: tuple[float, float], after: tuple[float, float]) -> float:
        share = (moment - before[0]) / (after[0] - before[0])
        return before[1] + share * (after[1] - before[1])

    first, last = samples[0], samples[-1]
    total = first[1] * max(0.0, min(end, first[0]) - begin)
    total += last[1] * max(0.0, end - max(begin, last[0]))
    for before, after in zip(samples, samples[1:]):
        start, stop = max(begin, before[0]), min(end, after[0])
        if start < stop:
            powers = power(start, before, after) + power(stop, before, after)
            total += (stop - start) * powers / 2
    return total


def hwmon_sensors(root: Path = Path("/")) -> dict[str, Callable[[], float]]:
    """Functions that give watts, by name: `ina3221:VDD_IN` is chip and label."""

    def number(path: Path) -> float:
        return float(path.read_text())

    def power(path: Path) -> float:
        return number(path) / 1e6  # Microwatts.

    def product(current: Path, voltage: Path) -> float:
        return number(current) * number(voltage) / 1e6  # Milliamperes and millivolts.

    found: dict[str, Callable[[], float]] = {}
    for chip in sorted((root / "sys/class/hwmon").glob("hwmon*")):
        chip_name = text_of(chip / "name", chip.name)
        for path in sorted(chip.glob("power*_input")):
            channel = path.name[len("power") : -len("_input")]
            name = text_of(chip / f"power{channel}_label", f"power{channel}")
            found[f"{chip_name}:{name}"] = partial(power, path)
        for path in sorted(chip.glob("curr*_input")):
            channel = path.name[len("curr") : -len("_input")]
            voltage = chip / f"in{channel}_input"
            # A chip that states power has it from the same two.
            if voltage.is_file() and not (chip / f"power{channel}_input").is_file():
                name = text_of(chip / f"in{channel}_label", f"power{channel}")
                found[f"{chip_name}:{name}"] = partial(product, path, voltage)
    return found


def text_of(path: Path, default: str) -> str:
    return path.read_text().strip() if path.is_file() else default


def hwmon_meter(chosen: Sequence[str], root: Path = Path("/")) -> SampledMeter:
    """The sum of the chosen power sensors; without a choice there must be one."""
    sensors = hwmon_sensors(root)
    names = list(chosen) or list(sensors)
    unknown = [name for name in names if name not in sensors]
    if not names or unknown or (not chosen and len(names) > 1):
        known = ", ".join(sensors) or "none"
        wanted = f"no power sensor '{unknown[0]}'" if unknown else "choose sensors by hwmon:NAME"
        raise MeasureError(f"{wanted}; this system has {known}")
    readers = [sensors[name] for name in names]
    return SampledMeter(
        f"power of {' + '.join(names)}, hwmon", lambda: sum(reader() for reader in readers)
    )


def command_meter(command: str) -> SampledMeter:
    """What a command prints: watts, as the last word of its output."""
    words = shlex.split(command)

    def watts() -> float:
        done = subprocess.run(words, capture_output=True, text=True, timeout=10, check=False)
        printed = done.stdout.split()
        try:
            return float(printed[-1])
        except (IndexError, ValueError):
            said = (done.stdout or done.stderr).strip() or "nothing"
            raise MeasureError(f"expected watts as the last word, found {said[:80]!r}") from None

    return SampledMeter(f"power that '{command}' prints", watts)


class FileMeter:
    """A file that a meter writes while models run: Unix time in seconds and watts per line."""

    PATIENCE = 10.0

    def __init__(self, path: Path) -> None:
        self.path = path
        self.title = f"power of {path.name}"
        self.begin = 0.0

    def start(self) -> None:
        self.begin = time.time()

    def stop(self) -> float:
        end = time.time()
        # The meter may write what it measured later.
        while True:
            samples = power_samples(self.path)
            if samples[-1][0] >= end:
                return energy(samples, self.begin, end)
            if time.time() > end + self.PATIENCE:
                raise MeasureError(f"{self.path}: has no power after time {end:.3f}")
            time.sleep(0.1)


def find_meter(source: str, root: Path = Path("/")) -> Meter | None:
    """The meter of `--energy`."""
    kind, _, argument = source.partition(":")
    if source == "auto":
        candidates: list[Callable[[], Meter]] = [
            partial(PowercapMeter, root),
            partial(hwmon_meter, [], root),
        ]
        for candidate in candidates:
            try:
                return candidate()
            except MeasureError:
                continue
        return None
    if source == "none":
        return None
    if source == "powercap":
        return PowercapMeter(root)
    if kind == "hwmon":
        return hwmon_meter([name for name in argument.split(",") if name], root)
    if kind == "command" and argument:
        return command_meter(argument)
    if kind == "meter" and argument:
        return FileMeter(Path(argument))
    raise MeasureError(
        f"--energy: expected auto, none, powercap, hwmon, hwmon:NAME, command:COMMAND or"
        f" meter:FILE, found '{source}'"
    )


# Captures of meters

UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
for prefix, scale in {"": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}.items():
    UNITS.update({f"{prefix}{unit}": scale for unit in "avw"})
HEADER = re.compile(r"^#?\s*(?P<name>[^(\[]*?)\s*(?:[(\[]\s*(?P<unit>[^)\]]*)\s*[)\]])?$")


@dataclass
class Capture:
    """Samples of a meter: seconds, watts, and whether the marker is on."""

    seconds: list[float] = field(default_factory=list)
    watts: list[float] = field(default_factory=list)
    marks: list[bool] = field(default_factory=list)


def read_table(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The header of a CSV file and its lines with their numbers."""

    def lines() -> Iterator[tuple[int, list[str]]]:
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            reader = csv.reader(file)
            for cells in reader:
                if cells:
                    yield reader.line_num, [cell.strip() for cell in cells]

    rows = lines()
    try:
        return next(rows)[1], rows
    except StopIteration:
        raise MeasureError(f"{path}: is empty") from None
    except OSError as error:
        raise MeasureError(f"{path}: {error.strerror}") from None


def column(header: Sequence[str], *words: str) -> tuple[int, float] | None:
    """The place of the first column whose name has one of the words, and its unit in SI's."""
    for place, title in enumerate(header):
        match = HEADER.match(title.strip())
        name = match.group("name").lower() if match else ""
        if match and any(word in name for word in words):
            unit = (match.group("unit") or "").lower()
            if unit and unit not in UNITS:
                raise MeasureError(f"column '{title}': the unit is none of {', '.join(UNITS)}")
            return place, UNITS[unit] if unit else 1.0
    return None


def read_capture(path: Path, volts: float | None, marker: str) -> Capture:
    """A capture with a column of time, one of power or of current (and of voltage, if the supply's
    is not stated), and a marker: a column of 0 and 1, or one of the letters of PPK2's `D0-D7`."""
    header, rows = read_table(path)
    when, power = column(header, "time"), column(header, "power")
    current, voltage = column(header, "current"), column(header, "voltage")
    names = [title.strip().lower() for title in header]
    digital = next((place for place, name in enumerate(names) if name == "d0-d7"), None)
    bit = re.fullmatch(r"d([0-7])", marker.lower())
    place = names.index(marker.lower()) if marker.lower() in names else None
    if place is None and (digital is None or bit is None):
        raise MeasureError(f"{path}: has no column '{marker}' for the marker; found {header}")
    if when is None or (power is None and current is None):
        raise MeasureError(f"{path}: expected columns of time and power or current; found {header}")
    if power is None and voltage is None and volts is None:
        raise MeasureError(f"{path}: has current alone; --supply-volts states the voltage")
    capture = Capture()
    for line, cells in rows:
        try:
            seconds = float(cells[when[0]]) * when[1]
            if power is not None:
                watts = float(cells[power[0]]) * power[1]
            else:
                assert current is not None
                supply = float(cells[voltage[0]]) * voltage[1] if voltage and not volts else volts
                watts = float(cells[current[0]]) * current[1] * (supply or 0.0)
            if place is not None:
                mark = is_on(cells[place])
            else:
                assert bit is not None and digital is not None
                mark = is_on(cells[digital][int(bit.group(1))])
        except (ValueError, IndexError):
            raise MeasureError(f"{path}:{line}: expected numbers, found {cells}") from None
        if capture.seconds and seconds <= capture.seconds[-1]:
            raise MeasureError(f"{path}:{line}: time {seconds:g} s is not after the line before")
        capture.seconds.append(seconds)
        capture.watts.append(watts)
        capture.marks.append(mark)
    return capture


def is_on(cell: str) -> bool:
    """Whether a marker is on; PPK2's `X` is a sample in which it is on for a part."""
    return cell == "X" or float(cell) > 0.5


def windows(capture: Capture) -> list[tuple[float, float]]:
    """Seconds and joules from each rise of the marker to its fall; a sample holds until the next.

    What is cut off at an end of the capture does not count.
    """
    found: list[tuple[float, float]] = []
    begin: float | None = None
    joules = 0.0
    for place in range(1, len(capture.seconds)):
        now, before = capture.marks[place], capture.marks[place - 1]
        if before and begin is not None:
            span = capture.seconds[place] - capture.seconds[place - 1]
            joules += capture.watts[place - 1] * span
        if now and not before:
            begin, joules = capture.seconds[place], 0.0
        elif before and not now and begin is not None:
            found.append((capture.seconds[place] - begin, joules))
            begin = None
    return found


def idle_power(capture: Capture) -> float:
    """Watts while the marker is off."""
    values = [watts for watts, mark in zip(capture.watts, capture.marks) if not mark]
    if not values:
        raise MeasureError("the marker is never off, so idle power is unknown")
    return statistics.fmean(values)


def power_samples(path: Path) -> list[tuple[float, float]]:
    """Seconds and watts of a meter's file, with a header or without."""
    samples = []
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            for line, cells in enumerate(csv.reader(file), 1):
                try:
                    samples.append((float(cells[0]), float(cells[1])))
                except (ValueError, IndexError):
                    if line > 1 and cells:
                        raise MeasureError(
                            f"{path}:{line}: expected time and watts, found {cells}"
                        ) from None
    except OSError as error:
        raise MeasureError(f"{path}: {error.strerror}") from None
    if not samples:
        raise MeasureError(f"{path}: has no line of time and watts")
    return samples


SERIAL_LINE = re.compile(r"^\s*(?P<model>[^,\s][^,]*?)\s*,\s*(?P<ticks>\d+)\s*$")


def read_serial(path: Path, tick_rate: float) -> dict[str, list[float]]:
    """Seconds by model from lines `model,ticks`; other lines of a log are its own business."""
    found: dict[str, list[float]] = {}
    try:
        text = path.read_text(errors="replace")
    except OSError as error:
        raise MeasureError(f"{path}: {error.strerror}") from None
    for line in text.splitlines():
        match = SERIAL_LINE.match(line)
        if match and int(match["ticks"]) > 0:
            found.setdefault(match["model"], []).append(int(match["ticks"]) / tick_rate)
    if not found:
        raise MeasureError(f"{path}: has no line of the form model,ticks")
    return found


# What is asked for


@dataclass(frozen=True)
class Settings:
    """How models are run."""

    threads: int = 1
    warm_up: int = 5
    repetitions: int = 30
    seconds: float = 1.0
    cores: list[int] | None = None
    bind: Bindings = field(default_factory=dict)
    of_minimum: bool = False
    of_processor: bool = False
    runtime: str = ""
    energy: str = "auto"
    subtract_idle: bool = False
    profiles: Path | None = None
    root: Path = Path("/")


def timed(session: Session, settings: Settings) -> list[float]:
    """Seconds of each run after the warm-up."""
    clock = time.process_time_ns if settings.of_processor else time.perf_counter_ns
    for _ in range(settings.warm_up):
        session.run()
    seconds: list[float] = []
    until = time.perf_counter() + settings.seconds
    while len(seconds) < settings.repetitions or time.perf_counter() < until:
        begin = clock()
        session.run()
        seconds.append((clock() - begin) / 1e9)
    return seconds


def set_energy(row: Row, session: Session, meter: Meter, settings: Settings) -> str:
    """Sets energy and power of a row from a second window of runs, so that reading a meter does
    not disturb the times; returns how, for the note."""
    idle = 0.0
    if settings.subtract_idle:
        meter.start()
        begin = time.monotonic()
        time.sleep(2.0)
        joules = meter.stop()
        idle = joules / (time.monotonic() - begin)
    count = 0
    meter.start()
    begin = time.monotonic()
    while count < settings.repetitions or time.monotonic() - begin < max(2.0, settings.seconds):
        session.run()
        count += 1
    span = time.monotonic() - begin
    joules = meter.stop() - idle * span
    row.energy_uJ, row.power_mW = digits(1e6 * joules / count), digits(1e3 * joules / span)
    subtracted = f"{digits(idle)} W of idle power subtracted" if settings.subtract_idle else ""
    return f"{meter.title}, {subtracted or 'idle power not subtracted'}"


def measure_model(path: Path, name: str, settings: Settings) -> Row:
    """Runs a model in this process, which is pinned from here on."""
    runtime = SUFFIXES[path.suffix.lower()]
    cores = pin(settings.threads, settings.cores)
    session = open_session(runtime, path, settings.threads, settings.bind)
    seconds = timed(session, settings)
    machine = Machine(settings.root)
    core = cores[-1] if cores else 0
    row = Row(
        model=name,
        runtime=settings.runtime or runtime,
        version=importlib.metadata.version(PACKAGES[runtime]),
        core=machine.core(core),
        clock_mhz=machine.clock_mhz(core),
    )
    notes = [set_latency(row, seconds, settings.of_minimum)]
    place = "on core " + " ".join(map(str, cores)) if cores else "not pinned"
    notes.append(f"{settings.threads} thread{'s' if settings.threads > 1 else ''} {place}")
    if settings.of_processor:
        notes.append("processor time")
    meter = find_meter(settings.energy, settings.root)
    if meter:
        notes.append(set_energy(row, session, meter, settings))
    row.note = "; ".join(notes)
    if settings.profiles and runtime == "onnxruntime":
        write_profile(path, settings)
    return row


def write_profile(path: Path, settings: Settings) -> None:
    """Writes onnxruntime's own profile of as many runs as `MODEL.json`."""
    assert settings.profiles is not None
    target = settings.profiles / f"{path.stem}.json"
    session = OnnxSession(path, settings.threads, settings.bind, target.with_suffix(""))
    for _ in range(settings.repetitions):
        session.run()
    shutil.move(session.session.end_profiling(), target)


def isolated(path: Path, name: str, settings: Settings, timeout: float) -> Row:
    """Measures a model in a process of its own, since a runtime may crash or hang on it.

    Raises MeasureError when it does, or when the model does not run.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send_row, args=(sender, path, name, settings))
    process.start()
    sender.close()
    try:
        if not receiver.poll(timeout):
            raise MeasureError(f"takes longer than {timeout:g} s")
        result = receiver.recv()
    except EOFError:
        process.join()
        raise MeasureError(f"the runtime ended with exit code {process.exitcode}") from None
    finally:
        process.kill()
        process.join()
    if isinstance(result, Row):
        return result
    raise MeasureError(str(result))


def _send_row(sender: Any, path: Path, name: str, settings: Settings) -> None:
    """What `isolated` runs: sends a row, or the text of what went wrong."""
    try:
        sender.send(measure_model(path, name, settings))
    except MeasureError as error:
        sender.send(str(error))
    except ImportError as error:
        package = PACKAGES[SUFFIXES[path.suffix.lower()]]
        sender.send(f"the runtime is not installed (pip install {package}): {error}")
    except Exception as error:  # What runtimes raise has no common base class.
        sender.send(" ".join(f"{type(error).__name__}: {error}".split())[:500])


def find_models(paths: Sequence[Path]) -> list[Path]:
    """Model files, and those of folders and their folders, in order."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES)
            if not inside:
                raise MeasureError(f"{path}: has no .onnx or .tflite file")
            found += inside
        elif not path.is_file():
            raise MeasureError(f"{path}: does not exist")
        elif path.suffix.lower() not in SUFFIXES:
            raise MeasureError(f"{path}: expected a file .onnx or .tflite")
        else:
            found.append(path)
    return found


def measure_captured(arguments: argparse.Namespace) -> list[Row]:
    """Rows from serial logs and captures of a microcontroller."""
    seconds: dict[str, list[float]] = {}
    for path in arguments.serial:
        for model, values in read_serial(path, arguments.tick_rate).items():
            seconds.setdefault(model, []).extend(values)
    captures: dict[str, Path] = dict(arguments.windows)
    rows = []
    for model in dict.fromkeys([*seconds, *captures]):
        row = Row(model=model, clock_mhz=arguments.clock_mhz or "")
        notes = []
        if model in seconds:
            notes.append(set_latency(row, seconds[model], arguments.minimum))
            notes.append(f"ticks of {digits(arguments.tick_rate)} Hz")
        if model in captures:
            notes += set_windows(row, captures[model], arguments)
        row.note = "; ".join(notes)
        rows.append(row)
    return rows


def set_windows(row: Row, path: Path, arguments: argparse.Namespace) -> list[str]:
    """Sets energy and power of a row from a capture, and latency if no log has it."""
    capture = read_capture(path, arguments.supply_volts, arguments.marker)
    count = arguments.inferences_per_window
    found = windows(capture)
    if not found:
        raise MeasureError(f"{path}: the marker '{arguments.marker}' has no rise and fall")
    idle = idle_power(capture) if arguments.subtract_idle else 0.0
    joules = [(energy_ - idle * span) / count for span, energy_ in found]
    powers = [energy_ / span - idle for span, energy_ in found]
    row.energy_uJ = digits(1e6 * statistics.median(joules))
    row.power_mW = digits(1e3 * statistics.median(powers))
    notes = []
    if not row.latency_ms:
        notes.append(set_latency(row, [span / count for span, _ in found], arguments.minimum))
    subtracted = f"{digits(idle)} W of idle power subtracted" if arguments.subtract_idle else ""
    notes.append(f"energy: median of {len(found)} windows of {path.name}")
    return [*notes, subtracted or "idle power not subtracted"]


def bindings(text: str) -> tuple[str, tuple[int, ...]]:
    name, _, sizes = text.rpartition("=")
    if not name or not re.fullmatch(r"[1-9]\d*(x[1-9]\d*)*", sizes):
        raise argparse.ArgumentTypeError(f"expected NAME=8 or NAME=1x3x224x224, found '{text}'")
    return name, tuple(int(size) for size in sizes.split("x"))


def named_file(text: str) -> tuple[str, Path]:
    name, _, path = text.partition("=")
    if not name or not path:
        raise argparse.ArgumentTypeError(f"expected MODEL=FILE, found '{text}'")
    return name, Path(path)


def positive(kind: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            value = 0
        if not (value > 0 and math.isfinite(value)):
            raise argparse.ArgumentTypeError(f"expected a number above 0, found '{text}'")
        return value

    return read


def core_list(text: str) -> list[int]:
    if not re.fullmatch(r"\d+(,\d+)*", text):
        raise argparse.ArgumentTypeError(f"expected numbers like 2,3, found '{text}'")
    return [int(number) for number in text.split(",")]


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(
        prog="iotco2-graph-measure",
        description="Measure models on this machine, or read a microcontroller's logs, as the table"
        " that 'iotco2-graph calibrate --measurements' reads.",
    )
    add = result.add_argument
    add("models", nargs="*", type=Path, help="model files, or folders of them")
    add("-o", "--output", type=Path, help="file of the table instead of standard output")
    run = result.add_argument_group("running models")
    add = run.add_argument
    add("--threads", type=positive(int), default=1, help="threads of the runtime (1)")
    add("--warm-up", type=positive(int), default=5, help="runs before those that count (5)")
    add("--repetitions", type=positive(int), default=30, help="least number of runs (30)")
    add("--seconds", type=positive(float), default=1.0, help="least time of runs (1)")
    alone = "time of the processor, on a machine that does other things too; one thread"
    add("--processor-time", action="store_true", help=alone)
    add("--cores", type=core_list, help="cores to run on, as 2,3 (the last ones)")
    add("--bind", type=bindings, action="append", default=[], metavar="NAME=SIZE",
        help="size of an open dimension, or shape of an input: batch=1, x=1x3x224x224")  # fmt: skip
    name = "name of the runtime in the table, as the profile has it (onnxruntime, litert)"
    add("--runtime", default="", metavar="NAME", help=name)
    add("--timeout", type=positive(float), default=600.0, help="most seconds of a model (600)")
    sources = "auto, none, powercap, hwmon, hwmon:NAME,..., command:COMMAND or meter:FILE"
    add("--energy", default="auto", metavar="SOURCE", help=sources)
    add("--profiles", type=Path, metavar="FOLDER", help="also write onnxruntime's profiles there")
    logs = result.add_argument_group("microcontrollers")
    add = logs.add_argument
    add("--serial", type=Path, action="append", default=[], metavar="LOG",
        help="log with lines model,ticks")  # fmt: skip
    add("--tick-rate", type=positive(float), metavar="HZ", help="ticks per second of the log")
    add("--windows", type=named_file, action="append", default=[], metavar="MODEL=CSV",
        help="capture of a meter with a marker that is on while the model runs")  # fmt: skip
    add("--marker", default="D0", help="column or digital channel of the marker (D0)")
    add("--supply-volts", type=positive(float), help="voltage, for captures of current alone")
    add("--inferences-per-window", type=positive(int), default=1, help="runs per marker (1)")
    add("--clock-mhz", help="clock of the core, for the table")
    both = result.add_argument_group("both")
    add = both.add_argument
    add("--minimum", action="store_true", help="write the minimum as latency, not the median")
    add("--subtract-idle", action="store_true", help="subtract idle power from energy and power")
    return result


def measure(arguments: argparse.Namespace) -> tuple[list[Row], int]:
    """The rows, and how many models did not run."""
    if not (arguments.models or arguments.serial or arguments.windows):
        raise MeasureError("expected models, --serial or --windows")
    if arguments.serial and not arguments.tick_rate:
        raise MeasureError("--serial needs --tick-rate")
    if arguments.processor_time and arguments.threads > 1:
        raise MeasureError("--processor-time adds up all threads, so it needs --threads 1")
    settings = Settings(
        threads=arguments.threads,
        warm_up=arguments.warm_up,
        repetitions=arguments.repetitions,
        seconds=arguments.seconds,
        cores=arguments.cores,
        bind=dict(arguments.bind),
        of_minimum=arguments.minimum,
        of_processor=arguments.processor_time,
        runtime=arguments.runtime,
        energy=arguments.energy,
        subtract_idle=arguments.subtract_idle,
        profiles=arguments.profiles,
    )
    models = find_models(arguments.models)
    find_meter(settings.energy)
    if settings.profiles:
        settings.profiles.mkdir(parents=True, exist_ok=True)
    rows, failures = measure_captured(arguments), 0
    folder = arguments.output.resolve().parent if arguments.output else Path.cwd()
    for path in models:
        name = os.path.relpath(path.resolve(), folder)
        try:
            row = isolated(path, name, settings, arguments.timeout)
            rows.append(row)
            print(f"{path}: {row.latency_ms} ms", file=sys.stderr)
        except MeasureError as error:
            failures += 1
            print(f"error: {path}: {error}", file=sys.stderr)
    return rows, failures


def main(words: Sequence[str] | None = None) -> int:
    """The command. 0 when everything was measured, 1 when a model did not run, 2 for bad input."""
    arguments = parser().parse_args(words)
    try:
        rows, failures = measure(arguments)
        write_table(rows, arguments.output)
    except MeasureError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
