#!/usr/bin/env bash
# Options by which a tool of the compiler finds the C modules of a build: module_maps.sh PRODUCTS
#
# SwiftPM gives them to the compiler; a tool that loads the built modules follows their imports down to C.
# One option stands on each line.
set -euo pipefail
cd "$(dirname "$0")/.."
find "$1" Sources -maxdepth 3 -name module.modulemap \
  -not -path '*.build/include/*' -printf '-Xcc\n-fmodule-map-file=%p\n'
