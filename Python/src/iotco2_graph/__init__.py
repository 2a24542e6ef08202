"""What an ONNX or TFLite model costs on a real IoT device: work, time, energy, carbon.

A thin layer over the command ``iotco2-graph``, which the package brings along.
"""

from importlib.metadata import version

from . import schema
from ._catalog import Catalog
from ._check import CheckReport, Verdict
from ._commands import (
    analyze,
    check,
    compare,
    devices,
    diff,
    footprint,
    hotspots,
    products,
    regions,
)
from ._comparison import ComparedModel, Comparison
from ._diff import Change, Diff
from ._estimate import Carbon, Estimate, Interval
from ._footprint import Contribution, Footprint, WhatIf
from ._generation import Generation, Role, TextSaving
from ._hotspots import Hotspot, Hotspots, Suggestion
from ._layer import Layer
from ._options import Model, Options
from ._report import Coverage, Diagnostic, MemoryFit, Report, Totals
from ._run import Iotco2GraphError, ModelError, ToolError

__version__ = version("iotco2-graph")

__all__ = [
    "Carbon",
    "Catalog",
    "Change",
    "CheckReport",
    "ComparedModel",
    "Comparison",
    "Contribution",
    "Coverage",
    "Diagnostic",
    "Diff",
    "Estimate",
    "Footprint",
    "Generation",
    "Hotspot",
    "Hotspots",
    "Interval",
    "Iotco2GraphError",
    "Layer",
    "MemoryFit",
    "Model",
    "ModelError",
    "Options",
    "Report",
    "Role",
    "Suggestion",
    "TextSaving",
    "ToolError",
    "Totals",
    "Verdict",
    "WhatIf",
    "__version__",
    "analyze",
    "check",
    "compare",
    "devices",
    "diff",
    "footprint",
    "hotspots",
    "products",
    "regions",
    "schema",
]
