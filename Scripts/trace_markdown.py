#!/usr/bin/env python3
"""Recomputes the carbon of an inference from the assumptions that a footprint states in Markdown.

usage: iotco2-graph footprint MODEL ... --format markdown | trace_markdown.py

Only the block "Assumptions" and the table of grid intensities are read; the results are compared
with the table above the block. Exit code 1 if one differs by more than rounding, 2 if something
is missing.

  operational carbon = energy from supply of an inference * grid intensity
  embodied carbon    = embodied carbon of the product * share of an inference

The share is one over the inferences of the lifetime (wholeDevice), or the time of an inference
over the lifetime (activeTime).
"""

import json
import re
import sys
from pathlib import Path

GRID = Path(__file__).resolve().parent.parent / "Sources/Carbon/Data/grid.json"
#: Numbers are printed with three digits, so each of three factors and the result is off by up to
#: half a percent.
TOLERANCE = 0.02
JOULES_PER_KILOWATT_HOUR = 3.6e6
DAYS_PER_YEAR = 365.25
PREFIXES = {"p": 1e-12, "n": 1e-9, "µ": 1e-6, "m": 1e-3, "": 1, "k": 1e3, "M": 1e6, "G": 1e9}


class Missing(Exception):
    """Something that the Markdown does not state."""


def quantity(text, unit):
    """The first number of a text in a unit: 34.7 mJ is 0.0347 J; '' is a count such as 86.4 k."""
    found = re.search(rf"([0-9][0-9.,]*(?:e[+-]?\d+)?)\s?([pnµmkMG]?|t){unit}(?![\w/])", text)
    if not found:
        raise Missing(f"no number in {unit or 'units'} in '{text}'")
    value = float(found[1].rstrip(".,").replace(",", ""))
    return value * (1e6 if found[2] == "t" else PREFIXES[found[2]])


def assumptions(markdown):
    """The list of the block, by name in lower case."""
    block = re.search(r"^#+ Assumptions\n\n((?:- .*\n)+)", markdown, re.M)
    if not block:
        raise Missing("no block 'Assumptions'")
    items = (line[2:].replace("\\", "").partition(": ") for line in block[1].splitlines())
    return {name.lower(): value for name, _, value in items}


def assumption(found, *words):
    """The value of the first name that has all words."""
    for name, value in found.items():
        if all(word in name for word in words):
            return value
    raise Missing(f"no assumption of {' '.join(words)}")


def intensity(found):
    """Of the grid in gCO2e/kWh: the table's, if region and year are in the table."""
    text = assumption(found, "grid")
    stated = re.search(r"([0-9.]+) gCO2e/kWh", text)
    place = re.search(r"\(([A-Z][A-Z0-9-]*)\), (\d{4})", text)
    if not stated or not place:
        raise Missing(f"no region, year and intensity in '{text}'")
    for region in json.loads(GRID.read_text())["regions"]:
        if region["code"] == place[1] and region["year"] == int(place[2]):
            return region["gramsPerKilowattHour"]
    raise Missing(f"no {place[1]} of {place[2]} in {GRID.name}")


def share(found):
    """The part of the product that one inference has."""
    years = quantity(re.sub(r"years?", "y", assumption(found, "lifetime")), "y")
    attribution = assumption(found, "attribution")
    if re.search("whole ?device", attribution, re.I):
        return 1 / (quantity(assumption(found, "inferences"), "") * DAYS_PER_YEAR * years)
    if re.search("active ?time", attribution, re.I):
        return quantity(assumption(found, "latency"), "s") / (DAYS_PER_YEAR * years * 86_400)
    raise Missing(f"no equation for the attribution '{attribution}'")


def trace(markdown):
    """Each number: what it is, grams as the table states them, and as they are recomputed."""
    stated = {
        name: value
        for name, value in re.findall(r"^\| (\w[^|]*?) \| ([^|]*?) \|", markdown, re.M)
        if name.endswith("carbon")
    }
    found = assumptions(markdown)
    energy = quantity(assumption(found, "energy", "inference"), "J")
    recomputed = {
        "operational carbon": energy * intensity(found) / JOULES_PER_KILOWATT_HOUR,
        "embodied carbon": quantity(assumption(found, "embodied"), "gCO2e") * share(found),
    }
    for name in recomputed:
        if name not in stated:
            raise Missing(f"no row '{name}'")
    return [(name, quantity(stated[name], "gCO2e"), grams) for name, grams in recomputed.items()]


def agrees(stated, recomputed):
    return abs(recomputed - stated) <= TOLERANCE * stated


def main():
    if len(sys.argv) != 1:
        sys.exit(__doc__)
    try:
        rows = trace(sys.stdin.read())
    except Missing as error:
        print(f"trace_markdown.py: {error}", file=sys.stderr)
        sys.exit(2)
    for name, stated, recomputed in rows:
        print(f"{name}: stated {stated:.3g} gCO2e, recomputed {recomputed:.3g} gCO2e")
    if not all(agrees(stated, recomputed) for _, stated, recomputed in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
