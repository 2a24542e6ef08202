"""Runs of decoders, compared with onnxruntime: shapes at three lengths, and bytes of the cache."""

import io
import sys
import zipfile
from pathlib import Path

import numpy as np
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


TYPES = {"tensor(float)": np.float32, "tensor(int64)": np.int64, "tensor(bool)": np.bool_}
#: Encoders with decoders: the files of the decoder's first run and of its steps, and the tokens
#: that the decoder starts with.
PAIRS = {
    "optimum_whisper": ("decoder_model_merged.onnx", "decoder_model_merged.onnx", lambda n: n),
    "optimum_marian": ("decoder_model.onnx", "decoder_with_past_model.onnx", lambda _: 1),
}


class Decoding:
    """A plain loop over an encoder and its decoder."""

    def __init__(self, folder: Path, first: str, step: str, prompt: int, start: int) -> None:
        encoder = session_of(folder / "encoder_model.onnx")
        (self.hidden,) = encoder.run(
            None, {value.name: self.ones(value, prompt, 0) for value in encoder.get_inputs()}
        )
        self.cross: dict[str, np.ndarray] = {}
        self.kept: dict[str, np.ndarray] = {}
        self.past = 0
        self.run(session_of(folder / first), start)
        self.session = session_of(folder / step)

    @staticmethod
    def ones(value: onnxruntime.NodeArg, new: int, past: int) -> np.ndarray:
        sizes = {"batch_size": 1, "past_decoder_sequence_length": past}
        shape = [size if isinstance(size, int) else sizes.get(size, new) for size in value.shape]
        return np.ones(shape, TYPES[value.type])

    def feed(self, session: onnxruntime.InferenceSession, new: int) -> dict[str, np.ndarray]:
        feed = {}
        for value in session.get_inputs():
            if value.name == "encoder_hidden_states":
                feed[value.name] = self.hidden
            elif value.name == "encoder_attention_mask":
                feed[value.name] = np.ones(self.hidden.shape[:2], np.int64)
            elif value.name == "use_cache_branch":
                feed[value.name] = np.array([self.past > 0])
            else:
                kept = self.kept | self.cross
                source = self.hidden.shape[1] if ".encoder." in value.name else new
                feed[value.name] = kept.get(value.name, self.ones(value, source, self.past))
        return feed

    def run(self, session: onnxruntime.InferenceSession, new: int) -> None:
        self.inputs = self.feed(session, new)
        results = session.run(None, self.inputs)
        names = [value.name for value in session.get_outputs()]
        self.outputs = dict(zip(names, results, strict=True))
        pasts = {
            name.replace("present", "past_key_values"): result
            for name, result in self.outputs.items()
            if name.startswith("present")
        }
        self.kept = {name: result for name, result in pasts.items() if ".decoder." in name}
        if self.past == 0:
            self.cross = {name: result for name, result in pasts.items() if ".encoder." in name}
        self.past += new


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("prompt", [1, 5, 40])
def test_a_decoder_after_an_encoder_has_the_shapes_and_the_cache_of_onnxruntime(
    name: str, prompt: int, run: Run
) -> None:
    first, step, start = PAIRS[name]
    decoding = Decoding(FOLDER / name, first, step, prompt, start(prompt))
    for _ in range(3):
        decoding.run(decoding.session, 1)
    report = run("analyze", FOLDER / name, "--generate", f"prompt={prompt},tokens=4")
    shapes = {tensor["name"]: tensor["shape"] for tensor in report["model"]["inputs"]}
    assert shapes == {name: list(values.shape) for name, values in decoding.inputs.items()}
    shapes = {tensor["name"]: tensor["shape"] for tensor in report["model"]["outputs"]}
    assert shapes == {name: list(values.shape) for name, values in decoding.outputs.items()}
    cache = report["generation"]["cache"]
    assert cache["positions"] == decoding.past
    assert cache["bytes"] == sum(result.nbytes for result in decoding.kept.values())
    assert cache["crossBytes"] == sum(result.nbytes for result in decoding.cross.values())


@pytest.mark.parametrize("prompt", [1, 4, 40])
def test_whisper_of_genai_has_the_shapes_and_the_cache_of_onnxruntime(
    prompt: int, run: Run
) -> None:
    folder = FOLDER / "genai_whisper"

    def named(session: onnxruntime.InferenceSession, inputs: dict) -> dict[str, np.ndarray]:
        names = [value.name for value in session.get_outputs()]
        return dict(zip(names, session.run(None, inputs), strict=True))

    def pasts(results: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {
            name.replace("present", "past"): result
            for name, result in results.items()
            if name.startswith("present")
        }

    encoder, decoder = (session_of(folder / f"{part}.onnx") for part in ("encoder", "decoder"))
    (sound,) = encoder.get_inputs()
    frames = [1, *sound.shape[1:]]
    cross = pasts(named(encoder, {sound.name: np.ones(frames, np.float32)}))
    kept = {
        value.name: np.ones([1, 2, 0, 8], np.float32)
        for value in decoder.get_inputs()
        if "_self_" in value.name
    }
    for new in (prompt, 1, 1, 1):
        inputs = {"input_ids": np.ones([1, new], np.int32)} | kept | cross
        outputs = named(decoder, inputs)
        kept = pasts(outputs)
    report = run("analyze", folder, "--generate", f"prompt={prompt},tokens=4")
    shapes = {tensor["name"]: tensor["shape"] for tensor in report["model"]["inputs"]}
    assert shapes == {name: list(values.shape) for name, values in inputs.items()}
    shapes = {tensor["name"]: tensor["shape"] for tensor in report["model"]["outputs"]}
    assert shapes == {name: list(values.shape) for name, values in outputs.items()}
    cache = report["generation"]["cache"]
    assert cache["positions"] == prompt + 3
    assert cache["bytes"] == sum(result.nbytes for result in kept.values())
    assert cache["crossBytes"] == sum(result.nbytes for result in cross.values())


def test_a_bundle_of_mediapipe_is_the_model_in_it(tmp_path: Path, run: Run) -> None:
    container = (FOLDER / "litert_llama.litertlm").read_bytes()
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        model = container[container.index(b"TFL3") - 4 :]
        archive.writestr("TF_LITE_PREFILL_DECODE", model)
        archive.writestr("TOKENIZER_MODEL", b"words")
        archive.writestr("METADATA", b"start")
    # MediaPipe aligns the first member, too: its bundles begin with zeros.
    bundle = tmp_path / "llama.task"
    bundle.write_bytes(bytes(4) + memory.getvalue())
    text = ("--generate", "prompt=16,tokens=8")
    theirs = run("analyze", FOLDER / "litert_llama.litertlm", *text)
    ours = run("analyze", bundle, *text)
    assert ours["totals"] == theirs["totals"]
    assert ours["generation"] == theirs["generation"]
