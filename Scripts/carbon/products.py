#!/usr/bin/env python3
"""Compare spec sheets of products with their makers' published footprints.

usage: products.py BINARY VALIDATION_PRODUCTS.csv [--fit] [--document FILE]

Sheets are Fixtures/products/*.yaml; families.csv beside them says which are the same hardware, and
so are left out together. A product is predicted with what all other families tell:

- how many times the sum of the guessed parts, without memory and power supply, a published
  production is
  (`unlisted`): the mean of the logarithms, by group, drawn towards the mean of all groups, with
  less weight for what lies far off;
- how far published footprints lie about the estimate (`spreads`), from errors of left-out families,
  wider where a group or a sort has few of them.

Two baselines are predicted in the same way: the mean of the group, and the mean by mass.

--fit writes both, from all products, into Sources/Carbon/Data/spec_sheet.json.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))
import document

ROOT = Path(__file__).parent.parent.parent
SHEETS = ROOT / "Fixtures/products"
NUMBERS = ROOT / "Sources/Carbon/Data/spec_sheet.json"
#: The sorts of products that a group stands for.
SORTS = {
    "home": [
        "camera",
        "doorbell",
        "smartSpeaker",
        "smokeDetector",
        "thermostat",
        "mediaPlayer",
        "network",
        "gameController",
        "sensor",
    ],
    "watch": ["smartWatch", "wearable"],
    "phone": ["phone"],
    "tablet": ["tablet", "laptop"],
    "thin client": ["thinClient"],
    "console": ["gameConsole"],
}
#: Scatter of one product about its group, and of groups about all, as logarithms.
SCATTER, GROUPS = 0.3, 0.2
#: Scatter of a sort of products about its group.
SORT_SCATTER = 0.15
#: Before any product is seen: studies of whole products find 1 to 2 times, usually 1.4 times, what
#: sums of parts give.
PRIOR, PRIOR_SCATTER = math.log(1.4), 0.35
#: Within this factor either way nine of ten products should lie.
FACTOR = 1.6


class Product(NamedTuple):
    name: str
    family: str
    group: str
    #: As its sheet says it.
    sort: str
    maker: str
    mass: float
    #: How the collection classes it.
    collected: str
    #: Of our guessed parts, in kg: those that the factor multiplies, and memory and power supply.
    parts: float
    fixed: float
    #: Of our transport and end of life, in kg.
    other: float
    #: The upper end of its interval over its carbon, as the sheet gives it.
    spread: float
    #: Published: production, and all but the use, in kg.
    production: float
    embodied: float


#: Keys that sheets leave out in a table: what few pages tell, and all but sort and mass.
SPARSE = {
    "nothing": "",
    "accessories": "accessories|outdoor",
    "cables": "cableM|outdoor",
    "masses of casings": "massG of casing",
    "processor": "processor",
    "all of these, and other masses": "accessories|outdoor|cableM|massG of casing|processor|leds|"
    "motors|speakersG|packagingG|electronicsG",
    "all but sort and mass": r"(?!sort|massG)\w+",
}


def without(keys: str, sheet: str) -> str:
    """A sheet without some of its keys, each of which has a line of its own."""
    if not keys:
        return sheet
    lines = []
    for line in sheet.splitlines():
        if "massG of casing" in keys and line.startswith("  casing:"):
            line = re.sub(r", massG: [0-9.]+", "", line)
        if not re.match(rf"  (?:{keys}):", line):
            lines.append(line)
    return "\n".join(lines) + "\n"


def sparse_sheets(binary: Path, table: Path, products: list[Product]) -> list[str]:
    """Errors of sheets that leave something out, with the factors of whole sheets of other
    families."""
    lines = [
        "| left out | home and watch: bias | median error | within a factor 1.6 | "
        "in the interval | all: bias | median error | within a factor 1.6 | in the interval |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for title, keys in SPARSE.items():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for path in SHEETS.glob("*.yaml"):
                (folder / path.name).write_text(
                    without(keys, path.read_text(encoding="utf-8")), encoding="utf-8"
                )
            sparse = read(binary, table, folder)
        found, inside = {}, {}
        for family in {product.family for product in products}:
            predicted = by_parts([other for other in products if other.family != family])
            for product in sparse:
                if product.family == family:
                    found[product.name] = math.log(predicted(product) / product.embodied)
                    inside[product.name] = abs(found[product.name]) <= math.log(product.spread)
        cells = []
        for groups in (("home", "watch"), tuple(SORTS)):
            names = [product.name for product in sparse if product.group in groups]
            values = [found[name] for name in names]
            absolute = [abs(math.exp(value) - 1) for value in values]
            near = sum(abs(value) <= math.log(FACTOR) for value in values) / len(values)
            covered = sum(inside[name] for name in names) / len(names)
            bias = math.exp(sum(values) / len(values)) - 1
            cells += [
                f"{100 * bias:+.0f} %",
                *(f"{100 * x:.0f} %" for x in (quantile(absolute, 0.5), near, covered)),
            ]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return lines


def read(binary: Path, table: Path, folder: Path = SHEETS) -> list[Product]:
    with table.open(encoding="utf-8", newline="") as file:
        # Some names have spaces that are none.
        published = {
            " ".join(f"{row['manufacturer']} {row['product']}".split()): row
            for row in csv.DictReader(file)
        }
    with (SHEETS / "families.csv").open(encoding="utf-8", newline="") as file:
        families = {row["name"]: row for row in csv.DictReader(file)}
    paths = sorted(folder.glob("*.yaml"))
    sheets = {path.stem: path.read_text(encoding="utf-8").splitlines() for path in paths}
    factors = json.loads(NUMBERS.read_text(encoding="utf-8"))["unlisted"]
    output = subprocess.run(
        [binary.resolve(), "products", "show", *paths, "--format", "csv"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    parts: dict[str, float] = defaultdict(float)
    unlisted: dict[str, float] = {}
    spreads: dict[str, float] = {}
    other: dict[str, float] = defaultdict(float)
    for row in csv.DictReader(output.splitlines()):
        if row["scope"] == "total":
            spreads[row["product"]] = float(row["high"]) / float(row["gCO2e"])
        elif row["block"] == "unlisted":
            unlisted[row["product"]] = float(row["gCO2e"]) / 1000
        elif row["scope"] == "item":
            sums = parts if row["stage"] == "production" else other
            sums[row["product"]] += float(row["gCO2e"]) / 1000
    products = []
    for name, sheet in sheets.items():
        row = published.get(value(sheet, "title"))
        if row is None or row["flag"] or not row["manufacturing_kg"]:
            continue
        sort = value(sheet, "sort")
        # The binary, which is built with these factors, says what they multiply.
        scaled = unlisted[name] / (factors[sort]["value"] - 1)
        products.append(
            Product(
                name,
                families[name]["family"],
                families[name]["group"],
                sort,
                row["manufacturer"],
                float(value(sheet, "massG")),
                row["class"].lower(),
                scaled,
                parts[name] - scaled,
                other[name],
                spreads[name],
                float(row["manufacturing_kg"]),
                float(row["embodied_kg(mfg+transport+eol)"]),
            )
        )
    return products


def value(sheet: list[str], key: str) -> str:
    """What follows a key of a sheet that stands on a line of its own."""
    line = next(line for line in sheet if line.strip().startswith(f"{key}: "))
    return line.partition(": ")[2].strip()


def robust_mean(values: list[tuple[float, float]], start: float) -> tuple[float, float]:
    """The mean of (value, weight) with less weight beyond one and a half scatters (Huber), and the
    sum of weights."""
    mean, total = start, 0.0
    for _ in range(50):
        weights = [
            weight * min(1, 1.5 * SCATTER / max(abs(value - mean), 1e-9))
            for value, weight in values
        ]
        total = sum(weights)
        if total == 0:
            return start, 0.0
        mean = (
            sum(weight * value for weight, (value, _) in zip(weights, values, strict=True)) / total
        )
    return mean, total


class Factor(NamedTuple):
    """A mean of logarithms and the variance of that mean."""

    mean: float
    variance: float


def unlisted(products: list[Product]) -> dict[str, Factor]:
    """By group: the logarithm of published production over our parts; 'usual' for all."""
    sizes: dict[str, int] = defaultdict(int)
    for product in products:
        sizes[product.family] += 1
    ratios: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for product in products:
        # A production below what memory and power supply alone take says nothing of the rest but
        # that it is little.
        rest = max(product.production - product.fixed, 0.2 * product.production)
        ratio = math.log(rest / product.parts)
        ratios[product.group].append((ratio, 1 / sizes[product.family]))
    # Each group counts as one observation of what is common to all, the surer the more families.
    means = {group: robust_mean(values, PRIOR) for group, values in ratios.items()}
    precisions = {
        group: 1 / (SCATTER**2 / max(weight, 0.1) + GROUPS**2)
        for group, (_, weight) in means.items()
    }
    common = (PRIOR / PRIOR_SCATTER**2 + sum(precisions[g] * means[g][0] for g in means)) / (
        1 / PRIOR_SCATTER**2 + sum(precisions.values())
    )
    result = {"usual": Factor(common, GROUPS**2)}
    for group, (mean, weight) in means.items():
        own, pull = weight / SCATTER**2, 1 / GROUPS**2
        result[group] = Factor((own * mean + pull * common) / (own + pull), 1 / (own + pull))
    return result


def prediction(product: Product, factors: dict[str, Factor]) -> float:
    factor = math.exp(factors.get(product.group, factors["usual"]).mean)
    return product.parts * factor + product.fixed + product.other


def by_parts(products: list[Product]) -> Callable[[Product], float]:
    factors = unlisted(products)
    return lambda product: prediction(product, factors)


def by_mean(
    products: list[Product], size: Callable[[Product], float]
) -> Callable[[Product], float]:
    """The mean of the group's footprints over their size; of all products for a group of one."""

    def of(members: list[Product]) -> float:
        logarithms = [math.log(member.embodied / size(member)) for member in members]
        return math.exp(sum(logarithms) / len(logarithms))

    def predicted(product: Product) -> float:
        members = [other for other in products if other.group == product.group]
        return of(members or products) * size(product)

    return predicted


#: What makes a prediction of products that are known.
METHODS: dict[str, Callable[[list[Product]], Callable[[Product], float]]] = {
    "spec sheet": by_parts,
    "mean of the group": lambda products: by_mean(products, lambda _: 1.0),
    "mean of the group by mass": lambda products: by_mean(products, lambda product: product.mass),
}


def errors(products: list[Product], method: str = "spec sheet") -> dict[str, float]:
    """Logarithms of predicted over published, each family left out."""
    result = {}
    for family in {product.family for product in products}:
        predicted = METHODS[method]([product for product in products if product.family != family])
        for product in products:
            if product.family == family:
                result[product.name] = math.log(predicted(product) / product.embodied)
    return result


def spread(values: list[float], factor: Factor, families: int) -> float:
    """The factor within which nine of ten lie: 1.645 scatters about zero, drawn towards SCATTER as
    if eight products had been seen before; wider by what is not known of the group's factor, and of
    a sort of products by how few families it rests on."""
    squares = sum(min(abs(value), 3 * SCATTER) ** 2 for value in values) + 8 * SCATTER**2
    variance = squares / (len(values) + 8) + factor.variance + SORT_SCATTER**2 / (1 + families)
    return math.exp(1.645 * math.sqrt(variance))


def width(sort: str, group: str, products: list[Product], found: dict[str, float]) -> float:
    """The spread of a sort of products, from the errors of those that are known."""
    factors = unlisted(products)
    return spread(
        [found[product.name] for product in products if product.group == group],
        factors.get(group, factors["usual"]),
        len({product.family for product in products if product.sort == sort}),
    )


def covered(
    products: list[Product], found: dict[str, float], method: str = "spec sheet"
) -> dict[str, bool]:
    """Whether the published footprint lies in the interval that all other families give."""
    result = {}
    for family in {product.family for product in products}:
        # Errors of the others as they are without this family, so that nothing of it is known.
        others = [product for product in products if product.family != family]
        apart = errors(others, method)
        for product in products:
            if product.family == family:
                most = math.log(width(product.sort, product.group, others, apart))
                result[product.name] = abs(found[product.name]) <= most
    return result


def quantile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def row(title: str, values: list[float], inside: list[bool], families: int) -> str:
    absolute = [abs(math.exp(value) - 1) for value in values]
    bias = math.exp(sum(values) / len(values)) - 1
    near = sum(abs(value) <= math.log(FACTOR) for value in values) / len(values)
    return (
        f"| {title} | {len(values)} | {families} | {100 * bias:+.0f} % | "
        f"{100 * quantile(absolute, 0.5):.0f} % | {100 * quantile(absolute, 0.9):.0f} % | "
        f"{100 * max(absolute):.0f} % | {100 * near:.0f} % | "
        f"{100 * sum(inside) / len(inside):.0f} % |"
    )


def distribution(products: list[Product], found: dict[str, float]) -> list[str]:
    """Logarithms of predicted over published by the classes of the collection."""
    lines = [
        "| class of the collection | products | mean | scatter | least | quarter | half | "
        "three quarters | most |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name in sorted({product.collected for product in products}):
        values = [found[p.name] for p in products if p.collected == name]
        mean = sum(values) / len(values)
        scatter = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
        places = [quantile(values, part) for part in (0, 0.25, 0.5, 0.75, 1)]
        numbers = " | ".join(f"{number:+.2f}" for number in places)
        lines.append(f"| {name} | {len(values)} | {mean:+.2f} | {scatter:.2f} | {numbers} |")
    return lines


def makers(products: list[Product], found: dict[str, float]) -> list[str]:
    """What the makers' own figures differ by: it is shown, and no prediction uses it."""
    lines = [
        "| maker | products | families | predicted over published, mean | least | most |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for maker in sorted({product.maker for product in products}):
        members = [product for product in products if product.maker == maker]
        values = [found[product.name] for product in members]
        mean = math.exp(sum(values) / len(values))
        lines.append(
            f"| {maker} | {len(members)} | {len({p.family for p in members})} | {mean:.2f} | "
            f"{math.exp(min(values)):.2f} | {math.exp(max(values)):.2f} |"
        )
    return lines


def summary(products: list[Product]) -> list[str]:
    lines = [
        "| group | predicted by | products | families | bias | median error | 90th percentile | "
        f"most | within a factor {FACTOR} | in the interval |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    results = {}
    for method in METHODS:
        found = errors(products, method)
        results[method] = (found, covered(products, found, method))
    groups = [(group, [p for p in products if p.group == group]) for group in SORTS]
    groups.append(("home and watch", [p for p in products if p.group in ("home", "watch")]))
    groups.append(("all", products))
    for group, members in groups:
        # Means say something where there are several groups or products to compare with.
        for method in METHODS if group in ("home and watch", "all") else ["spec sheet"]:
            found, inside = results[method]
            lines.append(
                row(
                    f"{group} | {method}",
                    [found[p.name] for p in members],
                    [inside[p.name] for p in members],
                    len({p.family for p in members}),
                )
            )
    return lines


def tables(products: list[Product]) -> dict[str, list[str]]:
    found = errors(products)
    inside = covered(products, found)
    single = [
        "| product | group | predicted over published | in the interval |",
        "|---|---|---:|---|",
    ]
    for product in sorted(products, key=lambda p: (list(SORTS).index(p.group), p.name)):
        single.append(
            f"| {product.name} | {product.group} | {math.exp(found[product.name]):.2f} | "
            f"{'yes' if inside[product.name] else 'no'} |"
        )
    return {
        "PRODUCTS": summary(products),
        "LOGARITHMS": distribution(products, found),
        "MAKERS": makers(products, found),
        "PRODUCT": single,
    }


def number(value: float, low: float, high: float) -> dict:
    return {
        "value": round(value, 3),
        "low": round(low, 3),
        "high": round(high, 3),
        "unit": "1",
        "provenance": "derived",
        "sources": ["spec-fit"],
    }


def fit(products: list[Product]) -> None:
    """Writes what was fitted to all products, one number a line."""
    factors, found = unlisted(products), errors(products)
    lines: dict[str, dict[str, dict]] = {"unlisted": {}, "spreads": {}}
    for group, sorts in ({"usual": ["usual"]} | SORTS).items():
        factor = math.exp(factors[group].mean)
        for sort in sorts:
            members = products if group == "usual" else [p for p in products if p.group == group]
            families = len({p.family for p in products if p.sort == sort})
            most = spread([found[p.name] for p in members], factors[group], families)
            lines["unlisted"][sort] = number(
                factor, max(1, factor / math.exp(SCATTER)), factor * math.exp(SCATTER)
            )
            lines["spreads"][sort] = number(1, 1 / most, most)
    text = NUMBERS.read_text(encoding="utf-8")
    for key, values in lines.items():
        start = text.index(f'  "{key}": {{')
        end = text.index("\n  }", start)
        rows = ",\n".join(
            f"    {json.dumps(sort)}: {json.dumps(value)}" for sort, value in values.items()
        )
        text = text[:start] + f'  "{key}": {{\n{rows}' + text[end:]
    json.loads(text)
    NUMBERS.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("binary", type=Path)
    parser.add_argument("products", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--document", type=Path)
    options = parser.parse_args()
    products = read(options.binary, options.products)
    if options.fit:
        fit(products)
    results = tables(products)
    results["SPARSE"] = sparse_sheets(options.binary, options.products, products)
    for name, lines in results.items():
        document.show_or_fill(name, lines, options.document)


if __name__ == "__main__":
    main()
