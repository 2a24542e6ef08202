"""MLPerf Inference, edge category with power (Krai): MobileNets on boards with Linux."""

from pathlib import Path

from measurements.lookups import subject, table


def rows(data: Path, models: Path) -> list[dict]:
    result = []
    for row in table(data / "measured" / "mlperf_inference_edge.csv"):
        found = subject("mlperf_inference_edge", row["device"], row["framework"])
        if found is None:
            continue
        kind, width, size = row["model"].split("-")[1:4]
        version = row["framework"].split()[1].lstrip("v")
        network = f"mobilenet-{kind}-{width}-{size}"
        result.append(
            found
            | {
                "version": version,
                "network": network,
                "model": f"mobilenet-{kind}-{width}-{size}-{row['precision']}",
                "latency_ms": row["latency_ms"],
                "energy_uj": row["energy_uJ"],
                "source": row["source"],
                "locator": row["origin_csv"],
            }
        )
    return result
