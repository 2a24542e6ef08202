"""Compares placement and cycles on Ethos-U with what Vela, Arm's compiler, says.

  compare_vela.py COMMAND MODELS [--runs FOLDER] [--document FILE] [--verbose]

Vela comes from PyPI (ethos-u-vela) and has to be importable. Every distinct TFLite file below
MODELS that it compiles is compared in six configurations. FOLDER keeps what Vela wrote; in FILE the
table takes the place between `<!-- vela -->` and `<!-- end -->`.
"""

import argparse
import collections
import csv
import hashlib
import importlib.metadata
import json
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from document import fill

CONFIGURATIONS = [
    "ethos-u55-32",
    "ethos-u55-64",
    "ethos-u55-128",
    "ethos-u55-256",
    "ethos-u65-256",
    "ethos-u65-512",
]


@dataclass
class Network:
    """A file in a configuration: operators by name with their unit, and cycles on the NPU."""

    cycles: float
    on_cpu: set[str]
    operators: list[tuple[str, str]]


def distinct_files(models: Path) -> list[Path]:
    files = {}
    for path in sorted(models.rglob("*.tflite")):
        if "malformed" not in path.parts:
            files.setdefault(hashlib.sha256(path.read_bytes()).digest(), path)
    return list(files.values())


def compiled(path: Path, configuration: str, runs: Path) -> Path | None:
    """The folder of what Vela wrote of a file; None when it stops."""
    folder = runs / configuration / path.stem
    if not any(folder.glob("*_per-layer.csv")) and not (folder / "failed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "ethosu.vela",
                    path,
                    "--accelerator-config",
                    configuration,
                    "--verbose-performance",
                    "--output-dir",
                    folder,
                ],
                check=False,
                capture_output=True,
                timeout=120,
            )
        except subprocess.TimeoutExpired:
            pass
        if not any(folder.glob("*_per-layer.csv")):
            (folder / "failed").touch()
    return None if (folder / "failed").exists() else folder


def table(folder: Path, pattern: str) -> list[dict[str, str]]:
    with next(folder.glob(pattern)).open(newline="") as file:
        return list(csv.DictReader(file))


def vela(path: Path, configuration: str, runs: Path) -> tuple[float, set[str], set[str]] | None:
    """Cycles of all operators, and names of the outputs of those on the CPU and of all.

    None when Vela stops.
    """
    folder = compiled(path, configuration, runs)
    if folder is None:
        return None
    rows = table(folder, "*_per-layer.csv")
    return (
        sum(float(row["Op Cycles"] or 0) for row in rows),
        {row["Name"] for row in rows if row["Target"] == "CPU"},
        {row["Name"] for row in rows},
    )


def vela_memory(path: Path, configuration: str, memory: str, runs: Path) -> float | None:
    """Bytes of a memory (sram, dram) by Vela's summary; None when it stops."""
    folder = compiled(path, configuration, runs)
    if folder is None:
        return None
    return 1024 * float(table(folder, "*_summary_*.csv")[0][f"{memory}_memory_used"])


def report(command: str, path: Path, configuration: str) -> dict | None:
    """Our report as JSON; None where there is none."""
    run = subprocess.run(
        [command, "analyze", path, "--device", configuration, "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(run.stdout) if run.returncode == 0 else None


def ours(command: str, path: Path, configuration: str) -> Network | None:
    found = report(command, path, configuration)
    if found is None:
        return None
    npu = found["device"]["roofline"][0]["unit"]
    clock = {"ethos-u55": 500e6, "ethos-u65": 1e9}[configuration[:9]]
    layers = [layer for layer in found["layers"] if "placement" in layer]
    return Network(
        sum(
            kernel["time"]["value"] - kernel.get("crossing", {"value": 0})["value"]
            for kernel in found["kernels"]
            if kernel["unit"] == npu and kernel["time"]
        )
        * clock,
        {
            layer["outputs"][0]["name"]
            for layer in layers
            if layer["outputs"] and layer["placement"] != npu
        },
        [
            (layer["outputs"][0]["name"], layer["sourceOperator"])
            for layer in layers
            if layer["outputs"]
        ],
    )


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("models", type=Path)
    parser.add_argument("--runs", type=Path)
    parser.add_argument("--document", type=Path)
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    runs = arguments.runs or Path(tempfile.mkdtemp())
    files = distinct_files(arguments.models)
    jobs = [(path, configuration) for configuration in CONFIGURATIONS for path in files]
    with ThreadPoolExecutor(2) as pool:
        theirs = list(pool.map(lambda job: vela(*job, runs), jobs))
    errors = collections.defaultdict(list)
    operators = disagreements = untold = 0
    reasons = collections.Counter()
    for (path, configuration), result in zip(jobs, theirs, strict=True):
        mine = ours(arguments.command, path, configuration) if result else None
        if mine is None:
            continue
        cycles, on_cpu, told = result
        for name, kind in mine.operators:
            # Of another subgraph, or part of another operator.
            if name in mine.on_cpu and name not in told:
                untold += 1
                continue
            operators += 1
            if (name in mine.on_cpu) != (name in on_cpu):
                disagreements += 1
                ours_is = "CPU" if name in mine.on_cpu else "NPU"
                reasons[path.name, kind, f"{ours_is} here"] += 1
        if cycles > 0 and mine.cycles > 0:
            errors[configuration].append((mine.cycles / cycles - 1, path.name))
    agreed = operators - disagreements
    lines = [
        f"ethos-u-vela {importlib.metadata.version('ethos-u-vela')}. "
        f"Placement agrees on {agreed:,} of {operators:,} operators "
        f"({100 * agreed / operators:.2f} %); Vela reports nothing for {untold:,} "
        "more, which are in other subgraphs or merged into other operators.",
        "",
        "| configuration | networks | median | 90th percentile | maximum | bias |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for configuration, pairs in errors.items():
        sizes = [100 * abs(error) for error, _ in pairs]
        bias = 100 * statistics.median(error for error, _ in pairs)
        lines.append(
            f"| {configuration} | {len(sizes)} | {statistics.median(sizes):.1f} % "
            f"| {percentile(sizes, 0.9):.1f} % | {max(sizes):.1f} % | {bias:+.1f} % |"
        )
    table = "\n".join(lines)
    print(table)
    if arguments.document:
        fill(arguments.document, {"vela": table})
    if arguments.verbose:
        for key, count in reasons.most_common(40):
            print(*key, count, file=sys.stderr)
        for configuration, pairs in errors.items():
            for error, name in sorted(pairs, key=lambda pair: -abs(pair[0]))[:6]:
                print(configuration, f"{100 * error:+.0f} %", name, file=sys.stderr)


if __name__ == "__main__":
    main()
