#!/usr/bin/env bash
# usage: build.sh BINARY FOLDER
# Builds the wheel that carries a static binary into a folder.
set -euo pipefail

binary=$(realpath "$1")
folder=$(realpath -m "$2")
cd "$(dirname "$0")/.."
venv=$(realpath -m "${VENV:-.venv}/wheel")
Scripts/venv.sh "$venv" Python/requirements-build.txt
cd Python
IOTCO2_GRAPH_BINARY=$binary "$venv/bin/hatchling" build -t wheel -d "$folder"
