"""The model files that the tests run on."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Real exports by others, which are not part of the project.
MODELS = Path(os.environ.get("IOTCO2_MODELS", ROOT.parent / "shared" / "models")).resolve()
NO_MODELS = "no folder of real models; set IOTCO2_MODELS to one with corpus/ and measured/"


def parameters(fixtures: str, models: str) -> list:
    """Pytest parameters for the files that match; a skipped one when there are no real models."""
    found = [
        pytest.param(path, id=str(path.relative_to(ROOT)))
        for path in sorted((ROOT / "Fixtures").rglob(fixtures))
        # Operators that are code for an accelerator run on it only; those for the arena of TFLite
        # Micro are compared with it (test_arena.py, Tests/Arena), and LiteRT refuses some. Sizes of
        # decoders depend on each other (test_generation.py).
        if path.parent.name not in ("compiled", "arena", "weights") and "language" not in path.parts
    ]
    if not MODELS.is_dir():
        skip = pytest.mark.skip(reason=NO_MODELS)
        return [*found, pytest.param(None, marks=skip, id="models")]
    return found + [
        pytest.param(path, id=str(path.relative_to(MODELS)))
        for folder in ("corpus", "measured")
        for path in sorted((MODELS / folder).rglob(models))
    ]


def skip_odd(path: Path, odd: dict[str, str]) -> None:
    """Skips a file whose name has a part that a table of odd files gives a reason for."""
    for part, reason in odd.items():
        if part in path.name:
            pytest.skip(reason)


ONNX = parameters("*.onnx", "*.onnx")
TFLITE = parameters("*.tflite", "*.tflite")
#: Operators whose memory TFLite Micro is asked for, besides.
MICRO = TFLITE + [
    pytest.param(path, id=str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "Fixtures/arena").glob("*.tflite"))
]
