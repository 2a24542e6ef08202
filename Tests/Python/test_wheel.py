"""The wheel: what it says of itself, what it refuses, and a clean environment with it alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import iotco2_graph
import pytest

from fixtures import DS_CNN, ROOT

WHEEL = Path(os.environ["IOTCO2_WHEEL"])
BINARY = Path(iotco2_graph.__file__).parent / "bin/iotco2-graph"
VERSION = re.search(
    r'static let version = "([^"]+)"', (ROOT / "Sources/Reports/Tool.swift").read_text()
)[1]


def test_tests_use_the_installed_package() -> None:
    assert Path(iotco2_graph.__file__).is_relative_to(sys.prefix)


def test_version_and_tag_are_those_of_the_tool() -> None:
    assert iotco2_graph.__version__ == VERSION
    assert re.fullmatch(
        rf"iotco2_graph-{re.escape(VERSION)}-py3-none-"
        r"manylinux_2_17_(\w+)\.manylinux2014_\1\.musllinux_1_1_\1\.whl",
        WHEEL.name,
    )
    with zipfile.ZipFile(WHEEL) as archive:
        names = archive.namelist()
        metadata = archive.read(f"iotco2_graph-{VERSION}.dist-info/METADATA").decode()
        notices = archive.read("iotco2_graph/bin/NOTICES.txt").decode()
    assert {"iotco2_graph/py.typed", "iotco2_graph/bin/iotco2-graph"} <= set(names)
    # What the binary holds asks for its licences where the binary is.
    for holder in ["Dave Benson", "Kirill Simonov", "Jean-loup Gailly", "swift-argument-parser"]:
        assert holder in notices
    assert "You may change the library and link the program with it anew" in notices
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in notices
    assert f"iotco2_graph-{VERSION}.dist-info/licenses/LICENSE" in names
    assert "License-Expression: Apache-2.0\n" in metadata
    assert re.findall("Requires-Dist: (.*)", metadata) == ["pandas; extra == 'pandas'"]


def test_the_wheel_keeps_what_its_tag_says() -> None:
    command = [sys.executable, "-m", "auditwheel", "show", WHEEL]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "The wheel requires no external shared libraries" in shown


def test_the_wheel_is_small() -> None:
    assert WHEEL.stat().st_size <= 9.7e6
    with zipfile.ZipFile(WHEEL) as archive:
        assert archive.getinfo("iotco2_graph/bin/iotco2-graph").file_size <= 25e6


def test_the_binary_needs_nothing_of_the_system(tmp_path: Path) -> None:
    """It runs where there is nothing but itself and /proc, by which Swift's runtime finds it."""
    root = tmp_path / "root"
    (root / "proc").mkdir(parents=True)
    shutil.copy(BINARY, root / "iotco2-graph")
    shutil.copy(DS_CNN, root / "model.tflite")
    (root / "use.yaml").write_text("region: DE\nstartYear: 2024\n")
    (root / "models").mkdir()
    shutil.copy(DS_CNN, root / "models")
    # A user may become root in namespaces of its own, where the system allows it.
    enter = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork"]
    enter += ["--root", str(root), "--mount-proc"]
    probe = subprocess.run([*enter, "/iotco2-graph", "--version"], capture_output=True, text=True)
    if probe.returncode != 0 and "unshare" in probe.stderr:
        pytest.skip(f"no root folder of its own: {probe.stderr.strip()}")

    def inside(*arguments: str) -> str:
        command = [*enter, "/iotco2-graph", *arguments]
        run = subprocess.run(command, capture_output=True, text=True, env={})
        assert run.returncode == 0, run.stderr
        return run.stdout

    def outside(*arguments: str) -> str:
        run = subprocess.run([BINARY, *arguments], cwd=root, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        return run.stdout

    for arguments in [
        ["--version"],
        ["analyze", "model.tflite", "--device", "stm32l4r5", "--format", "json"],
        ["footprint", "model.tflite", "--device", "stm32l4r5", "--deployment", "use.yaml"],
        ["scan", "models", "--device", "stm32l4r5", "--jobs", "4"],
    ]:
        assert inside(*arguments) == outside(*arguments)


def test_a_clean_environment_needs_the_wheel_alone(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run([*pip, "install", "-q", "--no-index", "--no-cache-dir", WHEEL], check=True)

    def output(*command: str | Path) -> str:
        # Neither the repository nor this environment is where the command could find anything.
        run = subprocess.run(
            command, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    program = (
        "import sys, iotco2_graph; report = iotco2_graph.analyze(sys.argv[1], device='stm32l4r5')\n"
        "print(report.totals.macs, report.latency.unit)\n"
        "try: report.frame()\n"
        "except ImportError as error: print(error)"
    )
    assert output(python, "-I", "-c", program, DS_CNN).splitlines() == [
        "2656768 s",
        "a frame needs pandas: pip install 'iotco2-graph[pandas]'",
    ]
    assert output(python.with_name("iotco2-graph"), "--version").startswith(
        f"iotco2-graph {VERSION}\n"
    )
    assert output(python, "-m", "iotco2_graph", "devices", "list")


def test_the_command_keeps_arguments_input_and_exit_code() -> None:
    command = Path(sys.executable).with_name("iotco2-graph")
    run = subprocess.run([command, "analyze", "-"], input=b"no model", capture_output=True)
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.startswith(b"error: standard input: is neither")


def test_what_is_no_static_program_makes_no_wheel(tmp_path: Path) -> None:
    def refusal(binary: Path) -> str:
        build = [ROOT / "Python" / "build.sh", binary, tmp_path / "wheels"]
        run = subprocess.run(build, capture_output=True, text=True)
        assert run.returncode != 0
        return run.stderr.splitlines()[-1]

    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    assert refusal(script) == f"RuntimeError: {script}: is not an executable file"
    script.chmod(0o755)
    assert refusal(script).startswith(f"RuntimeError: {script}: is not an ELF file")
    assert "is not static, it needs libtinfo.so." in refusal(Path("/bin/bash"))
    assert not (tmp_path / "wheels").exists() or not list((tmp_path / "wheels").iterdir())
