"""Rockchip's RKNN model zoo: one core of the NPU, without pre- and post-processing.

Only 8-bit integers: one network of those known ran in half precision.
"""

from pathlib import Path

from measurements import collected


def rows(data: Path, models: Path) -> list[dict]:
    result = collected.rows(data, "rockchip_rknn", "Rockchip RKNN model zoo")
    return [row for row in result if row["model"].endswith(":int8")]
