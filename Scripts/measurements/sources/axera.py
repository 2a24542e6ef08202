"""AXERA's benchmarks: inference with all cores of the NPU."""

from pathlib import Path

from measurements import collected


def rows(data: Path, models: Path) -> list[dict]:
    return collected.rows(data, "axera_npu", "AXERA benchmark", precision="int8")
