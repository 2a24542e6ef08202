#!/usr/bin/env python3
"""Time and memory of whole runs of the command, as ratios to those of another commit.

usage: benchmark.py BINARY BASE [--runs 15] [--only TEXT] [--models FOLDER] [--document PAGE]

BASE is a commit. Its `make static` builds it once, in .build-base, where it stays. Both programs
run in turn, so that what else the machine does concerns both, and the ratios are those of medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import onnx_files
from document import show_or_fill

ROOT = Path(__file__).resolve().parent.parent
SMALL = ROOT / "Fixtures/tflite/autoencoder_int8.tflite"
FILES = ROOT / "Fixtures/carbon"
SUFFIXES = [".onnx", ".ort", ".tflite"]


@dataclass
class Case:
    """One command line, without the program."""

    name: str
    arguments: list[str]
    # A report that goes to a file is written to a disk, and not to nothing.
    to_file: bool = False


@dataclass
class Run:
    """What a run took: ms, ms and MiB."""

    wall: float
    user: float
    peak: float


def commit_of(name: str) -> str:
    command = ["git", "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if found.returncode != 0:
        sys.exit(f"error: '{name}' is no commit of this repository")
    return found.stdout.strip()


def build(commit: str) -> Path:
    """The static program of a commit, which is built unless it is there."""
    folder = ROOT / ".build-base" / commit
    binary = folder / ".build-static/release/iotco2-graph"
    if not binary.exists():
        folder.mkdir(parents=True, exist_ok=True)
        archive = subprocess.run(
            ["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True
        )
        subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
        subprocess.run(["make", "static"], cwd=folder, stdout=sys.stderr, check=True)
    return binary


def bearable(models: Path, programs: list[Path]) -> list[str]:
    """The model files below a folder at which no program crashes, as an older one may."""
    paths = sorted(str(path.resolve()) for path in models.rglob("*") if path.suffix in SUFFIXES)
    return [
        path
        for path in paths
        if all(
            subprocess.run([program, "analyze", path], capture_output=True).returncode >= 0
            for program in programs
        )
    ]


def cases(folder: Path, models: Path, programs: list[Path]) -> list[Case]:
    """All cases, with their files written into a folder."""
    large, wide, decoder = (folder / f"{name}.onnx" for name in ("large", "wide", "decoder"))
    onnx_files.write_large_model(large)
    onnx_files.write_wide_model(wide, 400)
    onnx_files.write_open_model(decoder, 3600)
    deep = {count: folder / f"deep_{count}.onnx" for count in (5_000, 100_000)}
    for count, path in deep.items():
        onnx_files.write_deep_model(path, count)
    device = ["--device", "stm32l4r5"]
    use = ["--deployment", str(FILES / "keyword_spotter.yaml")]
    use += ["--product", str(FILES / "keyword_spotter_product.yaml")]
    bound = [str(deep[100_000]), "--bind", "batch=1"]
    found = [
        Case("`--version`", ["--version"]),
        Case("`--help`", ["--help"]),
        Case("TFLite file of 310 KiB", ["analyze", str(SMALL)]),
        Case("the same on a device", ["analyze", str(SMALL), *device, "--region", "DE"]),
        Case("ONNX file with 300 MB of weights", ["analyze", str(large)]),
        Case("5,000 nodes, `--summary`", ["analyze", str(deep[5_000]), *bound[1:], "--summary"]),
        Case("100,000 nodes, `--summary`", ["analyze", *bound, "--summary"]),
        Case("100,000 nodes, JSON to a file", ["analyze", *bound, "--format", "json"], True),
        Case("`footprint` with YAML files", ["footprint", str(SMALL), *device, *use]),
        Case("400 Relus into one Concat", ["analyze", str(wide)]),
        Case("3,600 nodes with open sizes, on a device", ["analyze", str(decoder), *device]),
    ]
    if models.is_dir():
        paths = bearable(models, programs)
        (folder / "list").write_text("\n".join(paths) + "\n")
        scan = ["scan", "--list", str(folder / "list"), "--jobs", "2", *device]
        found.append(Case(f"`scan` of {len(paths)} files, 2 jobs, on a device", scan))
    else:
        print(f"left out: scan, as {models} is not there", file=sys.stderr)
    return found


def run(measure: Path, binary: Path, case: Case, folder: Path) -> Run | None:
    """One run; none when the program refuses the command line."""
    output = folder / "output" if case.to_file else Path(os.devnull)
    command = [measure, output, binary, *case.arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    if done.returncode != 0:
        print(f"{binary} {' '.join(case.arguments)} failed: {done.stderr}", file=sys.stderr)
        return None
    wall, user, peak = map(float, done.stdout.split())
    return Run(wall / 1e3, user / 1e3, peak / 1024)


def row(case: Case, runs: list[list[Run]]) -> str:
    """The medians of the base and of this program, and their ratio, for each quantity."""
    cells = [case.name]
    for quantity in ("wall", "user", "peak"):
        old, new = (statistics.median(getattr(one, quantity) for one in some) for some in runs)
        cells += [f"{old:.1f}", f"{new:.1f}", f"**{new / old:.2f}**" if old else "-"]
    return "| " + " | ".join(cells) + " |"


def machine() -> str:
    """Model and number of the processors."""
    shown = subprocess.run(
        ["lscpu"], env={**os.environ, "LC_ALL": "C"}, capture_output=True, text=True, check=True
    ).stdout
    facts = dict(line.split(":", 1) for line in shown.splitlines() if ":" in line)
    return f"{facts['Model name'].strip()}, {facts['CPU(s)'].strip()} processors"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path)
    parser.add_argument("base", help="commit to compare with")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--only", default="", help="part of the names of the cases to run")
    parser.add_argument("--models", type=Path, default=ROOT.parent / "shared/models")
    parser.add_argument("--document", type=Path, help="page that the table is put into")
    given = parser.parse_args()
    base = commit_of(given.base)
    programs = [build(base), given.binary.resolve()]
    lines = [
        "| case | wall, base | wall | ratio | user, base | user | ratio "
        "| peak, base | peak | ratio |",
        "|---|" + "--:|" * 9,
    ]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        measure = folder / "measure"
        source = ROOT / "Scripts/measure.c"
        subprocess.run(["gcc", "-O2", "-o", measure, source], check=True)
        for case in cases(folder, given.models, programs):
            if given.only not in case.name:
                continue
            # The first run of each fills the caches, and tells whether both know the options.
            if None in [run(measure, program, case, folder) for program in programs]:
                continue
            turns = [
                [run(measure, program, case, folder) for program in programs]
                for _ in range(given.runs)
            ]
            lines.append(row(case, [list(side) for side in zip(*turns, strict=True)]))
            print(lines[-1], file=sys.stderr, flush=True)
    lines += [
        "",
        f"Medians of {given.runs} runs in turn on {machine()}: commit {commit_of('HEAD')[:7]}, and "
        f"{base[:7]} as base.",
    ]
    show_or_fill("performance", lines, given.document)


if __name__ == "__main__":
    main()
