"""The model files that the tests run on."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Fixtures"
#: Real exports by others, which are not part of the project.
MODELS = Path(os.environ.get("IOTCO2_MODELS", ROOT.parent / "shared" / "models"))

NO_MODELS = "no folder of real models; set IOTCO2_MODELS to one with corpus/ and measured/"


def parameters(pattern: str, fixtures: str | None = None) -> list:
    """Pytest parameters for the files of both folders, or a skipped one in place of a folder."""
    paths = sorted(FIXTURES.rglob(fixtures or pattern))
    found = [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]
    if not MODELS.is_dir():
        skip = pytest.mark.skip(reason=NO_MODELS)
        return [*found, pytest.param(None, marks=skip, id="models")]
    for folder in ("corpus", "measured"):
        for path in sorted((MODELS / folder).rglob(pattern)):
            found.append(pytest.param(path, id=str(path.relative_to(MODELS))))
    return found
