#!/usr/bin/env python3
"""Times of the command beside those of other tools, and of a program that only visits the file.

usage: benchmark_peers.py BINARY [--runs 5] [--models FOLDER] [--details FILE] [--document PAGE]

The packages of requirements-benchmark.txt have to be importable. All run in turn on the same
files, so that what else the machine does concerns all. Two times are taken: that of a whole
process, which for a tool holds Python's start and the imports, and that of the work alone in a
process that has done it before, which for the command is what one more file adds to a scan. The
latter is CPU time: turns would not make it fair, as short work fits between those of others.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib.metadata
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import onnx_files
from benchmark import ROOT, Case, commit_of, machine, run
from document import show_or_fill

# Flash of a large microcontroller, in bytes.
SMALL = 1 << 20
# After which a tool is given up on a file, and after which it takes part in no further turn, in s.
LIMIT, BUDGET = 60, 1.5
# What the command shall be faster by on a large file, whatever the tool.
LARGE_AIM = 8


@dataclass
class Peer:
    """A tool: code that imports it, code that does its work on `path`, and the ratio aimed at."""

    name: str
    package: str
    suffix: str
    imports: str
    work: str
    aim: float

    def once(self) -> str:
        return f"import sys\n{self.imports}\npath, folder = sys.argv[1:]\n{self.work}\n"

    def repeated(self) -> str:
        """Prints the user CPU time of the work after its first time, for 0.3 s at least, in ms."""
        return f"""
import contextlib, io, resource, sys, time
{self.imports}
path, folder = sys.argv[1:]
def work():
    with contextlib.redirect_stdout(io.StringIO()):
        {self.work}
work()
count, end = 0, time.perf_counter() + 0.3
start = resource.getrusage(resource.RUSAGE_SELF).ru_utime
while count == 0 or time.perf_counter() < end:
    work()
    count += 1
print()
print(1e3 * (resource.getrusage(resource.RUSAGE_SELF).ru_utime - start) / count)
"""


PEERS = [
    Peer(
        "Vela, ethos-u55-128",
        "ethos-u-vela",
        ".tflite",
        "from ethosu.vela import vela",
        'vela.main([path, "--accelerator-config", "ethos-u55-128", "--output-dir", folder])',
        50,
    ),
    Peer(
        "LiteRT, load and allocate",
        "ai-edge-litert",
        ".tflite",
        "from ai_edge_litert.interpreter import Interpreter",
        "Interpreter(model_path=path).allocate_tensors()",
        25,
    ),
    Peer(
        "onnx, load and infer shapes",
        "onnx",
        ".onnx",
        "import onnx",
        "onnx.shape_inference.infer_shapes(onnx.load(path))",
        40,
    ),
    Peer(
        "onnx-tool, profile",
        "onnx-tool",
        ".onnx",
        "import onnx_tool",
        "onnx_tool.model_profile(path)",
        50,
    ),
    Peer(
        "onnxsim, load and simplify",
        "onnxsim",
        ".onnx",
        "import onnx, onnxsim",
        "onnxsim.simplify(onnx.load(path))",
        150,
    ),
]


@dataclass
class Result:
    """Medians on one file, in ms, of the command and of another; the floor has no work alone."""

    group: str
    file: str
    other: str
    ours: float
    whole: float
    ours_alone: float
    alone: float | None

    def aim(self) -> float:
        """For a tool the least ratio aimed at, for the floor the greatest."""
        small = not self.group.startswith("large")
        if self.alone is None:
            return 4 if small else 10
        return next(peer.aim for peer in PEERS if peer.name == self.other) if small else LARGE_AIM

    def ratio(self) -> float:
        return self.ours / self.whole if self.alone is None else self.whole / self.ours

    def reached(self) -> bool:
        return self.ratio() <= self.aim() if self.alone is None else self.ratio() >= self.aim()


def write_chain(path: Path, operators: int) -> None:
    """Blocks of convolution, activation and addition, complete enough for every checker."""
    shape = [1, 8, 16, 16]
    blocks = operators // 3
    graph = onnx_files.field(2, b"chain") + onnx_files.floats("w", [8, 8, 3, 3])
    graph += onnx_files.field(11, onnx_files.value_info("x0", shape))
    graph += onnx_files.field(12, onnx_files.value_info(f"x{blocks}", shape))
    nodes = []
    for block in range(blocks):
        nodes += [
            onnx_files.node("Conv", [f"x{block}", "w"], f"a{block}", pads=[1, 1, 1, 1]),
            onnx_files.node("Relu", [f"a{block}"], f"b{block}"),
            onnx_files.node("Add", [f"b{block}", f"x{block}"], f"x{block + 1}"),
        ]
    onnx_files.write_model(path, graph + b"".join(nodes))


def distinct(folder: Path) -> list[Path]:
    """The model files below a folder, each content once, without those damaged on purpose."""
    files: dict[bytes, Path] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".onnx", ".tflite") and path.is_file():
            if "malformed" not in path.relative_to(folder).parts:
                files.setdefault(hashlib.sha256(path.read_bytes()).digest(), path.resolve())
    return list(files.values())


def groups(folder: Path, models: Path) -> dict[str, list[Path]]:
    """The files by kind; those that are written are put into a folder."""
    found = {"small files of Fixtures": distinct(ROOT / "Fixtures")}
    if models.is_dir():
        files = distinct(models)
        small = [path.stat().st_size <= SMALL for path in files]
        for name, wanted in (("small", True), ("large", False)):
            some = [path for path, is_small in zip(files, small, strict=True) if is_small == wanted]
            found[f"{name} files of the collection"] = some
    else:
        print(f"left out: the collection of models, as {models} is not there", file=sys.stderr)
    weights = folder / "weights.onnx"
    onnx_files.write_large_model(weights)
    with weights.open("ab") as file:
        # The graph's name, which onnxsim asks for: a field that is there again is merged.
        file.write(onnx_files.field(7, onnx_files.field(2, b"weights")))
    found["large, written: 300 MB of weights"] = [weights]
    for operators in (5_000, 100_000):
        chain = folder / f"chain_{operators}.onnx"
        write_chain(chain, operators)
        found[f"large, written: {operators:,} nodes"] = [chain]
    return found


def work_alone(peer: Peer, path: Path, folder: Path) -> float | str:
    """The user CPU time of a tool's work, in ms, or why it does not do it."""
    command = [sys.executable, "-c", peer.repeated(), path, folder]
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return f"over {LIMIT} s"
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["no message"]
        return f"exit code {done.returncode}: {said[-1][:80]}"
    return float(done.stdout.split()[-1])


def command_alone(binary: Path, measure: Path, path: Path, folder: Path) -> float:
    """What a file adds to the user CPU time of a scan that has it several times, in ms."""

    def scan(count: int) -> float:
        (folder / "list").write_text(f"{path}\n" * count)
        case = Case("scan", ["scan", "--list", str(folder / "list"), "--jobs", "1"])
        runs = [run(measure, binary, case, folder) for _ in range(3)]
        return statistics.median(one.user for one in runs if one)

    once = scan(1)
    # So often that what is added stands out from how much the start of a process varies.
    copies = 2
    while (added := scan(1 + copies) - once) < max(100, 1.5 * once) and copies < 1000:
        copies *= 4
    return added / copies


def compare(
    group: str, path: Path, binary: Path, tools: tuple[Path, Path], folder: Path, runs: int
) -> tuple[list[Result], list[tuple[str, str]]]:
    """The times on a file, and who does not read it, with the reason."""
    measure, floor = tools
    ours, least = "iotco2-graph", "floor"
    commands = {ours: (binary, ["analyze", str(path), "--summary"]), least: (floor, [str(path)])}
    refused = []
    for name, (program, arguments) in list(commands.items()):
        # Both write to a pipe here, and their first runs fill the caches.
        code = subprocess.run([program, *arguments], capture_output=True).returncode
        if code != 0:
            refused.append((name, f"exit code {code}"))
            del commands[name]
    if ours not in commands:
        return [], refused
    alone: dict[str, float | None] = {least: None}
    for peer in PEERS:
        if peer.suffix != path.suffix:
            continue
        time_or_reason = work_alone(peer, path, folder)
        if isinstance(time_or_reason, str):
            refused.append((peer.name, time_or_reason))
            continue
        alone[peer.name] = time_or_reason
        commands[peer.name] = (Path(sys.executable), ["-c", peer.once(), str(path), str(folder)])
    taken = defaultdict(list)
    for _ in range(runs):
        for name, (program, arguments) in commands.items():
            if sum(taken[name]) < 1e3 * BUDGET:
                measured = run(measure, program, Case(name, arguments), folder)
                if measured:
                    taken[name].append(measured.wall)
    medians = {name: statistics.median(times) for name, times in taken.items() if times}
    added = command_alone(binary, measure, path, folder)
    return [
        Result(group, str(path), name, medians[ours], medians[name], added, alone[name])
        for name in medians
        if name != ours
    ], refused


def row(results: list[Result]) -> str:
    """Medians over the files of a group for one tool, and how many reach its aim."""
    first = results[0]
    is_floor = first.alone is None
    ratios = [one.ratio() for one in results]
    reached = sum(one.reached() for one in results)
    texts = [first.group, first.other, str(len(results))]
    texts += [f"{statistics.median(one.ours for one in results):.1f}"]
    texts += [f"{statistics.median(one.whole for one in results):.1f}"]
    texts += [f"**{statistics.median(ratios):.3g}**"]
    texts += [f"{max(ratios) if is_floor else min(ratios):.3g}"]
    texts += [f"{'at most' if is_floor else 'at least'} {first.aim():g}: {reached}"]
    texts += [f"{statistics.median(one.ours_alone for one in results):.2f}"]
    if is_floor:
        texts += ["-"] * 3
    else:
        ratios = [one.alone / one.ours_alone for one in results]
        texts += [f"{statistics.median(one.alone for one in results):.2f}"]
        texts += [f"**{statistics.median(ratios):.3g}**", f"{min(ratios):.3g}"]
    return "| " + " | ".join(texts) + " |"


def table(results: list[Result], commit: str, runs: int) -> list[str]:
    lines = [
        "| files | compared with | count | whole, command | whole, other | ratio | worst "
        "| aim: reached by | alone, command | alone, other | ratio | worst |",
        "|---|---|" + "--:|" * 10,
    ]
    by_row = defaultdict(list)
    for result in results:
        by_row[result.group, result.other].append(result)
    lines += [row(some) for some in by_row.values()]
    versions = ", ".join(
        f"{peer.package} {importlib.metadata.version(peer.package)}" for peer in PEERS
    )
    python = sys.version.split()[0]
    lines += [
        "",
        f"Medians over the files, of medians of up to {runs} runs in turn on {machine()}, in ms: "
        f"commit {commit}; Python {python}, {versions}.",
    ]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--models", type=Path, default=ROOT.parent / "shared/models")
    parser.add_argument("--details", type=Path, help="CSV file for the times on each file")
    parser.add_argument("--document", type=Path, help="page that the table is put into")
    given = parser.parse_args()
    # Before the runs, during which another commit may be made.
    commit = commit_of("HEAD")[:7]
    results, refused = [], Counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        tools = folder / "measure", folder / "floor"
        for tool in tools:
            source = ROOT / f"Scripts/{tool.name}.c"
            # As the command is static, the floor is too: loading of libraries is no part of it.
            subprocess.run(["gcc", "-O2", "-static", "-o", tool, source], check=True)
        for group, paths in groups(folder, given.models).items():
            start = time.monotonic()
            for path in paths:
                some, reasons = compare(
                    group, path, given.binary.resolve(), tools, folder, given.runs
                )
                results += some
                for name, reason in reasons:
                    refused[group, name] += 1
                    print(f"left out: {name} on {path}: {reason}", file=sys.stderr)
            minutes = (time.monotonic() - start) / 60
            print(f"{group}: {len(paths)} files, {minutes:.1f} minutes", file=sys.stderr)
    for (group, name), count in refused.items():
        print(f"left out: {name} on {count} of {group}", file=sys.stderr)
    if given.details:
        with given.details.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([field.name for field in fields(Result)] + ["ratio"])
            for one in sorted(results, key=lambda one: (one.other, one.ratio())):
                writer.writerow([*astuple(one), one.ratio()])
    show_or_fill("peers", table(results, commit, given.runs), given.document)


if __name__ == "__main__":
    main()
