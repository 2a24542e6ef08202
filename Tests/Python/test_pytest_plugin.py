"""The fixture model_budget in test runs of its own."""

from __future__ import annotations

import pytest

from fixtures import DEVICE, DS_CNN, POLICY

pytest_plugins = "pytester"


def test_budgets_that_hold(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"""
        from iotco2_graph.pytest_plugin import ModelBudget

        def test_limits(model_budget: ModelBudget) -> None:
            limits = {{"latency": "150 ms", "energy": 0.005, "coverage": {{"min": "100 %"}}}}
            report = model_budget({str(DS_CNN)!r}, limits, device="{DEVICE}")
            metrics = [verdict.metric for verdict in report.verdicts]
            assert metrics == [*limits, "memoryShare"]

        def test_policy(model_budget: ModelBudget) -> None:
            policy = {{"rules": [{{"metric": "macs", "max": "3 M"}}]}}
            assert model_budget({str(DS_CNN)!r}, policy=policy).verdicts[0].device is None
    """)
    pytester.runpytest().assert_outcomes(passed=2)


def test_a_broken_budget_fails_with_the_tools_report(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"""
        def test_limits(model_budget):
            model_budget({str(DS_CNN)!r}, {{"energy": "1 mJ", "macs": "3 M"}}, device="{DEVICE}")

        def test_policy(model_budget):
            model_budget({str(DS_CNN)!r}, policy={str(POLICY)!r})
    """)
    result = pytester.runpytest()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            f"*ds_cnn_int8.tflite on {DEVICE}",
            "*FAIL  energy <= 1 mJ*1.89 mJ*",
            "*1.89 mJ exceeds 1 mJ",
            "*PASS  macs <= 3.00 MMAC*",
            "*1 of 3 checks failed",
            "*keyword_spotter.yaml: 1 of 21 checks failed",
        ]
    )
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_the_device_of_all_budgets(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\niotco2_device = rp2040")
    pytester.makepyfile(f"""
        def device(model_budget, **options):
            limits = {{"latency": 10}}
            return model_budget({str(DS_CNN)!r}, limits, **options).verdicts[0].device

        def test_default(model_budget, pytestconfig):
            assert device(model_budget) == (pytestconfig.getoption("iotco2_device") or "rp2040")

        def test_own(model_budget):
            assert device(model_budget, device="{DEVICE}") == "{DEVICE}"
    """)
    pytester.runpytest().assert_outcomes(passed=2)
    pytester.runpytest("--iotco2-device=nrf52840").assert_outcomes(passed=2)


def test_budgets_that_are_at_fault(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"""
        import iotco2_graph
        import pytest

        def test_nothing_to_hold(model_budget):
            with pytest.raises(TypeError, match="either limits or a policy"):
                model_budget({str(DS_CNN)!r})

        def test_no_model(model_budget):
            with pytest.raises(iotco2_graph.ModelError, match="is empty"):
                model_budget(b"", {{"macs": 1}})
    """)
    pytester.runpytest().assert_outcomes(passed=2)
