#!/usr/bin/env bash
# Question: model cards on the Hugging Face Hub state `co2_eq_emissions` in grams. Small networks emit
#   micrograms in an inference. Does `HfApi.list_models(emissions_thresholds=(low, high), cardData=True)`
#   select cards by that number?
# Likely guess: yes. The field is a number in YAML and in the API's JSON, and the thresholds are numbers.
# What is so: the client prints the value and takes the first run of digits of that text. Python prints
#   numbers below 0.0001 with an exponent, so 0.000024 g counts as 2.4 g. It is selected between 1 and 10 g
#   and not below 1 g. The same happens from 1e16 on. A card with 0 is never selected, since it counts as a
#   card without the field.
# How it shows: a server on this machine answers as the Hub does, with cards of different emissions.
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
import http.server
import json
import sys
import threading

from huggingface_hub import HfApi

EMISSIONS = [0.5, 0.0001, 2.4, 0.000024, 0]
MODELS = [
    {"id": f"someone/model-{index}", "cardData": {"co2_eq_emissions": {"emissions": grams}}}
    for index, grams in enumerate(EMISSIONS)
]


class Hub(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        content = json.dumps(MODELS).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Hub)
threading.Thread(target=server.serve_forever, daemon=True).start()
api = HfApi(endpoint=f"http://127.0.0.1:{server.server_port}")


def selected(low, high):
    models = api.list_models(emissions_thresholds=(low, high), cardData=True)
    grams = [model.card_data.to_dict()["co2_eq_emissions"]["emissions"] for model in models]
    print(f"{f'{low:g} to {high:g} g:':13} {', '.join(f'{value:g}' for value in grams)}")
    return grams


if 0.000024 in selected(0, 1) or 0.000024 not in selected(1, 10):
    sys.exit("changed: emissions with an exponent are compared as the numbers that they are")
if 0 in selected(0, 1e9):
    sys.exit("changed: a card with emissions of 0 is selected")
PYTHON
