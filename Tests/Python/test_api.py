"""The API: values against known facts, what is unknown, and errors."""

from __future__ import annotations

import json
from pathlib import Path

import iotco2_graph
import pandas
import pytest
from iotco2_graph import Carbon, Estimate, Layer, Report

from fixtures import DEPLOYMENT, DEVICE, DS_CNN, DS_CNN_DYNAMIC, DS_CNN_FLOAT, POLICY

# Inferences per day, without which the carbon of an inference is marginal.
USE = 1000


@pytest.fixture(scope="module")
def report() -> Report:
    return iotco2_graph.analyze(DS_CNN, device=DEVICE, inferences_per_day=USE)


def test_totals_are_the_known_facts(report: Report) -> None:
    totals = report.totals
    assert totals.is_complete
    assert (totals.macs, totals.parameters) == (2_656_768, 22_604)
    assert (totals.weight_bytes, totals.peak_activation_bytes) == (24_368, 16_000)
    assert (totals.arena_bytes, totals.traffic_bytes) == (16_000, 169_022)
    assert totals.other_ops == 152_072
    coverage = report.coverage
    assert (coverage.operators, coverage.operators_costed) == (12, 12)
    assert (coverage.tensors, coverage.tensors_with_shape) == (33, 33)
    assert (coverage.unknown_operators, coverage.dynamic_dimensions) == ({}, ())


def test_estimates_have_unit_interval_provenance_and_sources(report: Report) -> None:
    assert report.carbon is not None
    carbon = report.carbon
    units = {"s": [report.latency], "J": [report.energy]}
    units["gCO2e"] = [carbon.operational, carbon.embodied, carbon.total]
    for unit, estimates in units.items():
        for estimate in estimates:
            assert isinstance(estimate, Estimate)
            assert estimate.unit == unit
            assert 0 < estimate.low < estimate.value < estimate.high
            assert estimate.provenance in {
                "measured",
                "datasheet",
                "literature",
                "derived",
                "recalled",
                "assumed",
            }
            assert set(estimate.sources) <= set(report.raw["sources"])
    assert report.is_complete
    assert carbon.total.value == pytest.approx(carbon.operational.value + carbon.embodied.value)


def test_layers_add_up(report: Report) -> None:
    assert [layer.index for layer in report.layers] == list(range(12))
    assert sum(layer.macs for layer in report.layers) == report.totals.macs
    assert sum(layer.traffic_bytes for layer in report.layers) == report.totals.traffic_bytes
    energy = sum(layer.energy.value for layer in report.layers)
    assert energy == pytest.approx(report.energy.value, rel=0.1)
    first = report.layers[0]
    assert (first.operator, first.precision, first.macs) == ("Conv2D", "int8", 320_000)
    assert (first.repetitions, first.placement, first.bound) == (1, "cpu", "compute")
    assert (first.fused_into, first.folded_as) == (None, None)
    assert (first.time.unit, first.carbon.unit) == ("s", "gCO2e")


def test_identity_and_everything_else(report: Report) -> None:
    assert (report.path, report.format) == (str(DS_CNN), "tflite")
    assert (report.device, report.runtime) == (DEVICE, "x-cube-ai")
    assert report.tool_version == report.raw["tool"]["version"]
    assert report.raw["schemaVersion"] == "2.0"
    note = report.diagnostics[0]
    assert (note.severity, note.code, note.layer) == ("note", "energy-boundary", None)
    assert note.message


def test_metrics_are_flat_and_known(report: Report) -> None:
    metrics = report.metrics()
    assert metrics["macs"] == 2_656_768
    for name, estimate in [("latency{}_s", report.latency), ("energy{}_J", report.energy)]:
        ends = [metrics[name.format(end)] for end in ("", "_low", "_high")]
        assert ends == [estimate.value, estimate.low, estimate.high]
    assert metrics["carbon_gCO2e"] == report.carbon.total.value
    assert "is_complete" not in metrics
    without_device = iotco2_graph.analyze(DS_CNN).metrics()
    assert "macs" in without_device and "latency_s" not in without_device


def test_bytes_are_as_good_as_a_path(report: Report) -> None:
    found = iotco2_graph.analyze(DS_CNN.read_bytes(), device=DEVICE, inferences_per_day=USE)
    assert found.path == "-"
    assert {**found.raw, "model": None} == {**report.raw, "model": None}


def test_what_is_unknown_is_none_until_it_is_bound() -> None:
    open_report = iotco2_graph.analyze(DS_CNN_DYNAMIC, device=DEVICE)
    totals = open_report.totals
    assert not totals.is_complete and not open_report.is_complete
    assert (totals.macs, totals.traffic_bytes, totals.arena_bytes) == (None, None, None)
    assert (open_report.latency, open_report.energy, open_report.carbon) == (None, None, None)
    assert open_report.coverage.dynamic_dimensions == ("batch",)
    layer = next(layer for layer in open_report.layers if layer.operator == "Conv2D")
    assert (layer.macs, layer.time, layer.energy) == (None, None, None)
    frame = open_report.frame()
    assert frame["macs"].isna()[layer.index] and frame["time_s"].isna()[layer.index]

    by_name = iotco2_graph.analyze(DS_CNN_DYNAMIC, bind={"batch": 1})
    by_shape = iotco2_graph.analyze(DS_CNN_DYNAMIC, bind={"input": [1, 1, 49, 10]})
    by_batch = iotco2_graph.analyze(DS_CNN_DYNAMIC, batch=1)
    for bound in (by_name, by_shape, by_batch):
        assert bound.totals.macs == 2_656_768
        # There is no device: nothing can be said of its time.
        assert (bound.device, bound.latency, bound.is_complete) == (None, None, False)


def test_frame_has_a_row_for_each_layer(report: Report) -> None:
    frame = report.frame()
    assert len(frame) == 12
    assert frame["macs"].dtype == pandas.Int64Dtype()
    assert frame["macs"].sum() == 2_656_768
    assert frame["time_s"].tolist() == [layer.time.value for layer in report.layers]
    assert set(Layer.__dataclass_fields__) - {"time", "energy", "carbon"} <= set(frame.columns)
    assert {"energy_J", "energy_low_J", "energy_high_J", "carbon_gCO2e"} <= set(frame.columns)
    parts = frame[["weight_bytes", "read_bytes", "written_bytes"]].sum(axis="columns")
    assert parts.tolist() == frame["traffic_bytes"].tolist()
    assert frame["weight_bytes"].sum() == report.totals.weight_bytes


@pytest.mark.parametrize("model", [DS_CNN, DS_CNN_FLOAT])
def test_short_names_are_those_of_the_tool(model: Path) -> None:
    hotspots = iotco2_graph.hotspots(model, device=DEVICE, top=100)
    frame = iotco2_graph.analyze(model, device=DEVICE).frame()
    assert hotspots.entries
    for entry in hotspots.entries:
        assert frame["name"][entry.layers[0]] == entry.name
    assert frame["full_name"][0].count(";") == 3


def test_deployment_as_a_mapping_is_one_as_a_file(tmp_path: Path) -> None:
    use = {"region": "SE", "lifetimeYears": 5, "inferencesPerDay": 1000}
    file = tmp_path / "use.json"
    file.write_text(json.dumps(use))
    by_mapping = iotco2_graph.analyze(DS_CNN, device=DEVICE, deployment=use)
    by_file = iotco2_graph.analyze(DS_CNN, device=DEVICE, deployment=file)
    by_flags = iotco2_graph.analyze(
        DS_CNN, device=DEVICE, region="SE", lifetime=5, inferences_per_day=1000
    )
    assert by_mapping.carbon == by_file.carbon == by_flags.carbon
    assert isinstance(by_mapping.carbon, Carbon)
    assert iotco2_graph.analyze(DS_CNN, device=DEVICE, deployment=DEPLOYMENT).carbon is not None


def test_flags_reach_the_command(report: Report) -> None:
    dirty = iotco2_graph.analyze(
        DS_CNN,
        device=DEVICE,
        runtime="x-cube-ai",
        intensity=900.5,
        power="mains",
        inferences_per_day=USE,
    )
    assert dirty.raw["estimate"]["carbon"]["intensity"]["value"] == 900.5
    assert dirty.carbon.operational.value > report.carbon.operational.value
    assert iotco2_graph.analyze(DS_CNN, arguments=["--convention=thop"]).raw["convention"]


def test_the_old_name_of_a_runtime_is_deprecated(report: Report) -> None:
    policy = {"rules": [{"metric": "latency", "max": 1}]}
    with pytest.warns(DeprecationWarning, match="stack is called runtime") as warned:
        found = iotco2_graph.analyze(
            DS_CNN, device=DEVICE, stack="x-cube-ai", inferences_per_day=USE
        )
        checked = iotco2_graph.check(DS_CNN, policy, device=DEVICE, stack="x-cube-ai")
    assert [Path(warning.filename) for warning in warned] == [Path(__file__)] * 2
    assert found == report
    assert checked.raw["subjects"][0]["runtime"] == "x-cube-ai"
    with pytest.raises(TypeError, match="old name"):
        iotco2_graph.analyze(DS_CNN, device=DEVICE, runtime="x-cube-ai", stack="x-cube-ai")


def test_defaults_of_the_folder_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".iotco2-graph.yml").write_text(f"device: {DEVICE}\n")
    monkeypatch.chdir(tmp_path)
    assert iotco2_graph.analyze(DS_CNN).device is None


@pytest.mark.parametrize(
    ("content", "fact"),
    [(b"no model at all", "is neither an ONNX nor a TFLite model"), (b"", "is empty")],
)
def test_bytes_that_are_no_model(content: bytes, fact: str) -> None:
    with pytest.raises(iotco2_graph.ModelError, match=f"^standard input: {fact}"):
        iotco2_graph.analyze(content)


def test_inputs_that_are_at_fault() -> None:
    with pytest.raises(iotco2_graph.ModelError, match=r"^none\.onnx: cannot be opened"):
        iotco2_graph.analyze("none.onnx")
    with pytest.raises(iotco2_graph.ModelError, match=r"^-x: cannot be opened"):
        iotco2_graph.analyze("-x")
    with pytest.raises(iotco2_graph.ModelError, match=r"^device 'z80' is not known"):
        iotco2_graph.analyze(DS_CNN, device="z80")
    with pytest.raises(iotco2_graph.ModelError, match=r"deployment\.json:1: .*lifetime"):
        iotco2_graph.analyze(DS_CNN, device=DEVICE, deployment={"lifetime": 4})


def test_a_command_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(iotco2_graph.ToolError, match=r"^/none/report: cannot be written"):
        iotco2_graph.analyze(DS_CNN, arguments=["--output=/none/report"])
    command = tmp_path / "command"
    command.write_text("#!/bin/sh\nkill -KILL $$\n")
    command.chmod(0o755)
    monkeypatch.setenv("IOTCO2_GRAPH", str(command))
    with pytest.raises(iotco2_graph.ToolError, match="ended with -9"):
        iotco2_graph.analyze(DS_CNN)
    monkeypatch.setenv("IOTCO2_GRAPH", "/none/iotco2-graph")
    with pytest.raises(FileNotFoundError, match="/none/iotco2-graph"):
        iotco2_graph.analyze(DS_CNN)


def test_check_with_a_policy_of_a_file() -> None:
    found = iotco2_graph.check(DS_CNN, POLICY)
    assert not found.passed
    assert [verdict.rule for verdict in found.broken] == ["macs of Conv2D <= 2.00 MMAC"]
    macs = found.broken[0]
    assert (macs.model, macs.device, macs.metric) == (str(DS_CNN), DEVICE, "macs")
    assert (macs.outcome, macs.unit, macs.layer) == ("fail", "MAC", None)
    assert macs.message == "2.37 MMAC exceeds 2.00 MMAC"
    energy = next(verdict for verdict in found.verdicts if verdict.metric == "energy")
    assert (energy.outcome, energy.unit) == ("pass", "J")
    assert energy.low < energy.value < energy.high
    # Those of the file, and whether it fits the device.
    assert len(found.verdicts) == 21
    assert sum(verdict.layer is not None for verdict in found.verdicts) == 12
    assert found.text.endswith("1 of 21 checks failed\n")
    assert found.raw["brokenRules"] == 1


def test_check_with_a_policy_of_a_mapping() -> None:
    rules = [{"metric": "trafficBytes", "max": 169_022}, {"metric": "latency", "max": 1}]
    policy = {"rules": rules}
    found = iotco2_graph.check([DS_CNN, str(DS_CNN)], policy, device=[DEVICE, "rp2040"])
    assert found.passed and not found.broken
    # Two rules, and whether it fits.
    assert [verdict.device for verdict in found.verdicts[::3]] == [DEVICE] * 2 + ["rp2040"] * 2
    unknown = iotco2_graph.check(DS_CNN, policy)
    assert [(verdict.outcome, verdict.value) for verdict in unknown.broken] == [("unknown", None)]
    elsewhere = {"rules": [{"metric": "macs", "max": 0, "models": ["other.onnx"]}]}
    assert iotco2_graph.check(DS_CNN.read_bytes(), elsewhere).unused_rules == ("macs <= 0 MAC",)


def test_check_with_a_baseline(report: Report, tmp_path: Path) -> None:
    policy = {"rules": [{"metric": "energy", "maxIncreasePercent": 0}]}
    file = tmp_path / "baseline.json"
    file.write_text(json.dumps(report.raw))
    for baseline in (report, file):
        found = iotco2_graph.check(DS_CNN, policy, device=DEVICE, baseline=baseline)
        assert found.passed
        assert found.verdicts[0].baseline == report.energy.value


def test_check_of_what_is_at_fault() -> None:
    with pytest.raises(iotco2_graph.ModelError, match=r"policy\.json:1: .*'speed'$"):
        iotco2_graph.check(DS_CNN, {"rules": [{"metric": "speed", "max": 1}]})
