"""Fuzzers, damaged models and user files, and killed scans for a chosen time, and a table.

  soak.py [--minutes 60] [--seed 0] [--cores N] [--parts onnx,tflite,files,models,user-files,scans]
          [--count N] [--document FILE]

IOTCO2_GRAPH names the binary under test. Writes .build-soak/table.md and keeps what broke a promise
in .build-soak/found, with a command that repeats it. Exit code 1 when something did.
"""

from __future__ import annotations

import argparse
import datetime
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import fuzzers
import models
import scans
import user_files
from process import BINARY, FOUND, PROMISES, ROOT, Tally

sys.path.append(str(ROOT / "Scripts"))
from document import show_or_fill

#: The share of the time and the title of each part.
PARTS = {
    "onnx": (0.20, "executions of the ONNX fuzzer"),
    "tflite": (0.20, "executions of the TFLite fuzzer"),
    "files": (0.40, "executions of the fuzzer of user files"),
    "models": (0.14, "damaged models, a process each"),
    "user-files": (0.04, "damaged user files, a process each"),
    "scans": (0.02, "killed scans"),
}
WORKS = {"models": models.work, "user-files": user_files.work, "scans": scans.work}


def run(
    part: str, worker: int, workers: int, seed: int, seconds: float, count: int | None
) -> Tally:
    """One core's work of a part."""
    started = time.monotonic()
    until = started + seconds
    # Files in memory: the disk's speed is no part of this.
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory, prefix="soak-") as name:
        folder = Path(name)
        if part in WORKS:
            models_folder = fuzzers.seeds() / "models"
            tally = WORKS[part](worker, workers, seed, until, count, folder, models_folder)
        else:
            tally = fuzzers.work(part, worker, seed, until, folder)
    tally.seconds = time.monotonic() - started
    return tally


def table(tallies: dict[str, Tally]) -> list[str]:
    """Rows of Markdown: each part, how much it did, and how often a promise was broken."""
    titles = ["", "number", "a second and core", *PROMISES.values()]
    rows = ["| " + " | ".join(titles) + " |", "|---|" + "---:|" * (len(titles) - 1)]
    for part, tally in tallies.items():
        rate = tally.amount / tally.seconds if tally.seconds else 0
        numbers = [f"{tally.amount:,}", f"{rate:,.1f}" if rate < 100 else f"{rate:,.0f}"]
        numbers += [str(tally.broken[promise]) for promise in PROMISES]
        rows.append(f"| {PARTS[part][1]} | " + " | ".join(numbers) + " |")
    return rows


def details(tallies: dict[str, Tally]) -> list[str]:
    """What stands below the table."""
    lines = []
    for part, tally in tallies.items():
        if tally.details:
            words = ", ".join(
                f"{name} {number:,}" for name, number in sorted(tally.details.items())
            )
            lines.append(f"- {PARTS[part][1]}: {words}")
    return ["", *lines] if lines else []


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--count", type=int, help="end a part at this number (not of fuzzers)")
    parser.add_argument("--document", type=Path, help="a document with a place for the table")
    arguments = parser.parse_args()
    parts = arguments.parts.split(",")
    whole = sum(PARTS[part][0] for part in parts)
    shutil.rmtree(FOUND, ignore_errors=True)
    tallies: dict[str, Tally] = {}
    version = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True)
    heading = (
        f"{datetime.date.today()}, {version.stdout.splitlines()[0]}: {arguments.minutes:g} minutes "
        f"on {counted(arguments.cores, 'core')}, seed {arguments.seed}."
    )
    lines: list[str] = []
    with ProcessPoolExecutor(arguments.cores) as pool:
        for part in parts:
            seconds = 60 * arguments.minutes * PARTS[part][0] / whole
            print(
                f"{PARTS[part][1]}: {seconds:.0f} s on {counted(arguments.cores, 'core')}",
                flush=True,
            )
            started = [
                pool.submit(
                    run, part, worker, arguments.cores, arguments.seed, seconds, arguments.count
                )
                for worker in range(arguments.cores)
            ]
            tallies[part] = Tally()
            for future in started:
                tallies[part].add(future.result())
            # What ends a later part does not take the others with it.
            lines = [heading, "", *table(tallies), *details(tallies)]
            path = ROOT / ".build-soak/table.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text("\n".join(lines) + "\n")
    show_or_fill("soak", lines, arguments.document)
    broken = sum(tally.broken.total() for tally in tallies.values())
    if broken:
        print(f"{broken} promises broken; see {FOUND}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
