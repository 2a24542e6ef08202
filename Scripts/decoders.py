"""Inputs of exported decoders, for runs of onnxruntime."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import onnxruntime

TYPES = {"tensor(float)": np.float32, "tensor(int64)": np.int64}
#: onnxruntime-genai leaves it open.
HEAD_WIDTH = 16


def feed(session: onnxruntime.InferenceSession, new: int, past: int) -> dict[str, np.ndarray]:
    """Inputs for some new tokens after a past."""
    sizes = {"batch_size": 1, "sequence_length": new, "past_sequence_length": past}
    result = {}
    for value in session.get_inputs():
        shape = [size if isinstance(size, int) else sizes.get(size) for size in value.shape]
        if value.name == "attention_mask":
            shape[1] = past + new
        if value.name.startswith("past"):
            shape[3] = shape[3] or HEAD_WIDTH
        result[value.name] = np.ones(shape, TYPES[value.type])
    if "position_ids" in result:
        result["position_ids"] = np.arange(past, past + new, dtype=np.int64)[None]
    return result
