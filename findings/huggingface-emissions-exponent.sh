#!/usr/bin/env bash
# Question: model cards on the Hugging Face Hub state `co2_eq_emissions` in grams. Small networks emit
#   micrograms in an inference. Does `HfApi.list_models(emissions_thresholds=(low, high), cardData=True)`
#   select cards by that number?
# Likely guess: yes. The field is a number in YAML and in the API's JSON, and the thresholds are numbers.
# What is so: the client prints the value and takes the first run of digits of that text. Python prints
#   numbers below 0.0001 with an exponent, so 0.000024 g counts as 2.4 g. It is selected between 1 and 10 g
#   and not below 1 g. The same happens from 1e16 on. A card with 0 is never selected, since it counts as a
#   card without the field.
# How it shows: the pages that the client asks the Hub for are replaced by cards of different emissions.
# Versions: huggingface_hub 2.4.0
# Seen:
#   0 to 1 g:     0.5, 0.0001
#   1 to 10 g:    2.4, 2.4e-05
#   0 to 1e+09 g: 0.5, 0.0001, 2.4, 2.4e-05
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check huggingface_hub==2.4.0
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
from unittest.mock import patch

from huggingface_hub import HfApi

EMISSIONS = [0.5, 0.0001, 2.4, 0.000024, 0]
MODELS = [
    {"id": f"someone/model-{index}", "cardData": {"co2_eq_emissions": {"emissions": grams}}}
    for index, grams in enumerate(EMISSIONS)
]


def selected(low, high):
    with patch("huggingface_hub.hf_api.paginate", return_value=iter(MODELS)):
        models = list(HfApi().list_models(emissions_thresholds=(low, high), cardData=True))
    grams = [model.card_data.to_dict()["co2_eq_emissions"]["emissions"] for model in models]
    print(f"{f'{low:g} to {high:g} g:':13} {', '.join(f'{value:g}' for value in grams)}")
    return grams


if 0.000024 in selected(0, 1) or 0.000024 not in selected(1, 10):
    sys.exit("changed: emissions with an exponent are compared as the numbers that they are")
if 0 in selected(0, 1e9):
    sys.exit("changed: a card with emissions of 0 is selected")
PYTHON
