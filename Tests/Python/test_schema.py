"""The types of a report's JSON, which are generated from its JSON Schema.

The type checker compares the names that the package reads with these types; see run.sh.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from iotco2_graph import Report, schema
from iotco2_graph._run import run

from fixtures import ROOT

SCHEMA: dict[str, Any] = json.loads(run(["schema", "report"]))


def test_the_types_are_current() -> None:
    subprocess.run([sys.executable, ROOT / "Scripts/python_types.py", "--check"], check=True)


def test_every_key_of_the_schema_has_a_type() -> None:
    classes = {"Report": SCHEMA, "ReportTotals": SCHEMA["properties"]["totals"]}
    classes["ReportDevice"] = SCHEMA["properties"]["device"]
    classes["Estimate"] = SCHEMA["$defs"]["estimate"]
    for name, described in classes.items():
        kind = getattr(schema, name)
        keys = {key for base in kind.__mro__ for key in getattr(base, "__annotations__", {})}
        assert keys == set(described["properties"]), name


def test_the_schema_is_of_the_version_that_is_read() -> None:
    assert SCHEMA["properties"]["schemaVersion"] == {"const": "2.0"}


def test_a_wrong_key_is_an_error_of_the_type_checker(tmp_path) -> None:
    def errors(key: str) -> str:
        file = tmp_path / "reader.py"
        file.write_text(
            "from iotco2_graph import schema\n"
            "def macs(raw: schema.Report) -> int | None:\n"
            f"    return raw['totals']['{key}']\n"
        )
        command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "mypy", file]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path).stdout

    assert "Success" in errors("macs")
    assert 'has no key "mac"' in errors("mac")
    assert Report.__annotations__["raw"] == "schema.Report"
