"""Uses the page of `analyze` in headless Chromium as a reader would."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

import onnx_files
from pages import SHOTS, page


def analysis(folder: Path, model: str | Path, *arguments: str) -> Path:
    return page(folder / "page.html", "analyze", model, *arguments)


def column(browser, title: str) -> list[str]:
    heads = [head.text for head in browser.find_elements(By.CSS_SELECTOR, "#table th")]
    place = next(index for index, head in enumerate(heads) if head.startswith(title))
    cells = browser.find_elements(By.CSS_SELECTOR, f"#table tbody td:nth-child({place + 1})")
    return [cell.text for cell in cells]


def sort_by(browser, title: str) -> None:
    for button in browser.find_elements(By.CSS_SELECTOR, "#table th button"):
        if button.text == title:
            button.click()
            return
    raise AssertionError(f"no column {title}")


def percent(text: str) -> float:
    return float(text.removesuffix(" %"))


def choose(browser, identifier: str, value: str) -> None:
    Select(browser.find_element(By.ID, identifier)).select_by_value(value)


def chosen_title(browser) -> str:
    return browser.find_element(By.CSS_SELECTOR, "#details h3").text


def test_tiles_have_intervals(opened):
    tiles = {
        tile.find_element(By.TAG_NAME, "h2").text: tile.text
        for tile in opened.find_elements(By.CSS_SELECTOR, ".tiles > div")
    }
    for name, unit in [("Latency", "s"), ("Energy", "J"), ("Carbon of 4 years", "gCO2e")]:
        assert re.search(rf"[\d.]+ \w*{unit} to [\d.]+ \w*{unit}", tiles[name]), tiles[name]


def test_the_verdict_is_first(opened):
    verdict = opened.find_element(By.CSS_SELECTOR, ".verdict")
    assert verdict.text.startswith("fits") and "GiB" in verdict.text
    assert verdict.location["y"] < 300


def test_what_does_not_fit_is_said_first(browser, tmp_path):
    browser.open(analysis(tmp_path, "Fixtures/onnx/mobilenet_like.onnx", "--device", "rp2040"))
    verdict = browser.find_element(By.CSS_SELECTOR, ".verdict.bad").text
    assert verdict.startswith("does not fit RAM 300 KiB of 264 KiB (114 %)")
    assert browser.find_element(By.CSS_SELECTOR, ".warnings").is_displayed()


def test_contents_lead_to_every_section(opened):
    links = [link.text for link in opened.find_elements(By.CSS_SELECTOR, "nav a")]
    heads = [head.text for head in opened.find_elements(By.CSS_SELECTOR, "main section > h2")]
    assert links == [head for head in heads if head != "Warnings"] and len(links) >= 8


def test_the_foot_says_how_it_was_made(opened):
    foot = opened.find_element(By.TAG_NAME, "footer").text
    assert "2026-01-01T00:00:00Z" in foot and "iotco2-graph analyze" in foot
    assert "--device coral-edge-tpu" in foot


def show_all_layers(browser) -> None:
    browser.find_element(By.ID, "zero").click()
    if browser.find_element(By.ID, "more").is_displayed():
        browser.find_element(By.ID, "more").click()


def test_layers_with_a_cost_come_first(opened):
    shares = [percent(text) for text in column(opened, "share")]
    assert shares == sorted(shares, reverse=True) and 0 < len(shares) < 70
    show_all_layers(opened)
    assert len(column(opened, "#")) == 70


def test_sorting(opened):
    show_all_layers(opened)
    sort_by(opened, "share of energy")
    shares = [percent(text) for text in column(opened, "share")]
    assert shares == sorted(shares)
    head = opened.find_element(By.CSS_SELECTOR, "th[aria-sort]")
    assert head.get_attribute("aria-sort") == "ascending" and head.text.startswith("share")
    sort_by(opened, "#")
    assert column(opened, "#") == [str(index) for index in reversed(range(70))]


def test_filters(opened):
    show_all_layers(opened)
    choose(opened, "operator", "Conv2D")
    operators = set(column(opened, "operator"))
    assert len(operators) == 1
    some = len(column(opened, "#"))
    assert f"{some} of 70 layers" in opened.find_element(By.ID, "count").text
    choose(opened, "operator", "")
    opened.find_element(By.ID, "find").send_keys("SOFTMAX")
    assert set(column(opened, "operator")) <= {
        "Softmax",
        "QuantizeLinear",
        "Quantize",
        "Dequantize",
    }
    assert 0 < len(column(opened, "#")) < some
    opened.find_element(By.ID, "find").send_keys(Keys.CONTROL, "a", Keys.BACKSPACE)
    opened.find_element(By.ID, "zero").click()
    assert all(text != "-" for text in column(opened, "energy"))


# MARK: Costs by module


def tree(browser) -> list[list[str]]:
    rows = browser.find_elements(By.CSS_SELECTOR, "#tree tbody tr")
    return [[cell.text for cell in row.find_elements(By.TAG_NAME, "td")] for row in rows]


def test_costs_are_by_module(opened):
    opened.find_element(By.ID, "close").click()
    rows = tree(opened)
    assert any(row[0].startswith("▸") for row in rows)
    shares = [percent(row[2]) for row in rows[:-1]]
    assert shares == sorted(shares, reverse=True)
    # With what is in no layer they are all of it.
    assert rows[-1][0] == "per inference, in no layer"
    assert abs(sum(percent(row[2]) for row in rows) - 100) < 1
    module = opened.find_element(By.CSS_SELECTOR, "#tree tr.group button")
    module.send_keys(Keys.ENTER)
    assert len(tree(opened)) > len(rows)
    assert opened.switch_to.active_element.get_attribute("aria-expanded") == "true"


def test_one_chart_shows_all_metrics(opened):
    seen = set()
    for name in ["energy", "time", "carbon", "macs", "traffic"]:
        opened.find_element(By.CSS_SELECTOR, f"#metric input[value={name}]").click()
        seen.add(tree(opened)[0][1])
    assert len(seen) == 5
    choose(opened, "order", "execution")
    opened.find_element(By.ID, "close").click()
    assert "input_QuantizeLinear" in tree(opened)[0][0]


def test_a_click_in_the_table_shows_the_layer(opened):
    sort_by(opened, "share of energy")
    first = opened.find_element(By.CSS_SELECTOR, "#table tbody button")
    number = first.text
    first.click()
    assert chosen_title(opened).startswith(f"{number} ")
    terms = [term.text for term in opened.find_elements(By.CSS_SELECTOR, "#details dt")]
    assert {"operator", "time", "energy", "reads", "makes"} <= set(terms)
    assert in_sight(opened, "#graph .chosen")


# MARK: Graph


def in_sight(browser, selector: str) -> bool:
    return browser.execute_script(
        """
      const frame = document.getElementById('graph').getBoundingClientRect();
      const box = document.querySelector(arguments[0]).getBoundingClientRect();
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      return x > frame.left && x < frame.right && y > frame.top && y < frame.bottom;
    """,
        selector,
    )


def view(browser) -> list[float]:
    graph = browser.find_element(By.ID, "graph")
    return [float(number) for number in graph.get_dom_attribute("viewBox").split()]


def test_the_graph_starts_at_the_costliest(opened):
    sort_by(opened, "#")
    sort_by(opened, "share of energy")
    costliest = column(opened, "#")[0]
    texts = [text.text for text in opened.find_elements(By.CSS_SELECTOR, "#graph .first")]
    assert any(text.startswith(f"{costliest} ") for text in texts)


def test_the_graph_zooms_and_pans(opened):
    graph = opened.find_element(By.ID, "graph")
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", graph)
    before = view(opened)
    opened.find_element(By.ID, "in").click()
    zoomed = view(opened)
    assert zoomed[2] < before[2]
    ActionChains(opened).drag_and_drop_by_offset(graph, 0, 60).perform()
    panned = view(opened)
    assert panned[1] < zoomed[1] and panned[2] == zoomed[2]
    # It cannot be lost: however far it is moved, some of it stays.
    for _ in range(8):
        ActionChains(opened).drag_and_drop_by_offset(graph, 300, 250).perform()
    opened.find_element(By.ID, "fit").click()
    assert in_sight(opened, "#graph .box")


def test_modules_open_and_close(opened):
    graph = opened.find_element(By.ID, "graph")
    opened.find_element(By.ID, "fold").click()
    closed = len(opened.find_elements(By.CSS_SELECTOR, "#graph .box"))
    assert opened.find_elements(By.CSS_SELECTOR, "#graph .open") == []
    module = opened.find_element(By.CSS_SELECTOR, "#graph .module")
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", graph)
    ActionChains(opened).move_to_element(module).click().perform()
    assert len(opened.find_elements(By.CSS_SELECTOR, "#graph .box")) > closed
    assert "layers" in [term.text for term in opened.find_elements(By.CSS_SELECTOR, "#details dt")]
    # The module is chosen: Enter closes it again.
    graph.send_keys(Keys.ENTER)
    assert len(opened.find_elements(By.CSS_SELECTOR, "#graph .box")) == closed


def test_the_graph_is_used_by_keyboard(opened):
    graph = opened.find_element(By.ID, "graph")
    titles = []
    for key in [Keys.HOME, Keys.ARROW_DOWN, Keys.END]:
        graph.send_keys(key)
        titles.append(chosen_title(opened))
        assert in_sight(opened, "#graph .chosen")
    assert len(set(titles)) == 3
    opened.save_screenshot(str(SHOTS / "graph.png"))
    for colour in ["unit", "operator", "energy", "time", "MACs", "memory traffic"]:
        choose(opened, "colour", colour)
        assert opened.find_element(By.ID, "legend").text


def drawn(browser, boxes: int, pairs: list[list[int]], **size: int) -> dict:
    """What the page's layout makes of a graph of equal boxes."""
    return browser.execute_script(
        """
      const boxes = [...Array(arguments[0])].map(() => ({ width: 100, height: 40 }));
      return layered(boxes, arguments[1]);
    """,
        boxes,
        pairs,
    )


def overlap(one: dict, other: dict) -> bool:
    return abs(one["x"] - other["x"]) < 100 and abs(one["y"] - other["y"]) < 40


@pytest.mark.parametrize(
    "boxes, pairs",
    [
        (0, []),
        (1, []),
        (4, [[0, 1], [1, 2], [2, 3], [0, 3]]),
        (5, [[0, 1], [1, 0], [0, 0], [0, 1], [3, 2]]),
        (60, [[index, index + 1] for index in range(59)]),
        (13, [[0, n] for n in range(1, 9)] + [[n, 9] for n in range(1, 9)] + [[10, 12], [9, 12]]),
    ],
    ids=["nothing", "one", "skip", "loop", "chain", "branches"],
)
def test_layout(opened, boxes, pairs):
    """Boxes do not overlap and lie inside, each edge goes from one to another."""
    found = drawn(opened, boxes, pairs)
    places = found["places"]
    for index, one in enumerate(places):
        assert -0.01 <= one["x"] <= found["width"] - 99.9
        assert -0.01 <= one["y"] <= found["height"] - 39.9
        assert not any(overlap(one, other) for other in places[index + 1 :])
    for line in found["lines"]:
        (x, y), start = line["points"][0], places[line["from"]]
        assert abs(x - start["x"] - 50) < 0.01 and abs(y - start["y"] - 40) < 0.01
        (x, y), end = line["points"][-1], places[line["to"]]
        assert abs(x - end["x"] - 50) < 0.01 and abs(y - end["y"]) < 0.01
    if boxes == 60:
        # A chain is folded into columns: it is wider than high.
        assert found["width"] > found["height"]


def test_advice_leads_to_its_layers(opened):
    button = opened.find_element(By.CSS_SELECTOR, ".advice button.layer")
    number = button.text
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()
    assert chosen_title(opened).startswith(f"{number} ")


def test_it_prints(opened):
    printed = opened.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    assert len(printed["data"]) > 20_000
    # A page of paper is about as wide as this, and cuts off what is wider.
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    size = {"width": 718, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    width = opened.execute_script("return document.documentElement.scrollWidth")
    table = opened.execute_script("return document.querySelector('#table').offsetWidth")
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert max(width, table) <= 718


def load_time(browser, path: Path) -> float:
    """Milliseconds from the start of the navigation to the end of loading, scripts included."""
    browser.get(path.as_uri())
    assert browser.get_log("browser") == []
    return browser.execute_script("""
      const [entry] = performance.getEntriesByType('navigation');
      return entry.loadEventEnd - entry.startTime;
    """)


# Loading is a promise of the page, so its times are asserted, with room for a busy machine.
@pytest.mark.parametrize("layers, megabytes, milliseconds", [(150, 1, 1000), (5000, 8, 5000)])
def test_size_and_time(browser, tmp_path, layers, megabytes, milliseconds):
    model = tmp_path / "deep.onnx"
    # It writes layers by threes.
    onnx_files.write_deep_model(model, layers + 2)
    layers = (layers + 2) // 3 * 3
    path = analysis(tmp_path, model, "--device", "raspberry-pi-4", "--batch", "1")
    assert path.stat().st_size < megabytes * 1e6
    browser.get_log("browser")
    best = min(load_time(browser, path) for _ in range(3))
    print(f"{layers} layers: {path.stat().st_size} bytes, loaded in {best:.0f} ms")
    assert best < milliseconds
    browser.save_screenshot(str(SHOTS / f"deep-{layers}.png"))
    if layers > 200:
        assert len(column(browser, "#")) == 50
        browser.find_element(By.ID, "zero").click()
        browser.find_element(By.ID, "more").click()
        assert (
            browser.execute_script("return document.querySelector('#table').tBodies[0].rows.length")
            == layers
        )


def test_without_a_device(browser, tmp_path):
    browser.get_log("browser")
    browser.get(analysis(tmp_path, "Fixtures/onnx/ds_cnn_dynamic.onnx").as_uri())
    assert browser.get_log("browser") == []
    assert "unknown" in browser.find_element(By.CSS_SELECTOR, ".tiles").text
    # What is not known is no zero: it has a row, and a share of nothing.
    assert any(row[1:] == ["unknown", "-"] for row in tree(browser))
    assert not browser.find_element(By.ID, "unit").is_displayed()


#: Arabic's sign of a number joins the character behind it: together they are one to some readers.
JOINER = "\u0600"
HOSTILE = (
    f"a{JOINER}</script>{JOINER}<script>window.broken=1;document.title='!'"
    f"//{JOINER}</script><img src=x>"
)


def hostile_model(path: Path) -> None:
    """A model whose only operator is named like the end of a script and a start of another."""
    name = HOSTILE.encode()
    node = onnx_files.field(1, b"x") + onnx_files.field(2, name) + onnx_files.field(3, name)
    node += onnx_files.field(4, b"Relu")
    graph = onnx_files.field(1, node) + onnx_files.field(11, onnx_files.value_info("x", [4]))
    graph += onnx_files.field(12, onnx_files.value_info(HOSTILE, [4]))
    opset = onnx_files.field(8, onnx_files.field(1, b"") + onnx_files.number(2, 17))
    path.write_bytes(onnx_files.number(1, 8) + opset + onnx_files.field(7, graph))


def test_a_hostile_name_is_text(browser, tmp_path):
    """What a file, and what is in it, is called is shown and never run."""
    model = tmp_path / "<img src=x onerror=alert(1)>.onnx"
    hostile_model(model)
    browser.get_log("browser")
    browser.get(analysis(tmp_path, model, "--device", "rp2040").as_uri())
    assert browser.get_log("browser") == []
    assert browser.execute_script("return window.broken") is None
    assert browser.find_element(By.TAG_NAME, "h1").text == model.name
    assert browser.find_elements(By.TAG_NAME, "img") == []
    assert len(browser.find_elements(By.TAG_NAME, "script")) == 2
    assert column(browser, "#") == ["0"]


def test_models_with_nothing_to_draw(browser, tmp_path):
    """No layers, and a layer that nothing is known of."""
    empty = tmp_path / "empty.onnx"
    value = onnx_files.value_info("x", [4])
    opset = onnx_files.field(8, onnx_files.field(1, b"") + onnx_files.number(2, 17))
    graph = onnx_files.field(11, value) + onnx_files.field(12, value)
    empty.write_bytes(onnx_files.number(1, 8) + opset + onnx_files.field(7, graph))
    for device in [[], ["--device", "rp2040"]]:
        browser.get_log("browser")
        browser.get(analysis(tmp_path, empty, *device).as_uri())
        assert browser.get_log("browser") == []
        text = browser.find_element(By.TAG_NAME, "body").text
        assert "NaN" not in text and "Infinity" not in text
