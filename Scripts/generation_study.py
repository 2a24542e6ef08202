#!/usr/bin/env python3
"""Tokens per second of three decoders on this machine, measured with onnxruntime and predicted.

usage: generation_study.py BINARY FOLDER [--document FILE]

The decoders are made here with random weights: Llama and Gemma 3 by optimum-onnx in float32, and
the same Llama with 4-bit weights by onnxruntime's quantizer. The profile of the machine has the
bandwidth that reading 256 MiB shows, the size of the second cache that the system states, and rates
that are calibrated with three convolutional networks and an encoder (BERT): no decoder is among
them. All runs take one thread, and copy neither inputs nor results.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import transformers
from optimum.exporters.onnx import main_export

sys.path.insert(0, str(Path(__file__).resolve().parent / "host_study"))
from product import machine_profile

from decoders import TYPES, feed
from document import fill

Run = Callable[[], object]
Key = tuple

ROOT = Path(__file__).resolve().parent.parent
LENGTHS = [64, 256, 768]
STEPS = 24
ROUNDS = 10
SECONDS_OF_ROUND = 0.2
NETWORKS = ["ds_cnn", "mobilenet_like", "resnet8"]
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


def encoder(folder: Path) -> Path:
    """BERT with random weights, for 128 tokens."""
    path = folder / "model.onnx"
    if not path.exists():
        sizes = {"hidden_size": 256, "intermediate_size": 1024, "num_hidden_layers": 4}
        config = transformers.BertConfig(**sizes, num_attention_heads=4, vocab_size=1024)
        network = transformers.BertModel(config, add_pooling_layer=False).eval()
        network.save_pretrained(folder / "weights")
        main_export(
            str(folder / "weights"),
            output=str(folder),
            task="feature-extraction",
            library_name="transformers",
            do_validation=False,
            no_dynamic_axes=True,
            batch_size=1,
            sequence_length=128,
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


def bound(session: onnxruntime.InferenceSession, inputs: dict[str, np.ndarray]) -> Run:
    """A run whose inputs and results stay in their buffers, as a loop over tokens keeps them."""
    binding = session.io_binding()
    for name, array in inputs.items():
        binding.bind_ortvalue_input(name, onnxruntime.OrtValue.ortvalue_from_numpy(array))
    for output, array in zip(session.get_outputs(), session.run(None, inputs), strict=True):
        buffer = onnxruntime.OrtValue.ortvalue_from_numpy(array)
        binding.bind_ortvalue_output(output.name, buffer)
    return lambda: session.run_with_iobinding(binding)


def least_seconds(runs: dict[Key, Run]) -> dict[Key, float]:
    """The least time of each run, in rounds over all: what others use of the machine varies."""
    seconds = dict.fromkeys(runs, float("inf"))
    for _ in range(ROUNDS):
        for key, run in runs.items():
            run()
            end = time.perf_counter() + SECONDS_OF_ROUND
            while True:
                start = time.perf_counter()
                run()
                done = time.perf_counter()
                seconds[key] = min(seconds[key], done - start)
                if done > end:
                    break
    return seconds


def of_decoder(name: str, path: Path) -> dict[Key, Run]:
    """Runs of prompts, and of a step with a cache of about as many positions."""
    session = session_of(path)
    runs: dict[Key, Run] = {}
    for prompt in LENGTHS:
        runs[name, prompt, "first"] = bound(session, feed(session, prompt, 0))
        runs[name, prompt, "step"] = bound(session, feed(session, 1, prompt + STEPS // 2))
    return runs


def of_network(path: Path) -> Run:
    """A run of a network whose inputs are of fixed sizes."""
    session = session_of(path)
    return bound(session, {v.name: np.ones(v.shape, TYPES[v.type]) for v in session.get_inputs()})


def second_cache() -> int:
    """Bytes of the second cache of a core."""
    size = Path("/sys/devices/system/cpu/cpu0/cache/index2/size").read_text().strip()
    return int(size.removesuffix("K")) << 10


def host(folder: Path, bandwidth: float) -> Path:
    """The profile of the machine before any measurement of a model."""
    facts = machine_profile(
        "onnxruntime",
        "x86-64",
        CLOCK,
        bandwidth,
        1.3,
        "What the system says, and reading 256 MiB",
    )
    unit = facts["runtimes"][0]["units"][0]
    cache = {"unit": "B", "provenance": "assumed", "sources": ["system"]}
    unit["streamingBandwidth"] = unit["bandwidth"]
    unit["cacheBytes"] = {end: second_cache() for end in ("value", "low", "high")} | cache
    board = folder / "board.json"
    board.write_text(json.dumps(facts, indent=2))
    return board


def calibrated(binary: Path, board: Path, rows: list[dict[str, object]]) -> Path:
    """The profile that is fitted to rows of measurements."""
    table, result = board.with_name("rows.csv"), board.with_name("fitted.json")
    with table.open("w", newline="") as file:
        columns = ["model", "latency_ms", "prompt", "tokens", "tokens_per_second"]
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
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
    networks = [ROOT / f"Fixtures/onnx/{name}.onnx" for name in NETWORKS] + [
        encoder(folder / "bert")
    ]
    elements = np.ones(64 << 20, np.float32)
    # One thread reads by the faster of two ways.
    runs: dict[Key, Run] = {("sum",): elements.sum, ("max",): elements.max}
    runs |= {(path,): of_network(path) for path in networks}
    for name, path in models.items():
        runs |= of_decoder(name, path)
    seconds = least_seconds(runs)
    bandwidth = elements.nbytes / min(seconds["sum",], seconds["max",])
    board = host(folder, bandwidth)
    rows: list[dict[str, object]] = [
        {"model": path, "latency_ms": 1000 * seconds[path,]} for path in networks
    ]
    lines = [
        "| model | prompt | tokens/s, measured | predicted | interval | error "
        "| error after one | first token, measured | predicted |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, path in models.items():
        device = calibrated(binary, board, rows)
        texts = {prompt: predicted(binary, path, device, prompt) for prompt in LENGTHS}
        middle = LENGTHS[1]
        one = {"model": path, "prompt": middle, "tokens": STEPS + 1}
        one["tokens_per_second"] = 1 / seconds[name, middle, "step"]
        device = calibrated(binary, board, [*rows, one])
        again = {prompt: predicted(binary, path, device, prompt) for prompt in LENGTHS}
        for prompt, (first, step) in texts.items():
            theirs, theirs_first = (seconds[name, prompt, run] for run in ("step", "first"))
            after = f"{100 * (again[prompt][1]['value'] / theirs - 1):+.0f} %"
            lines.append(
                f"| {name} | {prompt} | {1 / theirs:.1f} | {1 / step['value']:.1f} "
                f"| {1 / step['high']:.1f} to {1 / step['low']:.1f} "
                f"| {100 * (step['value'] / theirs - 1):+.0f} % "
                f"| {'-' if prompt == middle else after} "
                f"| {1000 * theirs_first:.0f} ms | {1000 * first['value']:.0f} ms |"
            )
    text = "\n".join([*lines, "", f"Reading 256 MiB: {bandwidth / 1e9:.1f} GB/s."])
    print(text)
    if arguments.document:
        fill(arguments.document, {"generation": text})


if __name__ == "__main__":
    main()
