"""No decoder takes more time and memory than its size allows, whatever text is asked of it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from models import ROOT
from tflite_build import File

sys.path.insert(0, str(ROOT / "Tests" / "Fuzz"))
from process import Runner
from small_decoders import onnx_decoder, tflite_decoder

#: Of the processor, as in test_limits.py.
SECONDS = 4
MEMORY = 64 << 20
DEVICE = ["--device", "raspberry-pi-4"]


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    runner = Runner(tmp_path)
    yield runner
    runner.close()


def with_chain(size: str, count: int) -> bytes:
    """A decoder beside which operators run on a tensor of some size."""
    model = onnx.load_from_string(onnx_decoder(shares=False))
    graph = model.graph
    graph.input.append(helper.make_tensor_value_info("x0", TensorProto.FLOAT, [size]))
    for place in range(count):
        graph.node.append(helper.make_node("Relu", [f"x{place}"], [f"x{place + 1}"]))
    graph.output.append(helper.make_tensor_value_info(f"x{count}", TensorProto.FLOAT, [size]))
    return model.SerializeToString()


def with_wide_layer(count: int) -> bytes:
    """A decoder beside which one layer has many operands."""
    model = onnx.load_from_string(onnx_decoder(shares=False))
    graph = model.graph
    sizes = ["(past % 2)*1000000 + 1"]
    graph.input.append(helper.make_tensor_value_info("x", TensorProto.FLOAT, sizes))
    graph.node.append(helper.make_node("Sum", ["x"] * count, ["y"]))
    graph.output.append(helper.make_tensor_value_info("y", TensorProto.FLOAT, sizes))
    return model.SerializeToString()


def with_value_cache_of_rank_five() -> bytes:
    model = onnx.load_from_string(onnx_decoder(shares=True))
    for value in [*model.graph.input, *model.graph.output]:
        if value.name.endswith("0.value"):
            value.type.tensor_type.shape.dim.add().dim_value = 1
    return model.SerializeToString()


def with_prefills(count: int) -> bytes:
    """Signatures of many graphs, each of which would be read as a model."""
    file = File()
    for place in range(count):
        graph = file.graph(f"g{place}")
        new = graph.input([place + 1, 8])
        graph.result(*graph.node("RELU", [new], [graph.tensor([place + 1, 8])]))
        key = "decode" if place == 0 else f"prefill_{place}"
        file.signature(key, place, {"tokens": 0, "kv_cache_k_0": 0}, {"kv_cache_k_0": 1})
    return file.bytes()


#: The file, the text, and a part of the error where one is right; None for an error or none.
CASES = {
    "time that swings.onnx": (
        with_chain("(past % 2)*1000000 + 1", 500),
        "prompt=4,tokens=2000",
        "",
    ),
    "wide.onnx": (with_wide_layer(100_000), "prompt=4,tokens=500", ""),
    "formulas.onnx": (with_chain("past // 3 + 1", 200), "prompt=4,tokens=50000", ""),
    "a thousand formulas.onnx": (
        with_chain("max(past, 7) + past // 3", 1000),
        "prompt=4,tokens=1000000",
        "expected fewer tokens",
    ),
    "rank.onnx": (with_value_cache_of_rank_five(), "prompt=4,tokens=8", None),
    "prefills.tflite": (with_prefills(300), "prompt=4,tokens=8", "299 signatures 'prefill...'"),
    "small.tflite": (tflite_decoder(), "prompt=3,tokens=4", ""),
}


@pytest.mark.parametrize("command", ["analyze", "hotspots"])
@pytest.mark.parametrize("name", CASES)
def test_time_and_memory_are_bounded(
    name: str, command: str, tmp_path: Path, runner: Runner
) -> None:
    data, text, error = CASES[name]
    path = tmp_path / name
    path.write_bytes(data)
    words = [command, str(path), "--generate", text, *DEVICE]
    run = runner.run(words)
    assert run.code in ((0, 2) if error is None else (2,) if error else (0,)), run.error
    assert (error or "") in run.error
    again = (runner.run(words).seconds for _ in range(3))
    assert run.seconds <= SECONDS or any(seconds <= SECONDS for seconds in again)
    assert run.bytes <= MEMORY + 4 * len(data)


def test_changes_of_what_is_counted_by_steps_are_bounded(runner: Runner) -> None:
    path = ROOT / "Tests/Fuzz/Found/decoder_counted_by_steps.onnx"
    text = "prompt=128,tokens=400,max_length=1024"
    words = ["hotspots", str(path), "--generate", text, "--device", "ethos-u65-256"]
    run = runner.run(words)
    assert run.code == 0, run.error
    again = (runner.run(words).seconds for _ in range(3))
    assert run.seconds <= SECONDS or any(seconds <= SECONDS for seconds in again)
