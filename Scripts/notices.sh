#!/usr/bin/env bash
# Prints the licences of what a static executable holds besides this project, as they ask for where it
# is passed on: Swift's runtime and libraries, the Swift packages, and the C and C++ libraries.
# usage: notices.sh CHECKOUTS, the folder in which SwiftPM keeps the packages
set -euo pipefail

notice() { # NAME FILE...
  printf '\n%s\n%s\n\n' "$1" "$(printf '%*s' "${#1}" '' | tr ' ' =)"
  cat "${@:2}"
}

swift=$(dirname "$(dirname "$(readlink -f "$(command -v "${SWIFT:-swift}")")")")
licences=/usr/share/common-licenses
# The compiler's libraries have its version in the names of their packages.
compiler=$(gcc -dumpversion)

echo 'iotco2-graph holds the following software in binary form.'
notice "Swift's runtime and standard library, Dispatch" "$swift/share/swift/LICENSE.txt"
for package in "$1"/*/; do
  notice "$(basename "$package"), one file of which was replaced (Scripts/parser/Foundation.swift)" \
    "$(ls "$package"LICENSE* | head -1)"
done
for library in libprotobuf-c-dev libflatbuffers-dev zlib1g-dev libyaml-dev; do
  notice "${library%-dev}" "/usr/share/doc/$library/copyright"
done
notice "The GNU Compiler Collection's libstdc++ and libgcc, under the GPL with its runtime library exception" \
  "/usr/share/doc/libstdc++-$compiler-dev/copyright"

# Section 6 of the LGPL asks for this notice, the licence, and a way to link with another version.
source=$(dpkg-query -W -f '${source:Package} ${source:Version}' libc6-dev)
notice "The GNU C Library, under the GNU Lesser General Public License 2.1" - <<END
This program is linked statically with the GNU C Library, which is covered by the GNU Lesser General
Public License, version 2.1 or later, whose text follows. The library is Debian's source package
$source, unchanged: https://snapshot.debian.org/package/${source% *}/${source#* }/

You may change the library and link the program with it anew, and take the program apart to find errors
in what you changed. The program's own source is licensed to you under the Apache License 2.0: install the changed
libc.a in place of that of the package libc6-dev, then 'make static' in that source builds the program with it. Who passes
this program on has to offer both sources in the same place.

END
cat "$licences/LGPL-2.1" /usr/share/doc/libc6-dev/copyright
