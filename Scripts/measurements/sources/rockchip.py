"""Rockchip's RKNN model zoo: one core of the NPU, without pre- and post-processing."""

from pathlib import Path

from measurements import collected


def rows(data: Path, models: Path) -> list[dict]:
    return collected.rows(data, "rockchip_rknn", "Rockchip RKNN model zoo")
