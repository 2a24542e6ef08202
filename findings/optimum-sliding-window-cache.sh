#!/usr/bin/env bash
# Question: Gemma 3 looks back a window of positions in most of its blocks, so that their caches stay small. How large
#   are they after 31 tokens with a window of 8, in transformers and in optimum's export?
# Likely guess: the window in both; the export traces the same code.
# What is so: transformers keeps 7 positions of such a block (with the new one, the window), the export all 31, as of the
#   block that looks at all. The window is only in the mask: the file computes scores of all positions, and
#   its cache takes as much memory as without a window.
# Versions: optimum-onnx 0.1.0, onnxruntime 1.32.0, onnx 1.23.2, transformers 4.57.6, torch 2.13.0
# Seen:
#   positions kept           window of 8   all
#   transformers                       7    31
#   optimum's file                    31    31
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check optimum-onnx==0.1.0 \
  onnxruntime==1.32.0 onnx==1.23.2 transformers==4.57.6 torch==2.13.0 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - 2>export.log <<'PYTHON' || { tail -n 5 export.log; exit 1; }
import sys

import numpy as np
import onnxruntime
import torch
import transformers
from optimum.exporters.onnx import main_export

torch.manual_seed(0)
config = transformers.Gemma3TextConfig(
    hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, head_dim=8, vocab_size=64, max_position_embeddings=64,
    sliding_window=8, layer_types=["sliding_attention", "full_attention"], bos_token_id=0,
    eos_token_id=1, pad_token_id=2,
)  # fmt: skip
network = transformers.AutoModelForCausalLM.from_config(config).eval()
network.save_pretrained("weights")
with torch.no_grad():
    cache = network(torch.arange(2, 32)[None], use_cache=True).past_key_values
    cache = network(torch.tensor([[5]]), past_key_values=cache, use_cache=True).past_key_values
kept = [layer.keys.shape[2] for layer in cache.layers]
main_export(
    "weights",
    output="onnx",
    task="text-generation-with-past",
    library_name="transformers",
    do_validation=False,
)
session = onnxruntime.InferenceSession("onnx/model.onnx")
feed = {"input_ids": np.ones([1, 1], np.int64), "attention_mask": np.ones([1, 31], np.int64)}
for value in session.get_inputs():
    if value.name.startswith("past"):
        feed[value.name] = np.ones([1, 2, 30, 8], np.float32)
names = ["present.0.key", "present.1.key"]
exported = [result.shape[2] for result in session.run(names, feed)]
print("positions kept           window of 8   all")
print(f"transformers             {kept[0]:11} {kept[1]:5}")
print(f"optimum's file           {exported[0]:11} {exported[1]:5}")
if kept != [7, 31] or exported != [31, 31]:
    sys.exit("changed: blocks with a window keep another number of positions")
PYTHON
