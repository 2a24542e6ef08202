#!/usr/bin/env bash
# Question: a CycloneDX 1.6 ML-BOM states energy and CO2 of a model in the component's `modelCard`.
#   CycloneDX's own Python library validates such a file. What becomes of the card when a program reads
#   the file with that library and writes it again, to merge or to sign it, say?
# Likely guess: it is kept, or reading fails on a part that the library does not know. Schema 1.6 is
#   supported: `SchemaVersion.V1_6`, `JsonV1Dot6`, and a validator.
# What is so: the card is gone, without an error or a warning. The library's model of a component has no
#   `modelCard`, which the schema has since 1.5, and its reader leaves out the keys that a component does not
#   have. What is written is valid, so that a check before and one after both pass. `properties` of the
#   component survive.
# Versions: cyclonedx-python-lib 11.12.0
# Seen:
#   strict validation before: valid
#   strict validation after: valid
#   keys of the component before: bom-ref, modelCard, name, properties, type
#   keys of the component after: bom-ref, name, properties, type
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  cyclonedx-python-lib==11.12.0 "cyclonedx-python-lib[json-validation]==11.12.0"
cd "$folder"
venv/bin/python -W error - <<'PYTHON'
import json
import sys

from cyclonedx.model.bom import Bom
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

CARD = {
    "considerations": {
        "environmentalConsiderations": {
            "energyConsumptions": [
                {
                    "activity": "inference",
                    "energyProviders": [
                        {
                            "organization": {"name": "grid"},
                            "energySource": "unknown",
                            "energyProvided": {"value": 1e-9, "unit": "kWh"},
                        }
                    ],
                    "activityEnergyCost": {"value": 1e-9, "unit": "kWh"},
                    "co2CostEquivalent": {"value": 4e-13, "unit": "tCO2eq"},
                }
            ]
        }
    }
}
BEFORE = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "components": [
        {
            "type": "machine-learning-model",
            "name": "keyword spotter",
            "bom-ref": "model",
            "modelCard": CARD,
            "properties": [{"name": "example:carbon", "value": "4e-13 tCO2eq"}],
        }
    ],
}


def validate(when, text):
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    print(f"strict validation {when}: {'valid' if error is None else error}")
    if error is not None:
        sys.exit(f"changed: the file {when} is not valid")


validate("before", json.dumps(BEFORE))
after = JsonV1Dot6(Bom.from_json(BEFORE)).output_as_string()
validate("after", after)
components = {"before": BEFORE["components"][0], "after": json.loads(after)["components"][0]}
for when, component in components.items():
    print(f"keys of the component {when}: {', '.join(sorted(component))}")
if "modelCard" in components["after"]:
    sys.exit("changed: the model card is kept")
if "properties" not in components["after"]:
    sys.exit("changed: properties are lost too")
PYTHON
