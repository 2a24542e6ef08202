"""The product's own predictions: a profile of facts, `calibrate` with a table, and `compare`."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

from tables import Prediction, Row

FUSIONS = ["contraction-activation", "contraction-normalization", "elementwise-activation"]


def machine_profile(
    runtime: str, core: str, clock: float, bandwidth: float, spread: float, source: str
) -> dict:
    """What a person knows of a machine before any measurement; the bandwidth has a spread."""

    def number(value: float, unit: str, spread: float = 1) -> dict:
        ends = {"low": value / spread, "high": value * spread}
        facts = {"provenance": "assumed", "sources": ["system"]}
        return {"value": value, "unit": unit} | ends | facts

    unit = {
        "name": "cpu",
        "core": core,
        "clock": number(clock, "Hz"),
        # 512-bit instructions of floats, two in a cycle.
        "nominalMACsPerCycle": number(32, "1"),
        "bandwidth": {"dram": number(bandwidth, "B/s", spread)},
        "staticPower": number(10, "W"),
    }
    return {
        "schemaVersion": "1.0",
        "name": "host",
        "title": "The machine of the study",
        "class": "applicationProcessor",
        "energyBoundary": "not measured",
        "energyMeasuredAt": "board",
        "idlePower": number(1, "W"),
        "memories": [{"name": "dram", "holds": "both", "capacity": number(8e9, "B")}],
        "defaultRuntime": runtime,
        "runtimes": [{"name": runtime, "title": runtime, "fusions": FUSIONS, "units": [unit]}],
        "sources": {"system": {"title": source}},
    }


class Product:
    def __init__(self, command: Path, models: Path, folder: Path, runtime: str) -> None:
        self.command = command
        self.models = models
        self.folder = folder
        self.runtime = runtime
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.command, *arguments], capture_output=True, text=True, cwd=self.models
        )
        if done.returncode not in (0, 1):
            raise SystemExit(f"{self.command} {' '.join(arguments[:3])}: {done.stderr}")
        return done.stdout

    def predict(self, known: list[Row], asked: list[Row], table: Path) -> list[Prediction]:
        """Calibrates with the rows of a table that are known, and predicts the others."""
        fitted = self.calibrate(known, table)
        report = self.run(
            "compare",
            *(row.model for row in asked),
            "--device",
            str(fitted),
            "--format",
            "json",
        )
        latencies = {Path(row["model"]).name: row["latency"] for row in json.loads(report)["rows"]}
        return [
            Prediction(row, *(latencies[row.model][end] for end in ("value", "low", "high")))
            for row in asked
        ]

    def calibrate(self, known: list[Row], table: Path) -> Path:
        """The profile of the machine, calibrated."""
        names = {row.model for row in known}
        with table.open(newline="") as file:
            rows = [row for row in csv.DictReader(file) if Path(row["model"]).name in names]
        # Models are named relative to the table.
        part = self.models / f"{self.folder.name}.csv"
        with part.open("w", newline="") as file:
            writer = csv.DictWriter(file, ["device", *rows[0]], lineterminator="\n")
            writer.writeheader()
            for row in rows:
                writer.writerow(row | {"device": "host", "model": Path(row["model"]).name})
        profile, fitted = self.folder / "board.json", self.folder / "fitted.json"
        profile.write_text(json.dumps(self.profile(rows[0]), indent=2))
        self.run("calibrate", str(profile), "--measurements", str(part), "--output", str(fitted))
        part.unlink()
        return fitted

    def profile(self, row: dict[str, str]) -> dict:
        # These networks stay in caches for the most part: no bound of the memory is stated.
        clock, bandwidth = float(row["clock_mhz"]) * 1e6, 1e12
        title = "What the system says, and a guess"
        return machine_profile(self.runtime, row["core"], clock, bandwidth, 1, title)
