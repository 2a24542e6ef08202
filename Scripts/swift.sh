#!/usr/bin/env bash
# `swift build` and `swift test`, once more when SwiftPM itself was ended by a signal.
#
# On Linux SwiftPM now and then crashes in libdispatch (_dispatch_event_loop_drain,
# https://github.com/swiftlang/swift/issues/87033). A second run goes on where the first ended.
# A compiler that crashes or a test that does is no such case: SwiftPM then exits with 1.
set -uo pipefail

"${SWIFT:-swift}" "$@"
status=$?
if [ "$status" -gt 128 ] && [ "$status" -ne 130 ]; then
  echo "SwiftPM ended by signal $((status - 128)); once more" >&2
  exec "${SWIFT:-swift}" "$@"
fi
exit "$status"
