"""Uses the page of `analyze --format html` in headless Chromium as a reader would.

Screenshots go to .build-page, for a look at what the assertions do not see.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("IOTCO2_GRAPH", ROOT / ".build-release/release/iotco2-graph"))
SHOTS = ROOT / ".build-page"
FIXTURE = "Fixtures/onnx/resnet8_qdq.onnx"

sys.path.insert(0, str(ROOT / "Scripts"))
import onnx_files  # noqa: E402


@pytest.fixture(scope="session")
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    # Without a sandbox, as containers run it by root, and without much shared memory.
    for argument in [
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size=1280,1000",
    ]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver"))
    driver = webdriver.Chrome(options, service)
    SHOTS.mkdir(exist_ok=True)
    yield driver
    driver.quit()


def page(folder: Path, model: str | Path, *arguments: str) -> Path:
    """The page of a model."""
    path = folder / "page.html"
    command = [str(BINARY), "analyze", str(model), "--format", "html", "--output", str(path)]
    subprocess.run([*command, *arguments], check=True, cwd=ROOT)
    return path


@pytest.fixture(scope="session")
def report(tmp_path_factory) -> Path:
    deployment = ["--region", "DE", "--inferences-per-day", "5000"]
    return page(tmp_path_factory.mktemp("page"), FIXTURE, "--device", "coral-edge-tpu", *deployment)


@pytest.fixture()
def opened(browser, report):
    """The page of the fixture network, and a check that nothing went wrong while it was used."""
    browser.get(report.as_uri())
    browser.get_log("browser")
    browser.refresh()
    yield browser
    assert browser.get_log("browser") == []


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


def test_nothing_is_loaded(opened, report):
    text = report.read_text()
    assert not re.search(r"<(script|img|link|iframe)[^>]*\b(src|href)=", text)
    assert not re.search(r"@import|url\(", text)
    requests = opened.execute_script("return performance.getEntriesByType('resource').length")
    assert requests == 0


def test_tiles_have_intervals(opened):
    tiles = {
        tile.find_element(By.TAG_NAME, "h3").text: tile.text
        for tile in opened.find_elements(By.CSS_SELECTOR, ".tiles div")
    }
    for name, unit in [("Latency", "s"), ("Energy", "J"), ("Carbon of 4 years", "gCO2e")]:
        assert re.search(rf"[\d.]+ \w*{unit} to [\d.]+ \w*{unit}", tiles[name]), tiles[name]


def test_every_layer_is_there(opened):
    assert len(column(opened, "#")) == 70


def test_sorting(opened):
    sort_by(opened, "share of energy")
    shares = [percent(text) for text in column(opened, "share")]
    assert shares == sorted(shares, reverse=True) and shares[0] > shares[-1]
    sort_by(opened, "share of energy")
    shares = [percent(text) for text in column(opened, "share")]
    assert shares == sorted(shares)
    head = opened.find_element(By.CSS_SELECTOR, "th[aria-sort]")
    assert head.get_attribute("aria-sort") == "ascending" and head.text.startswith("share")
    sort_by(opened, "#")
    assert column(opened, "#") == [str(index) for index in range(70)]


def test_filters(opened):
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
    opened.find_element(By.ID, "own").click()
    assert all(text != "-" for text in column(opened, "energy"))
    opened.save_screenshot(str(SHOTS / "filtered.png"))


def test_a_click_in_the_table_shows_the_layer(opened):
    sort_by(opened, "share of energy")
    first = opened.find_element(By.CSS_SELECTOR, "#table tbody button")
    number = first.text
    first.click()
    assert chosen_title(opened).startswith(f"{number} ")
    terms = [term.text for term in opened.find_elements(By.CSS_SELECTOR, "#details dt")]
    assert {"operator", "time", "energy", "reads", "makes"} <= set(terms)
    assert (
        opened.find_element(By.CSS_SELECTOR, "#graph .chosen").get_attribute("visibility")
        == "visible"
    )


def test_the_map_zooms_pans_and_answers(opened):
    graph = opened.find_element(By.ID, "graph")
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", graph)
    before = graph.get_dom_attribute("viewBox").split()
    opened.find_element(By.ID, "in").click()
    zoomed = graph.get_dom_attribute("viewBox").split()
    assert float(zoomed[2]) < float(before[2])
    ActionChains(opened).drag_and_drop_by_offset(graph, 0, 60).perform()
    panned = graph.get_dom_attribute("viewBox").split()
    assert float(panned[1]) < float(zoomed[1]) and panned[2] == zoomed[2]
    graph.send_keys(Keys.HOME)
    assert chosen_title(opened).startswith("0 ")
    graph.send_keys(Keys.ARROW_DOWN)
    assert chosen_title(opened).startswith("1 ")
    # The chosen layer is in the middle now: a click there chooses it again, one beside it nothing.
    graph.send_keys(Keys.END)
    assert chosen_title(opened).startswith("69 ")
    graph.send_keys(Keys.HOME)
    ActionChains(opened).move_to_element(graph).click().perform()
    assert chosen_title(opened).startswith("0 ")
    opened.save_screenshot(str(SHOTS / "map.png"))
    opened.find_element(By.ID, "fit").click()
    for colour in ["unit", "operator", "energy", "time", "MACs", "bytes"]:
        choose(opened, "colour", colour)
        assert opened.find_element(By.ID, "legend").text
    assert len(opened.find_elements(By.CSS_SELECTOR, "#graph .box")) > 1


def test_advice_leads_to_its_layers(opened):
    button = opened.find_element(By.CSS_SELECTOR, ".advice button.layer")
    number = button.text
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()
    assert chosen_title(opened).startswith(f"{number} ")


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(first: str, second: str) -> float:
    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(opened, scheme):
    feature = {"name": "prefers-color-scheme", "value": scheme}
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    style = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    paper = opened.execute_script(style, "body", "backgroundColor")
    assert (luminance(paper) < 0.1) == (scheme == "dark")
    # WCAG 2.2 asks for 4.5 to 1 for text.
    for selector, part in [
        ("h1", "color"),
        ("header p", "color"),
        ("#table td", "color"),
        ("a[href^=http]", "color"),
        (".plot text", "fill"),
        ("#table tbody button", "color"),
    ]:
        assert contrast(paper, opened.execute_script(style, selector, part)) >= 4.5, selector
    opened.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 1280, "height": 4200, "deviceScaleFactor": 1, "mobile": False},
    )
    opened.save_screenshot(str(SHOTS / f"{scheme}.png"))
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_a_narrow_screen_does_not_scroll_sideways(opened):
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    width = opened.execute_script("return document.documentElement.scrollWidth")
    opened.save_screenshot(str(SHOTS / "narrow.png"))
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert width <= 390


def test_names_for_those_who_do_not_see(opened):
    """Every control and every picture has a name, ids are unique, headings leave out no level."""
    unnamed = opened.execute_script("""
      const named = (node) => node.ariaLabel || node.textContent.trim() || node.title
        || (node.labels && node.labels.length > 0);
      return [...document.querySelectorAll('button, input, select, a, [role=application]')]
        .filter((node) => !named(node)).map((node) => node.outerHTML);
    """)
    assert unnamed == []
    pictures = opened.find_elements(By.CSS_SELECTOR, "svg[role=img]")
    assert len(pictures) >= 5
    for picture in pictures:
        assert picture.find_element(By.TAG_NAME, "title").get_attribute("textContent")
    ids = opened.execute_script("return [...document.querySelectorAll('[id]')].map((n) => n.id)")
    assert len(ids) == len(set(ids))
    levels = opened.execute_script(
        "return [...document.querySelectorAll('main h2, main h3')].map((n) => Number(n.tagName[1]))"
    )
    assert opened.execute_script("return document.documentElement.lang") == "en"
    assert set(levels) == {2, 3}


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
    path = page(tmp_path, model, "--device", "raspberry-pi-4", "--batch", "1")
    assert path.stat().st_size < megabytes * 1e6
    browser.get_log("browser")
    best = min(load_time(browser, path) for _ in range(3))
    print(f"{layers} layers: {path.stat().st_size} bytes, loaded in {best:.0f} ms")
    assert best < milliseconds
    browser.save_screenshot(str(SHOTS / f"deep-{layers}.png"))
    if layers > 200:
        assert len(column(browser, "#")) == 200
        browser.find_element(By.ID, "more").click()
        assert (
            browser.execute_script("return document.querySelector('#table').tBodies[0].rows.length")
            == layers
        )


def test_without_a_device(browser, tmp_path):
    browser.get_log("browser")
    browser.get(page(tmp_path, "Fixtures/onnx/ds_cnn_dynamic.onnx").as_uri())
    assert browser.get_log("browser") == []
    assert "unknown" in browser.find_element(By.CSS_SELECTOR, ".tiles").text
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
    browser.get(page(tmp_path, model, "--device", "rp2040").as_uri())
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
        browser.get(page(tmp_path, empty, *device).as_uri())
        assert browser.get_log("browser") == []
        text = browser.find_element(By.TAG_NAME, "body").text
        assert "NaN" not in text and "Infinity" not in text
