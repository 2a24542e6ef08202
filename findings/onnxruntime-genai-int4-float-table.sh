#!/usr/bin/env bash
# Question: onnxruntime-genai's builder writes a decoder with `-p int4`. Of two equal networks one shares the table
#   of embeddings with the last layer, the other has a table of its own. How much larger is the second file?
# Likely guess: by the table in 4 bits, a good half more at most: 5 bits for each element with its scales.
# What is so: six times as large. A table of its own stays in float32 and is 83 % of what the builder calls int4; a
#   shared one is stored once, in 4 bits, and rows are taken out of it with GatherBlockQuantized.
# Versions: onnxruntime-genai 0.18.0, onnxruntime 1.32.0, transformers 5.24.0, torch 2.13.0, onnx 1.23.2
# Seen:
#   shared table:  3.4 MB, largest lm_head.MatMul.weight_Q4 (UINT8, 2.1 MB)
#   own table:    20.2 MB, largest model.embed_tokens.weight (FLOAT, 16.8 MB)
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  onnxruntime-genai==0.18.0 onnxruntime==1.32.0 transformers==5.24.0 torch==2.13.0 onnx==1.23.2 \
  onnx-ir==1.1.0 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import math
import subprocess
import sys

import onnx
import torch
import transformers

SIZES = {
    "hidden_size": 256,
    "intermediate_size": 512,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 16384,
    "max_position_embeddings": 256,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": 2,
}


def build(title, tied):
    """Bytes of the weights of an int4 model, and the largest tensor."""
    torch.manual_seed(0)
    config = transformers.Qwen2Config(**SIZES, tie_word_embeddings=tied)
    transformers.Qwen2ForCausalLM(config).save_pretrained(f"weights-{tied}")
    command = [sys.executable, "-m", "onnxruntime_genai.models.builder", "-p", "int4", "-e", "cpu"]
    command += ["-i", f"weights-{tied}", "-o", f"onnx-{tied}", "-c", "cache"]
    subprocess.run(command, check=True, capture_output=True)
    model = onnx.load(f"onnx-{tied}/model.onnx", load_external_data=False)
    sizes = {}
    for tensor in model.graph.initializer:
        kind = onnx.TensorProto.DataType.Name(tensor.data_type)
        width = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
        sizes[f"{tensor.name} ({kind}"] = width * math.prod(tensor.dims)
    largest = max(sizes, key=sizes.get)
    total = sum(sizes.values())
    print(f"{title + ':':14}{total / 1e6:5.1f} MB, largest {largest}, {sizes[largest] / 1e6:.1f} MB)")
    return total, largest, sizes[largest]


shared, _, _ = build("shared table", True)
own, largest, table = build("own table", False)
if "embed_tokens" not in largest or "FLOAT" not in largest or table < 0.8 * own or own < 5 * shared:
    sys.exit("changed: a table of its own is no longer most of an int4 model")
PYTHON
