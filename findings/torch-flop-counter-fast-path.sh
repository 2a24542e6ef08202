#!/usr/bin/env bash
# Question: torch's own FlopCounterMode counts what a network really dispatches. An encoder layer of a
#   transformer, and an LSTM, are counted as they are evaluated: in eval mode, without gradients.
# Likely guess: the floating-point operations of their matrix products, as in training.
# What is so: 0 for both. Without gradients the encoder is one fused operator, and on a CPU an LSTM is one
#   of oneDNN; neither has a formula, and what has none counts as nothing, without a word. A GRU of the same
#   sizes counts in full. The same encoder counts 12.4 million while it trains, 9.8 million in eval mode
#   with gradients (the attention is missing), and 0 without.
# Versions: torch 2.13.0, numpy 2.4.6
# Seen:
#   encoder layer, training:                   12,390,400 (computed: 12,390,400)
#   encoder layer, eval mode with gradients:    9,830,400 (computed: 12,390,400)
#   encoder layer, eval mode without:                   0 (computed: 12,390,400)
#   LSTM, eval mode without gradients:                  0 (computed: 6,553,600)
#   GRU, eval mode without gradients:           4,915,200 (computed: 4,915,200)
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

STEPS, WIDTH, HIDDEN = 100, 64, 256


def counted(module, gradients):
    counter = FlopCounterMode(display=False)
    with counter, torch.set_grad_enabled(gradients):
        module(torch.zeros(1, STEPS, WIDTH))
    return counter.get_total_flops()


# Two operations for a multiply-accumulate: four projections, scores and their use, two linear layers.
encoder = 2 * (4 * STEPS * WIDTH**2 + 2 * STEPS**2 * WIDTH + 2 * STEPS * WIDTH * HIDDEN)


def layer():
    return nn.TransformerEncoderLayer(WIDTH, 4, HIDDEN, batch_first=True)


CASES = [
    ("encoder layer, training:", layer().train(), True, encoder),
    ("encoder layer, eval mode with gradients:", layer().eval(), True, encoder),
    ("encoder layer, eval mode without:", layer().eval(), False, encoder),
    (
        "LSTM, eval mode without gradients:",
        nn.LSTM(WIDTH, WIDTH, batch_first=True).eval(),
        False,
        2 * STEPS * 4 * WIDTH * 2 * WIDTH,
    ),
    (
        "GRU, eval mode without gradients:",
        nn.GRU(WIDTH, WIDTH, batch_first=True).eval(),
        False,
        2 * STEPS * 3 * WIDTH * 2 * WIDTH,
    ),
]
counts = []
for name, module, gradients, computed in CASES:
    counts.append(counted(module, gradients))
    print(f"{name:41} {counts[-1]:>11,} (computed: {computed:,})")
if counts[0] != encoder or counts[4] != CASES[4][3]:
    sys.exit("changed: what was counted in full no longer is")
if counts[2] or counts[3]:
    sys.exit("changed: fused operators are counted")
PYTHON
