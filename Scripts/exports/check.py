#!/usr/bin/env python3
"""Checks what the tool finds in the files that export.py made.

  IOTCO2_GRAPH=BINARY python check.py FOLDER [--match PATTERN] [--run]

With all sizes of inputs bound and data-dependent ones at their greatest, every operator has a known
cost and every tensor a shape; the totals of well-known networks come out to the unit; with --run,
shapes and element types are those of a run by onnxruntime. Exit status 1 when one is not so.
"""

import argparse
import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx

FACTS = Path(__file__).parents[2] / "Data/exports/macs.csv"
#: Multiply-accumulates on which independent counters agree.
with FACTS.open(newline="") as table:
    MACS = {row["network"]: int(row["macs"]) for row in csv.DictReader(table)}
#: Sizes for open dimensions by a part of their names; 2 for all others.
SIZES = {"past": 16, "seq": 8, "length": 8}
#: Sizes that depend on data and have no maximum.
BINDINGS = {"sklearn_words": ["--bind", "Tokenizer(tokenized)=4"]}
#: Operators whose result's size depends on data: after them, a run tells other sizes.
DATA_DEPENDENT = {
    "NonMaxSuppression",
    "NonZero",
    "TfIdfVectorizer",
    "Tokenizer",
    "StringNormalizer",
}


def size(name: str) -> int:
    return next((number for part, number in SIZES.items() if part in name), 2)


def given_inputs(model: onnx.ModelProto) -> list[onnx.ValueInfoProto]:
    stored = {tensor.name for tensor in model.graph.initializer}
    return [value for value in model.graph.input if value.name not in stored]


def shape(value: onnx.ValueInfoProto) -> list[int]:
    return [d.dim_value or size(d.dim_param) for d in value.type.tensor_type.shape.dim]


def inspect(path: Path, model: onnx.ModelProto) -> tuple[dict, dict]:
    bindings = list(BINDINGS.get(path.stem, []))
    for value in given_inputs(model):
        if shape(value):
            bindings += ["--bind", f"{value.name}={'x'.join(map(str, shape(value)))}"]
    reports = []
    for command in ("analyze", "inspect"):
        result = subprocess.run(
            [os.environ["IOTCO2_GRAPH"], command, path, "--maxima", "--format", "json", *bindings],
            capture_output=True,
            text=True,
        )
        if result.returncode:
            raise RuntimeError(result.stderr.strip())
        reports.append(json.loads(result.stdout))
    return reports[0], reports[1]


def run(model: onnx.ModelProto) -> dict[str, tuple[list[int], str]]:
    """Shapes and element types of all tensors of the main graph in a run."""
    import onnxruntime

    outputs = [name for node in model.graph.node for name in node.output if name]
    del model.graph.output[:]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in outputs)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    feeds = {}
    for value in given_inputs(model):
        kind = onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        feeds[value.name] = (
            np.full(shape(value), "a")
            if kind == np.object_
            else np.random.default_rng(0).random(shape(value)).astype(kind)
        )
    results = session.run(outputs, feeds)
    return {
        name: (list(value.shape), value.dtype.name)
        for name, value in zip(outputs, results, strict=True)
        if isinstance(value, np.ndarray)
    }


def data_dependent(model: onnx.ModelProto) -> set[str]:
    names: set[str] = set()
    for node in model.graph.node:
        if node.op_type in DATA_DEPENDENT or names.intersection(node.input):
            names.update(node.output)
    return names


def problems(path: Path, with_run: bool) -> tuple[str, list[str]]:
    """A line on the file, and what is not as it should be."""
    model = onnx.load(path)
    report, inspection = inspect(path, model)
    coverage, totals = report["coverage"], report["totals"]
    found = [f"unknown operator {o['name']} ({o['count']}x)" for o in coverage["unknownOperators"]]
    if coverage["operatorsCosted"] != coverage["operators"]:
        open_layers = [
            layer
            for layer in report["layers"]
            if layer["otherOps"] is None
            or layer["macs"] is None
            or None in layer["trafficBytes"].values()
        ]
        found += [
            f"cost unknown: {layer['sourceOperator']} '{layer['name']}'"
            for layer in open_layers[:3]
        ]
    if coverage["tensorsWithShape"] != coverage["tensors"]:
        tensors = [
            t
            for t in inspection["tensors"]
            if t["shape"] is None or any(isinstance(s, str) for s in t["shape"])
        ]
        found += [f"no shape: '{t['name']}' {t['shape']}" for t in tensors[:3]]
    found += [
        f"{d['code']}: {d['message'][:150]}"
        for d in report["diagnostics"]
        if d["severity"] != "note" and d["code"] != "assumed-branch"
    ][:3]
    expected = MACS.get(path.stem.removesuffix("_dynamo"))
    if expected and totals["macs"] != expected:
        found.append(f"{totals['macs']} MACs, expected {expected}")
    if with_run:
        ours = {tensor["name"]: tensor for tensor in inspection["tensors"]}
        exempt = data_dependent(model)
        try:
            results = run(model)
        except Exception as error:
            results = {}
            print(f"      {path.name} was not run: {str(error)[:100]}")
        for name, (their_shape, kind) in results.items():
            if name in exempt:
                continue
            own = ours[name]
            is_same_kind = own["elementType"].replace("string", "object") == kind
            if own["shape"] != their_shape or not (is_same_kind or "quantization" in own):
                found.append(
                    f"'{name}': ours {own['shape']} {own['elementType']}, run {their_shape} {kind}"
                )
    line = (
        f"{coverage['operators']:>6} operators {coverage['tensors']:>6} tensors "
        f"{totals['macs'] if totals['macs'] is not None else 'unknown':>16} MACs  "
        f"{', '.join(sorted(totals['macsByPrecision']))}"
    )
    return line, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--match", default="")
    parser.add_argument("--run", action="store_true")
    arguments = parser.parse_args()
    failed = 0
    files = [
        p for p in sorted(arguments.folder.glob("*.onnx")) if re.search(arguments.match, p.name)
    ]
    for path in files:
        try:
            line, found = problems(path, arguments.run)
        except Exception as error:
            line, found = "", [f"{type(error).__name__}: {str(error)[:300]}"]
        failed += bool(found)
        print(f"{'NOT' if found else 'ok ':3} {path.name:36} {line}", flush=True)
        for problem in found[:6]:
            print(f"      {problem}")
    print(f"{len(files)} files, {failed} not as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
