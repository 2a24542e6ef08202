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
