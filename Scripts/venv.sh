#!/usr/bin/env bash
# usage: venv.sh FOLDER REQUIREMENTS
# Makes a Python virtual environment with the packages of a requirements file, once.
set -euo pipefail

folder=$1
requirements=$2
stamp="$folder/installed.txt"
if [ ! -f "$stamp" ] || ! cmp -s "$requirements" "$stamp"; then
  python3 -m venv "$folder"
  "$folder/bin/pip" install -q --disable-pip-version-check -r "$requirements"
  cp "$requirements" "$stamp"
fi
