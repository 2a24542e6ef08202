#!/usr/bin/env bash
# Question: optimum merges the two decoders of a speech or translation model into one file, whose input
#   `use_cache_branch` chooses between the first run and all others. Every `past_key_values.N` comes back
#   as `present.N`. What does a loop get that feeds each result back, as it does with a decoder alone?
# Likely guess: the text. The keys and values of the encoder's result are the same in each run, and the
#   file states the same shape for input and result.
# What is so: from the second run on these results are empty tensors of batch size 0, whatever the file
#   states: the merge had no values for them, and the branch needs some result. The run after that
#   fails in a MatMul of cross-attention. A caller has to keep the keys and values of the encoder from
#   the first run, and feed back only those of the decoder.
# Versions: optimum-onnx 0.1.0, onnxruntime 1.32.0, onnx 1.23.2, transformers 4.57.6, torch 2.13.0
# Seen:
#   stated                          [batch_size, 2, encoder_sequence_length, 8]
#   first run                       (1, 2, 5, 8)
#   second run                      (0, 2, 1, 8)
#   third run, all fed back         fails: MatMul dimension mismatch
#   third run, first run's kept     (1, 1, 64) logits
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
config = transformers.MarianConfig(
    d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
    decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32, vocab_size=64,
    max_position_embeddings=64, eos_token_id=1, pad_token_id=2, decoder_start_token_id=3,
)  # fmt: skip
transformers.MarianMTModel(config).eval().save_pretrained("weights")
main_export(
    "weights",
    output="onnx",
    task="text2text-generation-with-past",
    library_name="transformers",
    do_validation=False,
)
options = onnxruntime.SessionOptions()
options.log_severity_level = 4
session = onnxruntime.InferenceSession("onnx/decoder_model_merged.onnx", options)
names = [value.name for value in session.get_outputs()]
NAME = "present.0.encoder.key"


def run(past):
    """One run with some caches; without any it is the first."""
    feed = {
        "input_ids": np.ones([1, 1], np.int64),
        "encoder_hidden_states": np.ones([1, 5, 16], np.float32),
        "encoder_attention_mask": np.ones([1, 5], np.int64),
        "use_cache_branch": np.array([bool(past)]),
    }
    for value in session.get_inputs():
        if value.name.startswith("past"):
            feed[value.name] = past.get(value.name, np.zeros([1, 2, 1, 8], np.float32))
    results = dict(zip(names, session.run(None, feed), strict=True))
    caches = {
        name.replace("present", "past_key_values"): value
        for name, value in results.items()
        if name.startswith("present")
    }
    return results, caches


stated = next(value.shape for value in session.get_outputs() if value.name == NAME)
print(f"{'stated':31} [{', '.join(map(str, stated))}]")
first, caches = run({})
print(f"{'first run':31} {first[NAME].shape}")
second, returned = run(caches)
print(f"{'second run':31} {second[NAME].shape}")
fails = False
try:
    run(returned)
except Exception as error:
    fails = True
    print(f"{'third run, all fed back':31} fails: {str(error).split(' Compute ')[-1]}")
of_encoder = {name: value for name, value in caches.items() if ".encoder." in name}
third, _ = run(returned | of_encoder)
print(f"""{"third run, first run's kept":31} {third["logits"].shape} logits""")
if first[NAME].shape != (1, 2, 5, 8) or second[NAME].size or not fails:
    sys.exit("changed: the second run returns the encoder's keys and values")
PYTHON
