#!/usr/bin/env python3
"""Compares the project's model format schemas with the official ones, field by field.

  pip install onnx flatbuffers && pip install --no-deps ai-edge-litert
  Scripts/check_schemas.py [--onnx FILE.proto] [--tflite FILE.fbs]

ONNX: our .proto, compiled by protoc-c, against the descriptor in the onnx package.
TFLite: our .fbs, compiled to a binary schema by flatc, against the generated Python
reader in the ai_edge_litert package (read as text, never imported).

That reader does not show, and so this script cannot compare: which enumeration an
integer field is of (only its width and default), the names and types of deprecated
fields (only their places), force_align, and the file extension.

Exit status 0 if all is equal, 1 with one line for each difference, 2 if a tool or
package is missing.
"""

import argparse
import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def stop(message):
    print(f"check_schemas.py: {message}", file=sys.stderr)
    sys.exit(2)


def run(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        stop(f"{command[0]} is not installed")
    if done.returncode != 0:
        stop(f"{' '.join(map(str, command))}: {(done.stdout + done.stderr).strip()}")


def differences(label, ours, official):
    """One line for each key whose value is not the same in both dictionaries."""
    lines = []
    for key in sorted(ours.keys() | official.keys()):
        if key not in ours:
            lines.append(f"{label}: {key}: missing from ours; official {official[key]}")
        elif key not in official:
            lines.append(f"{label}: {key}: only in ours: {ours[key]}")
        elif isinstance(ours[key], dict) and isinstance(official[key], dict):
            lines += differences(f"{label}: {key}", ours[key], official[key])
        elif ours[key] != official[key]:
            lines.append(f"{label}: {key}: ours {ours[key]}, official {official[key]}")
    return lines


# ONNX -----------------------------------------------------------------------------------


def onnx_facts(file):
    """Everything of a FileDescriptorProto that matters, as a flat dictionary."""
    counts = {"messages": 0, "fields": 0, "enums": 0, "values": 0}
    facts = {"syntax": file.syntax or "proto2", "package": file.package}
    facts["imports"] = list(file.dependency)

    def enum(prefix, e):
        counts["enums"] += 1
        counts["values"] += len(e.value)
        name = f"enum {prefix}{e.name}"
        facts[name] = [v.name for v in e.value]  # the order
        for v in e.value:
            facts[f"{name}.{v.name}"] = v.number

    def message(prefix, m):
        counts["messages"] += 1
        counts["fields"] += len(m.field)
        name = f"message {prefix}{m.name}"
        facts[name] = [f.name for f in m.field]  # the order
        facts[f"{name} reserved"] = (
            sorted((r.start, r.end) for r in m.reserved_range),
            sorted(m.reserved_name),
        )
        facts[f"{name} extensions"] = len(m.extension_range) + len(m.extension)
        facts[f"{name} oneofs"] = [o.name for o in m.oneof_decl]
        for f in m.field:
            facts[f"{name}.{f.name}"] = {
                "number": f.number,
                "type": f.Type.Name(f.type),
                "type name": f.type_name,
                "label": f.Label.Name(f.label),
                "oneof": m.oneof_decl[f.oneof_index].name if f.HasField("oneof_index") else None,
                "packed": f.options.packed,
                "default": f.default_value if f.HasField("default_value") else None,
            }
        for e in m.enum_type:
            enum(f"{prefix}{m.name}.", e)
        for nested in m.nested_type:
            message(f"{prefix}{m.name}.", nested)

    for e in file.enum_type:
        enum("", e)
    for m in file.message_type:
        message("", m)
    facts["services"] = len(file.service)
    return facts, counts


def check_onnx(path, scratch):
    try:
        import onnx.onnx_ml_pb2
        from google.protobuf import descriptor_pb2  # what onnx itself stands on
    except ImportError as error:
        stop(f"{error}; pip install onnx")
    compiled = scratch / "onnx.bin"
    run("protoc-c", f"--proto_path={path.parent}", f"--descriptor_set_out={compiled}", path.name)
    files = descriptor_pb2.FileDescriptorSet.FromString(compiled.read_bytes()).file
    ours, counts = onnx_facts(files[0])
    official, _ = onnx_facts(
        descriptor_pb2.FileDescriptorProto.FromString(onnx.onnx_ml_pb2.DESCRIPTOR.serialized_pb)
    )
    lines = differences("onnx", ours, official)
    if not lines:
        print(
            "onnx: {messages} messages, {fields} fields, {enums} enums, {values} enum values "
            "equal to those of onnx {version}".format(version=onnx.__version__, **counts)
        )
    return lines


# TFLite ---------------------------------------------------------------------------------

# A table's facts: "fields", the number of places, "deprecated", the places out of use, and
# by upper camel case name each field as (place, kind, ...).


class Table:
    """Just enough of a reader for reflection.fbs, the format of binary schemas."""

    def __init__(self, buffer, position):
        import flatbuffers.table

        self.table = flatbuffers.table.Table(buffer, position)

    @classmethod
    def root(cls, buffer):
        return cls(buffer, int.from_bytes(buffer[:4], "little"))

    def scalar(self, slot, kind, default=0):
        import flatbuffers.number_types as types

        at = self.table.Offset(4 + 2 * slot)
        return (
            self.table.Get(getattr(types, kind + "Flags"), at + self.table.Pos) if at else default
        )

    def string(self, slot):
        at = self.table.Offset(4 + 2 * slot)
        return self.table.String(at + self.table.Pos).decode() if at else ""

    def child(self, slot):
        at = self.table.Offset(4 + 2 * slot)
        return Table(self.table.Bytes, self.table.Indirect(at + self.table.Pos)) if at else None

    def children(self, slot):
        at = self.table.Offset(4 + 2 * slot)
        if not at:
            return []
        start = self.table.Vector(at)
        return [
            Table(self.table.Bytes, self.table.Indirect(start + 4 * i))
            for i in range(self.table.VectorLen(at))
        ]


BASE = [
    "None",
    "UType",
    "Bool",
    "Int8",
    "Uint8",
    "Int16",
    "Uint16",
    "Int32",
    "Uint32",
    "Int64",
    "Uint64",
    "Float32",
    "Float64",
    "String",
    "Vector",
    "Object",
    "Union",
    "Array",
]


def camel(name):
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def tflite_ours(path, scratch):
    run("flatc", "-b", "--schema", "-o", str(scratch), str(path))
    schema = Table.root((scratch / f"{path.stem}.bfbs").read_bytes())
    objects, enums = schema.children(0), schema.children(1)
    facts = {"identifier": schema.string(2)}

    def short(full):
        name = full.removeprefix("tflite.")
        return name if name != full else f"{full} (namespace is not tflite)"

    for e in enums:
        kind = "union" if e.scalar(2, "Bool", False) else "enum"
        name = f"{kind} {short(e.string(0))}"
        facts[name] = {v.string(0): v.scalar(1, "Int64") for v in e.children(1)}
        if kind == "union":
            for v in e.children(1):
                index = v.child(3).scalar(2, "Int32", -1) if v.child(3) else -1
                member = short(objects[index].string(0)) if index >= 0 else "NONE"
                if member != v.string(0):
                    facts[f"{name}.{v.string(0)} is of table"] = member
    for o in objects:
        name = f"table {short(o.string(0))}"
        if o.scalar(2, "Bool", False):
            facts[f"{name} is a struct"] = True
        fields = o.children(1)
        facts[f"{name} fields"] = len(fields)
        facts[f"{name} deprecated"] = sorted(
            f.scalar(2, "Uint16") for f in fields if f.scalar(6, "Bool", False)
        )
        for f in fields:
            if f.scalar(6, "Bool", False):
                continue
            t = f.child(1)
            base, element = BASE[t.scalar(0, "Int8")], BASE[t.scalar(1, "Int8")]
            index = t.scalar(2, "Int32", -1)
            place = f.scalar(2, "Uint16")
            if base in ("String",):
                value = (place, "string")
            elif base == "Object":
                value = (place, "table", short(objects[index].string(0)))
            elif base == "Union":
                value = (place, "union", short(enums[index].string(0)))
            elif base == "Vector":
                value = (
                    place,
                    "vector",
                    short(objects[index].string(0)) if element == "Object" else element,
                )
            elif base in ("Float32", "Float64"):
                value = (place, base, f.scalar(5, "Float64", 0.0))
            else:
                value = (place, "Uint8" if base == "UType" else base, f.scalar(4, "Int64"))
            if f.scalar(7, "Bool", False):
                value += ("required",)
            facts[f"{name}.{camel(f.string(0))}"] = value
    return facts


def tflite_official():
    spec = importlib.util.find_spec("ai_edge_litert")
    if spec is None:
        stop("No module named 'ai_edge_litert'; pip install --no-deps ai-edge-litert")
    text = (
        pathlib.Path(list(spec.submodule_search_locations)[0]) / "schema_py_generated.py"
    ).read_text()
    facts = {}
    identifiers = set(re.findall(r'BufferHasIdentifier\(buf, offset, b"([^"]*)"', text))
    facts["identifier"] = ", ".join(
        bytes.fromhex(i.replace("\\x", "")).decode() for i in sorted(identifiers)
    )
    unions = set(re.findall(r"^def (\w+)Creator\(unionType, table\):", text, re.M))
    classes = re.split(r"^class (?=\w+\(object\):$)", text, flags=re.M)[1:]
    by_name = {re.match(r"\w+", c).group(): c for c in classes}

    for name, body in by_name.items():
        if "_tab" not in body and "def __init__" not in body:
            members = re.findall(r"^    (\w+) = (-?\d+)$", body, re.M)
            kind = "union" if name in unions else "enum"
            facts[f"{kind} {name}"] = {member: int(value) for member, value in members}
            continue
        start = re.search(
            rf"^def {name}Start\(builder\):\n +builder\.StartObject\((\d+)\)$", body, re.M
        )
        if not start:
            if not name.endswith("T"):
                stop(f"class {name} of the official reader is neither enum, table nor object")
            continue
        creators = dict(re.findall(r"self\.(\w+) = (\w+)Creator\(", by_name.get(name + "T", "")))
        accessors = {}  # by vtable offset, the first is the one that reads the field
        for accessor in re.split(r"^    def ", body, flags=re.M)[1:]:
            offset = re.search(r"_tab\.Offset\((\d+)\)", accessor)
            if offset:
                accessors.setdefault(int(offset.group(1)), accessor)
        seen = set()
        for added, argument, code in re.findall(
            rf"^def {name}Add(\w+)\(builder, (\w+)\):\n +(.+)$", body, re.M
        ):
            scalar = re.fullmatch(rf"builder\.Prepend(\w+)Slot\((\d+), {argument}, (\S+)\)", code)
            reference = re.fullmatch(
                r"builder\.PrependUOffsetTRelativeSlot\((\d+), \S+\(\w+\), 0\)", code
            )
            if scalar:
                kind, place, default = scalar.groups()
                value = (int(place), kind, float(default) if "Float" in kind else int(default))
                # The reading side says the default again.
                returned = re.findall(
                    r"^        return (\S+)$", accessors[4 + 2 * int(place)], re.M
                )
                if {"False": 0.0, "True": 1.0}.get(returned[-1]) is not None:
                    again = returned[-1] == "True"
                else:
                    again = float(returned[-1])
                if again != value[2]:
                    stop(f"{name}.{added}: the official reader has two defaults")
            elif reference:
                place = int(reference.group(1))
                accessor = accessors[4 + 2 * place]
                element = re.search(r"_tab\.Get\(flatbuffers\.number_types\.(\w+)Flags", accessor)
                table = re.search(r"obj = (\w+)\(\)", accessor)
                if "_tab.Union(" in accessor:
                    value = (place, "union", creators.get(argument, "unknown"))
                elif "_tab.Vector(o)" in accessor:
                    value = (
                        place,
                        "vector",
                        element.group(1) if element else table.group(1) if table else "String",
                    )
                elif table:
                    value = (place, "table", table.group(1))
                elif "_tab.String(" in accessor:
                    value = (place, "string")
                else:
                    stop(f"{name}.{added}: the kind of the official field is not understood")
            else:
                stop(f"{name}.{added}: not understood: {code}")
            seen.add(value[0])
            facts[f"table {name}.{added}"] = value
        facts[f"table {name} fields"] = int(start.group(1))
        facts[f"table {name} deprecated"] = sorted(set(range(int(start.group(1)))) - seen)
    return facts


def check_tflite(path, scratch):
    try:
        from importlib.metadata import version

        import flatbuffers.table  # noqa: F401
    except ImportError as error:
        stop(f"{error}; pip install flatbuffers")
    ours, official = tflite_ours(path, scratch), tflite_official()
    lines = differences("tflite", ours, official)
    if not lines:
        kinds = [key.split(" ")[0] for key in ours if " " in key and "." not in key]
        tables = sum(key.startswith("table ") and key.endswith(" fields") for key in ours)
        fields = sum(value for key, value in ours.items() if key.endswith(" fields"))
        unused = sum(len(value) for key, value in ours.items() if key.endswith(" deprecated"))
        values = sum(len(v) for k, v in ours.items() if k.startswith("enum "))
        members = sum(len(v) for k, v in ours.items() if k.startswith("union "))
        print(
            f"tflite: {tables} tables, {fields} fields ({unused} deprecated), "
            f"{kinds.count('enum')} enums, {values} enum values, {kinds.count('union')} unions, "
            f"{members} union members equal to those of ai-edge-litert "
            f"{version('ai-edge-litert')}"
        )
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--onnx", type=pathlib.Path, default=ROOT / "Sources/CProtobuf/onnx.proto")
    parser.add_argument(
        "--tflite", type=pathlib.Path, default=ROOT / "Sources/CFlatBuffers/schema.fbs"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lines = check_onnx(arguments.onnx.resolve(), pathlib.Path(scratch))
        lines += check_tflite(arguments.tflite.resolve(), pathlib.Path(scratch))
    for line in lines:
        print(line)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
