#!/usr/bin/env bash
# Writes tflite/features.tflite from json/features.json with flatc and the project's own schema: a
# file with blockwise 4-bit quantization, a sparse tensor, open batch sizes, two subgraphs, and a
# buffer that lies 2.5 GiB behind the flatbuffer (the tests make a sparse file of that length).
set -euo pipefail
cd "$(dirname "$0")"
flatc --binary -o tflite ../Sources/CFlatBuffers/schema.fbs json/features.json
