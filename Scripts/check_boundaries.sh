#!/usr/bin/env bash
# The arrows between modules that the compiler does not guard: an import of a transitive
# dependency compiles, and the manifest says nothing of Foundation.
set -euo pipefail
cd "$(dirname "$0")/.."

# A module imports modules that stand before it in this list and none after it. One that is not
# there yet is passed over.
order=(
  Quantities Statistics Documents OpGraph GraphImport Analysis DeviceProfiles HardwareMapping
  Calibration RuntimeProfiles Hotspots Carbon Policies Assessment Reports IoTCO2Graph iotco2-graph
)

foundation='Foundation[A-Za-z]*'
status=0
forbid() { # MODULE PATTERN REASON
  [ -d "Sources/$1" ] || return 0
  # Attributes and access levels stand before an import; a kind and a member may follow it.
  if grep -rnE --include='*.swift' \
    "^[a-z@_() ]*import +((struct|class|enum|protocol|func|var|let|typealias) +)?($2)($|[^A-Za-z0-9_-])" \
    "Sources/$1"
  then
    echo "error: $1 must not import this: $3" >&2
    status=1
  fi
}

later=''
for ((i = ${#order[@]} - 1; i >= 0; i--)); do
  module=${order[i]}
  if [ -n "$later" ]; then
    forbid "$module" "$later" "$module stands before it in the list of modules"
  fi
  later="${later:+$later|}${module//-/_}"
  if [ "$module" != GraphImport ]; then
    forbid "$module" 'CProtobuf|CFlatBuffers|CZlib' 'only GraphImport sees models in C'
  fi
  if [ "$module" != Documents ]; then
    forbid "$module" 'CYaml' 'only Documents reads YAML'
  fi
done

# A folder that the list does not have would be bound by nothing.
for folder in Sources/*/; do
  case "$(basename "$folder")" in
    CProtobuf | CFlatBuffers | CZlib | CYaml | embed-resources) ;;
    *)
      if [[ " ${order[*]} " != *" $(basename "$folder") "* ]]; then
        echo "error: $folder is not in the list of modules of Scripts/check_boundaries.sh" >&2
        status=1
      fi
      ;;
  esac
done

# Foundation brings ICU along, 45 MB that take more time to load than a run of the command, and FoundationEssentials
# 1,600 records of conformances, all of which each look-up of one walks over.
for module in "${order[@]}"; do
  forbid "$module" "$foundation" 'the C library and Documents have what is needed of it'
done

# What stands before a module and is still none of its business.
any='[A-Z][A-Za-z0-9]*'
forbid Quantities      "$any"                         'units stand alone'
# Of Quantities it takes how a number of things is written.
forbid OpGraph         '[A-PR-Z][A-Za-z0-9]*'         'the graph knows no file format, no C and no Foundation'
forbid Analysis        'GraphImport'                  'analysis sees graphs only'
forbid HardwareMapping 'GraphImport'                  'mapping sees workloads only'
forbid Calibration     'GraphImport'                  'calibration sees terms of workloads'
forbid Hotspots        'GraphImport'                  'hotspots see estimates only'
forbid Carbon          'GraphImport|OpGraph|Analysis' 'carbon sees estimates only'
forbid Policies        "${any}(Import|Mapping)|Analysis|OpGraph|Carbon|Documents" \
  'a policy knows readings only'
exit $status
