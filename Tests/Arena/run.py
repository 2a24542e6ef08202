"""Compares the arena that we plan with the one of the `tflite-micro` package.

  IOTCO2_GRAPH=... run.py [--least N] [FILE OR FOLDER ...]

Of each TFLite file that TFLite Micro runs: the head of its arena has to be equal to the byte,
and the total to 3 %. Files are those of Fixtures, those that cases.py writes, real models
(IOTCO2_MODELS), and what is named, such as a folder that Tests/Converter/generate.py filled.
Every file that differs has to be explained below.
"""

import argparse
import collections
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "Differential"))
import cases
import micro
from models import MODELS, ROOT

TOLERANCE = 0.03
#: Where the total differs by more, and why.
EXPLAINED: dict[str, str] = {}


def report(path: Path) -> dict:
    arguments = [os.environ["IOTCO2_GRAPH"], "analyze", str(path), "--summary", "--format", "json"]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"{path}: {done.stderr}")
    return json.loads(done.stdout)["memory"]


def files(named: list[Path], folder: Path) -> Iterator[Path]:
    for name, data in cases.written():
        path = folder / f"{name}.tflite"
        path.write_bytes(data)
        yield path
    roots = [ROOT / "Fixtures", *named]
    if MODELS.is_dir():
        roots += [MODELS / part for part in ("corpus", "measured", "faults")]
    for root in roots:
        yield from [root] if root.is_file() else sorted(root.rglob("*.tflite"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("named", nargs="*", type=Path)
    parser.add_argument("--least", type=int, default=0, help="how many files have to be compared")
    chosen = parser.parse_args()
    seen: set[bytes] = set()
    refused: collections.Counter = collections.Counter()
    wrong: list[str] = []
    errors: list[float] = []
    exact = heads = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in files(chosen.named, Path(folder)):
            digest = hashlib.sha256(path.read_bytes()).digest()
            if digest in seen:
                continue
            seen.add(digest)
            theirs = micro.arena(path)
            if isinstance(theirs, str):
                refused[theirs] += 1
                continue
            ours = report(path)
            recording = ours["tensorArena"]["recording"]
            error = recording["usedBytes"] / theirs.total - 1
            errors.append(abs(error))
            exact += error == 0
            heads += ours["greedyPlanBytes"] == theirs.head
            if ours["greedyPlanBytes"] != theirs.head:
                wrong.append(f"{path}: head {ours['greedyPlanBytes']}, expected {theirs.head}")
            reason = next((why for part, why in EXPLAINED.items() if part in path.name), None)
            if abs(error) > TOLERANCE:
                used = recording["usedBytes"]
                text = f"{path.name}: total {used} for {theirs.total} ({error:+.1%})"
                print(f"{text}: {reason}" if reason else text)
                if not reason:
                    wrong.append(text)
    errors.sort()
    print(f"{len(errors)} files: head equal in {heads}, total equal in {exact}")
    if errors:
        within = sum(error <= TOLERANCE for error in errors)
        print(f"total within {TOLERANCE:.0%} in {within}, largest difference {errors[-1]:.1%}")
    print(f"{sum(refused.values())} files that TFLite Micro does not run; why, most often:")
    for why, count in refused.most_common(8):
        print(f"  {count:4} {why}")
    if len(errors) < chosen.least:
        wrong.append(f"{len(errors)} files were compared, expected {chosen.least}")
    if wrong:
        raise SystemExit("\n".join(wrong))


if __name__ == "__main__":
    main()
