#!/bin/bash
# Makes the C and C++ readers of the model formats from their schemas:
#
#   Sources/CProtobuf/onnx.proto      -> onnx.pb-c.c, include/onnx.pb-c.h   (protoc-c)
#   Sources/CFlatBuffers/schema.fbs   -> schema_generated.h                 (flatc)
#
# With --check nothing is written: the files are made in a temporary directory and
# compared with the ones in place; exit status 1 if one of them is stale. Files made
# by another version of a tool are not compared, as they differ for that reason.
set -euo pipefail

usage="usage: generate.sh [--check]"
check=false
case "$#:${1-}" in
  0:) ;;
  1:--check) check=true ;;
  *) echo "$usage" >&2; exit 2 ;;
esac

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
onnx=Sources/CProtobuf
tflite=Sources/CFlatBuffers

for tool in protoc-c flatc; do
  if ! command -v "$tool" > /dev/null; then
    echo "generate.sh: $tool is not installed (Debian: protobuf-c-compiler, flatbuffers-compiler)" >&2
    exit 2
  fi
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
mkdir -p "$out/$onnx/include" "$out/$tflite"

protoc-c --proto_path="$root/$onnx" --c_out="$out/$onnx" onnx.proto
mv "$out/$onnx/onnx.pb-c.h" "$out/$onnx/include/"
flatc --cpp --reflect-names --no-warnings -o "$out/$tflite" "$root/$tflite/schema.fbs"

# The version a tool writes into its output, from the header given.
protoc_c_version() {
  sed -n 's/^#elif \([0-9]*\) < PROTOBUF_C_MIN_COMPILER_VERSION$/\1/p' "$1"
}
flatc_version() {
  sed -n 's/.*FLATBUFFERS_VERSION_[A-Z]* == \([0-9]*\).*/\1/p' "$1" | paste -sd.
}

status=0

# compare TOOL VERSION-FUNCTION HEADER FILE...: the header tells the version for all files.
compare() {
  local tool=$1 version=$2 header=$3 installed committed file
  shift 2
  for file in "$@"; do
    if [ ! -f "$root/$file" ]; then
      echo "generate.sh: $file is missing; run Scripts/generate.sh" >&2
      status=1
    fi
  done
  [ -f "$root/$header" ] || return 0
  installed=$("$version" "$out/$header")
  committed=$("$version" "$root/$header")
  if [ "$installed" != "$committed" ]; then
    echo "generate.sh: not compared: $header was made by $tool ${committed:-of unknown version}, installed is ${installed:-unknown}"
    return 0
  fi
  for file in "$@"; do
    if [ -f "$root/$file" ] && ! cmp -s "$out/$file" "$root/$file"; then
      echo "generate.sh: $file is stale; run Scripts/generate.sh" >&2
      status=1
    fi
  done
}

if $check; then
  compare protoc-c protoc_c_version "$onnx/include/onnx.pb-c.h" "$onnx/onnx.pb-c.c"
  compare flatc flatc_version "$tflite/schema_generated.h"
  if [ "$status" = 0 ]; then echo "generate.sh: no compared file is stale"; fi
  exit "$status"
fi

mkdir -p "$root/$onnx/include"
for file in "$onnx/onnx.pb-c.c" "$onnx/include/onnx.pb-c.h" "$tflite/schema_generated.h"; do
  cmp -s "$out/$file" "$root/$file" || cp "$out/$file" "$root/$file"
  echo "$file"
done
