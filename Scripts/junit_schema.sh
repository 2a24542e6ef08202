#!/usr/bin/env bash
# Puts the schema of JUnit's XML into a virtual environment: Jenkins' own (MIT), which pytest's source
# carries for its tests, and no wheel does.
# usage: junit_schema.sh ENVIRONMENT
set -euo pipefail

version=9.2.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo "pytest==$version --hash=sha256:97c4f3b1f3c7414aa36465e09b8220f1d03627993bd51b1282e193753c80557b" \
  > "$folder/requirements.txt"
"$1/bin/pip" download -q --disable-pip-version-check --no-deps --no-binary pytest --require-hashes \
  -d "$folder" -r "$folder/requirements.txt"
tar -xzOf "$folder/pytest-$version.tar.gz" \
  "pytest-$version/testing/example_scripts/junit-10.xsd" > "$folder/junit-10.xsd"
mv "$folder/junit-10.xsd" "$1/junit-10.xsd"
