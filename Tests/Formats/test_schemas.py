"""The tool's own schemas: reports and profiles against them, and what must not pass."""

from __future__ import annotations

import copy
import json
import os
import subprocess
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parent.parent.parent
BINARY = Path(os.environ.get("IOTCO2_GRAPH", "iotco2-graph")).resolve()
SHARED = ROOT.parent / "shared/models"
TARGETS = [
    [],
    ["--device", "stm32l4r5", "--region", "DE", "--inferences-per-day", "100"],
    ["--device", "coral-edge-tpu", "--batch", "1"],
    ["--device", "ethos-u55-128"],
    ["--summary"],
]


def run(*arguments: object) -> str:
    return subprocess.run(
        [BINARY, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT, timeout=60
    ).stdout


def closed(schema: object) -> object:
    """The same schema where every key has to be described."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(part) for key, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") is not None:
        result.setdefault("additionalProperties", False)
    return result


def validator(kind: str, strict: bool = False) -> jsonschema.Draft202012Validator:
    schema = json.loads(run("schema", kind))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(closed(schema) if strict else schema)


def models() -> list[Path]:
    folders = [ROOT / "Fixtures/tflite", ROOT / "Fixtures/onnx"]
    if SHARED.is_dir():
        # Every fifth of the real ones is enough to meet what a schema lacks.
        real = sorted([*SHARED.rglob("*.onnx"), *SHARED.rglob("*.tflite")])[::5]
    else:
        print("skipped: the real models are not here")
        real = []
    return [path for folder in folders for path in sorted(folder.glob("*.*"))] + real


def test_every_key_of_a_report_is_described():
    strict = validator("report", strict=True)
    count = 0
    for index, model in enumerate(models()):
        convention = ["--convention", "vela" if model.suffix == ".tflite" else "onnx-tool"]
        for target in [TARGETS[index % len(TARGETS)], convention]:
            text = run("analyze", model, "--format", "json", *target)
            if text:
                strict.validate(json.loads(text))
                count += 1
    assert count >= 30


@pytest.mark.parametrize(
    "name", ["optimum_llama.onnx", "genai_qwen2_int4", "litert_llama.litertlm"]
)
@pytest.mark.parametrize("tokens", [1, 4])
def test_every_key_of_a_text_is_described(name: str, tokens: int):
    strict = validator("report", strict=True)
    for target in ([], ["--device", "raspberry-pi-4"]):
        text = f"prompt=16,tokens={tokens}"
        model = ROOT / "Fixtures/language" / name
        report = json.loads(run("analyze", model, "--generate", text, "--format", "json", *target))
        strict.validate(report)
        assert report["generation"]["tokens"] == tokens


@pytest.mark.parametrize(
    "damage",
    [
        lambda report: report.pop("totals"),
        lambda report: report["totals"].update(macs=-1),
        lambda report: report["totals"].update(macs="many"),
        lambda report: report["estimate"]["latency"].pop("unit"),
        lambda report: report["layers"][0].update(foldedAs="magic"),
        lambda report: report["layers"][0]["outputs"][0].update(shape=[1.5]),
        lambda report: report.update(schemaVersion="1.0"),
    ],
)
def test_a_wrong_report_does_not_pass(damage):
    text = run(
        "analyze", "Fixtures/tflite/ds_cnn_int8.tflite", "--device", "rp2040", "--format", "json"
    )
    report = json.loads(text)
    known = validator("report")
    known.validate(report)
    damaged = copy.deepcopy(report)
    damage(damaged)
    assert list(known.iter_errors(damaged))


def test_profiles_pass_and_wrong_ones_do_not():
    known = validator("device")
    names = [device["name"] for device in json.loads(run("devices", "--format", "json"))]
    assert len(names) >= 40
    for name in names:
        known.validate(json.loads(run("devices", "show", name, "--json")))
    profile = json.loads(run("devices", "show", "coral-edge-tpu", "--json"))
    for path, value in [
        (("class",), "toaster"),
        (("runtimes", 0, "units", 0, "clock", "unit"), "MHz"),
        (("runtimes", 0, "units", 0, "tranfer"), {}),
        (("memories", 0, "holds"), "cake"),
    ]:
        damaged = copy.deepcopy(profile)
        place = damaged
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        assert list(known.iter_errors(damaged)), path


@pytest.mark.parametrize(
    "kind, example, wrong",
    [
        ("configuration", {"device": "rp2040", "region": "DE"}, {"devise": "rp2040"}),
        ("configuration", {"device": "a", "runtime": "b"}, {"runtime": "b"}),
        (
            "policy",
            {"rules": [{"metric": "macs", "max": 1}]},
            {"rules": [{"metric": "cake", "max": 1}]},
        ),
    ],
)
def test_files_that_users_write(kind, example, wrong):
    known = validator(kind)
    known.validate(example)
    assert list(known.iter_errors(wrong))
