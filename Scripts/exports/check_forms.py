#!/usr/bin/env python3
"""Checks what the tool finds in the files that `makers` wrote.

  IOTCO2_GRAPH=BINARY python check_forms.py FOLDER [--match PATTERN]

A file is named EXPORTER-NETWORK[-FORM]. What is expected of it is what networks.py says of the
network, except where forms.csv says that the exporter made another computation of it. Sizes of
constants are read with the formats' own libraries, shapes come from a run. Exit status 1 when one
is not so.
"""

import argparse
import csv
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
from networks import HEADS, NETWORKS, TOKENS, WIDTH, Network

#: Rows of forms.csv: the first whose pattern is found in the file's name holds.
with (Path(__file__).parent / "forms.csv").open(newline="") as table:
    FORMS = list(csv.DictReader(table))


def tool(command: str, path: Path, *options: str) -> dict:
    result = subprocess.run(
        [os.environ["IOTCO2_GRAPH"], command, path, "--format", "json", "--maxima", *options],
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise RuntimeError(f"{command}: {result.stderr.strip()}")
    return json.loads(result.stdout)


# --- Constants of a file


def onnx_constants(model: onnx.ModelProto) -> int:
    """Bytes of the initializers and constants that a node reads."""
    total = 0
    attributes = {"value", "value_float", "value_int", "value_floats", "value_ints"}

    def visit(graph: onnx.GraphProto | onnx.FunctionProto, outer: dict[str, int]) -> None:
        nonlocal total
        own: dict[str, int] = {}
        for tensor in getattr(graph, "initializer", []):
            own[tensor.name] = size(tensor.data_type, math.prod(tensor.dims))
        for node in graph.node:
            if node.op_type == "Constant" and node.domain in ("", "ai.onnx"):
                (a,) = (a for a in node.attribute if a.name in attributes)
                if a.name == "value":
                    own[node.output[0]] = size(a.t.data_type, math.prod(a.t.dims))
                else:
                    wide = 8 if "int" in a.name else 4
                    own[node.output[0]] = wide * (len(a.floats) + len(a.ints) or 1)
        known = {**outer, **own}
        for node in graph.node:
            for name in node.input:
                total += known.pop(name, 0)
                outer.pop(name, None)
            for a in node.attribute:
                if a.type == onnx.AttributeProto.GRAPH:
                    visit(a.g, known)

    def size(kind: int, count: int) -> int:
        return math.ceil(count * BITS[kind] / 8)

    visit(model.graph, {})
    # What classical models have learned stands in their attributes.
    learned = (
        len(a.floats) for n in model.graph.node if n.domain == "ai.onnx.ml" for a in n.attribute
    )
    return total + 4 * sum(learned)


T = onnx.TensorProto
#: Bits of an element of each type of ONNX; a string counts the 32 bytes of its object.
BITS = dict.fromkeys(T.DataType.values(), 0)
BITS |= dict.fromkeys([T.DOUBLE, T.INT64, T.UINT64, T.COMPLEX64], 64)
BITS |= dict.fromkeys([T.FLOAT, T.INT32, T.UINT32], 32)
BITS |= dict.fromkeys([T.FLOAT16, T.BFLOAT16, T.INT16, T.UINT16], 16)
BITS |= dict.fromkeys([T.INT8, T.UINT8, T.BOOL, T.FLOAT8E4M3FN, T.FLOAT8E5M2, T.FLOAT8E8M0], 8)
BITS |= {T.INT4: 4, T.UINT4: 4, T.FLOAT4E2M1: 4, T.INT2: 2, T.UINT2: 2, T.STRING: 256}


def tflite_constants(data: bytes) -> int:
    """Bytes of the buffers behind tensors that operators read, and of scales in tensors."""
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data))
    buffers: set[int] = set()
    for graph in model.subgraphs:
        read = {i for node in graph.operators if node.inputs is not None for i in node.inputs}
        for index in read - {-1}:
            tensor = graph.tensors[index]
            buffers.add(tensor.buffer)
            details = getattr(tensor.quantization, "details", None)
            if isinstance(details, schema.BlockwiseQuantizationT):
                buffers.add(graph.tensors[details.scales].buffer)
    sizes = []
    for index in buffers:
        buffer = model.buffers[index]
        sizes.append(buffer.size or (0 if buffer.data is None else len(buffer.data)))
    return sum(sizes)


# --- Shapes in a run


def onnx_shapes(path: Path, network: Network) -> dict[str, tuple[list[int], str]]:
    import onnxruntime

    model = onnx.load(path)
    # numpy has no 4-bit integers: what is quantized to them cannot be looked at.
    names = {tensor.name for tensor in model.graph.initializer if BITS[tensor.data_type] < 8}
    outputs = [
        name
        for node in model.graph.node
        for name in node.output
        if name and not (node.op_type == "QuantizeLinear" and names.intersection(node.input))
    ]
    del model.graph.output[:]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in outputs)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    results = session.run(outputs, {i.name: feed(i, network) for i in session.get_inputs()})
    pairs = zip(outputs, results, strict=True)
    return {k: (list(v.shape), v.dtype.name) for k, v in pairs if isinstance(v, np.ndarray)}


def feed(value: object, network: Network) -> np.ndarray:
    kinds = {"float": "float32", "double": "float64"}
    name = value.type.removeprefix("tensor(").removesuffix(")")
    kind = np.dtype(kinds.get(name, name))
    shape = input_shape(value.shape, network)
    # Whole numbers are tokens, positions and masks.
    return (np.random.default_rng(0).random(shape) if kind.kind == "f" else np.ones(shape)).astype(
        kind
    )


def input_shape(stated: list, network: Network) -> list[int]:
    """The stated shape with its open sizes set: of a language model by their names."""
    own = list(network.input_shape)
    if len(own) != len(stated):
        own = [1] * len(stated)
    return [
        s if isinstance(s, int) and s > 0 else named_size(str(s), network, o)
        for s, o in zip(stated, own, strict=True)
    ]


def named_size(name: str, network: Network, other: int) -> int:
    if name == "kv_cache_dim":
        return WIDTH // HEADS
    new = network.input_shape[-1]
    if "past" in name and "+" not in name:
        return TOKENS - new
    return TOKENS if re.search("total|past", name) else new if "seq" in name else other


def tflite_shapes(path: Path) -> dict[str, tuple[list[int], str]]:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(
        str(path),
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    for own in interpreter.get_input_details():
        interpreter.set_tensor(own["index"], np.ones(own["shape"]).astype(own["dtype"]))
    interpreter.invoke()
    names = [own["name"] for own in interpreter.get_tensor_details()]
    return {
        own["name"]: (list(map(int, own["shape"])), np.dtype(own["dtype"]).name)
        for own in interpreter.get_tensor_details()
        if names.count(own["name"]) == 1
    }


def difference(own: dict, shape: list[int], kind: str) -> bool:
    """Quantized tensors may be kept in packed or wider form."""
    if own["shape"] != shape:
        return True
    # numpy has no 8-bit floats: onnxruntime gives their bytes.
    same = (
        own["elementType"].replace("string", "object").replace("float8", "uint8")[: len(kind)]
        == kind
    )
    return not (same or own.get("quantization") or re.search(r"u?int[24]$", own["elementType"]))


# --- The checks


def problems(path: Path) -> tuple[str, list[str]]:
    """A line on the file, and what is not as it should be."""
    exporter, name, *_ = path.stem.split("-")
    network = NETWORKS[name]
    form = next((row for row in FORMS if re.search(row["file"], path.name)), {})
    bindings = []
    if form.get("original"):
        bindings += ["--original", str(path.with_name(form["original"]))]
    is_onnx = path.suffix == ".onnx"
    if is_onnx:
        model = onnx.load(path)
        stored = {tensor.name for tensor in model.graph.initializer}
        for value in model.graph.input:
            stated = [d.dim_value or d.dim_param for d in value.type.tensor_type.shape.dim]
            if value.name not in stored and any(isinstance(d, str) for d in stated):
                sizes = "x".join(map(str, input_shape(stated, network)))
                bindings += ["--bind", f"{value.name}={sizes}"]
    report = tool("analyze", path, *bindings)
    inspection = tool("inspect", path, *bindings)
    coverage, totals = report["coverage"], report["totals"]
    found = [f"unknown operator {o['name']} ({o['count']}x)" for o in coverage["unknownOperators"]]
    if coverage["operatorsCosted"] != coverage["operators"]:
        found.append(f"costs: {coverage['operatorsCosted']} of {coverage['operators']} operators")
    if coverage["tensorsWithShape"] != coverage["tensors"]:
        found.append(f"shapes: {coverage['tensorsWithShape']} of {coverage['tensors']} tensors")
    wanted = set(form.get("warnings", "").split())
    found += [
        f"{d['code']}: {d['message'][:160]}"
        for d in report["diagnostics"]
        if d["severity"] != "note" and d["code"] not in wanted
    ]
    codes = {d["code"] for d in report["diagnostics"]}
    found += [f"no word of {code}" for code in wanted - codes]

    # Arithmetic of the network
    macs = int(form.get("macs") or network.macs)
    if totals["macs"] != macs:
        found.append(f"MACs {totals['macs']}, right {macs}")
    parameters = int(form.get("parameters") or network.parameters or totals["parameters"])
    if totals["parameters"] != parameters:
        found.append(f"parameters {totals['parameters']}, right {parameters}")
    precision = form.get("precision")
    own_precision = " + ".join(f"{k}: {v}" for k, v in sorted(totals["macsByPrecision"].items()))
    if precision and own_precision != precision:
        found.append(f"precision {own_precision}, right {precision}")

    # Bytes of constants
    right = onnx_constants(model) if is_onnx else tflite_constants(path.read_bytes())
    if totals["constantBytes"] != right and network.parameters is not None:
        found.append(f"bytes of constants {totals['constantBytes']}, in the file {right}")
    if (totals["weightBytes"] or 0) > (totals["constantBytes"] or 0):
        found.append(f"weights {totals['weightBytes']} B of {totals['constantBytes']} B constants")

    # Names
    # The usual depth, and one that is enough for names below the model's own.
    modules = [
        entry["name"]
        for depth in ([], ["--depth", "3"])
        for entry in tool("hotspots", path, "--group", "module", "--top", "99", *depth, *bindings)[
            "entries"
        ]
    ]
    missing = [m for m in network.modules if not any(re.search(m, name) for name in modules)]
    if missing and not form.get("nameless"):
        found.append(f"modules {modules}, missing {missing}")

    # Shapes
    try:
        results = onnx_shapes(path, network) if is_onnx else tflite_shapes(path)
        ran = ""
    except Exception as error:
        results, ran = {}, f"not run: {' '.join(str(error).split())[:150]}"
    ours = {tensor["name"]: tensor for tensor in inspection["tensors"]}
    count = 0
    for name, (shape, kind) in results.items():
        if name not in ours:
            continue
        count += 1
        if difference(ours[name], shape, kind):
            own = ours[name]
            found.append(f"'{name}': {own['shape']} {own['elementType']}, run {shape} {kind}")
    line = f"{coverage['operators']:>4} operators {count:>4} shapes  {own_precision}  {ran}"
    return line, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--match", default="")
    arguments = parser.parse_args()
    files = [
        path
        for path in sorted(arguments.folder.glob("*-*"))
        if path.suffix in (".onnx", ".tflite") and re.search(arguments.match, path.name)
    ]
    failed = 0
    for path in files:
        try:
            line, found = problems(path)
        except Exception as error:
            line, found = "", [f"{type(error).__name__}: {str(error)[:300]}"]
        failed += bool(found)
        print(f"{'NOT' if found else 'ok ':3} {path.name:52} {line}", flush=True)
        for problem in found[:8]:
            print(f"      {problem}", flush=True)
    print(f"{len(files)} files, {failed} not as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
