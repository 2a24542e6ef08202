"""How pages look, against screenshots that are kept beside this file, within a tolerance.

UPDATE_SCREENSHOTS=1 takes them anew. They are kept at half size, with few colours: enough to see
that a part is gone, moved or covered, and not a font that another machine draws otherwise.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from pages import SHOTS, Browser
from test_pages import PAGES, pages  # noqa: F401

KEPT = Path(__file__).parent / "screenshots"
#: So much of a page is kept from its top.
HEIGHT = {1280: 2400, 400: 3200}
#: A pixel differs when its grey does by so much, of 255.
DIFFERENCE = 40
#: So much of the pixels may differ.
TOLERANCE = 0.02


def screenshot(browser: Browser, path: Path, width: int, scheme: str) -> Image.Image:
    with browser.looking(width, HEIGHT[width], scheme):
        browser.open(path)
        picture = Image.open(io.BytesIO(browser.get_screenshot_as_png())).convert("RGB")
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BOX)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", HEIGHT)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_looks_as_before(browser: Browser, pages, name, width, scheme):  # noqa: F811
    picture = screenshot(browser, pages[name], width, scheme)
    file = f"{name}-{width}-{scheme}.png"
    picture.save(SHOTS / file)
    if os.environ.get("UPDATE_SCREENSHOTS"):
        KEPT.mkdir(exist_ok=True)
        picture.quantize(24, dither=Image.Dither.NONE).save(KEPT / file, optimize=True)
        return
    kept = Image.open(KEPT / file).convert("L")
    assert picture.size == kept.size
    difference = ImageChops.difference(picture.convert("L"), kept)
    changed = sum(difference.histogram()[DIFFERENCE:]) / (kept.width * kept.height)
    assert changed <= TOLERANCE, f"{changed:.1%} of {file} differ; see {SHOTS / file}"
