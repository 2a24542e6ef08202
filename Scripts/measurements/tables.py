"""The tables that the tool embeds: measurements.csv, sources.csv and terms.csv."""

import csv
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "Sources" / "Calibration" / "Data"
COLUMNS = [
    "device",
    "core",
    "runtime",
    "family",
    "form",
    "version",
    "network",
    "architecture",
    "model",
    "clock_mhz",
    "nominal_macs_per_cycle",
    "latency_ms",
    "energy_uj",
    "role",
    "source",
    "note",
]


def write(name: str, columns: list[str], rows: list[dict]) -> None:
    with (TARGET / name).open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def write_measurements(rows: list[dict]) -> None:
    """Rows with the identifiers of their sources, and the sources beside them."""
    modules = sorted({row["module"] for row in rows})
    sources = []
    for module in modules:
        places = sorted({(r["source"], r["locator"]) for r in rows if r["module"] == module})
        for number, (title, locator) in enumerate(places, start=1):
            # A number for each module, so that a new source renames none of another's.
            sources.append({"id": f"{module}-{number}", "title": title, "locator": locator})
    ids = {(source["title"], source["locator"]): source["id"] for source in sources}
    rows = [row | {"source": ids[row["source"], row["locator"]]} for row in rows]
    write("sources.csv", ["id", "title", "locator"], sources)
    write("measurements.csv", COLUMNS, sorted(rows, key=lambda r: [str(r[c]) for c in COLUMNS]))


def write_terms(lines: list[tuple[str, str, str]]) -> None:
    columns = ["model", "term", "amount"]
    rows = [dict(zip(columns, line, strict=True)) for line in sorted(set(lines))]
    write("terms.csv", columns, rows)
