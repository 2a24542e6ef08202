#!/usr/bin/env bash
# Question: compilers of NPUs want fixed sizes, and optimum's export has `no_dynamic_axes` for them. Which run of a
#   text does a decoder with a cache ("text-generation-with-past") have in such a file?
# Likely guess: a step, one token with a cache of the model's length; or, with `sequence_length=1`, at least
#   that.
# What is so: none. The file takes exactly 16 new tokens after exactly 16 of the past, for a batch of 2,
#   from optimum's dummy inputs. A prompt has no past, and a step has one token, so neither runs, also with
#   padding. `sequence_length=1` is refused. Sizes have to be fixed afterwards, in the file with dynamic axes.
# Versions: optimum-onnx 0.1.0, onnxruntime 1.32.0, onnx 1.23.2, transformers 4.57.6, torch 2.13.0
# Seen:
#   input_ids                 [2, 16]
#   attention_mask            [2, 32]
#   past_key_values.0.key     [2, 2, 16, 8]
#   present.0.key             [2, 2, 32, 8]
#   sequence_length=1         refused: not supported and can yield unexpected results
#   a step                    refused: invalid dimensions
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
config = transformers.LlamaConfig(
    hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=4,
    num_key_value_heads=2, vocab_size=64, max_position_embeddings=64, bos_token_id=0,
    eos_token_id=1, pad_token_id=2,
)  # fmt: skip
transformers.AutoModelForCausalLM.from_config(config).save_pretrained("weights")


def export(**sizes):
    main_export(
        "weights",
        output="onnx",
        task="text-generation-with-past",
        library_name="transformers",
        do_validation=False,
        no_dynamic_axes=True,
        **sizes,
    )


refusal = ""
try:
    export(sequence_length=1)
except ValueError as error:
    refusal = str(error)
export()
options = onnxruntime.SessionOptions()
options.log_severity_level = 4
session = onnxruntime.InferenceSession("onnx/model.onnx", options)
shapes = {value.name: value.shape for value in [*session.get_inputs(), *session.get_outputs()]}
for name in ("input_ids", "attention_mask", "past_key_values.0.key", "present.0.key"):
    print(f"{name:25} {shapes[name]}")
print(f"{'sequence_length=1':25} refused: {refusal.partition(' is ')[2].rstrip('.')}")
fails = ""
try:
    session.run(
        None,
        {
            "input_ids": np.ones([1, 1], np.int64),
            "attention_mask": np.ones([1, 17], np.int64),
            "position_ids": np.array([[16]]),
            "past_key_values.0.key": np.zeros([1, 2, 16, 8], np.float32),
            "past_key_values.0.value": np.zeros([1, 2, 16, 8], np.float32),
        },
    )
except Exception as error:
    fails = str(error)
print(f"{'a step':25} {'refused: invalid dimensions' if 'invalid dimensions' in fails else fails}")
if shapes["input_ids"] != [2, 16] or shapes["present.0.key"][2] != 32 or not refusal or not fails:
    sys.exit("changed: a fixed decoder has other sizes, or a step")
PYTHON
