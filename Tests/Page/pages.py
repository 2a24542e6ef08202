"""Pages of the command, and headless Chromium to open them.

Screenshots for a look at what the assertions do not see go to .build-page.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from selenium import webdriver

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("IOTCO2_GRAPH", ROOT / ".build-release/release/iotco2-graph"))
MODELS = Path(os.environ.get("IOTCO2_MODELS", ROOT.parent / "shared/models"))
SHOTS = ROOT / ".build-page"
#: The time of every page, so that its foot is the same.
EPOCH = "1767225600"

sys.path.insert(0, str(ROOT / "Scripts"))


def page(path: Path, command: str, *arguments: str | Path) -> Path:
    """Writes the page of a command; a policy that is broken has one too."""
    line = [str(word) for word in [BINARY, command, *arguments, "--format", "html"]]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    # Not by --output: the foot of a page has its command, and here the path differs each time.
    with path.open("wb") as file:
        done = subprocess.run(line, cwd=ROOT, env=environment, stdout=file)
    assert done.returncode in (0, 1), line
    return path


class Browser(webdriver.Chrome):
    """Chromium without a window."""

    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        # Without a sandbox, as containers run it by root, and without much shared memory.
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--hide-scrollbars",
            "--font-render-hinting=none",
            "--window-size=1280,1000",
        ]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = webdriver.ChromeService(os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver"))
        super().__init__(options, service)
        SHOTS.mkdir(exist_ok=True)

    def open(self, path: Path) -> None:
        """Opens a page anew; what went wrong before is forgotten."""
        self.get_log("browser")
        self.get(path.as_uri())
        self.execute_script("window.scrollTo(0, 0)")

    @contextlib.contextmanager
    def looking(self, width: int = 1280, height: int = 1000, scheme: str = "light"):
        """A screen of a size, in a colour scheme."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        try:
            yield
        finally:
            self.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
            self.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    def width(self) -> int:
        return self.execute_script("return document.documentElement.scrollWidth")

    def style(self, selector: str, part: str) -> str:
        script = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
        return self.execute_script(script, selector, part)
