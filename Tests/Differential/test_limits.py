"""No file takes more time and memory than its size allows."""

import os
import subprocess
from pathlib import Path

import pytest

from large_files import DENSE, LONG

#: Of the processor, for files of at most 2 MB.
SECONDS = 2
#: MiB besides four times the file's size. Estimates, changes and pages hold all layers.
MEMORY = {"text": 64, "json": 64, "html": 96, "device": 96, "hotspots": 128, "inspect": 96}
COMMANDS = {
    "text": ["analyze"],
    "json": ["analyze", "--format", "json"],
    "html": ["analyze", "--format", "html"],
    "device": ["analyze", "--device", "stm32l4r5", "--format", "json"],
    "hotspots": ["hotspots", "--device", "stm32l4r5"],
    "inspect": ["inspect", "--format", "json"],
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("limits")
    made = {}
    for name, make in (LONG | DENSE).items():
        made[name] = folder / name
        made[name].write_bytes(make())
    return made


def used(arguments: list[str]) -> tuple[int, float, float, str]:
    """Exit code, seconds of the processor, MiB of memory, and the error."""
    process = subprocess.Popen(
        [os.environ["IOTCO2_GRAPH"], *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = usage.ru_utime + usage.ru_stime
    return process.returncode, seconds, usage.ru_maxrss / 1024, error


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", [*LONG, *DENSE])
def test_time_and_memory_are_bounded(command: str, name: str, files: dict[str, Path]) -> None:
    code, seconds, memory, error = used([*COMMANDS[command], str(files[name])])
    assert code == 0 or (name in DENSE and code == 2), error
    assert code == 0 or (error.startswith("error: ") and error.count("\n") == 1), error
    assert seconds <= SECONDS
    base = 64 if name in DENSE else MEMORY[command]
    assert memory <= base + 4 * files[name].stat().st_size / 2**20


@pytest.mark.parametrize(
    ("name", "callee"),
    [("functions of functions.onnx", "function 'local.f0'"), ("composites.tflite", "subgraph 14 ")],
)
def test_what_is_refused_is_named_with_count_and_limit(
    name: str, callee: str, files: dict[str, Path]
) -> None:
    code, _, _, error = used(["analyze", str(files[name])])
    assert code == 2
    assert callee in error and " times or more, and calls make more than 82" in error
