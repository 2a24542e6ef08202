"""All pages: nothing is loaded, nothing overflows, everything has a name and can be read."""

from __future__ import annotations

import re

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from pages import MODELS, ROOT, Browser, page

KEYWORDS = "Fixtures/tflite/ds_cnn_int8.tflite"
DEVICE = ["--device", "stm32l4r5", "--region", "DE"]
USE = ["--inferences-per-day", "1000"]

#: The page of each command.
PAGES = {
    "analyze": ["analyze", KEYWORDS, *DEVICE, *USE, "--measured", "45ms", "--measured", "9mJ"],
    "analyze-text": [
        "analyze",
        "Fixtures/language/optimum_llama.onnx",
        *["--generate", "prompt=128,tokens=64"],
        *["--device", "raspberry-pi-5", "--region", "DE", *USE],
    ],
    "analyze-alone": ["analyze", "Fixtures/onnx/ds_cnn_dynamic.onnx"],
    "footprint": ["footprint", KEYWORDS, *DEVICE, *USE, "--tornado", "--what-if", "usual"],
    "compare": [
        "compare",
        KEYWORDS,
        "Fixtures/tflite/ds_cnn_float32.tflite",
        "Fixtures/onnx/resnet8.onnx",
        *DEVICE,
        *["--device", "raspberry-pi-4", "--device", "esp32-s3"],
    ],
    "diff": ["diff", "Fixtures/onnx/ds_cnn.onnx", KEYWORDS, *DEVICE],
    "check": ["check", KEYWORDS, "--policy", "Fixtures/policies/keyword_spotter.yaml", *DEVICE],
    "scan": ["scan", "Fixtures/onnx", "Fixtures/tflite", *DEVICE],
}


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    return {name: page(folder / f"{name}.html", *line) for name, line in PAGES.items()}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_loaded(browser: Browser, pages, name):
    text = pages[name].read_text()
    assert not re.search(r"<(script|img|link|iframe)[^>]*\b(src|href)=", text)
    assert not re.search(r"@import|url\(", text)
    browser.open(pages[name])
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [400, 1280])
def test_no_page_scrolls_sideways(browser: Browser, pages, name, width):
    with browser.looking(width):
        browser.open(pages[name])
        assert browser.width() <= width


@pytest.mark.parametrize("name", PAGES)
def test_names_for_those_who_do_not_see(browser: Browser, pages, name):
    """Every control and picture has a name, ids are unique, links of the contents have a target."""
    browser.open(pages[name])
    unnamed = browser.execute_script("""
      const named = (node) => node.ariaLabel || node.textContent.trim() || node.title
        || (node.labels && node.labels.length > 0);
      return [...document.querySelectorAll('button, input, select, a, [role=application]')]
        .filter((node) => !named(node)).map((node) => node.outerHTML);
    """)
    assert unnamed == []
    for picture in browser.find_elements(By.CSS_SELECTOR, "svg[role=img]"):
        assert picture.find_element(By.TAG_NAME, "title").get_attribute("textContent")
    ids = browser.execute_script("return [...document.querySelectorAll('[id]')].map((n) => n.id)")
    assert len(ids) == len(set(ids))
    targets = browser.execute_script(
        "return [...document.querySelectorAll('nav a')].map((a) => a.hash.slice(1))"
    )
    assert set(targets) <= set(ids)
    assert browser.execute_script("return document.documentElement.lang") == "en"


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(first: str, second: str) -> float:
    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


#: The contrast of each text with what it stands on, where that has a colour of its own.
TEXTS = """
  const alpha = (colour) => Number((colour.match(/[\\d.]+/g) || [])[3] ?? 1);
  const found = new Map();
  for (const node of document.querySelectorAll('body *')) {
    const hasText = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!hasText || node.closest('svg, script, style, noscript')) continue;
    const paper = (at) => getComputedStyle(at).backgroundColor;
    let under = node;
    while (under !== document.body && alpha(paper(under)) === 0) under = under.parentElement;
    const colours = [getComputedStyle(node).color, paper(under)];
    found.set(colours.join('|'), [...colours, node.outerHTML.slice(0, 80)]);
  }
  return [...found.values()];
"""


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(browser: Browser, pages, name, scheme):
    """WCAG 2.2 asks for 4.5 to 1 for text."""
    with browser.looking(scheme=scheme):
        browser.open(pages[name])
        paper = browser.style("body", "backgroundColor")
        assert (luminance(paper) < 0.1) == (scheme == "dark")
        for text, under, node in browser.execute_script(TEXTS):
            assert contrast(text, under) >= 4.5, node
        for picture in browser.find_elements(By.CSS_SELECTOR, ".plot text")[:1]:
            assert contrast(paper, picture.value_of_css_property("fill")) >= 4.5


def test_charts_say_their_values(browser: Browser, pages):
    """By pointer and by keyboard."""
    for name in ["analyze", "footprint", "compare", "diff"]:
        browser.open(pages[name])
        figures = browser.find_elements(By.CSS_SELECTOR, "figure.chart")
        assert figures
        for figure in figures:
            browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", figure)
            reading = figure.find_element(By.CSS_SELECTOR, "output")
            before = reading.text
            figure.find_element(By.CSS_SELECTOR, ".picture svg").send_keys(Keys.ARROW_RIGHT)
            assert reading.text != before and ":" in reading.text


def cells(browser: Browser, column: int) -> list[str]:
    found = browser.find_elements(By.CSS_SELECTOR, f"#table tbody td:nth-child({column})")
    return [cell.text for cell in found]


def test_a_fleet_is_sorted_and_searched(browser: Browser, pages):
    browser.open(pages["scan"])
    heads = [head.text for head in browser.find_elements(By.CSS_SELECTOR, "#table th")]
    assert heads[0] == "model" and any(head.startswith("energy") for head in heads)
    models = cells(browser, 1)
    energies = "return data.rows.map((row) => row[3]).filter(Number.isFinite)"
    most = max(browser.execute_script(energies))
    first = "return data.rows.find((row) => row[3] === arguments[0])[0]"
    assert models[0] == browser.execute_script(first, most)
    # The other way round, but for those whose energy is not known: they stay last.
    before = [energy for energy in cells(browser, 4) if energy != "unknown"]
    browser.find_elements(By.CSS_SELECTOR, "#table th button")[3].click()
    assert cells(browser, 4)[: len(before)] == before[::-1]
    browser.find_element(By.ID, "find").send_keys("int8")
    assert sorted(cells(browser, 1)) == sorted(model for model in models if "int8" in model)


def test_a_file_that_cannot_be_read_is_a_row(browser: Browser, tmp_path):
    (tmp_path / "bad<img>.onnx").write_bytes(b"no model")
    path = page(tmp_path / "page.html", "scan", tmp_path, KEYWORDS, "--device", "rp2040")
    browser.open(path)
    rows = browser.find_elements(By.CSS_SELECTOR, "#table tbody tr")
    # What is not known comes last.
    assert len(rows) == 2 and "bad<img>.onnx is neither" in rows[1].text
    assert browser.find_elements(By.TAG_NAME, "img") == []


@pytest.mark.parametrize("name", ["analyze", "footprint", "compare", "diff", "check", "scan"])
def test_a_hostile_path_is_text(browser: Browser, tmp_path, name):
    """A path that would end a script, and start an image, where it is not escaped."""
    model = tmp_path / "models<" / "script><img src=x onerror=alert(1)>.tflite"
    model.parent.mkdir()
    model.write_bytes((ROOT / KEYWORDS).read_bytes())
    line = ["scan", tmp_path, *DEVICE] if name == "scan" else PAGES[name]
    line = [model if word == KEYWORDS else word for word in line]
    browser.open(page(tmp_path / "page.html", *line))
    assert browser.get_log("browser") == []
    assert browser.find_elements(By.TAG_NAME, "img") == []
    assert len(browser.find_elements(By.TAG_NAME, "script")) == 2
    assert "onerror" in browser.find_element(By.TAG_NAME, "body").text


def test_thousands_of_models(browser: Browser, tmp_path):
    """A fleet of 5,000 is sorted in a moment; a row is as a scan writes it."""
    text = page(tmp_path / "page.html", "scan", KEYWORDS, *DEVICE).read_text()
    start = text.index('"rows":[') + len('"rows":[')
    end = text.index("]}", start)
    row = text[start:end].strip()
    path = tmp_path / "fleet.html"
    path.write_text(text[:start] + ",".join([row] * 5000) + text[end:])
    browser.open(path)
    took = browser.execute_script("""
      const start = performance.now();
      for (const button of document.querySelectorAll('#table th button')) button.click();
      return performance.now() - start;
    """)
    assert "5000 of 5000 rows" in browser.find_element(By.ID, "count").text
    assert took < 5000
    assert browser.get_log("browser") == []


def test_predicted_is_beside_measured(browser: Browser, pages):
    browser.open(pages["analyze"])
    rows = [row.text for row in browser.find_elements(By.CSS_SELECTOR, "#measured tbody tr")]
    assert rows[0].startswith("latency") and "45.0 ms" in rows[0] and rows[0].endswith("yes")
    assert rows[1].startswith("energy") and "9.00 mJ" in rows[1] and rows[1].endswith("no")


def test_a_check_shows_failures(browser: Browser, pages):
    browser.open(pages["check"])
    assert browser.find_element(By.CSS_SELECTOR, ".verdict.bad strong").text == "FAIL"
    assert browser.find_element(By.CSS_SELECTOR, "td .fail").text == "FAIL"


#: Networks that people use, with their numbers of operators.
NETWORKS = {
    "kws": ("measured/mlperf_tiny/keyword_spotting/kws_ref_model.tflite", 13),
    "mcunet": ("corpus/tflite/tinyengine__mcunetv2_large.tflite", 163),
    "face landmarks": ("corpus/tflite/mediapipe__face_landmark_with_attention.tflite", 712),
    "BERT": ("corpus/onnx/onnxruntime__TFBertForQuestionAnswering.onnx", 3836),
}


@pytest.mark.parametrize("network", NETWORKS)
def test_networks_that_people_use(browser: Browser, tmp_path, network):
    """On a telephone nothing overflows, and the graph starts with boxes that can be read."""
    file, operators = NETWORKS[network]
    if not (MODELS / file).exists():
        pytest.skip(f"{MODELS / file} is not there")
    device = ["--device", "raspberry-pi-4", "--batch", "1"]
    path = page(tmp_path / "page.html", "analyze", MODELS / file, *device)
    for width in (400, 1280):
        with browser.looking(width):
            browser.open(path)
            assert browser.get_log("browser") == []
            assert browser.width() <= width
            assert f"{operators} operators" in browser.find_element(By.TAG_NAME, "header").text
            assert boxes_in_sight(browser) >= 3
            assert browser.find_elements(By.CSS_SELECTOR, "#tree tbody tr")


def boxes_in_sight(browser: Browser) -> int:
    """Boxes of the graph that are in its window and large enough to be read."""
    return browser.execute_script("""
      const window_ = document.getElementById('graph').getBoundingClientRect();
      return [...document.querySelectorAll('#graph .closed rect')].filter((box) => {
        const { left, right, top, bottom, height } = box.getBoundingClientRect();
        return height > 14 && right > window_.left && left < window_.right
          && bottom > window_.top && top < window_.bottom;
      }).length;
    """)


FIXTURES = sorted(file.name for file in (ROOT / "Fixtures/onnx").iterdir())


@pytest.mark.parametrize("fixture", FIXTURES)
def test_no_graph_is_empty(browser: Browser, tmp_path, fixture):
    path = page(tmp_path / "page.html", "analyze", ROOT / "Fixtures/onnx" / fixture, *DEVICE)
    with browser.looking(400):
        browser.open(path)
        assert browser.width() <= 400
        assert boxes_in_sight(browser) >= 3
