#!/usr/bin/env python3
"""Compute the numbers of a footprint's CycloneDX, PACT and SCI form again from its JSON report.

usage: recompute.py REPORT.json FORM.json

Nothing is taken from a sum that the report states: energies are those of its purposes, carbon is
energy times intensity, embodied carbon that of the items, and intervals follow from theirs
(docs/method/use.md and docs/method/embodied.md). Each number is printed with the one of the form;
the exit code is 1 where they differ.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

#: Relative difference that arithmetic in another order may make.
TOLERANCE = 1e-9
#: Parts whose errors are common: bare and packaged silicon.
SILICON = {"die", "ic", "package"}


class Number(NamedTuple):
    """A value with its interval."""

    value: float
    low: float
    high: float

    def __mul__(self, other: Number) -> Number:
        return Number(self.value * other.value, self.low * other.low, self.high * other.high)

    def scaled(self, factor: float) -> Number:
        return Number(self.value * factor, self.low * factor, self.high * factor)


NONE = Number(0, 0, 0)


def number(estimate: dict) -> Number:
    """An estimate of a report; a lower bound has no upper end."""
    high = estimate["high"]
    return Number(estimate["value"], estimate["low"], math.inf if high is None else high)


def together(numbers: list[Number]) -> Number:
    """A sum of numbers with a common error."""
    return Number(*(math.fsum(column) for column in zip(*numbers, strict=True)))


def apart(numbers: list[Number]) -> Number:
    """A sum of numbers with independent errors."""
    value = math.fsum(number.value for number in numbers)
    below = math.hypot(*(number.value - number.low for number in numbers))
    above = math.hypot(*(number.high - number.value for number in numbers))
    return Number(value, max(0.0, value - below), value + above)


def energy(rows: list[dict]) -> Number:
    """The sum of purposes: work errs as the inference does, and losses as what is delivered."""
    named = {row["purpose"]: number(row["energy"]) for row in rows}
    work = together([named.pop(name) for name in ("inference", "work") if name in named] or [NONE])
    losses, standby = named.pop("losses", NONE), named.pop("standby", NONE)
    return apart([together([apart([work, *named.values()]), losses]), standby])


class Recomputed:
    """The numbers of a report, from their parts."""

    def __init__(self, report: dict) -> None:
        self.report = report
        inference = report["perInference"]
        rows = inference["energyByPurpose"]
        if inference["attribution"] == "resourceShare":
            self.energy = together([number(row["energy"]) for row in rows])
        else:
            self.energy = energy(rows)
        self.intensity = number(report["electricity"]["intensity"])
        # Joules times grams per kilowatt-hour.
        self.operational = (self.energy * self.intensity).scaled(1 / 3.6e6)
        self.product = self.stages(None)
        life = report.get("life") or {}
        replaced = report.get("replacements")
        self.made = apart([self.product, *([number(replaced)] if replaced else [])])
        share = number(inference["share"])
        self.embodied = self.made * share
        self.total = self.whole(self.made.scaled(share.value))
        self.life = None
        if life:
            self.life = apart([self.made, together([number(y["carbon"]) for y in life["yearly"]])])

    def whole(self, product: Number) -> Number:
        """Operational and embodied, of which only the product's errs on its own."""
        of_product = apart([self.operational, product])
        return Number(
            of_product.value,
            of_product.low + self.embodied.low - product.low,
            of_product.high + self.embodied.high - product.high
            if math.isfinite(self.embodied.high)
            else math.inf,
        )

    def stages(self, stage: str | None) -> Number:
        """The product's items of a stage, or all."""
        items = [
            item
            for item in self.report["items"]
            if item["carbon"] and stage in (None, item["stage"])
        ]
        return self.items(items)

    def items(self, items: list[dict]) -> Number:
        groups: dict[str, list[Number]] = {}
        for item in items:
            part = item.get("part") or item["block"]
            if item["method"] == "published":
                part = "published"
            groups.setdefault("silicon" if part in SILICON else part, []).append(
                number(item["carbon"])
            )
        whole = apart([together(group) for group in groups.values()])
        if items[0]["method"] == "specSheet":
            # A sheet's interval is that of published footprints about it.
            stated = number(self.report["embodied"])
            return Number(
                whole.value,
                whole.value * stated.low / stated.value,
                whole.value * stated.high / stated.value,
            )
        return whole


Row = tuple[str, float, float]


def ends(name: str, stated: dict, recomputed: Number) -> Iterator[Row]:
    for end in ("value", "low", "high"):
        found = stated.get(end)
        yield f"{name} {end}", math.inf if found is None else float(found), getattr(recomputed, end)


def sci(report: dict, form: dict) -> Iterator[Row]:
    numbers, each = Recomputed(report), 1 / form["unitsPerInference"]
    yield from ends("E", form["E"], numbers.energy.scaled(each / 3.6e6))
    yield from ends("I", form["I"], numbers.intensity)
    yield from ends("M", form["M"], numbers.embodied.scaled(each))
    yield from ends("score", form["score"], numbers.total.scaled(each))
    yield (
        "E * I + M",
        form["E"]["value"] * form["I"]["value"] + form["M"]["value"],
        form["score"]["value"],
    )


def cyclonedx(report: dict, form: dict) -> Iterator[Row]:
    numbers = Recomputed(report)
    (model,) = form["components"]
    card = model["modelCard"]["considerations"]["environmentalConsiderations"]
    (consumption,) = card["energyConsumptions"]
    (provider,) = consumption["energyProviders"]
    energy = numbers.energy.value / 3.6e6
    yield "activityEnergyCost", consumption["activityEnergyCost"]["value"], energy
    yield "energyProvided", provider["energyProvided"]["value"], energy
    grams = numbers.operational.value
    yield "co2CostEquivalent", consumption["co2CostEquivalent"]["value"], grams / 1e6
    properties = {item["name"]: item["value"] for item in card["properties"]}
    text = report.get("request")
    unit = "Generation" if text else "Inference"
    tokens = text["tokens"] * text["batch"] if text else 1
    recomputed = {
        f"operationalPer{unit}": numbers.operational,
        f"embodiedPer{unit}": numbers.embodied,
        f"totalPer{unit}": numbers.total,
        "operationalPerToken": numbers.operational.scaled(1 / tokens),
        "totalPerToken": numbers.total.scaled(1 / tokens),
        "score": numbers.total.scaled(1 / float(properties["iotco2-graph:unitsPerInference"])),
        "embodiedDevice": numbers.product,
        "life": numbers.life,
        "unlistedProduction": next(
            (number(i["carbon"]) for i in report["items"] if i["block"] == "unlisted"), None
        ),
        "batteryDays": (report.get("life") or {}).get("batteryDays"),
    }
    named = {name.split(":")[1] for name in properties if name.endswith(":value")}
    unknown = named - set(recomputed)
    if unknown:
        sys.exit(f"error: no rule for the numbers {sorted(unknown)}")
    for name in sorted(named):
        stated = {
            end: properties.get(f"iotco2-graph:{name}:{end}") for end in ("value", "low", "high")
        }
        found = recomputed[name]
        yield from ends(name, stated, number(found) if isinstance(found, dict) else found)


def pact(report: dict, form: dict) -> Iterator[Row]:
    numbers, pcf = Recomputed(report), form["pcf"]
    gate = numbers.stages("production").scaled(1e-3)
    for key in ("pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake", "fossilGhgEmissions"):
        yield key, float(pcf[key]), gate.value
    low, high = re.findall(r"[0-9.]+", pcf["uncertaintyAssessmentDescription"])[1:3]
    yield "low", float(low), gate.low
    yield "high", float(high), gate.high
    produced = [i for i in report["items"] if i["stage"] == "production" and i["carbon"]]
    carbon = math.fsum(item["carbon"]["value"] for item in produced)
    for name in ("technological", "temporal", "geographical"):
        rated = (item["carbon"]["value"] * item["dataQuality"][name] for item in produced)
        # Ratings are stated to the hundredth.
        yield f"{name}DQR", float(pcf["dqi"][f"{name}DQR"]), round(math.fsum(rated) / carbon, 2)
    packaging = [item for item in report["items"] if item["block"] == "packaging"]
    if pcf["packagingEmissionsIncluded"]:
        grams = numbers.items(packaging).value
        yield "packagingGhgEmissions", float(pcf["packagingGhgEmissions"]), grams / 1000
    product = report["product"]
    yield (
        "productMassPerDeclaredUnit",
        float(pcf["productMassPerDeclaredUnit"]),
        product["massG"] / 1000,
    )
    # 0.76 of polycarbonate and 0.85 of ABS are carbon.
    yield "fossilCarbonContent", float(pcf["fossilCarbonContent"]), 0.8e-3 * product["plasticG"]


def rows(report: dict, form: dict) -> list[Row]:
    """Each number of a form: its name, as it is stated, and recomputed."""
    if "pcf" in form:
        return list(pact(report, form))
    return list((cyclonedx if form.get("bomFormat") == "CycloneDX" else sci)(report, form))


def agrees(stated: float, recomputed: float, form: dict) -> bool:
    # PACT's are decimals to the milligram.
    least = 1e-6 if "pcf" in form else 0
    return math.isclose(stated, recomputed, rel_tol=TOLERANCE, abs_tol=least)


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    report, form = (json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:])
    wrong = 0
    for name, stated, recomputed in rows(report, form):
        same = agrees(stated, recomputed, form)
        wrong += not same
        print(f"{name}: {stated:g}, recomputed {recomputed:g}{'' if same else ' DIFFERS'}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
