"""Renesas' list of models for DRP-AI TVM: whole milliseconds, of which those below 5 tell little.

Only families that the DRP-AI runs alone: a convolution in groups, attention, squeeze-and-excite or
a normalization before a convolution goes to the processor, whose time is then most of it.
"""

from pathlib import Path

from measurements import collected
from measurements.lookups import architecture

ON_DRP_AI = {
    "Darknet",
    "EfficientNet-EdgeTPU",
    "GENet",
    "HRNet",
    "ResNet",
    "YOLOX",
    "YOLOv3",
    "YOLOv5",
    "YOLOv8",
    "YOLOv8 pose",
    "YOLOv9",
}
#: Networks of these families with normalizations before convolutions, or filters before strides.
ON_PROCESSOR = ("resnetv2", "resnetblur", "resnetaa")


def rows(data: Path, models: Path) -> list[dict]:
    return [
        row
        for row in collected.rows(data, "renesas_rzv_drpai", "Renesas DRP-AI TVM model list")
        if float(row["latency_ms"]) >= 5
        and architecture(row["network"]) in ON_DRP_AI
        and not row["network"].startswith(ON_PROCESSOR)
    ]
