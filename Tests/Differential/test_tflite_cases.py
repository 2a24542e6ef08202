"""TFLite files that were written here: counts by hand, and every kind of file."""

import os
import re
import subprocess
import zipfile
from pathlib import Path

import ai_edge_litert.schema_py_generated as schema
import pytest

from conftest import Run
from tflite_build import File, Type, options
from tflite_cases import CASES


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_macs_are_those_counted_by_hand(make, run: Run, tmp_path: Path) -> None:
    case = make()
    path = tmp_path / "model.tflite"
    path.write_bytes(case.file.bytes())
    report = run("analyze", path, *case.options)
    assert report["totals"]["macs"] == case.macs
    assert report["coverage"]["unknownOperators"] == []
    assert report["coverage"]["operators"] == report["coverage"]["operatorsCosted"]
    if case.factors:
        assert set(report["totals"]["macsByPrecision"]) == {case.factors}
    assert [d["code"] for d in report["diagnostics"]] == list(case.diagnostics)


def test_every_operator_of_the_schema_has_rules() -> None:
    listed = subprocess.run(
        [os.environ["IOTCO2_GRAPH"], "operators"], capture_output=True, text=True, check=True
    ).stdout
    rows = listed.partition("## TFLite, builtin")[2].partition("\n## ")[0]
    supported = set(re.findall(r"^\| (\w+) \|", rows, re.MULTILINE))
    defined = {
        name for name, number in vars(schema.BuiltinOperator).items() if isinstance(number, int)
    }
    # Three numbers of the schema are no operators of files; those of custom calls are not in them.
    defined -= {"CUSTOM", "DELEGATE", "PLACEHOLDER_FOR_GREATER_OP_CODES", "STABLEHLO_CUSTOM_CALL"}
    assert len(defined) > 200
    assert defined - supported == set()


def test_a_custom_call_is_named_by_what_it_calls(run: Run, tmp_path: Path) -> None:
    file = File()
    graph = file.graph()
    graph.result(
        *graph.node(
            "STABLEHLO_CUSTOM_CALL",
            [graph.input([1, 8])],
            [graph.tensor([1, 8])],
            options("StablehloCustomCall", callTargetName="vendor.fft"),
        )
    )
    path = tmp_path / "model.tflite"
    path.write_bytes(file.bytes())
    assert run("analyze", path)["coverage"]["unknownOperators"] == [
        {"name": "STABLEHLO_CUSTOM_CALL(vendor.fft)", "count": 1}
    ]


def connected(rows: int, name: str = "main") -> File:
    file = File()
    graph = file.graph(name)
    y = graph.node(
        "FULLY_CONNECTED",
        [graph.input([1, 8], name="x"), graph.weights([rows, 8])],
        [graph.tensor([1, rows], name="y")],
        options("FullyConnected"),
    )
    graph.result(*y)
    return file


def refusal(*arguments: object) -> str:
    done = subprocess.run(
        [os.environ["IOTCO2_GRAPH"], *map(str, arguments)], capture_output=True, text=True
    )
    assert done.returncode == 2, done.stdout
    assert done.stdout == ""
    return done.stderr


def test_a_member_of_an_archive_is_chosen(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bundle.task"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("detector.tflite", connected(3).bytes())
        archive.writestr("labels.txt", "cat\ndog\n")
    assert run("analyze", path)["totals"]["macs"] == 24
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("landmarks.tflite", connected(5).bytes())
    error = refusal("analyze", path)
    assert "'#detector.tflite'" in error and "'#landmarks.tflite'" in error
    assert run("analyze", f"{path}#landmarks.tflite")["totals"]["macs"] == 40
    assert "labels.txt" in refusal("analyze", f"{path}#nothing")
    assert "neither" in refusal("analyze", f"{path}#labels.txt")


def test_an_archive_in_an_archive_is_read(run: Run, tmp_path: Path) -> None:
    """Some bundles hold bundles; the inner one is a file of its own once it is taken out."""
    inner = tmp_path / "inner.task"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("model.tflite", connected(3).bytes())
    outer = tmp_path / "outer.task"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, "inner.task")
    assert "inner.task" in refusal("analyze", outer)


def test_a_signature_is_chosen(run: Run, tmp_path: Path) -> None:
    file = connected(3)
    other = file.graph("encode")
    y = other.node(
        "FULLY_CONNECTED",
        [other.input([1, 9]), other.weights([2, 9])],
        [other.tensor([1, 2])],
        options("FullyConnected"),
    )
    other.result(*y)
    file.signature("serve", 0, {"image": 0}, {"label": 2})
    file.signature("encode", 1, {"text": 0}, {"code": 2})
    path = tmp_path / "model.tflite"
    path.write_bytes(file.bytes())
    assert run("analyze", path)["totals"]["macs"] == 24
    assert run("analyze", path, "--signature", "encode")["totals"]["macs"] == 18
    assert [s["key"] for s in run("inspect", path)["signatures"]] == ["serve", "encode"]
    error = refusal("analyze", path, "--signature", "train")
    assert "'serve'" in error and "'encode'" in error


def compiled(name: str) -> File:
    """A layer, what a compiler made of the next, and a last one."""
    file = File()
    graph = file.graph()
    a = graph.node(
        "FULLY_CONNECTED",
        [graph.input([1, 8], name="x"), graph.weights([4, 8])],
        [graph.tensor([1, 4], name="a")],
        options("FullyConnected"),
    )
    operands = [*a]
    if name == "ethos-u":
        operands = [
            graph.weights([64], Type.UINT8),
            graph.weights([128], Type.UINT8),
            graph.tensor([256], Type.UINT8),
            graph.tensor([256], Type.UINT8),
            *a,
        ]
    b = graph.node(name, operands, [graph.tensor([1, 6], name="b")], custom=b"\x01")
    graph.result(
        *graph.node("SOFTMAX", b, [graph.tensor([1, 6], name="c")], options("Softmax", beta=1.0))
    )
    return file


def original() -> File:
    file = File()
    graph = file.graph()
    a = graph.node(
        "FULLY_CONNECTED",
        [graph.input([1, 8], name="x"), graph.weights([4, 8])],
        [graph.tensor([1, 4], name="a")],
        options("FullyConnected"),
    )
    h = graph.node(
        "FULLY_CONNECTED",
        [*a, graph.weights([10, 4])],
        [graph.tensor([1, 10], name="h")],
        options("FullyConnected"),
    )
    b = graph.node(
        "FULLY_CONNECTED",
        [*h, graph.weights([6, 10])],
        [graph.tensor([1, 6], name="b")],
        options("FullyConnected"),
    )
    graph.result(
        *graph.node("SOFTMAX", b, [graph.tensor([1, 6], name="c")], options("Softmax", beta=1.0))
    )
    return file


@pytest.mark.parametrize("name", ["edgetpu-custom-op", "ethos-u", "DISPATCH_OP"])
def test_a_compiled_part_is_named_and_taken_from_the_original(
    name: str, run: Run, tmp_path: Path
) -> None:
    path, source = tmp_path / "compiled.tflite", tmp_path / "original.tflite"
    path.write_bytes(compiled(name).bytes())
    source.write_bytes(original().bytes())
    report = run("analyze", path)
    # The part that is seen: 8 x 4.
    assert report["totals"]["macs"] == 32
    assert not report["coverage"]["operators"] == report["coverage"]["operatorsCosted"]
    assert "compiled-part" in [d["code"] for d in report["diagnostics"]]
    whole = run("analyze", path, "--original", str(source))
    assert whole["totals"]["macs"] == 8 * 4 + 4 * 10 + 10 * 6
    assert "compiled-part" not in [d["code"] for d in whole["diagnostics"]]
    wrong = tmp_path / "wrong.tflite"
    wrong.write_bytes(connected(3).bytes())
    assert "has no tensor 'b'" in refusal("analyze", path, "--original", wrong)
    [part] = run("inspect", path)["compiledParts"]
    assert part["sourceOperator"] == name


def quantized_with_an_island(between: list[str]) -> File:
    """int8 layer, dequantize, operators in floating point, quantize, int8 layer."""
    file = File()
    graph = file.graph()
    last = graph.input([1, 8], Type.INT8, scale=0.1)

    def layer(x: int) -> int:
        return graph.node(
            "FULLY_CONNECTED",
            [x, graph.weights([8, 8], Type.INT8, scale=0.1)],
            [graph.tensor([1, 8], Type.INT8, scale=0.1)],
            options("FullyConnected"),
        )[0]

    last = graph.node("DEQUANTIZE", [layer(last)], [graph.tensor([1, 8])])[0]
    for name in between:
        operands = [last]
        if name == "FULLY_CONNECTED":
            operands.append(graph.weights([8, 8]))
        last = graph.node(
            name,
            operands,
            [graph.tensor([1, 8])],
            options("FullyConnected") if len(operands) > 1 else None,
        )[0]
    last = graph.node("QUANTIZE", [last], [graph.tensor([1, 8], Type.INT8, scale=0.2)])[0]
    graph.result(layer(last))
    return file


@pytest.mark.parametrize(
    "between, codes",
    [
        ([], ["conversion-pair"]),
        (["SQRT"], ["float-island"]),
        (["SQRT", "EXP"], ["float-island"]),
        (["FULLY_CONNECTED", "EXP"], ["float-contraction", "float-island"]),
    ],
)
def test_what_stays_real_in_a_quantized_model_is_told(
    between: list[str], codes: list[str], run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(quantized_with_an_island(between).bytes())
    report = run("inspect", path)
    assert [d["code"] for d in report["diagnostics"]] == codes
    precisions = {entry.get("macPrecision"): entry["macs"] for entry in report["arithmetic"]}
    assert precisions["int8 x int8"] == 2 * 64
    assert precisions.get("float32 x float32") == (64 if "FULLY_CONNECTED" in between else None)


def test_a_model_in_one_precision_is_told_nothing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(original().bytes())
    assert run("inspect", path)["diagnostics"] == []
