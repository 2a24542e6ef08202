"""Ambiq's neuralSPOT: one network on Apollo510, in two modes."""

from pathlib import Path

from measurements.lookups import NETWORKS, subject, table


def rows(data: Path, models: Path) -> list[dict]:
    result = []
    for row in table(data / "measured2026" / "energy_singles.csv"):
        found = subject("energy_singles", row["device"])
        known = NETWORKS.get(("energy_singles", row["model"]))
        if found is None or known is None:
            continue
        # The energy of the profile is that of its clock.
        counts = row["clock_mhz"] == found["clock_mhz"]
        result.append(
            found
            | {
                "clock_mhz": row["clock_mhz"],
                "network": known["network"],
                "model": known["model"],
                "latency_ms": row["latency_ms"],
                "energy_uj": row["energy_uJ"] if counts else "",
                "source": row["source"],
                "locator": row["source_url"],
            }
        )
    return result
