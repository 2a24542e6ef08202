"""What results show of themselves, in a terminal and in a notebook."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser

import iotco2_graph
import pytest
from iotco2_graph import Estimate
from iotco2_graph._estimate import quantity

from fixtures import DEVICE, DS_CNN, DS_CNN_DYNAMIC, DS_CNN_FLOAT, POLICY


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0741, "s", "74.1 ms"),
        (12.34, "s", "12.3 s"),
        (0.9999, "J", "1.00 J"),
        (9.996e-4, "J", "1.00 mJ"),
        (3.2e-12, "gCO2e", "0.00320 ngCO2e"),
        (2996.0, "gCO2e", "3.00 kgCO2e"),
        (20.8e6, "gCO2e", "20.8 tCO2e"),
        (330.0, "gCO2e/kWh", "330 gCO2e/kWh"),
        (512, "B", "512 B"),
        (16_000, "B", "15.6 KiB"),
        (2 << 20, "B", "2.00 MiB"),
        (2_656_768, "", "2.66 M"),
        (0, "", "0"),
        (0.0, "J", "0 J"),
        (None, "s", "unknown"),
    ],
)
def test_quantities(value: float | None, unit: str, text: str) -> None:
    assert quantity(value, unit) == text


def test_estimates() -> None:
    known = Estimate(0.0741, 0.0532, 0.1, "s", "derived", ())
    assert str(known) == "74.1 ms (53.2 ms to 100 ms)"
    # A lower bound has no other end.
    assert str(dataclasses.replace(known, high=None)) == "at least 74.1 ms"


RESULTS = {
    "analyze": lambda: iotco2_graph.analyze(DS_CNN, device=DEVICE),
    "analyze without device": lambda: iotco2_graph.analyze(DS_CNN),
    "dynamic": lambda: iotco2_graph.analyze(DS_CNN_DYNAMIC, device="esp32"),
    "footprint": lambda: iotco2_graph.footprint(DS_CNN, device=DEVICE, inferences_per_day=1000),
    "compare": lambda: iotco2_graph.compare([DS_CNN, DS_CNN_FLOAT], device=DEVICE),
    "hotspots": lambda: iotco2_graph.hotspots(DS_CNN_FLOAT, device=DEVICE),
    "diff": lambda: iotco2_graph.diff(DS_CNN_FLOAT, DS_CNN),
    "check": lambda: iotco2_graph.check(DS_CNN, POLICY),
    "devices": iotco2_graph.devices,
    "regions": iotco2_graph.regions,
    "products": iotco2_graph.products,
}


@pytest.mark.parametrize("name", RESULTS)
def test_every_result_shows_itself(name: str) -> None:
    found = RESULTS[name]()
    lines = str(found).splitlines()
    assert len(lines) > 1 and all(line == line.rstrip() for line in lines)
    assert "Estimate(" not in str(found)
    if name not in ("check", "regions", "products", "devices"):
        assert len(lines) <= 24
    page = Page(found._repr_html_())
    assert page.open == [] and not page.tags & {"script", "link", "img", "style", "iframe"}
    for line in found.summary().title.splitlines():
        assert line in page.text


def test_a_report_answers_first() -> None:
    lines = str(RESULTS["analyze"]()).splitlines()
    assert lines[0] == f"ds_cnn_int8.tflite (tflite) on {DEVICE}, x-cube-ai"
    assert lines[1].startswith("fits: weights 23.8 KiB of 2.00 MiB (1.2 %), activations ")
    assert lines[2].split()[:3] == ["latency", "43.7", "ms"]
    dynamic = str(RESULTS["dynamic"]())
    assert "not known to fit" in dynamic and "MACs     unknown" in dynamic
    assert "warning: " in dynamic


def test_a_failure_is_marked() -> None:
    assert "color:" in iotco2_graph.check(DS_CNN, POLICY)._repr_html_()
    assert "color:" not in RESULTS["analyze"]()._repr_html_()


def test_names_of_a_model_are_no_markup(tmp_path) -> None:
    file = tmp_path / "<b>&.tflite"
    file.write_bytes(DS_CNN.read_bytes())
    text = iotco2_graph.analyze(file)._repr_html_()
    assert "&lt;b&gt;&amp;.tflite" in text and "<b>" not in text


class Page(HTMLParser):
    """Text, names of elements, and elements that are not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
