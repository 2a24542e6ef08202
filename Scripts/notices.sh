#!/usr/bin/env bash
# Prints the licences of what a static binary holds besides this project, as they ask for where a
# binary is passed on: Swift's runtime and libraries, the Swift packages, and three C and C++ libraries.
# usage: notices.sh CHECKOUTS, the folder in which SwiftPM keeps the packages
set -euo pipefail

notice() { # NAME FILE
  printf '\n%s\n%s\n\n' "$1" "$(printf '%*s' "${#1}" '' | tr ' ' =)"
  cat "$2"
}

swift=$(dirname "$(dirname "$(readlink -f "$(command -v "${SWIFT:-swift}")")")")
echo 'iotco2-graph holds the following software in binary form.'
notice "Swift's runtime, Foundation with ICU (https://www.unicode.org/license.txt), Dispatch" \
  "$swift/share/swift/LICENSE.txt"
for package in "$1"/*/; do
  notice "$(basename "$package")" "$(ls "$package"LICENSE* | head -1)"
done
for library in libprotobuf-c-dev libflatbuffers-dev zlib1g-dev libstdc++-12-dev; do
  # Another compiler's C++ library has another name, and all of them one text.
  [ -e "/usr/share/doc/$library/copyright" ] || continue
  notice "${library%-dev}" "/usr/share/doc/$library/copyright"
done
