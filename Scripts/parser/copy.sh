#!/usr/bin/env bash
# Copies swift-argument-parser, as SwiftPM resolves it, and takes Foundation out of the copy: two of its functions use it,
# one for an error type that nothing here has, the other for --experimental-dump-help.
# usage: copy.sh FOLDER
set -euo pipefail
here=$(dirname "$0")

name=swift-argument-parser
file=$name/Sources/ArgumentParser/Utilities/Foundation.swift
"$here/../swift.sh" package resolve --scratch-path "$1"
# Unchanged files keep their times, so that nothing is compiled again.
rm -rf "$1/new" && mkdir -p "$1/new"
cp -R "$1/checkouts/$name" "$1/new/"
chmod -R u+w "$1/new"
if [ "$(grep -rlE '^ *(@.* )?(public |internal )?import Foundation' --include='*.swift' "$1/new/$name/Sources/ArgumentParser" \
  "$1/new/$name/Sources/ArgumentParserToolInfo")" != "$1/new/$file" ]; then
  echo "error: this version of $name uses Foundation elsewhere than in $file" >&2
  exit 1
fi
cp "$here/Foundation.swift" "$1/new/$file"
if ! diff -qr "$1/new/$name" "$1/$name" > /dev/null 2>&1; then
  rm -rf "${1:?}/$name"
  mv "$1/new/$name" "$1/"
fi
rm -rf "$1/new"
