#!/usr/bin/env bash
# Question: torchinfo prints `Total mult-adds` of a PyTorch model. A linear layer that is applied to each of
#   100 positions, and a 1-D convolution with a kernel of 1, compute the same. Do they count the same?
# Likely guess: yes. Mult-adds are those of the shapes that were seen in the forward pass, and the shape
#   of a sequence is among them.
# What is so: convolutions count by the positions of their result, recurrent layers by steps, and every
#   other layer with parameters once for each item of the batch. The linear layer is 100 times too small, and
#   an encoder layer of a transformer 188 times (its attention counts as nothing: it is a function, and
#   its projections are parameters, not layers). A transposed convolution of stride 2 counts almost four
#   times too much, by positions of the result. So networks cannot be ranked by these numbers.
# Versions: torchinfo 1.8.0, torch 2.15.0, numpy 2.4.6
# Seen:
#   Linear 64 -> 32 on 1 x 100 x 64:             2,080 (computed: 208,000)
#   Conv1d 64 -> 32, kernel 1, same sizes:     208,000 (computed: 208,000)
#   TransformerEncoderLayer 64, 4 heads:        33,344 (computed: 6,252,800)
#   ConvTranspose2d 8 -> 16, 4 x 4, stride 2:  825,600 (computed: 211,200)
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torchinfo==1.8.0 torch==2.15.0 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys

from torch import nn
from torchinfo import summary

STEPS, WIDTH, HIDDEN = 100, 64, 256
# Biases count as one for each element of a result, as torchinfo counts them too.
linear = STEPS * (WIDTH + 1) * 32
encoder = STEPS * (4 * WIDTH * (WIDTH + 1) + HIDDEN * (WIDTH + 1) + WIDTH * (HIDDEN + 1))
encoder += 2 * STEPS * STEPS * WIDTH
transposed = 10 * 10 * 8 * 16 * 4 * 4 + 20 * 20 * 16
CASES = {
    "Linear 64 -> 32 on 1 x 100 x 64:": (nn.Linear(WIDTH, 32), (1, STEPS, WIDTH), linear),
    "Conv1d 64 -> 32, kernel 1, same sizes:": (nn.Conv1d(WIDTH, 32, 1), (1, WIDTH, STEPS), linear),
    "TransformerEncoderLayer 64, 4 heads:": (
        nn.TransformerEncoderLayer(WIDTH, 4, HIDDEN, batch_first=True),
        (1, STEPS, WIDTH),
        encoder,
    ),
    "ConvTranspose2d 8 -> 16, 4 x 4, stride 2:": (
        nn.ConvTranspose2d(8, 16, 4, stride=2, padding=1),
        (1, 8, 10, 10),
        transposed,
    ),
}
ratios = []
for name, (module, size, computed) in CASES.items():
    counted = summary(module, input_size=size, verbose=0).total_mult_adds
    print(f"{name:41} {counted:>8,} (computed: {computed:,})")
    ratios.append(counted / computed)
if ratios[1] != 1 or abs(ratios[0] - 1 / STEPS) > 1e-9:
    sys.exit("changed: the linear layer no longer counts as one position")
if ratios[2] > 0.01:
    sys.exit("changed: attention and linear layers of the encoder are counted")
if ratios[3] < 3.5:
    sys.exit("changed: the transposed convolution no longer counts by its result's positions")
PYTHON
