#!/usr/bin/env python3
"""Writes the types of a report's JSON into the Python package, from the report's JSON Schema.

  Scripts/python_types.py [--check]

With --check nothing is written; exit status 1 if the file in place is stale.
"""

import json
import keyword
import pathlib
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "Sources/Reports/Schemas/report.json"
TYPES = ROOT / "Python/src/iotco2_graph/schema.py"
WIDTH = 100

HEADER = '''"""The JSON of a report: what ``Report.raw`` holds.

Scripts/python_types.py writes this file from Sources/Reports/Schemas/report.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from typing_extensions import NotRequired
'''
PLAIN = {"integer": "int", "number": "float", "string": "str", "boolean": "bool", "null": "None"}


def camel(key):
    return key[0].upper() + key[1:]


def singular(key):
    return key[:-3] + "y" if key.endswith("ies") else key.removesuffix("s")


def literal(values):
    return f"Literal[{', '.join(json.dumps(value) for value in values)}]"


class Writer:
    """Collects a class for each object of a schema, in front of those that refer to it."""

    def __init__(self, definitions):
        self.definitions = definitions
        self.classes = {}

    def type_of(self, schema, name):
        """The type of a schema's values; ``name`` is that of the class if they are objects."""
        if "$ref" in schema:
            key = schema["$ref"].removeprefix("#/$defs/")
            return self.type_of(self.definitions[key], camel(key))
        if "const" in schema:
            return literal([schema["const"]])
        if "enum" in schema:
            return literal(schema["enum"])
        if "anyOf" in schema:
            return " | ".join(self.type_of(part, name) for part in schema["anyOf"])
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        # Null comes last, as in hand-written types.
        kinds = sorted(kinds, key=lambda kind: kind == "null")
        return " | ".join(self.type_of_kind(kind, schema, name) for kind in kinds)

    def type_of_kind(self, kind, schema, name):
        if kind == "array":
            return f"list[{self.type_of(schema['items'], singular(name))}]"
        if kind != "object":
            return PLAIN[kind]
        if "properties" in schema:
            self.add_class(name, schema)
            return name
        return f"dict[str, {self.type_of(schema['additionalProperties'], singular(name))}]"

    def add_class(self, name, schema):
        if name in self.classes:
            return
        base, text = "TypedDict", []
        if "description" in schema:
            text += [self.docstring(schema["description"]), ""]
        fields = []
        for key, value in sorted(schema["properties"].items()):
            # A class that is referred to is named by itself, and any other by its place.
            kind = self.type_of(value, name + camel(key))
            if keyword.iskeyword(key):
                # Only a call can define such a key, and it needs the type at once.
                assert key in schema["required"] and kind.startswith("Literal"), key
                base = f"_{name}"
                self.classes[base] = self.call(base, key, kind)
                continue
            fields.append(self.field(key, kind, key in schema["required"]))
        self.classes[name] = "\n".join([f"class {name}({base}):", *text, *fields])

    @staticmethod
    def docstring(text):
        if len(text) + 10 <= WIDTH:
            return f'    """{text}"""'
        indent = {"initial_indent": '    """', "subsequent_indent": "    "}
        return textwrap.fill(text, WIDTH, **indent) + '\n    """'

    @staticmethod
    def call(name, key, kind):
        line = f'{name} = TypedDict("{name}", {{"{key}": {kind}}})'
        if len(line) <= WIDTH:
            return line
        inner = f'    "{name}", {{"{key}": {kind}}}'
        return f"{name} = TypedDict(\n{inner}\n)"

    @staticmethod
    def field(key, kind, is_required):
        line = f"    {key}: {kind if is_required else f'NotRequired[{kind}]'}"
        if len(line) <= WIDTH:
            return line
        assert not is_required, line
        return f"    {key}: NotRequired[\n        {kind}\n    ]"


def source():
    schema = json.loads(SCHEMA.read_text())
    writer = Writer(schema["$defs"])
    # Its description is the command's; the module has one of its own.
    writer.type_of({**schema, "description": "The whole report."}, "Report")
    return "\n\n\n".join([HEADER.rstrip("\n"), *writer.classes.values()]) + "\n"


def main():
    if sys.argv[1:] == ["--check"]:
        if not TYPES.is_file() or TYPES.read_text() != source():
            sys.exit(f"{TYPES.relative_to(ROOT)} is stale; run Scripts/python_types.py")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        TYPES.write_text(source())


if __name__ == "__main__":
    main()
