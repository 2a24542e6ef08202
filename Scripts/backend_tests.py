#!/usr/bin/env python3
"""Compares the shapes and element types that `inspect` finds with the recorded results of the ONNX
backend tests, and beside it those that onnx.shape_inference finds.

  Scripts/venv.sh .venv/backend Scripts/requirements-backend.txt
  IOTCO2_GRAPH=BINARY .venv/backend/bin/python Scripts/backend_tests.py [--failures] [--unknown]

The models are those that the onnx package ships. Nearly all declare the static shapes of their
outputs, and both tools fall back on what a file declares where they cannot infer; --undeclared
takes those declarations out of the models first, so that only inference counts.

Each model counts once, for each tool:

  loads        ours: exit status 0 and no diagnostic of severity error. onnx: infer_shapes returns.
  known        no operator of the standard's domains is unknown. ours: coverage.unknownOperators.
               onnx: a schema with an inference function or a function body.
  right        every output is a tensor and has the recorded shape and element type.
  data         the rest, where every output is right or has sizes that depend on data (see
               DATA_DEPENDENT): those are left open, and all else is right.
  sequence     the rest, where every output is right, data or a sequence or optional, which is not
               compared.
  wrong        an output has a number, rank or element type that was not recorded.
  open         the rest: the model does not load, or a size, rank or element type is left open.

A model that loads with an error can still have outputs, which count.

Exit status 0, 1 if ours fails to load, has unknown operators or fails (wrong or open) for more
models than onnx.shape_inference in any category, 2 if something is missing.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path


def stop(message: str) -> None:
    print(f"backend_tests.py: {message}", file=sys.stderr)
    sys.exit(2)


try:
    import onnx
    import onnx.shape_inference
except ImportError as error:
    stop(f"{error}; pip install -r Scripts/requirements-backend.txt")

DATA = Path(onnx.__file__).parent / "backend/test/data"
CATEGORIES = ["node", "simple", "light", "pytorch-converted", "pytorch-operator"]
STANDARD_DOMAINS = {"", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training"}
WORKERS = 2
SECONDS = 60  # that one model may take

ALWAYS = None
# Operators whose output sizes depend on the elements of operands: on those of any operand, or on
# those of the operands with these indices. It counts only where the elements come from an input.
DATA_DEPENDENT = {
    "Compress": (1,),
    "If": (0,),
    "ImageDecoder": ALWAYS,
    "Loop": ALWAYS,  # the number of iterations
    "NonMaxSuppression": ALWAYS,
    "NonZero": ALWAYS,
    "SequenceAt": ALWAYS,
    "ConcatFromSequence": ALWAYS,
    "StringNormalizer": ALWAYS,
    "StringSplit": ALWAYS,
    "Unique": ALWAYS,
    "AffineGrid": (1,),
    "BlackmanWindow": (0,),
    "CenterCropPad": (1,),
    "Col2Im": (1, 2),
    "ConstantOfShape": (0,),
    "DFT": (1, 2),
    "Expand": (1,),
    "HammingWindow": (0,),
    "HannWindow": (0,),
    "MaxUnpool": (2,),
    "MelWeightMatrix": (0, 1),
    "OneHot": (1,),
    "Pad": (1, 3),
    "Range": (0, 1, 2),
    "Reshape": (1,),
    "Resize": (1, 2, 3),
    "STFT": (1, 3),
    "Slice": (1, 2, 3, 4),
    "Split": (1,),
    "Squeeze": (1,),
    "Tile": (1,),
    "TopK": (1,),
    "Unsqueeze": (1,),
    "Upsample": (1,),
} | {
    f"Reduce{kind}": (1,)
    for kind in (
        "L1",
        "L2",
        "LogSum",
        "LogSumExp",
        "Max",
        "Mean",
        "Min",
        "Prod",
        "Sum",
        "SumSquare",
    )
}

TYPE_NAMES = {
    number: {"FLOAT": "float32", "DOUBLE": "float64"}.get(name, name.lower())
    for name, number in onnx.TensorProto.DataType.items()
}


@dataclass(frozen=True)
class Tensor:
    """What is known of an output; `shape` has None where a size is left open.

    As text, `?` is such a size and `*` an unknown rank.
    """

    element_type: str
    shape: tuple | None

    def __str__(self) -> str:
        if self.shape is None:
            return f"{self.element_type}[*]"
        return f"{self.element_type}[{','.join('?' if n is None else str(n) for n in self.shape)}]"


@dataclass
class Case:
    """A model with the recorded types of its inputs and outputs; None for what is no tensor."""

    category: str
    name: str
    path: Path
    model: onnx.ModelProto
    inputs: dict[str, tuple]
    outputs: dict[str, Tensor | None]
    data_dependent: set[str]


@dataclass
class Answer:
    """What one tool says of a model."""

    error: str | None = None
    unknown: list[str] = field(default_factory=list)
    outputs: dict[str, Tensor] = field(default_factory=dict)
    # What became of it.
    verdict: str = ""
    misses: list[tuple[str, str]] = field(default_factory=list)  # outputs that are wrong or open


# Cases ----------------------------------------------------------------------------------


def recorded(path: Path) -> Tensor:
    tensor = onnx.TensorProto.FromString(path.read_bytes())
    return Tensor(TYPE_NAMES[tensor.data_type], tuple(tensor.dims))


def truth(output: onnx.ValueInfoProto, path: Path) -> Tensor:
    found = recorded(path)
    # numpy has no bfloat16: its bits are recorded as uint16 in results of Cast and CastLike.
    if (
        found.element_type == "uint16"
        and output.type.tensor_type.elem_type == onnx.TensorProto.BFLOAT16
    ):
        return Tensor("bfloat16", found.shape)
    return found


def numbered(folder: Path, prefix: str) -> list[Path]:
    return sorted(folder.glob(f"{prefix}_*.pb"), key=lambda p: int(p.stem.rpartition("_")[2]))


def is_tensor(value: onnx.ValueInfoProto) -> bool:
    return value.type.WhichOneof("value") == "tensor_type"


def read_case(category: str, name: str, path: Path) -> Case:
    model = onnx.load(path)
    graph = model.graph
    weights = {w.name for w in graph.initializer} | {
        w.values.name for w in graph.sparse_initializer
    }
    given = [i for i in graph.input if i.name not in weights]
    if category == "light":  # its inputs are not recorded, but declared in full
        inputs = {i.name: tuple(d.dim_value for d in i.type.tensor_type.shape.dim) for i in given}
        results = [path.with_name(f"{path.stem}_output_{n}.pb") for n in range(len(graph.output))]
    else:
        folder = min(path.parent.glob("test_data_set_*"))
        files, results = numbered(folder, "input"), numbered(folder, "output")
        if len(files) == len(graph.input):
            given = graph.input
        if len(files) != len(given):
            stop(f"{category}/{name}: {len(given)} inputs, {len(files)} recorded")
        inputs = {
            i.name: recorded(f).shape for i, f in zip(given, files, strict=True) if is_tensor(i)
        }
    if len(results) != len(graph.output):
        stop(f"{category}/{name}: {len(graph.output)} outputs, {len(results)} recorded")
    outputs = {
        o.name: truth(o, f) if is_tensor(o) else None
        for o, f in zip(graph.output, results, strict=True)
    }
    return Case(category, name, path, model, inputs, outputs, data_dependent_outputs(model))


def data_dependent_outputs(model: onnx.ModelProto) -> set[str]:
    """Names of the graph outputs whose sizes depend on elements of the inputs."""
    functions = {(f.domain, f.name): f for f in model.functions}

    def follow(nodes, known: set[str], free: set[str]) -> bool:
        """Adds to the values whose elements are known and to those whose sizes depend on data.
        True if any of the latter come from here."""
        found = False
        for node in nodes:
            used = [name for name in node.input if name]
            bodies = [
                g for a in node.attribute for g in [*([a.g] if a.HasField("g") else []), *a.graphs]
            ]
            function = functions.get((node.domain, node.op_type))
            is_free = any(name in free for name in used)
            operands = DATA_DEPENDENT.get(node.op_type, ())
            asked = (
                used
                if operands is ALWAYS
                else [node.input[n] for n in operands if n < len(node.input) and node.input[n]]
            )
            is_free |= any(name not in known for name in asked)
            outer = set(known)
            for body in bodies:
                is_free |= follow(body.node, outer | {w.name for w in body.initializer}, set(free))
            if function:
                pairs = list(zip(function.input, node.input, strict=False))
                is_free |= follow(
                    function.node,
                    {f for f, n in pairs if n in known},
                    {f for f, n in pairs if n in free},
                )
            if is_free:
                free.update(node.output)
                found = True
            elif node.op_type in ("Shape", "Size") or (
                not bodies
                and not node.op_type.startswith("Random")
                and all(name in known for name in used)
            ):
                known.update(node.output)
        return found

    free: set[str] = set()
    graph = model.graph
    known = {w.name for w in graph.initializer} | {w.values.name for w in graph.sparse_initializer}
    follow(graph.node, known, free)
    return {o.name for o in graph.output} & free


def cases(categories: list[str], match: str) -> list[Case]:
    found = []
    for category in categories:
        if category == "light":
            paths = [(p.stem, p) for p in (DATA / category).glob("*.onnx")]
        else:
            paths = [(p.parent.name, p) for p in (DATA / category).glob("*/model.onnx")]
        found += [
            read_case(category, name, path)
            for name, path in sorted(paths)
            if re.search(match, f"{category}/{name}")
        ]
    return found


def undeclare(graph: onnx.GraphProto) -> None:
    """Takes out all declared types but those of inputs, also in inner graphs."""
    del graph.value_info[:]
    for output in graph.output:
        output.ClearField("type")
    for node in graph.node:
        for attribute in node.attribute:
            for inner in [*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs]:
                undeclare(inner)


# The two tools --------------------------------------------------------------------------


def ask_ours(binary: str, case: Case) -> Answer:
    command = [binary, "inspect", str(case.path), "--format", "json"]
    for value in case.model.graph.input:
        # All of a scalar is known.
        if not case.inputs.get(value.name):
            continue
        kind = value.type.tensor_type
        if not kind.HasField("shape") or any(
            d.WhichOneof("value") != "dim_value" for d in kind.shape.dim
        ):
            command += ["--bind", f"{value.name}={'x'.join(map(str, case.inputs[value.name]))}"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return Answer(f"takes more than {SECONDS} s")
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        return Answer(f"exit status {done.returncode}: {lines[0]}")
    try:
        report = json.loads(done.stdout)
    except ValueError as error:
        return Answer(f"no JSON: {error}")
    answer = Answer()
    errors = [d["message"] for d in report["diagnostics"] if d["severity"] == "error"]
    if errors:
        answer.error = errors[0]
    for operator in report["coverage"]["unknownOperators"]:
        if operator["name"].rpartition(".")[0] in STANDARD_DOMAINS:
            answer.unknown.append(operator["name"])
    for output in report["outputs"]:
        shape = output["shape"]
        answer.outputs[output["name"]] = Tensor(
            output["elementType"],
            None if shape is None else tuple(n if isinstance(n, int) else None for n in shape),
        )
    return answer


def onnx_unknown(model: onnx.ModelProto) -> list[str]:
    """Operators of the standard's domains that onnx cannot infer."""
    local = {(f.domain, f.name) for f in model.functions}
    unknown = set()

    def visit(nodes, versions):
        for node in nodes:
            for attribute in node.attribute:
                for inner in [
                    *([attribute.g] if attribute.HasField("g") else []),
                    *attribute.graphs,
                ]:
                    visit(inner.node, versions)
            domain = "" if node.domain == "ai.onnx" else node.domain
            if domain not in STANDARD_DOMAINS or (node.domain, node.op_type) in local:
                continue
            name = f"{domain}.{node.op_type}" if domain else node.op_type
            try:
                schema = onnx.defs.get_schema(node.op_type, versions.get(domain, 1), domain)
            except onnx.defs.SchemaError:
                unknown.add(name)
                continue
            if not (
                schema.has_type_and_shape_inference_function
                or schema.has_function
                or schema.has_context_dependent_function
            ):
                unknown.add(name)

    def versions(imports):
        return {"" if i.domain == "ai.onnx" else i.domain: i.version for i in imports}

    visit(model.graph.node, versions(model.opset_import))
    for function in model.functions:
        visit(function.node, versions(function.opset_import))
    return sorted(unknown)


def ask_onnx(case: Case) -> Answer:
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    for value in model.graph.input:
        if value.name in case.inputs:
            shape = value.type.tensor_type.shape
            shape.Clear()
            shape.SetInParent()  # also where there are no dimensions
            for size in case.inputs[value.name]:
                shape.dim.add().dim_value = size
    answer = Answer(unknown=onnx_unknown(model))
    try:
        inferred = onnx.shape_inference.infer_shapes(model, strict_mode=False, data_prop=True)
    except Exception as error:  # whatever it raises is its answer
        lines = str(error).strip().splitlines() or [type(error).__name__]
        answer.error = lines[0]
        return answer
    for output in inferred.graph.output:
        kind = output.type.tensor_type
        answer.outputs[output.name] = Tensor(
            TYPE_NAMES[kind.elem_type],
            None
            if not kind.HasField("shape")
            else tuple(
                d.dim_value if d.WhichOneof("value") == "dim_value" else None
                for d in kind.shape.dim
            ),
        )
    return answer


# Comparison -----------------------------------------------------------------------------


def compare(found: Tensor | None, expected: Tensor | None, is_data_dependent: bool) -> str:
    if expected is None:
        return "sequence"
    if found == expected:
        return "right"
    if found is None:
        return "open"
    if found.element_type not in (expected.element_type, "undefined"):
        return "wrong"
    if found.shape is not None:
        if len(found.shape) != len(expected.shape):
            return "wrong"
        if any(a is not None and a != b for a, b in zip(found.shape, expected.shape, strict=True)):
            return "wrong"
    return "data" if is_data_dependent and found.element_type == expected.element_type else "open"


VERDICTS = ["right", "data", "sequence", "open", "wrong"]  # from good to bad


def judge(answer: Answer, case: Case) -> None:
    answer.verdict = "right"
    if answer.error and not answer.outputs:
        answer.verdict = "open"
    for name, expected in case.outputs.items():
        verdict = compare(answer.outputs.get(name), expected, name in case.data_dependent)
        if verdict in ("open", "wrong"):
            answer.misses.append((name, verdict))
        answer.verdict = max(answer.verdict, verdict, key=VERDICTS.index)


TALLIES = ["loads", "known", *VERDICTS]


def tally(answers: list[Answer]) -> dict[str, int]:
    counts = collections.Counter(a.verdict for a in answers)
    counts["loads"] = sum(a.error is None for a in answers)
    counts["known"] = sum(not a.unknown and (a.error is None or bool(a.outputs)) for a in answers)
    return {key: counts[key] for key in TALLIES}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--category",
        action="append",
        choices=CATEGORIES,
        help="only models of this category; may be given many times",
    )
    parser.add_argument(
        "--match", default="", metavar="REGEX", help="only models whose CATEGORY/NAME has a match"
    )
    parser.add_argument(
        "--undeclared",
        action="store_true",
        help="take the declared types of all but inputs out of the models first",
    )
    parser.add_argument(
        "--failures", action="store_true", help="list errors and the outputs that are wrong or open"
    )
    parser.add_argument(
        "--unknown",
        action="store_true",
        help="list our unknown operators by the number of models that have them",
    )
    arguments = parser.parse_args()
    try:
        re.compile(arguments.match)
    except re.error as error:
        stop(f"--match: {error}")
    binary = os.environ.get("IOTCO2_GRAPH", "")
    if not os.access(binary, os.X_OK):
        stop("IOTCO2_GRAPH is not the path of the command; make release builds it")
    binary = os.path.abspath(binary)

    chosen = [c for c in CATEGORIES if c in (arguments.category or CATEGORIES)]
    models = cases(chosen, arguments.match)
    if not models:
        stop("no such model")
    with tempfile.TemporaryDirectory() as scratch:
        if arguments.undeclared:
            for number, case in enumerate(models):
                undeclare(case.model.graph)
                case.path = Path(scratch) / f"{number}.onnx"
                onnx.save(case.model, case.path)
        with ThreadPoolExecutor(WORKERS) as pool:
            pending = [pool.submit(ask_ours, binary, case) for case in models]
            theirs = [ask_onnx(case) for case in models]
            ours = [future.result() for future in pending]
    for case, own, their in zip(models, ours, theirs, strict=True):
        judge(own, case)
        judge(their, case)

    print(
        "Ours / onnx.shape_inference"
        + (", types declared only for inputs" if arguments.undeclared else "")
        + "\n"
    )
    print("| Category | Models | " + " | ".join(t.capitalize() for t in TALLIES) + " |")
    print("| --- |" + " ---: |" * (1 + len(TALLIES)))
    status = 0
    for category in [c for c in chosen if any(m.category == c for m in models)] + ["all"]:
        places = [n for n, m in enumerate(models) if category in (m.category, "all")]
        own, their = tally([ours[n] for n in places]), tally([theirs[n] for n in places])
        print(
            f"| {category} | {len(places)} | "
            + " | ".join(f"{own[t]} / {their[t]}" for t in TALLIES)
            + " |"
        )
        if (
            own["loads"] < their["loads"]
            or own["known"] < their["known"]
            or own["open"] + own["wrong"] > their["open"] + their["wrong"]
        ):
            status = 1

    if arguments.failures:
        print("\n| Model | Output | Verdict | Ours | Truth | onnx | Unknown operators | Error |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        for case, own, their in zip(models, ours, theirs, strict=True):
            rows = own.misses or ([("-", own.verdict)] if own.error else [])
            for name, verdict in rows:
                cells = [
                    f"{case.category}/{case.name}",
                    name,
                    verdict,
                    own.outputs.get(name, "-"),
                    case.outputs.get(name, "-"),
                    their.outputs.get(name, "-"),
                    ", ".join(own.unknown) or "-",
                    own.error or "-",
                ]
                print("| " + " | ".join(str(c).replace("|", "\\|") for c in cells) + " |")
    if arguments.unknown:
        counts = collections.Counter(name for own in ours for name in own.unknown)
        print("\n| Unknown operator | Models |\n| --- | ---: |")
        for name, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
            print(f"| {name} | {count} |")
    return status


if __name__ == "__main__":
    sys.exit(main())
