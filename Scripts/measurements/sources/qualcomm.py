"""Qualcomm AI Hub: TFLite with the QNN delegate, 8-bit integers, least of several runs."""

from pathlib import Path

from measurements import collected


def rows(data: Path, models: Path) -> list[dict]:
    return collected.rows(data, "qualcomm_ai_hub", "Qualcomm AI Hub")
