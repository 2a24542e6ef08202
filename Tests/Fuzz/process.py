"""Runs the tool once, and says which of its promises the run broke."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = str(Path(os.environ.get("IOTCO2_GRAPH", ".build-release/release/iotco2-graph")).resolve())
FOUND = ROOT / ".build-soak/found"
#: Processor time of a process.
SECONDS = 2.0
#: Memory of a process, besides four times the files it reads.
BYTES = 64 << 20
#: Passed time after which a process is ended; much more than SECONDS, since machines do other work.
PATIENCE = 60.0

#: What can be broken, in the order of the table's columns.
PROMISES = {
    "signal": "ended by a signal",
    "slow": "over 2 s of CPU",
    "large": "over 64 MiB + 4 x file",
    "invalid": "invalid output",
    "unclear": "unclear error",
    "accepted": "misspelt or doubled key accepted",
    "lines": "lines lost or doubled",
}


@dataclass
class Run:
    """A command that has ended."""

    arguments: list[str]
    code: int
    seconds: float
    bytes: int
    out: bytes
    error: str
    program: str = BINARY


@dataclass
class Tally:
    """What a part of the soak did, and which promises it saw broken."""

    amount: int = 0
    #: Of each command or outcome.
    details: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0

    def add(self, other: Tally) -> None:
        self.amount += other.amount
        self.details += other.details
        self.broken += other.broken
        self.notes += other.notes
        self.seconds += other.seconds

    def keep(self, promise: str, fact: str, run: Run, files: list[Path], name: str) -> None:
        """Counts a broken promise, and keeps the files with a command that repeats it."""
        self.broken[promise] += 1
        folder = FOUND / f"{promise}-{name}"
        folder.mkdir(parents=True, exist_ok=True)
        command = [run.program, *run.arguments]
        for path in files:
            shutil.copy(path, folder / path.name)
            command = [word.replace(str(path), str(folder / path.name)) for word in command]
        text = f"{promise}: {fact}\n{shlex.join(command)}\n"
        (folder / "repeat.txt").write_text(text)
        self.notes.append(f"{promise}: {fact} ({folder.relative_to(ROOT)}/repeat.txt)")
        print(self.notes[-1], flush=True)


class Runner:
    """Runs commands one after the other, with a folder for their files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spawner = subprocess.Popen(
            [sys.executable, "-S", "-E", str(Path(__file__).parent / "spawn.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Reports have the date of the day unless this is set.
            env={**os.environ, "SWIFT_BACKTRACE": "enable=no", "SOURCE_DATE_EPOCH": "1780272000"},
        )

    def run(self, arguments: list[str], program: str = BINARY, patience: float = PATIENCE) -> Run:
        out, err = self.folder / "out", self.folder / "err"
        task = {
            "arguments": [program, *arguments],
            "folder": str(ROOT),
            "out": str(out),
            "err": str(err),
            "patience": patience,
        }
        self.spawner.stdin.write(json.dumps(task) + "\n")
        self.spawner.stdin.flush()
        answer = json.loads(self.spawner.stdout.readline())
        return Run(arguments, **answer, out=out.read_bytes(), error=err.read_text(errors="replace"))

    def close(self) -> None:
        self.spawner.stdin.close()
        self.spawner.wait()


def broken_limit(run: Run, files: list[Path]) -> tuple[str, str] | None:
    """The promise of every run that this one broke, with the fact."""
    if run.seconds > SECONDS:
        return "slow", f"takes {run.seconds:.1f} s of CPU"
    if run.code not in (0, 1, 2, 3):
        # -9 is our own signal after PATIENCE.
        return "signal", f"ends with {run.code}: {run.error[-200:]}"
    if run.bytes > BYTES + 4 * sum(path.stat().st_size for path in files):
        return "large", f"takes {run.bytes >> 20} MiB"
    return None


#: How lines on standard error start.
LINES = ("error: ", "note: ", "warning: ")


def broken_ending(run: Run, subjects: list[str]) -> tuple[str, str] | None:
    """What is wrong with the way in which a run about some files failed."""
    lines = run.error.splitlines()
    if any(not line.startswith(LINES) for line in lines):
        return "unclear", f"prints {run.error[:300]!r}"
    if any(not text.isprintable() for text in lines):
        return "unclear", f"prints control characters: {run.error[:300]!r}"
    errors = [line for line in lines if line.startswith("error: ")]
    # A report that needs an option says which; everything else is about a file.
    known = [*subjects, " needs "]
    if run.code == 2 and not any(word in line for line in errors for word in known):
        return "unclear", f"names no file: {run.error[:300]!r}"
    if run.code == 0 and errors:
        return "unclear", f"ends with 0 after {errors[0]!r}"
    return None
