#!/usr/bin/env bash
# What the GitHub Action runs last: `iotco2-graph check` with the action's inputs. Annotations go to the
# log, a table to the summary of the job, SARIF and JUnit to files. Exits as `check` does.
set -euo pipefail
shopt -s globstar nullglob

lines() { # of a text, without blanks around them and without empty ones
  sed 's/^[[:space:]]*//; s/[[:space:]]*$//; /^$/d' <<< "${1:-}"
}

models=()
while IFS= read -r pattern; do
  # A file may be called like a pattern.
  if [ -e "$pattern" ]; then models+=("$pattern"); continue; fi
  # Without separators a pattern is expanded and its spaces are kept.
  IFS= found=($pattern)
  [ ${#found[@]} -gt 0 ] || { echo "::error::no model matches '$pattern'"; exit 2; }
  models+=("${found[@]}")
done < <(lines "${INPUT_MODELS:-}")
[ ${#models[@]} -gt 0 ] || { echo '::error::no models are given'; exit 2; }

arguments=()
[ -z "${INPUT_POLICY:-}" ] || arguments+=(--policy "$INPUT_POLICY")
[ -z "${INPUT_DEVICE:-}" ] || arguments+=(--device "$INPUT_DEVICE")
[ -z "${INPUT_BASELINE:-}" ] || arguments+=(--baseline "$INPUT_BASELINE")
while IFS= read -r argument; do arguments+=("$argument"); done < <(lines "${INPUT_ARGUMENTS:-}")

check() { # FORM [ARGUMENT...]
  iotco2-graph check --format "$@" "${arguments[@]}" -- "${models[@]}"
}

status=0
check github || status=$?
# With 2 or more there is no report, and why is in the log.
if [ "$status" -le 1 ]; then
  [ -z "${GITHUB_STEP_SUMMARY:-}" ] || check markdown >> "$GITHUB_STEP_SUMMARY" || true
  [ -z "${INPUT_SARIF:-}" ] || check sarif --output "$INPUT_SARIF" || true
  [ -z "${INPUT_JUNIT:-}" ] || check junit --output "$INPUT_JUNIT" || true
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  [ "$status" -eq 0 ] && passed=true || passed=false
  echo "passed=$passed" >> "$GITHUB_OUTPUT"
fi
exit "$status"
