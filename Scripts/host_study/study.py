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
from fit import CHANGES, predictions
from forms import macs_alone, network_forest
from kernels import Kernel, forests, kernels, operators
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
        # One thread, and the least time of the processor: so other programs disturb least.
        command = [sys.executable, MEASURE, *models, "-o", table, "--energy", "none"]
        command += ["--minimum", "--processor-time"]
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
    return " | ".join([*cells, f"{100 * inside:.0f} %"] if with_intervals else cells)


def split_table(rows: list[Row], forms: dict[str, Form]) -> list[str]:
    """Errors of each form by the number of models that are known."""
    lines = []
    for regime, models in REGIMES.items():
        pairs = list(splits(rows, SPLITS, models))
        for title, form in forms.items():
            found = [prediction for known, asked in pairs for prediction in form(known, asked)]
            is_ours = title == "this tool"
            name = f"**{title}**" if is_ours else title
            coverage = "" if is_ours else " |"
            lines.append(
                f"| {regime} | {name} | {len(found)} | {summary(found, is_ours)}{coverage} |"
            )
    return lines


def by_architecture(halves: dict[str, list[Prediction]]) -> list[str]:
    """Bias and median error by architecture, of each runtime and precision, with half of the
    networks known."""
    groups: dict[tuple[str, str, str], list[Prediction]] = defaultdict(list)
    for runtime, own in halves.items():
        for prediction in own:
            row = prediction.row
            groups[row.architecture, runtime, row.precision].append(prediction)
    columns = [(runtime, precision) for runtime in SUFFIX for precision in ("float32", "int8")]
    lines = [
        f"| architecture | {' | '.join(' '.join(column) for column in columns)} |",
        f"|---|{'---:|' * len(columns)}",
    ]
    for architecture in sorted({key[0] for key in groups}):
        cells = [bias_and_error(groups[architecture, *column]) for column in columns]
        lines.append(f"| {architecture} | {' | '.join(cells)} |")
    return lines


def bias_and_error(predictions: list[Prediction]) -> str:
    if not predictions:
        return ""
    median = 100 * statistics.median(prediction.error for prediction in predictions)
    return f"{bias(predictions)}, {median:.0f} %"


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
    tables: dict[str, list[str]] = {
        "host": [
            "| runtime | calibrated with | form | n | median | 90th | coverage |",
            "|---|---|---|---:|---:|---:|---:|",
        ],
        "host noise": [
            "| runtime | models | repeated: median | 90th | 95th percentile over the minimum |",
            "|---|---:|---:|---:|---:|",
        ],
        "host terms": ["| terms | runtime | n | median | 90th |", "|---|---|---:|---:|---:|"],
    }
    halves = {runtime: study(command, folder, runtime, tables) for runtime in SUFFIX}
    tables["host architectures"] = by_architecture(halves)
    if arguments.document:
        fill(arguments.document, {name: "\n".join(lines) for name, lines in tables.items()})
    else:
        for lines in tables.values():
            print("\n".join(lines), "\n")


def study(
    command: Path, folder: Path, runtime: str, tables: dict[str, list[str]]
) -> list[Prediction]:
    """Adds a runtime to the tables; returns the tool's predictions of halves."""
    table, again = (measured(folder, runtime, repeat) for repeat in (1, 2))
    rows, amounts = read_rows(table), terms(command, folder, runtime)
    product = Product(command, folder / "models", folder / runtime, runtime)

    def ours(known: list[Row], asked: list[Row]) -> list[Prediction]:
        return product.predict(known, asked, table)

    forms: dict[str, Form] = {
        "this tool": ours,
        "MACs alone": lambda known, asked: macs_alone(known, asked, amounts),
        "forest over networks": lambda known, asked: network_forest(known, asked, amounts),
    }
    if runtime == "onnxruntime":
        ran = {row.model: model_kernels(folder, row.model) for row in rows}
        forms["forests over kernels"] = lambda known, asked: forests(known, asked, ran)
        tables["host layers"] = kinds(product, rows, table, ran)
    tables["host"] += [f"| {runtime} {line}" for line in split_table(rows, forms)]
    tables["host noise"].append(f"| {machine(table)} | {len(rows)} | {noise(table, again)} |")
    networks = {
        row.network: list(operators(float_network(folder, row.model))[0].values()) for row in rows
    }
    halves = list(splits(rows, SPLITS, None))
    for title, change in CHANGES.items():
        found = [
            prediction
            for known, asked in halves
            for prediction in predictions(known, asked, amounts, networks, change)
        ]
        tables["host terms"].append(f"| {title} | {runtime} | {len(found)} | {summary(found)} |")
    return [prediction for known, asked in halves for prediction in ours(known, asked)]


def float_network(folder: Path, model: str) -> Path:
    return folder / "models" / f"{model.rpartition('_')[0]}_float32.onnx"


def model_kernels(folder: Path, model: str) -> list[Kernel]:
    profile = folder / "profiles" / f"{Path(model).stem}.json"
    return kernels(profile, float_network(folder, model))


if __name__ == "__main__":
    main()
