"""The operators that the onnx package defines all have rules."""

import os
import re
import subprocess
from pathlib import Path

import onnx.defs

ROOT = Path(__file__).resolve().parents[2]

#: Domains of the standard whose operators can be in files for inference.
DOMAINS = {
    "": "ai.onnx",
    "ai.onnx.ml": "ai.onnx.ml",
    "ai.onnx.preview": "ai.onnx.preview",
    "ai.onnx.preview.training": "ai.onnx.preview.training",
}


def supported() -> set[tuple[str, str]]:
    """Domain and name of each operator in the list that the tool makes of itself."""
    listed = subprocess.run(
        [os.environ["IOTCO2_GRAPH"], "operators"], capture_output=True, text=True, check=True
    ).stdout
    domain, found = "", set()
    for line in listed.splitlines():
        if heading := re.match(r"## ONNX, `(.*)`", line):
            domain = heading[1]
        elif row := re.match(r"\| (\w+) \|", line):
            found.add((domain, row[1]))
    return found


def test_every_operator_of_the_standard_has_rules() -> None:
    defined = {
        (DOMAINS[schema.domain], schema.name)
        for schema in onnx.defs.get_all_schemas_with_history()
        if schema.domain in DOMAINS
    }
    assert len(defined) > 200
    assert defined - supported() == set()


def test_operators_are_as_old_as_the_standard_says() -> None:
    """Versions below 7 are left out; a newer onnx than the table's may add operators."""
    source = ROOT / "Sources/GraphImport/ONNX/ONNXOperatorAge.swift"
    text = source.read_text().split("let introduced", 1)[1]
    table: dict[str, int] = {}
    for row in re.finditer(r"\(\s*(\d+),\s*((?:\"[^\"]*\"[\s+]*)+)\)", text):
        for name in "".join(re.findall(r"\"([^\"]*)\"", row[2])).split():
            table[name] = int(row[1])
    defined: dict[str, int] = {}
    for schema in onnx.defs.get_all_schemas_with_history():
        if schema.domain == "":
            first = defined.get(schema.name, schema.since_version)
            defined[schema.name] = min(first, schema.since_version)
    assert len(table) > 80
    known = {name: version for name, version in defined.items() if name in table}
    assert known == {name: version for name, version in table.items() if name in defined}
    newest = max(table.values())
    missing = {n for n, v in defined.items() if 7 <= v <= newest} - table.keys()
    assert missing == set()


def types_by_operator() -> dict[tuple[str, str], int]:
    """The version of the table from which an operator takes a type of its first operand."""
    source = ROOT / "Sources/GraphImport/ONNX/ONNXOperatorAge.swift"
    text = source.read_text()
    lists: dict[str, list[str]] = {}

    def types(expression: str) -> list[str]:
        words = re.findall(r"\.?\w+", expression)
        return [t for w in words for t in ([w[1:]] if w[0] == "." else lists[w])]

    for row in re.finditer(
        r"static let (\w+): \[ElementType\] =\s*([^=]*?)\n  (?:private|///)", text
    ):
        lists[row[1]] = types(row[2])
    moving = re.search(r"static let moving =\s*\"([^\"]*)\"", text)
    assert moving
    rows = text.split("static let types: [Types] = [", 1)[1].split("\n  ]", 1)[0]
    found: dict[tuple[str, str], int] = {}
    for row in re.finditer(r"\((\"[^\"]*\"|moving),\s*(\[[^\]]*\]|\w+),\s*(\d+)\)", rows):
        names = moving[1] if row[1] == "moving" else row[1].strip('"')
        for name in names.split():
            for element in types(row[2]):
                found[name, element] = int(row[3])
    return found


def test_types_are_as_old_as_the_standard_says() -> None:
    defined: dict[tuple[str, str], int] = {}
    for schema in onnx.defs.get_all_schemas_with_history():
        if schema.domain == "" and schema.inputs:
            for written in schema.inputs[0].types:
                element = written.removeprefix("tensor(").removesuffix(")")
                element = {"float": "float32", "double": "float64"}.get(element, element)
                key = (schema.name, element)
                defined[key] = min(defined.get(key, schema.since_version), schema.since_version)
    table = types_by_operator()
    assert len(table) > 150
    # A type that an operator does not take at all is in the table to keep its rows short.
    assert {key: defined[key] for key in table if key in defined} == {
        key: version for key, version in table.items() if key in defined
    }
