"""Renesas' list of models for DRP-AI TVM: whole milliseconds, of which those below 5 tell little.

Only families that the DRP-AI runs alone: a convolution in groups, attention or squeeze-and-excite
goes to the processor, whose time is then nearly all of it.
"""

from pathlib import Path

from measurements import collected
from measurements.lookups import architecture

ON_DRP_AI = {
    "Darknet",
    "DenseNet",
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
#: The filter before strides has as many groups as channels and fixed weights.
ON_PROCESSOR = {"resnetblur50-224", "densenetblur121d-224", "resnetaa50-288"}


def rows(data: Path, models: Path) -> list[dict]:
    return [
        row
        for row in collected.rows(data, "renesas_rzv_drpai", "Renesas DRP-AI TVM model list")
        if float(row["latency_ms"]) >= 5
        and architecture(row["network"]) in ON_DRP_AI
        and row["network"] not in ON_PROCESSOR
    ]
