#!/usr/bin/env bash
# Makes the DocC archive of the library: documentation.sh FOLDER
#
# The facade declares nothing of its own and exports other modules. SwiftPM's documentation plugin
# extracts the symbols of one module without those that it exports, so the two tools that it runs are
# run here; the package then needs no plugin either.
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
folder=$1
exported=$(sed -n 's/^@_exported public import //p' Sources/IoTCO2Graph/IoTCO2Graph.swift | paste -sd ,)

Scripts/swift.sh build --target IoTCO2Graph
products=$("$swift" build --show-bin-path)
mapfile -t maps < <(Scripts/module_maps.sh "$products")
rm -rf "$folder"
mkdir -p "$folder/symbols"
"$swift" symbolgraph-extract -module-name IoTCO2Graph -minimum-access-level public \
  -experimental-allowed-reexported-modules="$exported" -skip-synthesized-members \
  -target "$("$swift" -print-target-info | sed -n 's/^ *"triple": "\(.*\)",/\1/p' | head -1)" \
  -I "$products/Modules" "${maps[@]}" -output-dir "$folder/symbols"

# A link to a symbol that is not public, or not there, is a warning.
docc=$(dirname "$(readlink -f "$(command -v "$swift")")")/docc
"$docc" convert Sources/IoTCO2Graph/IoTCO2Graph.docc \
  --additional-symbol-graph-dir "$folder/symbols" --fallback-default-module-kind Library \
  --warnings-as-errors --output-path "$folder/IoTCO2Graph.doccarchive"
