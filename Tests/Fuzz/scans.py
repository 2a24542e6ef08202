"""Scans that are killed at random times, and go on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

from process import BINARY, ROOT, Run, Tally

FILES = 400


def archive(folder: Path, seeds: Path) -> Path:
    """Many files, every tenth of them broken."""
    models = sorted(seeds.iterdir())
    folder.mkdir()
    for index in range(FILES):
        model = models[index * 7 % len(models)]
        data = b"no model at all" if index % 10 == 9 else model.read_bytes()
        (folder / f"{index:05}{model.suffix}").write_bytes(data)
    return folder


def lines(text: str) -> dict[str, list[str]]:
    """The lines of each file of a scan."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        found.setdefault(json.loads(line)["model"]["path"], []).append(line)
    return found


def start(arguments: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [BINARY, *arguments], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def killed_often(
    arguments: list[str], output: Path, chance: random.Random, longest: float
) -> tuple[int, Run]:
    """Kills a scan and resumes it until it ends by itself."""
    kills = 0
    while True:
        process = start(arguments)
        try:
            out, error = process.communicate(timeout=chance.uniform(0.0, longest))
            return kills, Run(arguments, process.returncode, 0, 0, out.encode(), error)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            kills += 1
            # As a machine that loses power would leave the file.
            if kills % 3 == 0 and output.exists() and output.stat().st_size > 100:
                os.truncate(output, output.stat().st_size - chance.randrange(1, 90))


def work(
    worker: int, workers: int, seed: int, until: float, count: int | None, folder: Path, seeds: Path
) -> Tally:
    """Compares killed scans with one that was left alone until a time or a number of kills."""
    tally, number = Tally(), worker
    models = archive(folder / "models", seeds)
    arguments = ["scan", str(models), "--device", "stm32l4r5", "--jobs", "2", "--quiet"]
    began = time.monotonic()
    whole = lines(start(arguments).communicate()[0])
    # At most a third of a scan, so that most are killed.
    longest = (time.monotonic() - began) / 3
    while time.monotonic() < until and (count is None or tally.amount * workers < count):
        output = folder / "lines.ndjson"
        output.unlink(missing_ok=True)
        resumed = [*arguments, "--resume", str(output)]
        kills, run = killed_often(resumed, output, random.Random(f"{seed}/scans/{number}"), longest)
        tally.amount += kills
        tally.details["scans"] += 1
        found = lines(output.read_text())
        lost = [path for path in whole if path not in found]
        wrong = [path for path in found if found[path] != whole.get(path)]
        if run.code != 0:
            tally.keep("unclear", run.error[:300], run, [output], f"scan-{seed}-{number}")
        elif lost or wrong:
            fact = (
                f"{len(lost)} files without a line, {len(wrong)} with others: {(lost + wrong)[:3]}"
            )
            tally.keep("lines", fact, run, [output], f"scan-{seed}-{number}")
        number += workers
    tally.details += Counter(files=FILES)
    return tally
