"""Hailo's model zoo: frames a second at batch 1.

A network that fits on the chip is a pipeline (single-context), and the time between two results is
less than that from a frame to its result. Another runs in parts, whose weights come over PCIe for
each batch (multi-context): a larger batch makes it faster, and only it.
"""

from pathlib import Path

from measurements import collected
from measurements.lookups import named, table

NAME = "hailo_model_zoo"


def frames_per_second(data: Path) -> dict[tuple[str, str, str], float]:
    """By board, network and batch."""
    result = {}
    for row in table(data / "measured2026" / f"{NAME}.csv"):
        network = named(NAME, row["model"], row["input_shape"])
        if network and row["notes"].startswith("FPS "):
            key = row["device"].lower(), network, row["batch"]
            result.setdefault(key, float(row["notes"].split()[1]))
    return result


def rows(data: Path, models: Path) -> list[dict]:
    speeds = frames_per_second(data)
    result = []
    for row in collected.rows(data, NAME, "Hailo model zoo", precision="int8"):
        alone, batched = (speeds.get((row["device"], row["network"], n)) for n in ("1", "8"))
        if alone is None or batched is None:
            continue
        is_split = batched > 1.05 * alone
        result.append(row | {"runtime": "hailort-multi-context"} if is_split else row)
    return result
