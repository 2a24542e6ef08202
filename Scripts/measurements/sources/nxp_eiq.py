"""NXP's eIQ model zoo: NPUs of i.MX 8M Plus and MCX N947, of models whose structure is known."""

from pathlib import Path

from measurements.lookups import NETWORKS, named, subject, table


def rows(data: Path, models: Path) -> list[dict]:
    result = {}
    for row in table(data / "measured2026" / "nxp_eiq_history.csv"):
        unit = row["accelerator"] or row["processor"]
        found = subject("nxp_eiq_history", f"{row['device']} {unit}".strip())
        known = NETWORKS.get(("nxp_eiq_history", f"{row['model']} {row['input_shape']}"))
        network = named("nxp_eiq_history", row["model"], row["input_shape"])
        if known is None and network:
            known = {"network": network, "model": f"{network}:int8"}
        if found is None or known is None:
            continue
        # Newest first; older versions of a table repeat most of its rows.
        result.setdefault(
            (found["device"], found["runtime"], known["model"]),
            found
            | {
                "network": known["network"],
                "model": known["model"],
                "latency_ms": row["latency_ms"],
                "source": "NXP eIQ model zoo",
                "locator": row["source_url"],
            },
        )
    return list(result.values())
