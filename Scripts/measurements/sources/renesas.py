"""Renesas' list of models for DRP-AI TVM: whole milliseconds, of which those below 5 tell little.

Networks that the processor runs in part are not fitted: their time is that of the processor.
"""

from pathlib import Path

from measurements import collected


def rows(data: Path, models: Path) -> list[dict]:
    result = collected.rows(data, "renesas_rzv_drpai", "Renesas DRP-AI TVM model list")
    return [row for row in result if float(row["latency_ms"]) >= 5]
