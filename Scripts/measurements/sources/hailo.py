"""Hailo's model zoo: the time between two results of a stream at batch 1, no latency."""

from pathlib import Path

from measurements import collected


def rows(data: Path, models: Path) -> list[dict]:
    return collected.rows(data, "hailo_model_zoo", "Hailo model zoo", precision="int8")
