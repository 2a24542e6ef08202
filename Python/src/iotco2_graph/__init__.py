"""What an ONNX or TFLite model costs on a real IoT device: work, time, energy, carbon.

A thin layer over the command ``iotco2-graph``, which the package brings along.
"""

from ._api import Model, analyze, check
from ._run import Iotco2GraphError, ModelError, ToolError
from ._types import (
    Carbon,
    CheckReport,
    Coverage,
    Diagnostic,
    Estimate,
    Layer,
    Report,
    Totals,
    Verdict,
)

__all__ = [
    "Carbon",
    "CheckReport",
    "Coverage",
    "Diagnostic",
    "Estimate",
    "Iotco2GraphError",
    "Layer",
    "Model",
    "ModelError",
    "Report",
    "ToolError",
    "Totals",
    "Verdict",
    "analyze",
    "check",
]
