#!/bin/bash
# Makes the C and C++ readers of the model formats from their schemas:
#
#   Sources/CProtobuf/*.proto         -> *.pb-c.c, include/*.pb-c.h   (protoc-c)
#   Sources/CFlatBuffers/*.fbs        -> *_generated.h                (flatc)
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
protobuf=Sources/CProtobuf
flatbuffers=Sources/CFlatBuffers
messages="onnx node_def"
schemas="schema metadata edgetpu litertlm"

for tool in protoc-c flatc; do
  if ! command -v "$tool" > /dev/null; then
    echo "generate.sh: $tool is not installed (Debian: protobuf-c-compiler, flatbuffers-compiler)" >&2
    exit 2
  fi
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
mkdir -p "$out/$protobuf/include" "$out/$flatbuffers"

for name in $messages; do
  protoc-c --proto_path="$root/$protobuf" --c_out="$out/$protobuf" "$name.proto"
  mv "$out/$protobuf/$name.pb-c.h" "$out/$protobuf/include/"
done
for name in $schemas; do
  flatc --cpp --reflect-names --no-warnings -o "$out/$flatbuffers" "$root/$flatbuffers/$name.fbs"
done

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
  for name in $messages; do
    header=$protobuf/include/$name.pb-c.h
    compare protoc-c protoc_c_version "$header" "$header" "$protobuf/$name.pb-c.c"
  done
  for name in $schemas; do
    header=$flatbuffers/${name}_generated.h
    compare flatc flatc_version "$header" "$header"
  done
  if [ "$status" = 0 ]; then echo "generate.sh: no compared file is stale"; fi
  exit "$status"
fi

mkdir -p "$root/$protobuf/include"
(cd "$out" && find . -type f -printf '%P\n') | while read -r file; do
  cmp -s "$out/$file" "$root/$file" || cp "$out/$file" "$root/$file"
  echo "$file"
done
