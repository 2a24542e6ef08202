#!/usr/bin/env bash
# Question: a dense autoencoder in int8 has 640 numbers as input and at most 640 bytes alive between two
#   layers. Compiled with Vela's defaults for an Ethos-U55 and for an Ethos-U65, how much SRAM does it use?
# Likely guess: the same on both, about twice the largest tensor, 1 to 2 KiB: weights stay in the
#   memory behind, which is flash on one and DRAM on the other.
# What is so: on the Ethos-U55 it is 0.75 KiB, on the Ethos-U65 115 times as much. Where weights come
#   from DRAM, Vela has them copied to SRAM while the layer before runs, so that a network of small
#   tensors needs the SRAM of its largest layers' weights; weights in flash are read where they lie.
# Versions: ethos-u-vela 5.2.0, ai-edge-litert 2.3.0 (to write the file), numpy 2.4.6
# Seen (layers of 640, 128, 128, 128, 640; random weights):
#   ethos-u55-128  Shared_Sram           0.75 KiB of SRAM, 202.1 KiB of flash
#   ethos-u65-256  Dedicated_Sram_384KB  86.4 KiB of SRAM, 202.7 KiB of DRAM
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
  ethos-u-vela==5.2.0 ai-edge-litert==2.3.0 numpy==2.4.6 flatbuffers==25.12.19
cd "$folder"
venv/bin/python - <<'PYTHON'
import csv
import glob
import subprocess
import sys

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

WIDTHS = [640, 128, 128, 128, 640]
Kind = schema.TensorType
random = np.random.default_rng(0)
buffers, tensors, nodes = [schema.BufferT()], [], []


def tensor(shape, kind, scale, data=None):
    place = 0
    if data is not None:
        place = len(buffers)
        buffers.append(schema.BufferT(data=np.frombuffer(data.tobytes(), np.uint8)))
    scales = schema.QuantizationParametersT(scale=[scale], zeroPoint=[0])
    tensors.append(schema.TensorT(list(shape), kind, place, f"t{len(tensors)}", scales))
    return len(tensors) - 1


previous = first = tensor([1, WIDTHS[0]], Kind.INT8, 0.1)
for inputs, outputs in zip(WIDTHS, WIDTHS[1:]):
    weights = random.integers(-127, 128, (outputs, inputs), np.int8)
    constants = [
        tensor(weights.shape, Kind.INT8, 0.01, weights),
        tensor([outputs], Kind.INT32, 0.001, np.zeros(outputs, np.int32)),
    ]
    result = tensor([1, outputs], Kind.INT8, 0.1)
    options = schema.FullyConnectedOptionsT()
    kind = schema.BuiltinOptions.FullyConnectedOptions
    nodes.append(schema.OperatorT(0, [previous, *constants], [result], kind, options))
    previous = result
number = schema.BuiltinOperator.FULLY_CONNECTED
code = schema.OperatorCodeT(number, builtinCode=number, version=4)
graph = schema.SubGraphT(tensors, [first], [previous], nodes)
builder = flatbuffers.Builder()
builder.Finish(schema.ModelT(3, [code], [graph], buffers=buffers).Pack(builder), b"TFL3")
with open("model.tflite", "wb") as stream:
    stream.write(builder.Output())


def sram(configuration):
    command = ["venv/bin/vela", "model.tflite", "--accelerator-config", configuration]
    subprocess.run([*command, "--output-dir", configuration], check=True, stdout=subprocess.DEVNULL)
    with open(glob.glob(f"{configuration}/model_summary*.csv")[0], encoding="utf-8") as stream:
        row = next(csv.DictReader(stream))
    names = ["sram", "dram", "off_chip_flash"]
    kibibytes = {name: float(row[f"{name}_memory_used"]) for name in names}
    print(configuration, row["memory_mode"], kibibytes)
    return kibibytes["sram"]


small, large = sram("ethos-u55-128"), sram("ethos-u65-256")
if not (small < 1 and large > 50 * small):
    sys.exit("changed: the Ethos-U65 no longer uses far more SRAM")
PYTHON
