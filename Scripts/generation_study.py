#!/usr/bin/env python3
"""Tokens per second of three decoders on this machine, measured with onnxruntime and predicted.

usage: generation_study.py BINARY FOLDER [--document FILE]

The decoders are made here with random weights: Llama and Gemma 3 by optimum-onnx in float32, and
the same Llama with 4-bit weights by onnxruntime's quantizer. The profile of the machine has the
bandwidth that reading 256 MiB shows, the size of the second cache that the system states, and rates
that are calibrated with three convolutional networks: no decoder is among them. All runs take one
thread; times are the least of several, since others use the machine.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import transformers
from optimum.exporters.onnx import main_export

sys.path.insert(0, str(Path(__file__).resolve().parent / "host_study"))
from product import machine_profile

from decoders import feed
from document import fill

ROOT = Path(__file__).resolve().parent.parent
LENGTHS = [64, 256, 768]
STEPS = 24
CLOCK = 2.0e9
SIZES = {
    "hidden_size": 512,
    "intermediate_size": 1408,
    "num_hidden_layers": 8,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "vocab_size": 8192,
    "max_position_embeddings": 2048,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": 2,
}


def export(config: transformers.PretrainedConfig, folder: Path) -> Path:
    """A decoder with random weights, as optimum-onnx writes it."""
    path = folder / "model.onnx"
    if not path.exists():
        torch.manual_seed(20)
        network = transformers.AutoModelForCausalLM.from_config(config).eval()
        network.save_pretrained(folder / "weights")
        task = "text-generation-with-past"
        main_export(
            str(folder / "weights"),
            output=str(folder),
            task=task,
            library_name="transformers",
            do_validation=False,
        )
    return path


def quantized(path: Path, folder: Path) -> Path:
    """The model with weights of matrix products in 4 bits, in blocks of 32."""
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    result = folder / "model.onnx"
    if not result.exists():
        import onnx

        folder.mkdir(parents=True, exist_ok=True)
        quantizer = MatMulNBitsQuantizer(onnx.load(path), block_size=32, accuracy_level=4)
        quantizer.process()
        quantizer.model.save_model_to_file(str(result), use_external_data_format=False)
    return result


def session_of(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def least_seconds(run, times: int = STEPS) -> float:
    run()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def measured(path: Path) -> dict[int, tuple[float, float]]:
    """By prompt, seconds of the prompt and of a step with a cache of about that many positions."""
    session = session_of(path)
    times = {}
    for prompt in LENGTHS:
        first, step = feed(session, prompt, 0), feed(session, 1, prompt + STEPS // 2)
        times[prompt] = (
            least_seconds(lambda: session.run(None, first), 5),  # noqa: B023
            least_seconds(lambda: session.run(None, step)),  # noqa: B023
        )
    return times


def bandwidth() -> float:
    """Bytes that one thread reads in a second, by the faster of two ways of reading them."""
    elements = np.ones(64 << 20, np.float32)
    return elements.nbytes / min(least_seconds(read, 60) for read in (elements.sum, elements.max))


def second_cache() -> int:
    """Bytes of the second cache of a core."""
    size = Path("/sys/devices/system/cpu/cpu0/cache/index2/size").read_text().strip()
    return int(size.removesuffix("K")) << 10


def calibrated(binary: Path, folder: Path) -> Path:
    """The profile with rates fitted to three convolutional networks."""
    board, table, result = (folder / name for name in ("board.json", "rows.csv", "fitted.json"))
    facts = machine_profile(
        "onnxruntime",
        "x86-64",
        CLOCK,
        bandwidth(),
        1.3,
        "What the system says, and reading 256 MiB",
    )
    unit = facts["runtimes"][0]["units"][0]
    cache = {"unit": "B", "provenance": "assumed", "sources": ["system"]}
    unit["streamingBandwidth"] = unit["bandwidth"]
    unit["cacheBytes"] = {end: second_cache() for end in ("value", "low", "high")} | cache
    board.write_text(json.dumps(facts, indent=2))
    with table.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["model", "latency_ms", "device", "runtime"])
        for name in ("ds_cnn", "mobilenet_like", "resnet8"):
            path = ROOT / f"Fixtures/onnx/{name}.onnx"
            session = session_of(path)
            value = session.get_inputs()[0]
            feed = {value.name: np.ones(value.shape, np.float32)}
            seconds = least_seconds(lambda: session.run(None, feed), 200)  # noqa: B023
            writer.writerow([path, f"{1000 * seconds:.6f}", "host", "onnxruntime"])
    command = [binary, "calibrate", board, "--measurements", table, "--output", result]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return result


def predicted(binary: Path, path: Path, device: Path, prompt: int) -> tuple[dict, dict]:
    """Time to the first token, and of a step, with their intervals."""
    text = f"prompt={prompt},tokens={STEPS + 1}"
    command = [binary, "analyze", path, "--generate", text, "-d", device]
    command += ["--format", "json", "--summary", "--no-config"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    part = report["generation"]
    return part["prefill"]["latency"], part["perToken"]["latency"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--document", type=Path)
    arguments = parser.parse_args()
    binary, folder = arguments.binary.resolve(), arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    llama = export(transformers.LlamaConfig(**SIZES), folder / "llama")
    gemma = transformers.Gemma3TextConfig(**SIZES, head_dim=64, sliding_window=512)
    models = {
        "Llama, float32": llama,
        "Gemma 3, float32": export(gemma, folder / "gemma3"),
        "Llama, 4 bits": quantized(llama, folder / "llama-4bit"),
    }
    device = calibrated(binary, folder)
    lines = [
        "| model | prompt | tokens/s, measured | predicted | interval | error "
        "| error after one | first token, measured | predicted |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, path in models.items():
        times = measured(path)
        steps = {prompt: predicted(binary, path, device, prompt) for prompt in LENGTHS}
        # One measurement, at the middle length, scales the others.
        middle = LENGTHS[1]
        ratio = times[middle][1] / steps[middle][1]["value"]
        for prompt in LENGTHS:
            first, step = steps[prompt]
            theirs = times[prompt][1]
            scaled = f"{100 * (ratio * step['value'] / theirs - 1):+.0f} %"
            lines.append(
                f"| {name} | {prompt} | {1 / theirs:.1f} | {1 / step['value']:.1f} "
                f"| {1 / step['high']:.1f} to {1 / step['low']:.1f} "
                f"| {100 * (step['value'] / theirs - 1):+.0f} % "
                f"| {'-' if prompt == middle else scaled} "
                f"| {1000 * times[prompt][0]:.0f} ms | {1000 * first['value']:.0f} ms |"
            )
    rate = json.loads(device.read_text())["runtimes"][0]["units"][0]["bandwidth"]["dram"]["value"]
    text = "\n".join([*lines, "", f"Reading 256 MiB: {rate / 1e9:.1f} GB/s."])
    print(text)
    if arguments.document:
        fill(arguments.document, {"generation": text})


if __name__ == "__main__":
    main()
