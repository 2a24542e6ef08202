#!/usr/bin/env bash
# Question: EcoLogits states energy and carbon of an answer of a language model from its parameters, the
#   tokens of the answer and the time that it took. What do 64 times the parameters add, what does one
#   billion more, and what does a prompt of 100,000 tokens?
# Likely guess: energy grows with the parameters, so about 64 times and 3 % more; a long prompt costs more
#   than a short one.
# What is so: from 0.5 to 32 billion parameters the energy grows by half, since nine tenths of it are a
#   constant of each token and of the server's share. From 33 to 34 billion it doubles: the weights, at 16
#   bits and a fifth more, no longer fit in one GPU of 80 GB, and each further GPU counts with the energy of
#   the whole model; so again at 67 and 134. Tokens of the prompt are no argument, so a prompt of any length
#   costs nothing of its own.
# Versions: ecologits 0.11.3
# Seen (an answer of 100 tokens at a PUE of 1.2):
#   0.5 billion parameters: 28.8 J
#   32 billion parameters: 42.6 J
#   33 billion parameters: 43 J
#   34 billion parameters: 86.9 J
#   67 billion parameters: 231 J
#   arguments that name a prompt or an input: none
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ecologits==0.11.3
"$folder/venv/bin/python" - <<'PYTHON'
import inspect
import sys

from ecologits.impacts.llm import compute_llm_impacts
from ecologits.tracers.utils import llm_impacts

MIX = {"adpe": 1e-8, "pe": 10.0, "gwp": 0.5, "wue": 1.0}


def joules(billions):
    """The energy of an answer of 100 tokens."""
    impacts = compute_llm_impacts(
        model_active_parameter_count=billions,
        model_total_parameter_count=billions,
        output_token_count=100,
        datacenter_pue=1.2,
        datacenter_wue=0.5,
        **{f"if_electricity_mix_{name}": value for name, value in MIX.items()},
    )
    energy = impacts.energy.value * 3.6e6
    print(f"{billions} billion parameters: {energy:.3g} J")
    return energy


small, large = joules(0.5), joules(32)
before, behind, far = joules(33), joules(34), joules(67)
names = [
    name
    for function in (compute_llm_impacts, llm_impacts)
    for name in inspect.signature(function).parameters
    if "prompt" in name or "input" in name
]
print("arguments that name a prompt or an input:", ", ".join(names) or "none")
if large > 2 * small:
    sys.exit("changed: 64 times the parameters take more than twice the energy")
if behind < 1.9 * before or far < 5 * before:
    sys.exit("changed: another GPU does not double the energy")
if names:
    sys.exit("changed: the prompt counts")
PYTHON
