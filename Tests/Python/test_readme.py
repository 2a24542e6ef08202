"""The examples of the package's README give what it says."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from fixtures import ROOT

pytest_plugins = "pytester"
USE, BUDGET = re.findall(
    r"```python\n(.*?)```\n\n```text\n(.*?)```",
    (ROOT / "Python" / "README.md").read_text(),
    re.DOTALL,
)


def test_use() -> None:
    program, text = USE
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout == text


def test_budget(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    program, text = BUDGET
    file = pytester.makepyfile(program)
    monkeypatch.chdir(ROOT)
    result = pytester.runpytest("-p", "no:cacheprovider", file)
    result.assert_outcomes(failed=1)
    assert text in result.stdout.str()


def test_speed_is_that_of_the_measurements() -> None:
    """The table of the project's README has rows of docs/performance.md."""
    measured = {}
    for line in (ROOT / "docs/performance.md").read_text().splitlines():
        row = [cell.strip() for cell in line.strip("|").split("|")]
        if len(row) == 10:
            # Wall time and peak memory, each behind that of the base.
            measured[row[0]] = [row[2], row[8]]
    readme = (ROOT / "README.md").read_text()
    table = re.search(r"<!-- speed -->\n(.*?)<!-- end -->", readme, re.DOTALL)[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    assert len(rows) > 4
    for case, *numbers in rows[2:]:
        assert numbers == measured[case], case
