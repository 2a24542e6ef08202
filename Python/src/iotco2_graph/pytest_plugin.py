"""Budgets of models in tests: the fixture ``model_budget``.

The device of all budgets is ``--iotco2-device`` or, in pytest's settings, ``iotco2_device``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Union

import pytest

from ._check import CheckReport
from ._commands import check
from ._options import Document, File, Model
from ._report import Report

Limit = Union[float, str, Mapping[str, Any]]
"""The most that it may be, as a number in the metric's unit or a text such as ``5 mJ``; or the keys
of a policy's rule, such as ``{"min": "100 %"}``."""


class ModelBudget:
    """Fails the test that calls it where a model does not keep to its limits."""

    def __init__(self, device: str | None) -> None:
        self.device = device

    def __call__(
        self,
        models: Model | Sequence[File],
        limits: Mapping[str, Limit] | None = None,
        *,
        policy: Document | None = None,
        device: File | Sequence[File] | None = None,
        baseline: File | Report | None = None,
        **options: Any,
    ) -> CheckReport:
        """Holds models against limits by metric, or against a policy.

        A device that is given here wins over that of pytest's settings, and that over those of the
        policy. ``options`` are further arguments of ``iotco2_graph.check``, which has the errors.
        """
        __tracebackhide__ = True
        if (limits is None) == (policy is None):
            raise TypeError("model_budget takes either limits or a policy")
        report = check(
            models,
            _policy(limits) if policy is None else policy,
            device=device or self.device,
            baseline=baseline,
            **options,
        )
        if not report.passed:
            pytest.fail(report.text, pytrace=False)
        return report


def _policy(limits: Mapping[str, Limit] | None) -> dict[str, Any]:
    return {
        "rules": [
            {"metric": metric, **(limit if isinstance(limit, Mapping) else {"max": limit})}
            for metric, limit in (limits or {}).items()
        ]
    }


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "device of model budgets: an identifier of 'iotco2-graph devices' or a profile's file"
    parser.getgroup("iotco2-graph").addoption("--iotco2-device", help=text)
    parser.addini("iotco2_device", help=text)


@pytest.fixture(scope="session")
def model_budget(pytestconfig: pytest.Config) -> ModelBudget:
    """Holds a model against limits: ``model_budget("kws.tflite", {"latency": "100 ms"})``."""
    device = pytestconfig.getoption("iotco2_device") or pytestconfig.getini("iotco2_device")
    return ModelBudget(device or None)
