#!/usr/bin/env python3
"""Time and peak memory of whole runs of the command.

usage: benchmark.py BINARY

A fixture of about 300 KB; an ONNX file with 300 MB of weights that is written for the occasion (as
a sparse file: its weights are zeros, and the command does not read them anyway); and graphs of
1,000 to 100,000 operators, whose times should grow no faster than they do.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

FIXTURE = Path(__file__).parent.parent / "Fixtures/tflite/autoencoder_int8.tflite"
RUNS = 15
LAYERS, WIDTH = 75, 1000


def varint(value: int) -> bytes:
    encoded = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        encoded.append(low | (0x80 if value else 0))
        if not value:
            return bytes(encoded)


def field(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def number(number_: int, value: int) -> bytes:
    return varint(number_ << 3) + varint(value)


def value_info(name: str, shape: list[int]) -> bytes:
    dimensions = b"".join(field(1, number(1, size)) for size in shape)
    return field(1, name.encode()) + field(2, field(1, number(1, 1) + field(2, dimensions)))


def write_large_model(path: Path) -> None:
    """A chain of matrix products whose float32 weights take 4 MB each."""
    weight_bytes = 4 * WIDTH * WIDTH
    nodes = b""
    for layer in range(LAYERS):
        names = [(1, f"x{layer}"), (1, f"w{layer}"), (2, f"x{layer + 1}"), (4, "MatMul")]
        nodes += field(1, b"".join(field(n, text.encode()) for n, text in names))
    ends = field(11, value_info("x0", [1, WIDTH])) + field(12, value_info(f"x{LAYERS}", [1, WIDTH]))
    heads = []
    for layer in range(LAYERS):
        head = number(1, WIDTH) * 2 + number(2, 1) + field(8, f"w{layer}".encode())
        head += varint(9 << 3 | 2) + varint(weight_bytes)
        heads.append(varint(5 << 3 | 2) + varint(len(head) + weight_bytes) + head)
    graph_size = len(nodes) + len(ends) + sum(len(head) + weight_bytes for head in heads)
    prefix = number(1, 8) + field(8, field(1, b"") + number(2, 17))
    with path.open("wb") as file:
        file.write(prefix + varint(7 << 3 | 2) + varint(graph_size) + nodes + ends)
        for head in heads:
            file.write(head)
            file.seek(weight_bytes, os.SEEK_CUR)
        file.truncate(file.tell())


def write_deep_model(path: Path, operators: int) -> None:
    """Blocks of convolution, activation and addition, with an open batch and no stated shapes."""
    nodes = weights = b""
    kernel = number(1, 8) * 2 + number(1, 3) * 2 + number(2, 1) + field(8, b"w")
    weights += field(5, kernel + field(9, bytes(4 * 8 * 8 * 9)))
    pads = field(5, field(1, b"pads") + number(20, 7) + number(8, 1) * 4)
    for block in range(operators // 3):
        for operator, inputs, output in [
            ("Conv", [f"x{block}", "w"], f"a{block}"),
            ("Relu", [f"a{block}"], f"b{block}"),
            ("Add", [f"b{block}", f"x{block}"], f"x{block + 1}"),
        ]:
            node = b"".join(field(1, name.encode()) for name in inputs)
            node += field(2, output.encode()) + field(4, operator.encode())
            nodes += field(1, node + (pads if operator == "Conv" else b""))
    batch = field(1, field(2, b"batch"))
    sizes = b"".join(field(1, number(1, size)) for size in (8, 16, 16))
    open_input = field(1, b"x0") + field(2, field(1, number(1, 1) + field(2, batch + sizes)))
    result = field(1, f"x{operators // 3}".encode()) + field(2, field(1, number(1, 1)))
    graph = nodes + weights + field(11, open_input) + field(12, result)
    path.write_bytes(number(1, 8) + field(8, field(1, b"") + number(2, 17)) + field(7, graph))


def measure(command: list[str]) -> tuple[float, float]:
    """Wall time in ms and peak memory in MiB of one run."""
    start = time.perf_counter()
    child = os.posix_spawn(
        command[0],
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"error: {' '.join(command)} ended with status {status}")
    return 1e3 * (time.perf_counter() - start), usage.ru_maxrss / 1024


def report(name: str, command: list[str], limit_ms: float, limit_mib: float) -> bool:
    measure(command)
    runs = [measure(command) for _ in range(RUNS)]
    wall = statistics.median(wall for wall, _ in runs)
    peak = max(peak for _, peak in runs)
    holds = wall < limit_ms and peak < limit_mib
    print(
        f"{name:34} {wall:7.1f} ms (aim < {limit_ms:.0f})  {peak:6.1f} MiB (aim < {limit_mib:.0f})"
        f"  {'holds' if holds else 'MISSED'}"
    )
    return holds


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    binary = str(Path(sys.argv[1]).resolve())
    print(f"whole process, median of {RUNS} runs and largest peak")
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.onnx"
        write_large_model(large)
        size = FIXTURE.stat().st_size // 1024
        results = [
            report(f"TFLite of {size} KiB", [binary, "analyze", str(FIXTURE)], 20, 40),
            report(
                f"TFLite of {size} KiB, on a device",
                [binary, "analyze", str(FIXTURE), "--device", "stm32l4r5"],
                25,
                40,
            ),
            report(
                f"ONNX with {large.stat().st_size // 10**6} MB of weights",
                [binary, "analyze", str(large)],
                100,
                60,
            ),
        ]
        for operators, limit in ((1_000, 30), (5_000, 100), (10_000, 250), (100_000, 2_500)):
            deep = Path(folder) / f"deep_{operators}.onnx"
            write_deep_model(deep, operators)
            command = [binary, "analyze", str(deep), "--bind", "batch=1", "--summary"]
            results.append(report(f"ONNX of {operators:,} operators", command, limit, 800))
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
