"""What collected tables do not say in the tool's words: the files of Data/measurements."""

import csv
from pathlib import Path

FACTS = Path(__file__).resolve().parents[2] / "Data" / "measurements"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


BOARDS = table(FACTS / "boards.csv")
RUNTIMES = table(FACTS / "runtimes.csv")
NOMINAL = {row["core"]: row["nominal_macs_per_cycle"] for row in table(FACTS / "cores.csv")}
FAMILIES = {row["runtime"]: row["family"] for row in table(FACTS / "families.csv")}
ACCELERATORS = {row["runtime"] for row in table(FACTS / "accelerators.csv")}
ENERGY = {row["device"]: row for row in table(FACTS / "energy.csv")}
ODD = {
    (row["device"], row["version"], row["network"]): row for row in table(FACTS / "odd_rows.csv")
}
ARCHITECTURES = {row["prefix"]: row["architecture"] for row in table(FACTS / "architectures.csv")}
NETWORKS = {(row["table"], row["name"]): row for row in table(FACTS / "networks.csv")}
NAMED = {
    (row["table"], row["name"], row["input"]): row for row in table(FACTS / "named_models.csv")
}
FAMILIES_OF_NETWORKS = {row["architecture"]: row["family"] for row in NAMED.values()}
RELEASES = {
    (row["runtime"], row["stated"]): row["version"] for row in table(FACTS / "releases.csv")
}


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


def release(runtime: str, stated: str) -> str:
    """The version of a runtime that a source names in another way."""
    return RELEASES.get((runtime, stated), stated)


def has_energy(device: str, supply: str, clock: str) -> bool:
    """Whether the energy of a row at a supply in millivolts and a clock in megahertz counts."""
    known = ENERGY.get(device)
    if known is None or not supply or known["clock_mhz"] not in ("", clock):
        return False
    return float(known["supply_mv"]) == float(supply)


def odd(row: dict[str, str]) -> dict[str, str]:
    """The role of a row that is not fitted and the reason for it; nothing for others."""
    known = ODD.get((row["device"], row["version"], row["network"]))
    return {"role": "check", "note": known["note"]} if known else {}


def named(collection: str, name: str, shape: str) -> str | None:
    """The network of Scripts/architectures that a table's name stands for; None where none does."""
    known = NAMED.get((collection, name, shape))
    return known["architecture"] if known else None


def architecture(network: str) -> str:
    """What a network is an instance of: the family of a name, or how it begins, where the longest
    beginning counts."""
    if network in FAMILIES_OF_NETWORKS:
        return FAMILIES_OF_NETWORKS[network]
    prefixes = [prefix for prefix in ARCHITECTURES if network.startswith(prefix)]
    if not prefixes:
        raise SystemExit(f"Data/measurements/architectures.csv has no prefix of '{network}'")
    return ARCHITECTURES[max(prefixes, key=len)]
