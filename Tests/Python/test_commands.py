"""The functions beside ``analyze`` and ``check``: facts of each, and arguments that are no good."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import iotco2_graph
import numpy
import pandas
import pytest
from iotco2_graph import Estimate, Options

from fixtures import DEVICE, DS_CNN, DS_CNN_DYNAMIC, DS_CNN_FLOAT, MARIAN

ON_MODELS = ("analyze", "footprint", "compare", "hotspots", "diff", "check")


def test_footprint() -> None:
    found = iotco2_graph.footprint(
        DS_CNN, device=DEVICE, region="DE", inferences_per_day=1000, what_if=["lifetime=10"]
    )
    assert (found.model, found.device, found.runtime) == (str(DS_CNN), DEVICE, "x-cube-ai")
    for estimate in (found.latency, found.energy, found.energy_from_supply, found.carbon.total):
        assert isinstance(estimate, Estimate)
    assert found.intensity.unit == "gCO2e/kWh"
    assert found.lifetime.value > found.embodied.value > 0
    (longer,) = found.what_if
    assert (longer.change, longer.lifetime.unit) == ("lifetime=10", "gCO2e")
    assert longer.per_inference.value < found.carbon.total.value
    frame = found.frame()
    assert frame["carbon_gCO2e"].sum() == pytest.approx(found.embodied.value)
    assert {"processing", "assembly"} <= set(frame["block"])


def test_compare() -> None:
    found = iotco2_graph.compare(
        [DS_CNN, str(DS_CNN_FLOAT)], device=[DEVICE, "rp2040"], by="latency"
    )
    latencies = [row.latency.value for row in found.rows]
    assert len(latencies) == 4 and latencies == sorted(latencies)
    assert found.ordered_by == "latency"
    assert [(row.model, row.device) for row in found.pareto_front] == [(str(DS_CNN), DEVICE)]
    assert all(row.fits and row.is_complete for row in found.rows)
    frame = found.frame()
    assert frame["fits"].dtype == pandas.BooleanDtype()
    assert frame["latency_s"].tolist() == latencies


def test_hotspots() -> None:
    found = iotco2_graph.hotspots(DS_CNN_FLOAT, device=DEVICE, by="latency", group="operator")
    assert (found.metric, found.unit) == ("latency", "s")
    assert found.entries[0].name == "Conv2D"
    assert sum(entry.share for entry in found.entries) == pytest.approx(1)
    saving = next(item for item in found.suggestions if item.rule == "float-model").savings
    assert 0 < saving["latency"].low <= saving["latency"].value <= saving["latency"].high < 1
    assert found.frame()["share"].tolist() == [entry.share for entry in found.entries]
    assert len(iotco2_graph.hotspots(DS_CNN, by="macs", top=2).entries) == 2


@pytest.mark.parametrize("text", ["prompt=16,tokens=4", {"prompt": 16, "tokens": 4}])
def test_a_text(text: str | Mapping[str, int]) -> None:
    report = iotco2_graph.analyze(MARIAN, device="raspberry-pi-5", generate=text)
    found = report.generation
    assert (found.prompt, found.tokens, found.batch) == (16, 4, 1)
    # Four positions of one block, with two heads of eight numbers for keys and for values.
    assert found.cache_bytes == 4 * 2 * 2 * 8 * 4
    speed = found.tokens_per_second
    assert 0 < speed.low <= speed.value <= speed.high
    assert speed.value == pytest.approx(1 / found.latency_per_token.value)
    metrics = report.metrics()
    assert metrics["first_token_s"] == found.first_token.value
    assert metrics["tokens_per_second"] == speed.value
    assert iotco2_graph.analyze(DS_CNN).generation is None


def test_savings_of_a_text() -> None:
    found = iotco2_graph.hotspots(MARIAN, device="raspberry-pi-5", generate="prompt=16,tokens=4")
    assert {"encoder", "attention", "feed-forward", "head"} <= {role.name for role in found.roles}
    assert sum(role.prompt_macs_share for role in found.roles) == pytest.approx(1)
    assert sum(role.token_time_share for role in found.roles) == pytest.approx(1)
    saved = found.suggestions[0].text
    assert 0 <= saved.latency.low <= saved.latency.value <= saved.latency.high
    assert saved.tokens_per_second.value > 0
    assert all(item.text is None for item in iotco2_graph.hotspots(DS_CNN).suggestions)


def test_diff() -> None:
    found = iotco2_graph.diff(DS_CNN_FLOAT, DS_CNN.read_bytes(), device=DEVICE)
    assert (found.old, found.new) == (str(DS_CNN_FLOAT), "-")
    totals = {total.name: total for total in found.totals}
    assert totals["MACs"].old == totals["MACs"].new == 2_656_768
    weights = totals["weights stored"]
    assert (weights.unit, weights.change) == ("B", pytest.approx(24_368 / 90_416 - 1))
    assert totals["energy"].change < 0
    assert found.same_layers + found.changed_layers == 12
    assert (found.removed_layers, found.added_layers) == (0, 0)
    assert all("unlike every measured network" in warning for warning in found.warnings)
    assert found.frame()["name"].tolist() == list(totals)


@pytest.mark.parametrize(
    ("catalog", "identifier", "facts"),
    [
        (iotco2_graph.devices, DEVICE, {"class": "microcontroller", "product": "nucleo-l4r5zi"}),
        (iotco2_graph.regions, "DE", {"name": "Germany", "alias": "DEU"}),
        (iotco2_graph.products, "pico", {"method": "billOfMaterials"}),
    ],
)
def test_catalogs(catalog: Callable[[], Any], identifier: str, facts: dict[str, str]) -> None:
    found = catalog()
    assert identifier in found and "none" not in found
    assert {**found[identifier], **facts} == found[identifier]
    frame = found.frame()
    assert len(found) == len(frame) == len(list(found)) > 40
    assert frame.columns[0] == found.key and identifier in set(frame[found.key])


@pytest.mark.parametrize(
    ("device", "batch", "fits"),
    [
        ("esp32", 1, True),
        ("esp32", 100, False),
        ("raspberry-pi-4", 100, True),
        ("esp32", None, None),
        (None, 1, None),
    ],
)
def test_fits(device: str | None, batch: int | None, fits: bool | None) -> None:
    assert iotco2_graph.analyze(DS_CNN_DYNAMIC, device=device, batch=batch).fits is fits


ANALYZE, CHECK = iotco2_graph.analyze, iotco2_graph.check


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ANALYZE(3), "model: expected a path or the bytes of a model, found int 3"),
        (lambda: ANALYZE([DS_CNN]), "model: expected a path or the bytes of a model, found list"),
        (lambda: ANALYZE(None), "model: expected a path or the bytes of a model, found NoneType"),
        (lambda: ANALYZE(DS_CNN, device=["a"]), "device: expected the identifier of a device or"),
        (lambda: ANALYZE(DS_CNN, regoin="DE"), "has no argument 'regoin'; did you mean 'region'?"),
        (lambda: ANALYZE(DS_CNN, colour="red"), "analyze() has no argument 'colour'"),
        (lambda: ANALYZE(DS_CNN, region=49), "region: expected the code or name of a region"),
        (
            lambda: ANALYZE(DS_CNN, lifetime=True),
            "lifetime: expected a number of years, found bool",
        ),
        (lambda: ANALYZE(DS_CNN, lifetime=[4]), "lifetime: expected a number of years, found list"),
        (lambda: ANALYZE(DS_CNN, batch=1.5), "batch: expected a whole number, found float 1.5"),
        (lambda: ANALYZE(DS_CNN, bind=[1]), "bind: expected a mapping of names to sizes or shapes"),
        (lambda: ANALYZE(DS_CNN, bind={"n": "x"}), "bind['n']: expected a size or a sequence of"),
        (lambda: ANALYZE(DS_CNN, deployment=4), "deployment: expected a path or a mapping of a"),
        (lambda: ANALYZE(DS_CNN, arguments="--strict"), "arguments: expected a sequence of flags"),
        (lambda: CHECK(DS_CNN, [{}]), "policy: expected a path or a mapping of rules, found list"),
        (lambda: CHECK([DS_CNN, 1], {}), "models: expected a path, several, or the bytes of a"),
        (lambda: CHECK([[DS_CNN]], {}), "models: expected a path, several, or the bytes of a"),
        (lambda: CHECK(DS_CNN, {}, baseline=1), "baseline: expected a path or a report of analyze"),
        (
            lambda: iotco2_graph.compare(DS_CNN, device=None),
            "device: expected the identifier of a device or a path, or several, found NoneType",
        ),
        (
            lambda: iotco2_graph.footprint(DS_CNN, device=DEVICE, what_if={"lifetime": 10}),
            "what_if: expected a text such as 'lifetime=10', or several, found dict",
        ),
        (
            lambda: iotco2_graph.hotspots(DS_CNN, top="ten"),
            "top: expected a whole number, found str",
        ),
        (lambda: iotco2_graph.diff(b"", b""), "only one model can be bytes"),
    ],
)
def test_arguments_of_a_wrong_type(call: Callable[[], object], message: str) -> None:
    with pytest.raises(TypeError) as raised:
        call()
    assert message in str(raised.value)


def test_numbers_of_numpy_are_numbers() -> None:
    found = iotco2_graph.analyze(
        DS_CNN_DYNAMIC, device=DEVICE, batch=numpy.int64(1), lifetime=numpy.float32(5)
    )
    assert found.totals.macs == 2_656_768
    shape = numpy.empty((1, 1, 49, 10)).shape
    assert iotco2_graph.analyze(DS_CNN_DYNAMIC, bind={"input": shape}).totals.macs == 2_656_768


@pytest.mark.parametrize("name", ON_MODELS)
def test_signatures_name_the_shared_arguments(name: str) -> None:
    names = list(inspect.signature(getattr(iotco2_graph, name)).parameters)
    assert names[-len(Options.__annotations__) :] == list(Options.__annotations__)
    assert "options" not in names
