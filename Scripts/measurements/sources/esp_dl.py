"""Espressif's ESP-DL: whole networks whose structure is known, on one core."""

from pathlib import Path

from measurements.lookups import NETWORKS, subject, table


def rows(data: Path, models: Path) -> list[dict]:
    result = []
    for row in table(data / "measured2026" / "espressif_esp_dl.csv"):
        found = subject("espressif_esp_dl", row["device"])
        known = NETWORKS.get(("espressif_esp_dl", f"{row['model']} {row['input_shape']}"))
        if found is None or known is None or "dual core" in row["notes"]:
            continue
        result.append(
            found
            | {
                "network": known["network"],
                "model": known["model"],
                "latency_ms": row["latency_ms"],
                "source": "Espressif ESP-DL",
                "locator": row["source_url"],
            }
        )
    return result
