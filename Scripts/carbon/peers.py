#!/usr/bin/env python3
"""Compare embodied carbon with ACT and with BoaviztAPI on the same inputs.

usage: peers.py BINARY DATA [--document FILE]

DATA holds silicon_cpa.csv, memory_storage.csv and iot_archetypes.csv. ACT is computed from its
published equations and tables: (energy * intensity + gases + materials) / yield per area, capacity
times a factor over yield, 150 g a package. BoaviztAPI answers in this process, without a server.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import document
from facts import facts

warnings.filterwarnings("ignore")
logging.disable(logging.INFO)

ACT = "facebookresearch/ACT@abc9fbb"
#: ACT's own numbers; carbon in grams.
ACT_NUMBERS = {row["name"]: float(row["value"]) for row in facts("peers") if row["tool"] == "act"}
#: The archetypes of Pirson & Bol by our names; BoaviztAPI knows them by theirs.
ARCHETYPES = {row["boavizta"]: row["product"] for row in facts("archetypes")}


class Act:
    """The tables of ACT v2."""

    def __init__(self, folder: Path) -> None:
        self.nodes: dict[float, dict[str, float]] = {}
        with (folder / "silicon_cpa.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                kind = row["quantity"][:3]
                if row["source"].startswith(ACT) and kind in ("EPA", "GPA", "MPA"):
                    key = kind + (
                        "95" if "95%" in row["quantity"] else "99" if kind == "GPA" else ""
                    )
                    self.nodes.setdefault(float(row["node_nm"]), {})[key] = float(row["value"])
        with (folder / "memory_storage.csv").open(encoding="utf-8", newline="") as file:
            self.memories = {
                row["name"]: float(row["value"])
                for row in csv.DictReader(file)
                if row["source"].startswith(ACT)
            }

    def circuit(self, area: float, node: float) -> float | None:
        """Grams of a packaged die; nil for nodes that ACT has not."""
        if node not in self.nodes:
            return None
        table = self.nodes[node]
        gases = (table["GPA95"] + table["GPA99"]) / 2
        wafer = table["EPA"] * ACT_NUMBERS["fab electricity"] + gases + table["MPA"]
        return area / 100 * wafer / ACT_NUMBERS["yield"] + ACT_NUMBERS["package"]

    def memory(self, gigabytes: float, name: str) -> float:
        return gigabytes * self.memories[name] / ACT_NUMBERS["yield"] + ACT_NUMBERS["package"]


class Boavizta:
    """BoaviztAPI in this process."""

    def __init__(self) -> None:
        from boaviztapi.data.factor_provider import impact_factors
        from boaviztapi.main import app
        from fastapi.testclient import TestClient

        self.factors = impact_factors
        self.client = TestClient(app)

    def embedded(self, path: str, body: dict | None = None, **query: str) -> float:
        """Grams, as its own service answers."""
        parameters = {"criteria": "gwp", "verbose": False, **query}
        if body is None:
            response = self.client.get(f"/v1/{path}", params=parameters)
        else:
            response = self.client.post(f"/v1/{path}", json=body, params=parameters)
        response.raise_for_status()
        return 1000 * response.json()["impacts"]["gwp"]["embedded"]["value"]

    def die(self, area: float) -> float:
        """Without the 9 kg that it adds for the rest of a server's processor; ignores the node."""
        return 1000 * area * self.factors["cpu"]["gwp"]["die_impact"]


def ours(binary: Path, bills: dict[str, list[dict]], products: list[str]) -> dict[str, dict]:
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for index, (name, parts) in enumerate(bills.items()):
            path = Path(folder) / f"{index}.json"
            # A component is complete.
            bill = {"schemaVersion": "1.0", "name": name, "title": name, "unlisted": 1}
            path.write_text(json.dumps(bill | {"parts": parts}))
            paths.append(str(path))
        reports = json.loads(
            subprocess.run(
                [binary.resolve(), "products", "show", *paths, *products, "--format", "json"],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            ).stdout
        )
    return {report["name"]: report["total"] for report in reports}


def kilograms(grams: float | None) -> str:
    return "-" if grams is None else f"{grams / 1000:.3g}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("binary", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--document", type=Path)
    options = parser.parse_args()
    act, boavizta = Act(options.data), Boavizta()
    bills, peers = {}, {}

    def add(title: str, parts: list[dict], of_act: float | None, of_boavizta: float | None) -> None:
        bills[title], peers[title] = parts, (of_act, of_boavizta)

    for area, node, what in [
        (10, 90, "microcontroller"),
        (10, 40, "microcontroller"),
        (46.4, 14, "processor"),
        (100, 7, "processor"),
    ]:
        add(
            f"{what}, {area:g} mm2 at {node} nm",
            [{"part": "ic", "areaMm2": area, "nodeNm": node}],
            act.circuit(area, node),
            boavizta.die(area),
        )
    for size in (1, 4, 8):
        add(
            f"LPDDR4, {size} GB",
            [{"part": "dram-lpddr4", "capacityGB": size}, {"part": "package", "areaMm2": 60}],
            act.memory(size, "lpddr4"),
            boavizta.embedded("component/ram", {"capacity": size, "units": 1}),
        )
    for size in (8, 64, 256):
        add(
            f"NAND flash, {size} GB",
            [{"part": "flash-nand", "capacityGB": size}, {"part": "package", "areaMm2": 60}],
            act.memory(size, "nand_tlc_1z"),
            boavizta.embedded("component/ssd", {"capacity": size, "units": 1}),
        )
    add(
        "board, 100 cm2 of 4 layers",
        [{"part": "pcb", "areaMm2": 10_000, "layers": 4}],
        100 * ACT_NUMBERS["board of 4 layers"],
        None,
    )
    add(
        "lithium-ion battery, 10 Wh",
        [{"part": "battery-li-ion", "energyWh": 10}],
        10 * ACT_NUMBERS["lithium-ion battery"],
        None,
    )
    estimates = ours(options.binary, bills, list(ARCHETYPES.values()))
    lines = [
        "| what | ours, kg | interval | ACT v2, kg | BoaviztAPI 2.5.0, kg |",
        "|---|---:|---|---:|---:|",
    ]
    for theirs, name in ARCHETYPES.items():
        title = f"archetype: {theirs.replace('_', ' ')}"
        peers[title] = (None, boavizta.embedded("iot/iot_device", archetype=theirs))
        estimates[title] = estimates.pop(name)
    for title, (of_act, of_boavizta) in peers.items():
        total = estimates[title]
        lines.append(
            f"| {title} | {kilograms(total['value'])} | {kilograms(total['low'])} to "
            f"{kilograms(total['high'])} | {kilograms(of_act)} | {kilograms(of_boavizta)} |"
        )
    document.show_or_fill("PEERS", lines, options.document)


if __name__ == "__main__":
    main()
