"""MicroGreen: microcontrollers with TensorFlow Lite Micro."""

from pathlib import Path

from measurements.lookups import ENERGY, NETWORKS, subject, table


def rows(data: Path, models: Path) -> list[dict]:
    result = []
    for row in table(data / "measured" / "microgreen.csv"):
        found = subject("microgreen", row["device"])
        if found is None or not row["latency_ms"]:
            continue
        model = Path(row["model_file"])
        holds_idle = ENERGY.get(found["device"], {}).get("holds_idle") == "yes"
        result.append(
            found
            | {
                "network": NETWORKS["microgreen", model.stem]["network"],
                "model": model.name,
                "latency_ms": row["latency_ms"],
                "energy_uj": "" if holds_idle else row["energy_uJ"],
                "source": "MicroGreen",
                "locator": row["url_or_repo_path"],
            }
        )
    return result
