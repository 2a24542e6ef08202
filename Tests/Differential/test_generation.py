"""Runs of decoders, compared with onnxruntime: shapes at three lengths, and bytes of the cache."""

import sys
from pathlib import Path

import onnxruntime
import pytest

from conftest import Run
from models import ROOT

sys.path.insert(0, str(ROOT / "Scripts"))
from decoders import feed

FOLDER = ROOT / "Fixtures/language"
DECODERS = ["optimum_llama.onnx", "optimum_gemma3.onnx", "genai_qwen2_int4/model.onnx"]


def session_of(path: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("name", DECODERS)
@pytest.mark.parametrize("past", [5, 64, 200])
def test_the_last_step_has_the_shapes_that_onnxruntime_gives(
    name: str, past: int, run: Run
) -> None:
    session = session_of(FOLDER / name)
    results = session.run(None, feed(session, 1, past))
    theirs = {
        value.name: list(result.shape)
        for value, result in zip(session.get_outputs(), results, strict=True)
    }
    # The first token is a result of the prompt, and the second of one step after it.
    report = run("analyze", FOLDER / name, "--generate", f"prompt={past},tokens=2")
    assert {tensor["name"]: tensor["shape"] for tensor in report["model"]["outputs"]} == theirs
    assert {tensor["name"]: tensor["shape"] for tensor in report["model"]["inputs"]} == {
        name: list(values.shape) for name, values in feed(session, 1, past).items()
    }


@pytest.mark.parametrize("name", DECODERS)
@pytest.mark.parametrize("prompt", [5, 64, 200])
def test_the_cache_has_the_bytes_that_onnxruntime_allocates(
    name: str, prompt: int, run: Run
) -> None:
    session = session_of(FOLDER / name)
    values = feed(session, prompt, 0)
    for _ in range(3):
        results = session.run(None, values)
        kept = {
            value.name.replace("present", "past_key_values"): result
            for value, result in zip(session.get_outputs(), results, strict=True)
            if value.name.startswith("present")
        }
        allocated = sum(result.nbytes for result in kept.values())
        length = next(iter(kept.values())).shape[2]
        values = feed(session, 1, length) | kept
    # Two steps after the prompt: the third token is not fed back.
    report = run("analyze", FOLDER / name, "--generate", f"prompt={prompt},tokens=3")
    assert report["generation"]["cache"]["positions"] == length == prompt + 2
    cache = report["generation"]["cache"]
    assert cache["bytes"] == allocated
    # A plain session has the form before and the one after it; the genai folder states one buffer.
    each = allocated // length
    if "genai" in name:
        assert cache["isShared"] and cache["allocatedBytes"] == 512 * each
    else:
        assert cache["allocatedBytes"] == (2 * length - 1) * each
