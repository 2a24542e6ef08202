"""Puts tables and plot of `validate` into docs/accuracy.md.

  accuracy.py COMMAND

The tables stand between `<!-- NAME -->` and `<!-- end -->`.
"""

import csv
import io
import math
import statistics
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from document import fill

DOCS = Path(__file__).resolve().parents[1] / "docs"
#: What is left out, by the name of the split; the others have a fit for each device and network.
SPLITS = {
    "network": "a network, on every device",
    "architecture": "an architecture, on every device",
    "device": "a device",
    "release": "a release of a runtime",
}


def validate(*arguments: str) -> str:
    return subprocess.run(
        [sys.argv[1], "validate", *arguments], check=True, capture_output=True, text=True
    ).stdout


def cells(rows: list[dict], unit: str) -> str:
    """Count, median and 90th percentile of the errors, and coverage of the intervals."""
    errors, inside = [], 0
    for row in rows:
        if not row[f"measured_{unit}"] or not row[f"predicted_{unit}"]:
            continue
        ratio = float(row[f"predicted_{unit}"]) / float(row[f"measured_{unit}"])
        errors.append(abs(ratio - 1))
        width = math.log(float(row[f"interval_factor_{unit}"]))
        inside += abs(math.log(ratio)) <= width + 1e-12
    if not errors:
        return "| 0 | | | "
    ninetieth = (
        statistics.quantiles(errors, n=10, method="inclusive")[-1] if errors[1:] else errors[0]
    )
    return (
        f"| {len(errors)} | {100 * statistics.median(errors):.1f} % | {100 * ninetieth:.1f} % "
        f"| {100 * inside / len(errors):.0f} % "
    )


def grouped(rows: list[dict], *columns: str) -> dict[tuple, list[dict]]:
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in columns)].append(row)
    return dict(sorted(groups.items()))


def table(titles: list[str], groups: dict[tuple, list[dict]]) -> str:
    """A line for each group, with its time and its energy."""
    measured = ["time: n", "median", "90th", "coverage", "energy: n", "median", "90th", "coverage"]
    lines = [
        "| " + " | ".join(titles + measured) + " |",
        "|" + "---|" * len(titles) + "---:|" * len(measured),
    ]
    for names, rows in groups.items():
        lines.append("| " + " | ".join(names) + f" {cells(rows, 's')}{cells(rows, 'J')}|")
    return "\n".join(lines)


def main() -> None:
    with ThreadPoolExecutor() as pool:
        texts = pool.map(lambda split: validate("--split", split, "--format", "csv"), SPLITS)
        rows = {
            split: list(csv.DictReader(io.StringIO(text)))
            for split, text in zip(SPLITS, texts, strict=True)
        }
    tables = {
        split: table(["runtime", "device"], grouped(rows[split], "runtime", "device"))
        for split in SPLITS
    }
    for split in ("network", "architecture"):
        tables[f"{split} by source"] = table(
            ["source", "runtime"], grouped(rows[split], "source", "runtime")
        )
    tables["splits"] = table(["left out"], {(SPLITS[split],): rows[split] for split in SPLITS})
    fill(DOCS / "accuracy.md", tables)
    (DOCS / "accuracy.svg").write_text(validate("--format", "svg"))


if __name__ == "__main__":
    main()
