#!/usr/bin/env python3
"""Compares the shapes and element types that the tool finds in random models with those of a run.

  IOTCO2_GRAPH=BINARY python run.py [--models 500] [--seed 0] [--keep FOLDER]

Exit status 1 when a tensor differs; the model is kept under its seed.
"""

import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper

from random_models import Model, model_proto, random_model


def run(proto: onnx.ModelProto) -> dict[str, tuple[tuple[int, ...], int]]:
    """Shape and element type of each output of a model when it runs on ones."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(proto.SerializeToString(), options)
    feeds = {
        value.name: np.ones([d.dim_value for d in value.type.tensor_type.shape.dim], np.float32)
        for value in proto.graph.input
    }
    names = [output.name for output in session.get_outputs()]
    return {
        name: (value.shape, helper.np_dtype_to_tensor_dtype(value.dtype))
        for name, value in zip(names, session.run(names, feeds), strict=True)
        if isinstance(value, np.ndarray)
    }


def inspect(binary: str, proto: onnx.ModelProto, path: Path, bindings: list[str]) -> dict:
    path.write_bytes(proto.SerializeToString())
    result = subprocess.run(
        [binary, "inspect", path, "--format", "json", *bindings],
        capture_output=True,
        text=True,
        timeout=60,
    )
    return json.loads(result.stdout) if result.returncode == 0 else {"error": result.stderr}


def differences(binary: str, model: Model, path: Path, symbolic: bool) -> list[str]:
    """One line for each tensor that the tool and the run give differently."""
    outputs = [name for node in model.nodes for name in node.output if name]
    proto = model_proto(model, outputs)
    theirs = run(proto)
    bindings = []
    if symbolic:
        proto = model_proto(model, outputs, symbolic=True)
        for tensor in model.inputs:
            for axis, size in enumerate(tensor.shape):
                bindings += ["--bind", f"{tensor.name}_{axis}={size}"]
    report = inspect(binary, proto, path, bindings)
    if "error" in report:
        return [report["error"]]
    ours = {tensor["name"]: tensor for tensor in report["tensors"]}
    makers = {name: node for node in model.nodes for name in node.output}
    found = []
    for name, (shape, kind) in theirs.items():
        type_name = helper.tensor_dtype_to_np_dtype(kind).name
        # Integers take the place of reals around operators that run on them.
        folded = ours[name]["quantization"] if "quantization" in ours[name] else None
        if ours[name]["shape"] != list(shape) or (
            ours[name]["elementType"] != type_name and not folded
        ):
            node = makers[name]
            attributes = {
                a.name: helper.get_attribute_value(a)
                for a in node.attribute
                if a.type != onnx.AttributeProto.GRAPH
            }
            operands = [(n, theirs.get(n, ("stored",))[0]) for n in node.input]
            found.append(
                f"{name}: ours {ours[name]['shape']} {ours[name]['elementType']}, run "
                f"{list(shape)} {type_name}; {node.op_type} {operands} {attributes}"
            )
    found += [
        f"{d['code']}: {d['message']}" for d in report["diagnostics"] if d["severity"] == "error"
    ]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()))
    arguments = parser.parse_args()
    binary = os.environ["IOTCO2_GRAPH"]
    failed = tensors = 0
    operators: collections.Counter[str] = collections.Counter()
    for seed in range(arguments.seed, arguments.seed + arguments.models):
        model = random_model(seed, run)
        if not model.nodes:
            continue
        operators.update(node.op_type for node in model.nodes)
        tensors += sum(len(node.output) for node in model.nodes)
        path = arguments.keep / f"random_{seed}.onnx"
        found = differences(binary, model, path, symbolic=seed % 2 == 1)
        if not found:
            path.unlink()
            continue
        failed += 1
        print(f"seed {seed}, opset {model.opset}, {path}")
        for line in found[:3]:
            print(f"  {line[:400]}")
    print(
        f"{arguments.models} models, {operators.total()} operators of {len(operators)} kinds, "
        f"{tensors} tensors: {failed} models differ"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
