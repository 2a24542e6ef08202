"""Writes the tables that device profiles are calibrated with.

  IOTCO2_GRAPH=... import_measurements.py DATA MODELS

DATA has the collected measurements (mlperf_tiny.csv, microgreen.csv, st_modelzoo.csv and others),
MODELS the model files that they name. The rows that are used go to
Sources/Calibration/Data/measurements.csv with their sources, what the models have of each term to
terms.csv beside it. Rows that are looked at and not fitted have the role `check` and say why.

What the collected tables do not say in the tool's words is in Data/measurements:

- boards.csv: the device, core and clock of a board. In MLPerf Tiny's results `board` is a part of
  the board's name, elsewhere all of it.
- runtimes.csv: the runtime by parts of the framework's and the system's name, for one board or any;
  a row for one board wins. Core and clock stand there when the runtime does not use the board's;
  the version when the rows do not name one.
- cores.csv: multiply-accumulates that a unit with such cores can start in a cycle.
- families.csv: runtimes that are fitted together; any other is fitted alone.
- energy.csv: at which supply and clock the energy of a device's rows counts; those at others count
  for time alone. Energy that holds idle time is not that of an inference, and does not count.
- odd_rows.csv: rows that are not fitted.
- networks.csv: the network, and where a table does not name it the model's file.
- architectures.csv: the architecture of networks, by how their names begin.
"""

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FACTS = ROOT / "Data" / "measurements"
TARGET = ROOT / "Sources" / "Calibration" / "Data"
COLUMNS = [
    "device",
    "core",
    "runtime",
    "family",
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
    "locator",
    "note",
]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


BOARDS = table(FACTS / "boards.csv")
RUNTIMES = table(FACTS / "runtimes.csv")
NOMINAL = {row["core"]: row["nominal_macs_per_cycle"] for row in table(FACTS / "cores.csv")}
FAMILIES = {row["runtime"]: row["family"] for row in table(FACTS / "families.csv")}
ENERGY = {row["device"]: row for row in table(FACTS / "energy.csv")}
ODD = {(row["device"], row["version"], row["network"]) for row in table(FACTS / "odd_rows.csv")}
ARCHITECTURES = {row["prefix"]: row["architecture"] for row in table(FACTS / "architectures.csv")}
NETWORKS = {(row["table"], row["name"]): row for row in table(FACTS / "networks.csv")}


def subject(
    collection: str, board: str, framework: str = "", system: str = ""
) -> dict[str, str] | None:
    """Device, core, clock, runtime and version of a row; None when the tables do not have it."""

    def is_board(row: dict[str, str]) -> bool:
        is_part = collection == "mlperf_tiny" and row["board"] in board
        return row["table"] == collection and (is_part or row["board"] == board)

    device = next((row for row in BOARDS if is_board(row)), None)
    if device is None:
        return None
    runtimes = [
        row
        for row in RUNTIMES
        if row["table"] == collection
        and row["board"] in ("", device["board"])
        and row["framework"] in framework
        and row["system"] in system.lower()
    ]
    runtime = max(runtimes, key=lambda row: row["board"] != "", default=None)
    if runtime is None:
        return None
    return {
        "device": device["device"],
        "core": runtime["core"] or device["core"],
        "clock_mhz": runtime["clock_mhz"] or device["clock_mhz"],
        "runtime": runtime["runtime"],
        "version": runtime["version"],
    }


def has_energy(device: str, supply: str, clock: str) -> bool:
    """Whether the energy of a row at a supply in millivolts and a clock in megahertz counts."""
    known = ENERGY.get(device)
    return known is not None and known["supply_mv"] == supply and known["clock_mhz"] in ("", clock)


def mlperf(data: Path) -> list[dict]:
    rows = []
    for row in table(data / "mlperf_tiny.csv"):
        if row["duplicate_of_round"] or row["division"] != "closed":
            continue
        network = NETWORKS.get(("mlperf_tiny", row["benchmark"]))
        found = subject("mlperf_tiny", row["board"], row["inference_framework"], row["system"])
        if network is None or found is None:
            continue
        version = row["inference_framework"].rsplit(" ", 1)[-1].lstrip("v")
        # Rounds stand for releases that are not named, but of one runtime for one release.
        version = version if version[0].isdigit() else found["version"] or row["round"]
        clock = "".join(
            c for c in row["processor_clock"].upper().split("M")[0] if c.isdigit() or c == "."
        )
        is_odd = (found["device"], version, network["network"]) in ODD
        counts = has_energy(found["device"], row["energy_mode_supply_mV"], clock)
        rows.append(
            found
            | {
                "version": version,
                "network": network["network"],
                "model": network["model"],
                "clock_mhz": clock,
                "latency_ms": row["latency_ms"],
                "energy_uj": row["energy_uJ"] if counts else "",
                "role": "check" if is_odd else "fit",
                "source": f"MLPerf Tiny {row['round']} closed, {row['submitter']}",
                "locator": f"{row['repo']}@{row['commit'][:12]}:{row['perf_source']}",
                "note": "another form of the model or of the test" if is_odd else "",
            }
        )
    return rows


def st_network(model: str) -> str:
    """The network of one of ST's files, whatever data it was trained with or head it got."""
    name = model.removesuffix("_int8.tflite")
    for part in ("_fft", "_tfs", "_tl"):
        name = name.replace(part, "")
    known = NETWORKS.get(("st_modelzoo", name))
    return known["network"] if known else name


def st(data: Path, models: Path) -> list[dict]:
    rows = []
    for row in table(data / "st_modelzoo.csv"):
        found = subject("st_modelzoo", row["device"], row["framework"])
        path = models / "measured" / row["model_file"].removeprefix("models/")
        if (
            found is None
            or row["precision"].lower() != "int8"
            or not row["model_file"]
            or not path.exists()
        ):
            continue
        stated = row["framework"].rsplit(" ", 1)[-1] if row["framework"] else "not stated"
        rows.append(
            found
            | {
                "version": found["version"] or stated,
                "network": st_network(path.name),
                "model": path.name,
                "clock_mhz": row["clock_mhz"],
                "latency_ms": row["latency_ms"],
                "energy_uj": "",
                "role": "fit",
                "source": "ST model zoo",
                "locator": row["url_or_repo_path"],
                "note": "",
            }
        )
    return rows


def microgreen(data: Path) -> list[dict]:
    rows = []
    for row in table(data / "microgreen.csv"):
        found = subject("microgreen", row["device"])
        if found is None or not row["latency_ms"]:
            continue
        model = Path(row["model_file"])
        holds_idle = ENERGY.get(found["device"], {}).get("holds_idle") == "yes"
        rows.append(
            found
            | {
                "network": NETWORKS["microgreen", model.stem]["network"],
                "model": model.name,
                "latency_ms": row["latency_ms"],
                "energy_uj": "" if holds_idle else row["energy_uJ"],
                "role": "fit",
                "source": "MicroGreen",
                "locator": row["url_or_repo_path"],
                "note": "",
            }
        )
    return rows


def edge(data: Path) -> list[dict]:
    """One release of each runtime on each device: the newest."""
    rows = {}
    for row in table(data / "mlperf_inference_edge.csv"):
        found = subject("mlperf_inference_edge", row["device"], row["framework"])
        if found is None:
            continue
        version = row["framework"].split()[1].lstrip("v")
        key = found["device"], found["runtime"], row["model"]
        if key in rows and rows[key]["version"] >= version:
            continue
        kind, width, size = row["model"].split("-")[1:4]
        rows[key] = found | {
            "version": version,
            "network": f"mobilenet-{kind}-{width}-{size}",
            "model": f"mobilenet-{kind}-{width}-{size}-{row['precision']}",
            "latency_ms": row["latency_ms"],
            "energy_uj": row["energy_uJ"],
            "role": "fit",
            "source": row["source"],
            "locator": row["origin_csv"],
            "note": "",
        }
    return list(rows.values())


def terms(arguments: list[str]) -> list[str]:
    return subprocess.run(
        [os.environ["IOTCO2_GRAPH"], "terms", *arguments],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()[1:]


def main() -> None:
    data, models = Path(sys.argv[1]), Path(sys.argv[2])
    rows = mlperf(data) + st(data, models) + microgreen(data) + edge(data)
    for row in rows:
        row["nominal_macs_per_cycle"] = NOMINAL[row["core"]]
        row["family"] = FAMILIES.get(row["runtime"], row["runtime"])
        row["architecture"] = next(
            architecture
            for prefix, architecture in ARCHITECTURES.items()
            if row["network"].startswith(prefix)
        )
    files = {path.name: path for path in (models / "measured").rglob("*.tflite")}
    needed = sorted({row["model"] for row in rows})
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for model in needed:
            if model.startswith("mobilenet-") and model not in files:
                from architectures import write  # needs the onnx package

                files[model] = write(model, Path(folder))
            lines += terms([str(files[model])])
    (TARGET / "terms.csv").write_text("\n".join(["model,term,amount", *sorted(set(lines))]) + "\n")
    with (TARGET / "measurements.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: [str(row[c]) for c in COLUMNS]))
    print(
        f"{len(rows)} rows of {len({row['device'] for row in rows})} devices, {len(needed)} models"
    )


if __name__ == "__main__":
    main()
