"""The wheel: what it says of itself, what it refuses, and a clean environment with it alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import iotco2_graph

from fixtures import DS_CNN, ROOT

WHEEL = Path(os.environ["IOTCO2_WHEEL"])
VERSION = re.search(
    r'static let version = "([^"]+)"', (ROOT / "Sources/Reports/Tool.swift").read_text()
)[1]


def test_tests_use_the_installed_package() -> None:
    assert Path(iotco2_graph.__file__).is_relative_to(sys.prefix)


def test_version_and_tag_are_those_of_the_tool() -> None:
    assert re.fullmatch(
        rf"iotco2_graph-{re.escape(VERSION)}-py3-none-manylinux_2_\d+_(x86_64|aarch64)\.whl",
        WHEEL.name,
    )
    with zipfile.ZipFile(WHEEL) as archive:
        names = archive.namelist()
        metadata = archive.read(f"iotco2_graph-{VERSION}.dist-info/METADATA").decode()
        notices = archive.read("iotco2_graph/bin/NOTICES.txt").decode()
    assert {"iotco2_graph/py.typed", "iotco2_graph/bin/iotco2-graph"} <= set(names)
    # What the binary holds asks for its licences where the binary is.
    for holder in ["Dave Benson", "JP Simard", "Jean-loup Gailly", "swift-argument-parser"]:
        assert holder in notices
    assert f"iotco2_graph-{VERSION}.dist-info/licenses/LICENSE" in names
    assert "License-Expression: Apache-2.0\n" in metadata
    assert re.findall("Requires-Dist: (.*)", metadata) == ["pandas; extra == 'pandas'"]


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
        "Report.frame() needs pandas: pip install 'iotco2-graph[pandas]'",
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
    # Bash needs a library of terminals, which is not everywhere.
    assert "is not static, it needs libtinfo.so." in refusal(Path("/bin/bash"))
    assert not (tmp_path / "wheels").exists() or not list((tmp_path / "wheels").iterdir())
