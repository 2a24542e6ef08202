"""Puts tables and plot of `validate` into docs/accuracy.md.

  accuracy.py COMMAND FOLDER

FOLDER has a file SPLIT.csv for each split, as `validate --split SPLIT --format csv` writes it.
The tables stand between `<!-- NAME -->` and `<!-- end -->`.
"""

import math
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from document import fill
from validation import SPLITS, predictions

DOCS = Path(__file__).resolve().parents[1] / "docs"
#: The splits with a table by runtime and device.
BY_DEVICE = ["network", "architecture", "device", "release"]
FORMS = {"processor": "processors", "accelerator": "accelerators"}
#: What was aimed at: rows by split and columns, time or energy, and median / 90th / coverage.
AIMS = [
    ("network", {"form": "processor"}, "s", "5 / 16 / 85 to 95 %"),
    ("network", {"form": "processor"}, "J", "6 / 20 / 85 to 95 %"),
    ("network", {"form": "accelerator"}, "s", "- / - / 80 to 97 %"),
    ("network", {"runtime": "tflite", "device": "rk3588s"}, "s", "8 / - / 80 to 97 %"),
    ("architecture", {"form": "processor"}, "s", "10 / 30 / 80 to 97 %"),
    ("architecture", {"form": "processor"}, "J", "10 / 30 / 80 to 97 %"),
    ("architecture", {"form": "accelerator"}, "s", "20 / - / 80 to 97 %"),
    ("architecture", {"runtime": "neural-art"}, "s", "15 / - / 80 to 97 %"),
    ("device", {}, "s", "35 / - / 80 to 97 %"),
    ("deviceButOne", {}, "s", "12 / - / 80 to 97 %"),
    ("architectureOnNewDevice", {}, "s", "- / - / 80 to 97 %"),
    ("release", {}, "s", "- / - / 80 to 97 %"),
    ("release", {"runtime": "x-cube-ai", "version": "9.0"}, "s", "8 / - / 80 to 97 %"),
    ("release", {"runtime": "x-cube-ai", "version": "10.2"}, "s", "8 / - / 80 to 97 %"),
]
UNITS = {"s": "time", "J": "energy"}


def figures(rows: list[dict], unit: str) -> list[str] | None:
    """Count, median and 90th percentile of the errors, and coverage; None without any."""
    errors, inside = [], 0
    for row in rows:
        if not row[f"measured_{unit}"] or not row[f"predicted_{unit}"]:
            continue
        ratio = float(row[f"predicted_{unit}"]) / float(row[f"measured_{unit}"])
        errors.append(abs(ratio - 1))
        width = math.log(float(row[f"interval_factor_{unit}"]))
        inside += abs(math.log(ratio)) <= width + 1e-12
    if not errors:
        return None
    ninetieth = (
        statistics.quantiles(errors, n=10, method="inclusive")[-1] if errors[1:] else errors[0]
    )
    return [
        str(len(errors)),
        f"{100 * statistics.median(errors):.1f} %",
        f"{100 * ninetieth:.1f} %",
        f"{100 * inside / len(errors):.0f} %",
    ]


def grouped(rows: list[dict], *columns: str) -> dict[tuple, list[dict]]:
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in columns)].append(row)
    return dict(sorted(groups.items()))


def lines(titles: list[str], numbers: list[str], rows: list[list[str]]) -> str:
    header = ["| " + " | ".join(titles + numbers) + " |"]
    header.append("|" + "---|" * len(titles) + "---:|" * len(numbers))
    return "\n".join(header + ["| " + " | ".join(row) + " |" for row in rows])


def table(titles: list[str], groups: dict[tuple, list[dict]]) -> str:
    """A line for each group, with its time and its energy."""
    numbers = [
        number for what in UNITS.values() for number in (f"{what}: n", "median", "90th", "coverage")
    ]
    rows = []
    for names, group in groups.items():
        cells = [figures(group, unit) or ["0", "", "", ""] for unit in UNITS]
        rows.append([*names, *cells[0], *cells[1]])
    return lines(titles, numbers, rows)


def aims(splits: dict[str, list[dict]]) -> str:
    """What was aimed at, and what is reached."""
    rows = []
    for split, columns, unit, aim in AIMS:
        chosen = [row for row in splits[split] if columns.items() <= row.items()]
        of = ", ".join(FORMS.get(value, value) for value in columns.values()) or "all"
        count, *reached = figures(chosen, unit)
        rows.append([SPLITS[split], of, UNITS[unit], count, aim, " / ".join(reached)])
    return lines(["left out", "of", "what"], ["n", "aim", "reached"], rows)


def by_source(splits: dict[str, list[dict]], unit: str) -> str:
    """A line for each source and runtime, with what each split has of it."""
    groups = {split: grouped(rows, "source", "runtime") for split, rows in splits.items()}
    names = sorted({name for group in groups.values() for name in group})
    rows = []
    for name in names:
        cells = [figures(groups[split].get(name, []), unit) for split in splits]
        if any(cells):
            rows.append([*name, *(" / ".join(cell[1:]) if cell else "-" for cell in cells)])
    return lines(["source", "runtime"], [SPLITS[split] for split in splits], rows)


def main() -> None:
    command, folder = sys.argv[1], Path(sys.argv[2])
    splits = {split: predictions(folder, split) for split in SPLITS}
    tables = {
        split: table(["runtime", "device"], grouped(splits[split], "runtime", "device"))
        for split in BY_DEVICE
    }
    groups = {}
    for split, rows in splits.items():
        groups[SPLITS[split], "all"] = rows
        for form, name in FORMS.items():
            groups[SPLITS[split], name] = [row for row in rows if row["form"] == form]
    tables["splits"] = table(["left out", "of"], groups)
    tables["aims"] = aims(splits)
    tables["time by source"] = by_source(splits, "s")
    tables["energy by source"] = by_source(splits, "J")
    fill(DOCS / "accuracy.md", tables)
    plot = subprocess.run(
        [command, "validate", "--format", "svg"], check=True, capture_output=True, text=True
    ).stdout
    (DOCS / "accuracy.svg").write_text(plot)


if __name__ == "__main__":
    main()
