#!/usr/bin/env bash
# usage: run.sh BINARY
# Builds the wheel of a static binary into .build-python, and tests it where it is installed.
set -euo pipefail

binary=$(realpath "$1")
cd "$(dirname "$0")/../.."
command -v java > /dev/null || Scripts/setup.sh --java
folder=$PWD/.build-python
rm -rf "$folder"
Python/build.sh "$binary" "$folder"
wheel=$(echo "$folder"/*.whl)

venv=$(realpath -m "${VENV:-.venv}/python")
Scripts/venv.sh "$venv" Tests/Python/requirements.txt
"$venv/bin/pip" install -q --disable-pip-version-check --no-deps --force-reinstall "$wheel"

# What is tested is the package's own binary, and nothing that Python finds in the repository.
unset IOTCO2_GRAPH PYTHONPATH
(cd "$folder" && "$venv/bin/mypy" --config-file ../Python/pyproject.toml --strict --cache-dir mypy -p iotco2_graph)
IOTCO2_WHEEL=$wheel "$venv/bin/python" -m pytest -q -rs Tests/Python
