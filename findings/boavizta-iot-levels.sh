#!/usr/bin/env bash
# Question: BoaviztAPI describes an IoT device by functional blocks at hardware specification levels 0 to 3,
#   as the study of Pirson and Bol does. What does a device of two blocks emit when one is at the lowest
#   level, as a casing at HSL-0 is, and what does the simplest sensor add?
# Likely guess: the lowest level is the smallest amount or none of the block, so the device emits at least
#   what its other block does; a sensor at level 1 adds a little.
# What is so: a level that the factors lack makes the whole device unknown: "not implemented" for every
#   criterion, while the same device without the block has numbers. The answer has status 200 and names no
#   block. A sensor at level 1 adds exactly 0, of carbon, energy and water alike, and the interval of every
#   device is a point: minimum, value and maximum are equal, though each block stands for a range.
# Versions: boaviztapi 2.5.0
# Seen (kgCO2e of manufacturing):
#   pcb HSL-3: 1.537 (1.537 to 1.537)
#   pcb HSL-3 and casing HSL-0: not implemented
#   pcb HSL-3 and sensing HSL-1: 1.537 (1.537 to 1.537)
#   pcb HSL-3 and sensing HSL-2: 1.583 (1.583 to 1.583)
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check boaviztapi==2.5.0 httpx==0.28.1
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys

from boaviztapi.main import app
from fastapi.testclient import TestClient

client = TestClient(app)


def made(*blocks):
    """The footprint of making a device of (block, level)."""
    answer = client.post(
        "/v1/iot/iot_device?verbose=false&criteria=gwp",
        json={"functional_blocks": [{"type": kind, "hsl_level": level} for kind, level in blocks]},
    )
    if answer.status_code != 200:
        sys.exit(f"changed: {blocks} is refused with status {answer.status_code}")
    document = answer.json()
    embedded = document.get("impacts", document)["gwp"]["embedded"]
    name = " and ".join(f"{kind} {level}" for kind, level in blocks)
    if isinstance(embedded, str):
        print(f"{name}: {embedded}")
        return None
    print(f"{name}: {embedded['value']} ({embedded['min']} to {embedded['max']})")
    return embedded


board = ("pcb", "HSL-3")
alone = made(board)
if alone["min"] < alone["max"]:
    sys.exit("changed: the footprint has an interval")
if made(board, ("casing", "HSL-0")) is not None:
    sys.exit("changed: a casing of level 0 has a footprint")
if made(board, ("sensing", "HSL-1"))["value"] != alone["value"]:
    sys.exit("changed: a sensor of level 1 adds something")
if made(board, ("sensing", "HSL-2"))["value"] <= alone["value"]:
    sys.exit("changed: a sensor of level 2 adds nothing")
PYTHON
