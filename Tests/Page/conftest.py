"""A browser, and pages for it to open."""

from __future__ import annotations

import pytest

from pages import ROOT, Browser, page

FIXTURE = "Fixtures/onnx/resnet8_qdq.onnx"


@pytest.fixture(scope="session")
def browser():
    driver = Browser()
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """The page of a network of 70 operators on an accelerator, with a use."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    deployment = ["--region", "DE", "--inferences-per-day", "5000"]
    return page(path, "analyze", ROOT / FIXTURE, "--device", "coral-edge-tpu", *deployment)


@pytest.fixture()
def opened(browser, report):
    """That page, and a check that nothing went wrong while it was used."""
    browser.open(report)
    yield browser
    assert browser.get_log("browser") == []
