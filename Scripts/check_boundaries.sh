#!/usr/bin/env bash
# The arrows between modules that the compiler does not guard: an import of a transitive
# dependency compiles.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
forbid() { # MODULE PATTERN REASON
  if grep -rnE "^[a-z ]*import ($2)\b" "Sources/$1"; then
    echo "error: $1 must not import this: $3" >&2
    status=1
  fi
}

forbid Quantities '[A-Z][A-Za-z]*' 'units stand alone'
forbid OpGraph '[A-Z][A-Za-z]*' 'the graph knows no file format, no C and no Foundation'
forbid Analysis 'GraphImport|C[A-Z][a-z]+[A-Z]?[a-z]*|Foundation' 'analysis sees graphs only'
forbid GraphImport 'Analysis|HardwareMapping|Carbon|Foundation' 'importing knows nothing of cost'
forbid HardwareMapping 'GraphImport|CProtobuf|CFlatBuffers|Carbon' 'mapping sees workloads only'
forbid Hotspots 'GraphImport|CProtobuf|CFlatBuffers|Carbon|Foundation' 'hotspots see estimates only'
forbid Calibration 'GraphImport|CProtobuf|CFlatBuffers|Carbon' 'calibration sees terms of workloads'
forbid Carbon 'GraphImport|CProtobuf|CFlatBuffers|OpGraph|Analysis' 'carbon sees estimates only'
forbid Policies '[A-Z][a-z]*(Import|Mapping)|Analysis|OpGraph|Carbon|Documents|Foundation' 'a policy knows readings only'
forbid Documents '(GraphImport|Analysis|OpGraph|HardwareMapping|Carbon|Quantities)' 'files know nothing of what they say'
forbid iotco2-graph 'CProtobuf|CFlatBuffers' 'only GraphImport sees C'
exit $status
