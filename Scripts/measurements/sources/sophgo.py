"""Sophgo's demos: time of computing that bmrt_test prints."""

from pathlib import Path

from measurements import collected


def rows(data: Path, models: Path) -> list[dict]:
    return collected.rows(data, "sophgo_tpu", "Sophgo sophon-demo")
