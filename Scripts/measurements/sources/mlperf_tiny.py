"""MLPerf Tiny, rounds v0.5 to v1.3: closed division."""

from pathlib import Path

from measurements.lookups import NETWORKS, has_energy, subject, table

TABLES = ["measured/mlperf_tiny.csv", "measured2026/mlperf_tiny_v1_2_v1_3.csv"]


def rows(data: Path, models: Path) -> list[dict]:
    result: dict[tuple, dict] = {}
    for row in (row for name in TABLES for row in table(data / name)):
        network = NETWORKS.get(("mlperf_tiny", row["benchmark"]))
        found = subject("mlperf_tiny", row["board"], row["inference_framework"], row["system"])
        if (
            network is None
            or found is None
            or row["duplicate_of_round"]
            or row["division"] != "closed"
            or row["precision"] != "int8"
            # A second setting of Bosch's compiler, which other rounds do not have.
            or "max_perf" in row["system"]
        ):
            continue
        version = row["inference_framework"].rsplit(" ", 1)[-1].lstrip("v")
        # Rounds stand for releases that are not named, but of one runtime for one release.
        version = version if version[0].isdigit() else found["version"] or row["round"]
        clock = "".join(
            c for c in row["processor_clock"].upper().split("M")[0] if c.isdigit() or c == "."
        )
        counts = has_energy(found["device"], row["energy_mode_supply_mV"], clock)
        folder = row["perf_source"].split("/performance/")[0].rsplit("/", 1)[0]
        # Syntiant submits measurements of an earlier round again.
        key = (found["device"], row["submitter"], clock, row["benchmark"])
        key += (f"{float(row['latency_ms']):.5f}", row["energy_uJ"])
        result.setdefault(
            key,
            found
            | {
                "version": version,
                "network": network["network"],
                "model": network["model"],
                "clock_mhz": clock,
                "latency_ms": row["latency_ms"],
                "energy_uj": row["energy_uJ"] if counts else "",
                "source": f"MLPerf Tiny {row['round']} closed, {row['submitter']}",
                "locator": f"{row['repo']}@{row['commit'][:12]}:{folder}",
            },
        )
    return list(result.values())
