"""A PyTorch module as an ONNX file for counting: as exporters for devices write it, without weights.

Batch normalizations that follow a convolution are folded, and branches that only training needs are
merged where the definition knows how.
"""

import io
import warnings
from pathlib import Path

import onnx
import torch

from .onnx_weights import leave_out_weights


def export(module: torch.nn.Module, inputs: list[torch.Tensor], path: Path) -> None:
    """Writes the module's graph for these inputs."""
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # The exporter by tracing folds batch normalizations itself.
        torch.onnx.export(module.eval(), tuple(inputs), content, dynamo=False, opset_version=17)
    model = onnx.load_from_string(content.getvalue())
    leave_out_weights(model)
    path.write_bytes(model.SerializeToString())
