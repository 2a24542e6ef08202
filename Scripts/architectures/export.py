"""A PyTorch module as an ONNX file for counting: as exporters write it, but without weights.

Batch normalizations that follow a convolution are folded by the exporter.
"""

import io
import math
import warnings
from collections.abc import Callable
from pathlib import Path

import onnx
import torch
from torch.overrides import TorchFunctionMode

from .onnx_weights import leave_out_weights


class Uninitialized(TorchFunctionMode):
    """Leaves out drawing initial weights, which takes longer than the export."""

    DRAWS = {"normal_", "uniform_", "trunc_normal_", "erfinv_"}

    def __torch_function__(self, function, types, arguments=(), options=None):
        if getattr(function, "__name__", "") in self.DRAWS:
            return arguments[0] if arguments else options["tensor"]
        return function(*arguments, **(options or {}))


def make_distinct(module: torch.nn.Module) -> None:
    """Gives each weight a first element of its own: the exporter merges weights that are equal."""
    with torch.no_grad():
        for place, weight in enumerate(module.parameters()):
            weight.view(-1)[0] = math.sin(place + 1)


def export(make: Callable[[], torch.nn.Module], inputs: list[torch.Tensor], path: Path) -> None:
    """Writes the graph of a module for these inputs."""
    content = io.BytesIO()
    # Tracing runs the network once; more threads cost more than they save.
    torch.set_num_threads(1)
    with warnings.catch_warnings():
        # The exporter by tracing is called old; it is the one that folds batch normalizations.
        warnings.simplefilter("ignore")
        with Uninitialized():
            module = make().eval()
        make_distinct(module)
        torch.onnx.export(module, tuple(inputs), content, dynamo=False, opset_version=17)
    model = onnx.load_from_string(content.getvalue())
    leave_out_weights(model)
    path.write_bytes(model.SerializeToString())
