"""Runs the command line tool under test."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from models import MODELS, NO_MODELS

Report = dict
Run = Callable[..., Report]


def pytest_configure() -> None:
    """Stops at once without a binary: otherwise every test would fail for the same reason."""
    binary = os.environ.get("IOTCO2_GRAPH", "")
    if not os.access(binary, os.X_OK):
        raise pytest.UsageError(
            f"IOTCO2_GRAPH is '{binary}', expected the path of the iotco2-graph binary to test"
        )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tells when models are missing, since a skipped folder is easy to overlook."""
    if not MODELS.is_dir():
        terminalreporter.write_line(f"only the fixtures were compared: {NO_MODELS}")


@pytest.fixture(scope="session")
def run() -> Run:
    """Calls the tool: run("inspect", path, "--batch", "2") is the parsed report."""
    binary = Path(os.environ["IOTCO2_GRAPH"]).resolve()

    def call(command: str, path: Path, *options: str) -> Report:
        arguments = [binary, command, path, *options, "--format", "json"]
        result = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    return call
