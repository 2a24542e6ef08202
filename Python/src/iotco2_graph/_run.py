"""Finds and runs the command."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path


class Iotco2GraphError(Exception):
    """A run of the command that gave no report."""


class ModelError(Iotco2GraphError, ValueError):
    """What was given is at fault: a model, a device, a policy or another input."""


class ToolError(Iotco2GraphError, RuntimeError):
    """The command could not do its work: output that cannot be written, or an end by a signal."""


def find_binary() -> str:
    """Path of the command: the environment's IOTCO2_GRAPH, or else the package's own.

    Raises FileNotFoundError where there is none.
    """
    path = os.environ.get("IOTCO2_GRAPH") or str(Path(__file__).parent / "bin" / "iotco2-graph")
    if not os.path.isfile(path):
        raise FileNotFoundError(f"{path}: there is no such iotco2-graph")
    return path


def run(
    arguments: Sequence[str], *, content: bytes | None = None, successes: Sequence[int] = (0,)
) -> str:
    """Standard output of the command.

    ``content`` is its standard input, and ``successes`` are the exit codes that come with a report.
    Raises ModelError and ToolError.
    """
    done = subprocess.run(
        [find_binary(), *arguments], input=content or b"", capture_output=True, check=False
    )
    if done.returncode in successes:
        return done.stdout.decode()
    message = done.stderr.decode(errors="replace").strip()
    if message.startswith("error: "):
        message = message[len("error: ") :]
    if done.returncode == 2:
        raise ModelError(message)
    raise ToolError(message or f"iotco2-graph ended with {done.returncode}")
