"""Runs of libFuzzer, each until its time is over: one that ends at a finding is started again."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from process import BYTES, ROOT, SECONDS, Run, Runner, Tally

BUILD = ROOT / ".build-fuzz"
#: The program and the longest input of each target.
TARGETS = {
    "onnx": ("fuzz-models", 6144),
    "tflite": ("fuzz-models", 6144),
    "files": ("fuzz-files", 8192),
}


def seeds() -> Path:
    """The folder with what fuzzers and mutants start from."""
    return BUILD / "seeds"


def command(target: str, corpus: Path, artifacts: Path, seconds: float, seed: int) -> list[str]:
    program, longest = TARGETS[target]
    return [
        str(BUILD / "release" / program),
        str(corpus),
        str(seeds() / target),
        f"-dict={seeds() / target}.dict",
        f"-max_len={longest}",
        f"-max_total_time={max(1, round(seconds))}",
        f"-seed={seed}",
        # Passed time, in which a busy machine does other work; a slow input is timed again alone.
        f"-timeout={10 * SECONDS:.0f}",
        "-report_slow_units=2",
        # Counting which of 80,000 features are rare takes a quarter of the time of an execution.
        "-entropic=0",
        f"-malloc_limit_mb={BYTES >> 20}",
        "-rss_limit_mb=1024",
        # Swift's runtime keeps what LeakSanitizer would call leaks.
        "-detect_leaks=0",
        "-reload=10",
        "-print_final_stats=1",
        "-verbosity=0",
        f"-artifact_prefix={artifacts}/",
    ]


def judge(target: str, path: Path, text: str, tally: Tally, runner: Runner) -> None:
    """Counts what libFuzzer found, once it is seen again by itself."""
    program = str(BUILD / "release" / TARGETS[target][0])
    run = runner.run([str(path), f"-malloc_limit_mb={BYTES >> 20}", "-detect_leaks=0"], program)
    seconds = run.seconds - runner.run(["-runs=0"], program).seconds
    fact = next((line for line in text.splitlines() if "ERROR" in line or "Fatal" in line), "")
    if seconds > SECONDS:
        promise, fact = "slow", f"takes {seconds:.1f} s of CPU"
    elif path.name.startswith("oom") or "malloc" in run.error:
        promise = "large"
    elif run.code != 0:
        promise = "signal"
    else:
        tally.details["not seen again"] += 1
        return
    kept = Run([str(path)], run.code, seconds, run.bytes, b"", text, program)
    tally.keep(promise, f"{target}: {fact}", kept, [path], path.name[-24:])


def work(target: str, worker: int, seed: int, until: float, folder: Path) -> Tally:
    """Runs one fuzzer until a time."""
    tally, runner = Tally(), Runner(folder)
    corpus = BUILD / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    artifacts = folder / "artifacts"
    environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no"}
    while (left := until - time.monotonic()) > 1:
        shutil.rmtree(artifacts, ignore_errors=True)
        artifacts.mkdir()
        seed += 1
        words = command(target, corpus, artifacts, left, seed * 100 + worker + 1)
        result = subprocess.run(
            words, cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        text = result.stderr.decode(errors="replace")
        done = re.search(r"number_of_executed_units: (\d+)", text)
        if not done:
            raise SystemExit(f"libFuzzer did not start: {text[-500:]}")
        tally.amount += int(done[1])
        for path in sorted(artifacts.iterdir()):
            judge(target, path, text, tally, runner)
    runner.close()
    return tally
