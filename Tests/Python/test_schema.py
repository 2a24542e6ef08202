"""What the package reads of a report is what the report's JSON Schema describes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import iotco2_graph
import pytest
from iotco2_graph import Estimate, _parse
from iotco2_graph._run import run

from fixtures import DEPLOYMENT, DEVICE, DS_CNN, DS_CNN_DYNAMIC

Schema = dict[str, Any]
SCHEMA: Schema = json.loads(run(["schema", "report"]))


def objects(schema: Schema) -> Iterator[Schema]:
    """The kinds of object that a place may hold, references followed."""
    if "$ref" in schema:
        yield from objects(SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")])
    for part in schema.get("anyOf", []):
        yield from objects(part)
    if "properties" in schema or "additionalProperties" in schema:
        yield schema


def inner(schema: Schema, key: str) -> Schema | None:
    """What an object has under a key; None where it can have no such key."""
    for kind in objects(schema):
        if key in kind.get("properties", {}):
            return kind["properties"][key]
        if isinstance(kind.get("additionalProperties"), dict):
            return kind["additionalProperties"]
    return None


class Described(dict):
    """An object of a report of which only described keys can be read.

    A key that is left out is looked for in the schema too, as a wrong name would look like that.
    """

    def __init__(self, raw: dict[str, Any], schema: Schema, path: str, read: set[str]) -> None:
        super().__init__(raw)
        self.schema, self.path, self.was_read = schema, path, read

    def __getitem__(self, key: str) -> Any:
        return self.described(super().__getitem__(key), key)

    def get(self, key: str, default: Any = None) -> Any:
        return self.described(super().get(key, default), key)

    def described(self, value: Any, key: str) -> Any:
        path = f"{self.path}.{key}" if self.path else key
        schema = inner(self.schema, key)
        assert schema is not None, f"the schema has no {path}"
        self.was_read.add(path)
        if isinstance(value, dict):
            return Described(value, schema, path, self.was_read)
        if isinstance(value, list):
            items = schema.get("items", {})
            return [
                Described(item, items, f"{path}[]", self.was_read)
                if isinstance(item, dict)
                else item
                for item in value
            ]
        return value


class Reader:
    """Stands in for the module json."""

    def __init__(self, read: set[str]) -> None:
        self.read = read

    def loads(self, text: str) -> Described:
        return Described(json.loads(text), SCHEMA, "", self.read)


def test_every_key_that_is_read_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    monkeypatch.setattr(_parse, "json", Reader(read))
    iotco2_graph.analyze(DS_CNN, device=DEVICE, deployment=DEPLOYMENT)
    iotco2_graph.analyze(DS_CNN_DYNAMIC, device=DEVICE)
    estimates = {f"estimate.{name}" for name in ("latency", "energy", "carbon.total")}
    estimates |= {f"layers[].{name}" for name in ("time", "energy", "carbon")}
    for estimate in estimates:
        assert {f"{estimate}.{key}" for key in Estimate.__dataclass_fields__} <= read
    assert {"coverage.dynamicDimensions[].name", "device.runtime", "diagnostics[].code"} <= read


def test_the_schema_is_of_the_version_that_is_read() -> None:
    assert SCHEMA["properties"]["schemaVersion"] == {"const": "2.0"}


def test_a_wrong_key_is_found() -> None:
    report = Described({"totals": {"macs": 1}}, SCHEMA, "", set())
    assert report["totals"]["macs"] == 1
    with pytest.raises(AssertionError, match=r"^the schema has no totals\.mac"):
        report["totals"].get("mac")
