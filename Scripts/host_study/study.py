"""The accuracy of the product on the machine that this runs on, which no profile describes.

  study.py COMMAND FOLDER [--document PAGE]

Writes networks into FOLDER/models, measures each twice with onnxruntime and LiteRT, calibrates with
some and predicts the others, in random splits, and prints the tables, or puts them into a page.
What FOLDER has is not made again, so that an evaluation can be repeated.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from forms import macs_alone, network_forest
from kernels import Kernel, forests, kernels
from layers import kinds
from product import Product
from tables import Prediction, Row, Terms, read_rows, read_terms, splits

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from document import fill

HERE = Path(__file__).resolve().parent
MEASURE = HERE.parents[1] / "Python" / "src" / "iotco2_graph" / "measure.py"
SUFFIX = {"onnxruntime": ".onnx", "litert": ".tflite"}
#: By title: models to calibrate with, or half of the networks.
REGIMES: dict[str, int | None] = {"half": None, "10": 10, "3": 3}
SPLITS = 10
Form = Callable[[list[Row], list[Row]], list[Prediction]]


def measured(folder: Path, runtime: str, repeat: int) -> Path:
    """The table of a runtime's models, measured unless there is one."""
    table = folder / f"{runtime}-{repeat}.csv"
    if not table.exists():
        models = sorted((folder / "models").glob(f"*{SUFFIX[runtime]}"))
        command = [sys.executable, MEASURE, *models, "-o", table, "--energy", "none"]
        if runtime == "onnxruntime" and repeat == 1:
            command += ["--profiles", folder / "profiles"]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return table


def terms(command: Path, folder: Path, runtime: str) -> Terms:
    path = folder / f"{runtime}-terms.csv"
    if not path.exists():
        models = sorted((folder / "models").glob(f"*{SUFFIX[runtime]}"))
        subprocess.run([command, "terms", *models, "-o", path], check=True)
    return read_terms(path)


def summary(predictions: list[Prediction], with_intervals: bool = False) -> str:
    errors = [100 * prediction.error for prediction in predictions]
    cells = [f"{statistics.median(errors):.1f} %", f"{np.percentile(errors, 90):.1f} %"]
    inside = statistics.fmean(prediction.is_inside for prediction in predictions)
    return " | ".join([*cells, f"{100 * inside:.0f} %" if with_intervals else ""])


def split_table(rows: list[Row], forms: dict[str, Form]) -> list[str]:
    """Errors of each form by the number of models that are known."""
    lines = []
    for regime, models in REGIMES.items():
        pairs = list(splits(rows, SPLITS, models))
        for title, form in forms.items():
            found = [prediction for known, asked in pairs for prediction in form(known, asked)]
            is_ours = title == "this tool"
            name = f"**{title}**" if is_ours else title
            lines.append(f"| {regime} | {name} | {len(found)} | {summary(found, is_ours)} |")
    return lines


def by_architecture(rows: list[Row], form: Form) -> list[str]:
    """Errors of a form by architecture and precision, with half of the networks known."""
    groups: dict[tuple[str, str], list[Prediction]] = defaultdict(list)
    for known, asked in splits(rows, SPLITS, None):
        for prediction in form(known, asked):
            groups[prediction.row.architecture, prediction.row.precision].append(prediction)
    return [
        f"| {architecture} | {precision} | {len({p.row.model for p in own})} | {bias(own)} |"
        f" {summary(own, True)} |"
        for (architecture, precision), own in sorted(groups.items())
    ]


def bias(predictions: list[Prediction]) -> str:
    ratios = [prediction.seconds / prediction.row.seconds for prediction in predictions]
    return f"{100 * (statistics.median(ratios) - 1):+.0f} %"


def noise(first: Path, second: Path) -> str:
    """How much two measurements of a model differ."""
    again = {row.model: row.seconds for row in read_rows(second)}
    changes = [
        100 * abs(again[row.model] / row.seconds - 1)
        for row in read_rows(first)
        if row.model in again
    ]
    with first.open(newline="") as file:
        widths = [
            100 * (float(row["latency_high_ms"]) / float(row["latency_ms"]) - 1)
            for row in csv.DictReader(file)
        ]
    return (
        f"{statistics.median(changes):.1f} % | {np.percentile(changes, 90):.1f} % |"
        f" {statistics.median(widths):.1f} %"
    )


def machine(table: Path) -> str:
    with table.open(newline="") as file:
        row = next(csv.DictReader(file))
    return f"{row['runtime']} {row['version']} on {row['core']}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--document", type=Path)
    arguments = parser.parse_args()
    command, folder = arguments.command.resolve(), arguments.folder.resolve()
    subprocess.run([sys.executable, HERE / "generate.py", folder / "models"], check=True)
    accuracy = [
        "| runtime | calibrated with | form | n | median | 90th | coverage |",
        "|---|---|---|---:|---:|---:|---:|",
    ]
    repeats = [
        "| runtime | models | repeated: median | 90th | 95th percentile over median |",
        "|---|---:|---:|---:|---:|",
    ]
    architectures = [
        "| runtime | architecture | precision | models | bias | median | 90th | coverage |",
        "|---|---|---|---:|---:|---:|---:|---:|",
    ]
    for runtime in SUFFIX:
        table, again = (measured(folder, runtime, repeat) for repeat in (1, 2))
        rows, amounts = read_rows(table), terms(command, folder, runtime)
        product = Product(command, folder / "models", folder / runtime, runtime)

        def ours(known: list[Row], asked: list[Row], p=product, t=table) -> list[Prediction]:
            return p.predict(known, asked, t)

        forms: dict[str, Form] = {
            "this tool": ours,
            "MACs alone": lambda known, asked, a=amounts: macs_alone(known, asked, a),
            "forest over networks": lambda known, asked, a=amounts: network_forest(known, asked, a),
        }
        if runtime == "onnxruntime":
            ran = {row.model: model_kernels(folder, row.model) for row in rows}
            forms["forests over kernels"] = lambda known, asked: forests(known, asked, ran)  # noqa: B023
            layers = kinds(product, rows, table, ran)
        accuracy += [f"| {runtime} {line}" for line in split_table(rows, forms)]
        architectures += [f"| {runtime} {line}" for line in by_architecture(rows, ours)]
        repeats.append(f"| {machine(table)} | {len(rows)} | {noise(table, again)} |")
    tables = {
        "host": accuracy,
        "host noise": repeats,
        "host architectures": architectures,
        "host layers": layers,
    }
    if arguments.document:
        fill(arguments.document, {name: "\n".join(lines) for name, lines in tables.items()})
    else:
        for lines in tables.values():
            print("\n".join(lines), "\n")


def model_kernels(folder: Path, model: str) -> list[Kernel]:
    network = model.rpartition("_")[0]
    profile = folder / "profiles" / f"{Path(model).stem}.json"
    return kernels(profile, folder / "models" / f"{network}_float32.onnx")


if __name__ == "__main__":
    main()
