"""The operators that the onnx package defines all have rules."""

import os
import re
import subprocess

import onnx.defs

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
