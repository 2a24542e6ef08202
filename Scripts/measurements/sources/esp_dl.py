"""Espressif's ESP-DL: whole networks whose structure is known, on one core."""

from pathlib import Path

from measurements.lookups import named, subject, table


def rows(data: Path, models: Path) -> list[dict]:
    result = []
    for row in table(data / "measured2026" / "espressif_esp_dl.csv"):
        found = subject("espressif_esp_dl", row["device"])
        network = named("espressif_esp_dl", row["model"], row["input_shape"])
        if found is None or network is None or "dual core" in row["notes"]:
            continue
        result.append(
            found
            | {
                "network": network,
                "model": f"{network}:int8",
                "latency_ms": row["latency_ms"],
                "source": "Espressif ESP-DL",
                "locator": row["source_url"],
            }
        )
    return result
