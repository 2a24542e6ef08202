"""Compares what the tool says of converted models with LiteRT's interpreter.

  IOTCO2_GRAPH=... run.py FOLDER

For every model: no operator is unknown, our rules give the file's own shapes, and every tensor has
the shape and type that the interpreter gives it, as the file is and with inputs of two and of three
items. Models of one network in several quantizations have the same multiply-accumulates, and one
of them the traffic that a reader can work out.
"""

import collections
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "Differential"))
import litert
from test_shapes import compare_tflite

BATCHES = [None, 2, 3]
#: Where the file, which our report follows, says something else than the interpreter makes of it.
EXEMPT = {
    "nms.float32": "the converter writes TensorFlow's padded shape [1, 5], the kernel makes [5]",
}


def report(command: str, path: Path, *options: str) -> dict:
    arguments = [os.environ["IOTCO2_GRAPH"], command, str(path), *options, "--format", "json"]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise SystemExit(f"{path.name}: {done.stderr}")
    return json.loads(done.stdout)


def has_open_batch(path: Path) -> bool:
    from ai_edge_litert.interpreter import Interpreter

    details = Interpreter(str(path)).get_input_details()
    return bool(details) and all(
        len(d["shape_signature"]) and d["shape_signature"][0] == -1 for d in details
    )


def check(path: Path) -> list[str]:
    problems = []
    for batch in BATCHES:
        if batch and not has_open_batch(path):
            continue
        ours = report("inspect", path, *(["--batch", str(batch)] if batch else []))
        codes = {found["code"]: found["message"] for found in ours["diagnostics"]}
        for code in ("unknown-operator", "shape-disagreement", "invalid-operator"):
            if code in codes:
                problems.append(f"{path.name} batch {batch}: {code}: {codes[code]}")
        try:
            theirs = litert.allocate(path, batch)
        except litert.Refused as refused:
            if "invalid-operands" not in codes:
                problems.append(f"{path.name} batch {batch}: only LiteRT refuses: {refused}")
            continue
        if "invalid-operands" in codes:
            if not theirs.failure:
                problems.append(f"{path.name} batch {batch}: {codes['invalid-operands']}")
            continue
        # A run that fails on its values, such as a division by zero, has sized the tensors.
        because = f" (LiteRT: {theirs.failure})" if theirs.failure else ""
        problems += [
            f"{path.name} batch {batch}: {line}{because}"
            for line in compare_tflite(ours, theirs.tensors)
        ]
    return problems


def macs(path: Path) -> int | None:
    return report("analyze", path)["totals"]["macs"]


#: Of `dense_wide` in each quantization: bytes of the weights and the bias in the file; then bytes
#: that the layer reads of weights, bias and activations, and writes. 128 inputs, 64 outputs.
WEIGHTS, BIAS, READ, WRITTEN = 128 * 64, 64, 128, 64
TRAFFIC = {
    "float32": (4 * WEIGHTS + 4 * BIAS, 4 * WEIGHTS, 4 * BIAS, 4 * READ, 4 * WRITTEN),
    # Stored in halves, expanded before the first inference.
    "float16": (2 * WEIGHTS + 2 * BIAS, 4 * WEIGHTS, 4 * BIAS, 4 * READ, 4 * WRITTEN),
    "dynamic": (WEIGHTS + 4 * BIAS, WEIGHTS, 4 * BIAS, 4 * READ, 4 * WRITTEN),
    "int8": (WEIGHTS + 4 * BIAS, WEIGHTS, 4 * BIAS, READ, WRITTEN),
    "int16x8": (WEIGHTS + 8 * BIAS, WEIGHTS, 8 * BIAS, 2 * READ, 2 * WRITTEN),
}
MULTIPLIED = {
    "float32": "float32 x float32",
    "float16": "float32 x float32",
    "dynamic": "float32 x int8",
    "int8": "int8 x int8",
    "int16x8": "int16 x int8",
}


def check_traffic(folder: Path) -> list[str]:
    problems = []
    for mode, expected in TRAFFIC.items():
        ours = report("analyze", folder / f"dense_wide.{mode}.tflite")
        [layer] = [layer for layer in ours["layers"] if layer["macs"]]
        bytes_ = layer["trafficBytes"]
        found = (
            ours["totals"]["weightBytes"],
            bytes_["weights"],
            bytes_["bias"],
            bytes_["activationsRead"],
            bytes_["activationsWritten"],
        )
        if found != expected:
            problems.append(f"dense_wide {mode}: bytes {found}, expected {expected}")
        if ours["totals"]["macsByPrecision"] != {MULTIPLIED[mode]: WEIGHTS}:
            problems.append(f"dense_wide {mode}: {ours['totals']['macsByPrecision']}")
    return problems


def main() -> int:
    every = sorted(Path(sys.argv[1]).glob("*.tflite"))
    paths = [path for path in every if path.stem not in EXEMPT]
    for name, reason in EXEMPT.items():
        print(f"left out: {name}: {reason}")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [line for found in pool.map(check, paths) for line in found]
        counts = collections.defaultdict(dict)
        for path, count in zip(paths, pool.map(macs, paths), strict=True):
            name, mode = path.name.split(".")[:2]
            counts[name][mode] = count
    for name, modes in counts.items():
        if len(set(modes.values())) > 1:
            problems.append(f"{name}: multiply-accumulates differ: {modes}")
    problems += check_traffic(Path(sys.argv[1]))
    for line in problems:
        print(line)
    operators = len(counts)
    print(f"{len(paths)} models of {operators} functions, {len(problems)} differences")
    return 1 if problems or len(paths) < 300 else 0


if __name__ == "__main__":
    sys.exit(main())
