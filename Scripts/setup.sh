#!/usr/bin/env bash
# Installs the Debian packages that the build needs; with --compilers also those that `make generate`
# needs, with --browser those that the HTML page is tested with, with --java what Spark runs on. Does
# nothing, and needs no rights, when they are there.
set -euo pipefail

packages=(libprotobuf-c-dev libflatbuffers-dev zlib1g-dev libyaml-dev)
case "${1:-}" in
  --compilers) packages+=(protobuf-c-compiler flatbuffers-compiler) ;;
  --browser) packages+=(chromium chromium-driver) ;;
  --java) packages+=(default-jre-headless) ;;
esac

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' \
    || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  echo "installing: ${missing[*]}" >&2
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi

command -v swift >/dev/null || {
  echo "error: no 'swift' on the path; install a Swift 6.2 or newer toolchain" >&2
  exit 1
}
