#!/usr/bin/env bash
# What the GitHub Action runs first: installs the wheel into an environment of its own, whose
# commands the next steps find.
set -euo pipefail

[ -n "${INPUT_WHEEL:-}" ] || { echo '::error::no wheel is given'; exit 2; }
folder=$RUNNER_TEMP/iotco2-graph
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps -- "$INPUT_WHEEL"
"$folder/bin/iotco2-graph" --version
echo "$folder/bin" >> "$GITHUB_PATH"
