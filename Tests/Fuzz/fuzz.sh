#!/usr/bin/env bash
# usage: fuzz.sh BUILD-FOLDER SECONDS
# Runs the fuzzer on each decoder for some time, from the fixtures and from what earlier runs found
# to reach new code. Ends with an error when an input crashes it, takes more than 10 s, or more
# memory than the instrumented code needs for the largest fixture many times over.
set -euo pipefail

build=$1
seconds=$2
mkdir -p "$build/found"
for format in onnx tflite; do
  mkdir -p "$build/corpus/$format"
  echo "fuzzing the $format decoder for $seconds s"
  # Swift's runtime keeps what LeakSanitizer would call leaks.
  "$build/release/fuzz-models" "$build/corpus/$format" "Fixtures/$format" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=512 -max_len=65536 -detect_leaks=0 \
    -print_final_stats=1 -verbosity=0 -artifact_prefix="$build/found/$format-" 2>&1 \
    | grep -v '^"\|ecommended dictionary'
done
