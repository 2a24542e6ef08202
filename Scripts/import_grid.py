#!/usr/bin/env python3
"""Write Sources/Carbon/Data/grid.json and grid_history.json from tables of carbon intensity.

usage: import_grid.py COUNTRIES.csv SUBNATIONAL.csv HISTORY.csv

COUNTRIES has the columns iso3, iso2, country, gco2e_per_kwh, year; SUBNATIONAL has code, name,
gco2e_per_kwh, year, source; HISTORY has iso3, country, year, gco2e_per_kwh of the same data set as
COUNTRIES. One region a line, so that a change of the data reads as a diff.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "Sources/Carbon/Data"

#: The sources that the written tables name, how the tables that are read begin to name them, and
#: regions that are in none of these tables.
TABLES = Path(__file__).parent.parent / "Data/grid"
KNOWN = json.loads((TABLES / "sources.json").read_text(encoding="utf-8"))


def region(code: str, name: str, value: str, year: str, source: str, **more: str) -> dict:
    return {
        "code": code,
        **more,
        "name": name[0].upper() + name[1:],
        "gramsPerKilowattHour": float(value),
        "year": int(year),
        "source": source,
    }


def title(name: str) -> str:
    """`district of columbia` with capital letters."""
    if not name.islower():
        return name
    return " ".join(word if word == "of" else word[0].upper() + word[1:] for word in name.split())


def european_union(rows: list[dict]) -> dict:
    """The mean of the members, weighted by the electricity that they generate."""
    values = {row["alias"]: row for row in rows if "alias" in row}
    with (TABLES / "eu_generation.csv").open(encoding="utf-8", newline="") as file:
        members = [
            (values[row["iso3"]], float(row["generation_twh"])) for row in csv.DictReader(file)
        ]
    mean = sum(row["gramsPerKilowattHour"] * weight for row, weight in members)
    mean /= sum(weight for _, weight in members)
    year = min(row["year"] for row, _ in members)
    return region("EU", "European Union (27 members)", f"{mean:.2f}", str(year), "eu-mean")


def regions(countries: Path, subnational: Path) -> list[dict]:
    """All regions, each code once: a country's own row wins over a zone of the same code."""
    rows = list(KNOWN["regions"])
    with countries.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.append(
                region(
                    row["iso2"] or row["iso3"],
                    row["country"],
                    row["gco2e_per_kwh"],
                    row["year"],
                    "ember-owid",
                    alias=row["iso3"],
                )
            )
    rows.append(european_union(rows))
    with subnational.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            source = next(
                id for prefix, id in KNOWN["prefixes"].items() if row["source"].startswith(prefix)
            )
            # A total over all states is no state, and its country has a row.
            if row["code"] == row["code"].upper():
                rows.append(
                    region(
                        row["code"], title(row["name"]), row["gco2e_per_kwh"], row["year"], source
                    )
                )
    return list({row["code"]: row for row in reversed(rows)}.values())


def history(path: Path, codes: dict[str, str]) -> str:
    """Yearly means by the code of the country, null where a year is missing."""
    means: dict[str, dict[int, float]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            # A mean of 0 is the rounding of a tiny grid, or unknown.
            if (code := codes.get(row["iso3"])) and float(row["gco2e_per_kwh"]) > 0:
                means.setdefault(code, {})[int(row["year"])] = round(float(row["gco2e_per_kwh"]), 1)
    years = sorted({year for mean in means.values() for year in mean})
    span = range(years[0], years[-1] + 1)
    lines = ",\n".join(
        f"    {json.dumps(code)}: {json.dumps([mean.get(year) for year in span])}"
        for code, mean in sorted(means.items())
    )
    return (
        f'{{\n  "source": "ember-owid",\n  "from": {years[0]},\n  "grams": {{\n{lines}\n  }}\n}}\n'
    )


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    rows = sorted(regions(Path(sys.argv[1]), Path(sys.argv[2])), key=lambda row: row["code"])
    lines = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in rows)
    sources = json.dumps(KNOWN["sources"], indent=2, ensure_ascii=False).replace("\n", "\n  ")
    (FOLDER / "grid.json").write_text(
        f'{{\n  "sources": {sources},\n  "regions": [\n{lines}\n  ]\n}}\n', encoding="utf-8"
    )
    codes = {row["alias"]: row["code"] for row in rows if "alias" in row}
    (FOLDER / "grid_history.json").write_text(history(Path(sys.argv[3]), codes), encoding="utf-8")


if __name__ == "__main__":
    main()
