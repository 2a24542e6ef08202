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
