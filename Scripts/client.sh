#!/usr/bin/env bash
# Uses the library as a client does: client.sh FOLDER
#
# Builds and runs Examples/swift, a package of its own, and type-checks the examples of the documents.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
swift=${SWIFT:-swift}
package=(--package-path Examples/swift --scratch-path "$1")

Scripts/swift.sh build "${package[@]}"
products=$(cd "$("$swift" build "${package[@]}" --show-bin-path)" && pwd)

# The example writes its reports to the current folder.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && "$products/Client" "$root/Fixtures/tflite/ds_cnn_int8.tflite")
for report in report.html bom.json; do
  [ -s "$folder/$report" ] || { echo "error: the example has not written $report" >&2; exit 1; }
done

mapfile -t maps < <(Scripts/module_maps.sh "$products")
for document in Sources/IoTCO2Graph/IoTCO2Graph.docc/IoTCO2Graph.md docs/architecture.md; do
  sed -n '/^```swift$/,/^```$/{/^```/!p}' "$document" > "$folder/main.swift"
  [ -s "$folder/main.swift" ] || { echo "error: $document has no example" >&2; exit 1; }
  "${swift}c" -typecheck -swift-version 6 -warnings-as-errors -I "$products/Modules" "${maps[@]}" \
    "$folder/main.swift"
done
