"""Every form of a footprint against the schema or the reader of its format.

IOTCO2_GRAPH names the binary under test.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from huggingface_hub import ModelCard
from spdx_python_model import v3_0_1 as spdx

ROOT = Path(__file__).parent.parent.parent
sys.path.append(str(ROOT / "Scripts/carbon"))
import recompute  # noqa: E402

BINARY = Path(os.environ.get("IOTCO2_GRAPH", "iotco2-graph")).resolve()
MODEL = "Fixtures/tflite/ds_cnn_int8.tflite"
DECODER = "Fixtures/language/genai_qwen2_int4"
FIXTURES = ROOT / "Fixtures/carbon"
#: The JSON schema of SPDX 3.0.1, as a package for supply chains carries it.
SPDX_SCHEMA = next(Path(sys.prefix).rglob("spdx-3.0.1.schema.json"))
#: How a footprint is asked for: on the grid, with batteries, with a spec sheet, of a text ...
CASES = {
    "grid": ["rp2040", "--inferences-per-day", "1000", "--region", "DE"],
    "batteries": [
        "stm32l4r5",
        "--deployment",
        FIXTURES / "keyword_spotter.yaml",
        "--product",
        FIXTURES / "keyword_spotter_product.yaml",
    ],
    "sheet": [
        *["esp32-s3", "--product", FIXTURES / "doorbell_sheet.yaml", "--region", "US-CA"],
        *["--attribution", "activeTime"],
    ],
    "share": ["raspberry-pi-4", "--deployment", FIXTURES / "mains_camera.yaml"],
    "share of time": [
        *["raspberry-pi-4", "--region", "SE", "--inferences-per-day", "200000"],
        *["--attribution", "resourceShare"],
    ],
    "batteries by time": [
        *["stm32l4r5", "--deployment", FIXTURES / "cells_by_time.yaml"],
        *["--product", FIXTURES / "keyword_spotter_product.yaml"],
    ],
    "solar": [
        "rp2040",
        "--power",
        "solar",
        "--inferences-per-day",
        "10",
        "--product",
        "archetype-smart-speaker",
    ],
    "marginal": [
        *["rp2040", "--inferences-per-day", "1000", "--region", "DE-night"],
        *["--grid", FIXTURES / "own_grid.csv"],
    ],
    "profile": [
        *["esp32-s3", "--deployment", FIXTURES / "measured_sensor.yaml"],
        *["--product", FIXTURES / "keyword_spotter_product.yaml"],
    ],
    "text": [
        *["raspberry-pi-5", "--inferences-per-day", "100", "--region", "FR"],
        *["--attribution", "activeTime", "--generate", "prompt=16,tokens=4,batch=2"],
    ],
}
PUBLISHER = ["--company", "Example Ltd", "--company-id", "urn:example:1", "--standard", "ISO14067"]


def run(*arguments: object) -> str:
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1780272000"}
    result = subprocess.run(
        [BINARY, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> list:
    return CASES[request.param]


def footprint(case: list, form: str, *more: str) -> str:
    model = DECODER if "--generate" in case else MODEL
    return run("footprint", model, "--device", *case, "--format", form, *more)


@pytest.fixture
def report(case: list) -> dict:
    return json.loads(footprint(case, "json"))


def score(report: dict) -> float:
    return report["perInference"]["total"]["value"]


def kilowatt_hours(report: dict) -> float:
    """Energy of one inference."""
    sci = report["perInference"]["sci"]
    return sci["energyKilowattHours"] * sci["unitsPerInference"]


@pytest.mark.parametrize("form", ["cyclonedx", "pact", "sci"])
def test_each_number_is_recomputed(case: list, report: dict, form: str) -> None:
    document = json.loads(footprint(case, form, *(PUBLISHER if form == "pact" else [])))
    rows = recompute.rows(report, document)
    assert len(rows) >= 8
    for name, stated, recomputed in rows:
        assert recompute.agrees(stated, recomputed, document), (name, stated, recomputed)


def test_a_wrong_number_is_found() -> None:
    case = CASES["batteries"]
    report = json.loads(footprint(case, "json"))
    document = json.loads(footprint(case, "sci"))
    document["M"]["high"] *= 1.001
    differ = [
        name
        for name, stated, recomputed in recompute.rows(report, document)
        if not recompute.agrees(stated, recomputed, document)
    ]
    assert differ == ["M high"]


def test_cyclonedx(case: list, report: dict) -> None:
    text = footprint(case, "cyclonedx")
    assert JsonStrictValidator(SchemaVersion.V1_7).validate_str(text) is None
    (model,) = json.loads(text)["components"]
    considerations = model["modelCard"]["considerations"]["environmentalConsiderations"]
    (consumption,) = considerations["energyConsumptions"]
    assert consumption["activityEnergyCost"] == {
        "unit": "kWh",
        "value": pytest.approx(kilowatt_hours(report), rel=1e-12),
    }
    operational = report["perInference"]["operational"]["value"]
    assert consumption["co2CostEquivalent"]["value"] == pytest.approx(operational / 1e6)
    properties = {item["name"]: item["value"] for item in considerations["properties"]}
    unit = "Generation" if "request" in report else "Inference"
    assert float(properties[f"iotco2-graph:totalPer{unit}:value"]) == score(report)


def test_a_wrong_cyclonedx_is_refused(case: list) -> None:
    document = json.loads(footprint(case, "cyclonedx"))
    consumption = document["components"][0]["modelCard"]["considerations"][
        "environmentalConsiderations"
    ]["energyConsumptions"][0]
    consumption["activityEnergyCost"]["unit"] = "J"
    assert JsonStrictValidator(SchemaVersion.V1_7).validate_str(json.dumps(document)) is not None


def test_spdx_meets_its_schema(case: list) -> None:
    schema = json.loads(SPDX_SCHEMA.read_text(encoding="utf-8"))
    document = json.loads(footprint(case, "spdx"))
    jsonschema.Draft202012Validator(schema).validate(document)
    document["@graph"][0].pop("created")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(document)


def test_spdx(case: list, report: dict, tmp_path: Path) -> None:
    path = tmp_path / "model.spdx.json"
    path.write_text(footprint(case, "spdx"), encoding="utf-8")
    objects = spdx.SHACLObjectSet()
    with path.open("rb") as file:
        spdx.JSONLDDeserializer().read(file, objects)
    assert not objects.missing_ids
    # Writing it again checks that every property that a class must have is there.
    with (tmp_path / "again.json").open("wb") as file:
        spdx.JSONLDSerializer().write(objects, file)
    (model,) = objects.foreach_type("ai_AIPackage")
    (description,) = model.ai_energyConsumption.ai_inferenceEnergyConsumption
    energy = kilowatt_hours(report)
    assert float(description.ai_energyQuantity) == pytest.approx(energy, rel=1e-9)
    assert description.ai_energyUnit.endswith("kilowattHour")
    (document,) = objects.foreach_type("SpdxDocument")
    assert [element for element in document.rootElement]


def test_pact(case: list, report: dict) -> None:
    schema = json.loads((Path(__file__).parent / "schemas/pact_3.json").read_text())
    text = footprint(case, "pact", *PUBLISHER)
    document = json.loads(text)
    checker = jsonschema.FormatChecker()
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(document)
    gate = [item for item in report["items"] if item["stage"] == "production"]
    total = sum(item["carbon"]["value"] for item in gate)
    assert float(document["pcf"]["pcfExcludingBiogenicUptake"]) == pytest.approx(
        total / 1000, abs=1e-6
    )
    ratings = {
        "technological": document["pcf"]["dqi"]["technologicalDQR"],
        "temporal": document["pcf"]["dqi"]["temporalDQR"],
        "geographical": document["pcf"]["dqi"]["geographicalDQR"],
    }
    for name, stated in ratings.items():
        weighted = sum(item["carbon"]["value"] * item["dataQuality"][name] for item in gate)
        assert float(stated) == pytest.approx(weighted / total, abs=0.006)
    for wrong in (
        {"declaredUnitAmount": "0"},
        {"dqi": {}},
        {"dqi": document["pcf"]["dqi"] | {"temporalDQR": "5.01"}},
        {"dqi": document["pcf"]["dqi"] | {"temporalDQR": "0.9"}},
        {"dqi": document["pcf"]["dqi"] | {"temporalDQR": 3}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(document | {"pcf": document["pcf"] | wrong}, schema)


def test_pact_states_the_quality_of_its_data() -> None:
    schema = json.loads((Path(__file__).parent / "schemas/pact_3.json").read_text())
    document = json.loads(footprint(CASES["grid"], "pact", *PUBLISHER))
    document["pcf"].pop("primaryDataShare")
    jsonschema.validate(document, schema)
    document["pcf"].pop("dqi")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


def evaluated(manifest: dict) -> dict:
    """What the Impact Framework makes of a manifest: its built-in plugins by their definition."""
    (child,) = manifest["tree"]["children"].values()
    row = dict(child["inputs"][0])
    for name in child["pipeline"]["compute"]:
        plugin = manifest["initialize"]["plugins"][name]
        assert plugin["path"] == "builtin"
        config = plugin["config"]
        if plugin["method"] == "Multiply":
            product = 1.0
            for key in config["input-parameters"]:
                product *= row[key]
            row[config["output-parameter"]] = product
        elif plugin["method"] == "Sum":
            row[config["output-parameter"]] = sum(row[key] for key in config["input-parameters"])
        else:
            assert plugin["method"] == "Sci"
            row["sci"] = row["carbon"] / row[config["functional-unit"]]
    return row


def test_impact_framework(case: list, report: dict) -> None:
    manifest = yaml.safe_load(footprint(case, "impact-framework"))
    schema = json.loads((Path(__file__).parent / "schemas/impact_framework_1.json").read_text())
    jsonschema.validate(manifest, schema)
    each = report["perInference"]["sci"]["unitsPerInference"]
    assert evaluated(manifest)["sci"] == pytest.approx(score(report) / each, rel=1e-9)


def test_hugging_face(case: list, report: dict) -> None:
    card = ModelCard(f"---\n{footprint(case, 'huggingface')}---\n# A model\n")
    emissions = card.data.co2_eq_emissions
    assert emissions["emissions"] == pytest.approx(1e6 * score(report), rel=1e-9)
    # The hub's own reader knows no exponents.
    assert "e-" not in str(emissions["emissions"])
    assert emissions["hardware_used"] == report["device"]["title"]
    assert set(emissions) <= {
        "emissions",
        "source",
        "training_type",
        "geographical_location",
        "hardware_used",
    }


def test_score_states_its_parts(case: list, report: dict) -> None:
    document = json.loads(footprint(case, "sci"))
    expected = document["E"]["value"] * document["I"]["value"] + document["M"]["value"]
    assert document["score"]["value"] == pytest.approx(expected, rel=1e-9)
    each = document["unitsPerInference"]
    assert document["score"]["value"] == pytest.approx(score(report) / each, rel=1e-12)


def test_score_names_its_unit_and_what_it_leaves_out() -> None:
    document = json.loads(footprint(CASES["profile"], "sci"))
    assert document["R"] == "one second of audio" and document["unitsPerInference"] == 2
    assert document["E"]["unit"] == "kWh/second of audio"
    assert document["E"]["low"] <= document["E"]["value"] <= document["E"]["high"]
    assert (document["persona"], document["stage"]) == ("Consumer", "Operation and Monitoring")
    assert any("training" in line for line in document["excluded"])


SCHEMAS = {kind: json.loads(run("schema", kind)) for kind in ("deployment", "bom")}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_schemas_are_schemas(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind])


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.yaml")), ids=lambda path: path.name)
def test_our_examples_meet_our_schemas(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    kind = "bom" if "name" in document else "deployment"
    jsonschema.validate(document, SCHEMAS[kind])


@pytest.mark.parametrize(
    "path", sorted((ROOT / "Sources/Carbon/Products").glob("*.json")), ids=lambda path: path.stem
)
def test_built_in_products_meet_the_schema(path: Path) -> None:
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), SCHEMAS["bom"])


#: Files that must be refused, by our schema and by the tool alike.
WRONG = {
    "deployment": [
        {"lifetimeYears": 0},
        {"region": "DE", "intensity": 3},
        {"colour": "red"},
        {"dutyCycle": {"idleS": 1}},
        {"power": {"kind": "coal"}},
        {"startYear": 1700},
        {"intensity": {"low": 1}},
        {"fleetSize": 0},
        {"hourlyProfile": {"intensity": [1, 2, 3]}},
        {"radio": {"technology": "smoke", "bytesPerInference": 1}},
        {"power": {"kind": "rechargeable", "battery": "solar-panel"}},
        {"functionalUnit": {"name": "word"}},
        {"intensity": 3, "intensityKind": "peak"},
        {"intensity": 3, "intensityYear": 1700},
        {"powerProfile": {"periodS": 1, "meanW": 1, "measuredAt": "roof"}},
        {"powerProfile": {"periodS": 0, "meanW": 1}},
    ],
    "bom": [
        {"schemaVersion": "1.0", "name": "x", "title": "x"},
        {"schemaVersion": "1.0", "name": "x", "title": "x", "parts": [{"name": "x"}]},
        {"schemaVersion": "1.0", "name": "x", "title": "x", "blocks": {"memory": 9}},
        {"schemaVersion": "1.0", "name": "x", "title": "x", "specSheet": {"massG": -1}},
        {
            "schemaVersion": "1.0",
            "name": "x",
            "title": "x",
            "parts": [{"part": "sim"}],
            "specSheet": {"massG": 1},
        },
        {"schemaVersion": "1.0", "name": "x", "title": "x", "parts": []},
        {
            "schemaVersion": "1.0",
            "name": "x",
            "title": "x",
            "published": {"productionKg": 1, "relativeError": -1, "source": {"title": "x"}},
        },
        {"schemaVersion": "2.0", "name": "x", "title": "x", "parts": []},
    ],
}


@pytest.mark.parametrize(
    ("kind", "document"), [(kind, item) for kind, items in WRONG.items() for item in items]
)
def test_schema_and_tool_refuse_alike(kind: str, document: dict, tmp_path: Path) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMAS[kind])
    path = tmp_path / "file.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    option = "--deployment" if kind == "deployment" else "--product"
    result = subprocess.run(
        [BINARY, "footprint", MODEL, "--device", "rp2040", option, path],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert result.returncode == 2 and not result.stdout
    assert result.stderr.startswith("error: ") and result.stderr.count("\n") == 1
