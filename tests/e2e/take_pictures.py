"""Takes the README's pictures anew of the app as it is: `make pictures`, or some of them, by their names behind it."""

import re
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.conftest import chromium
from tests.e2e.test_training import Training
from tests.e2e.workbench import FLAGS, Server, Workbench

FOLDER = Path("docs/pictures")
DIGITS, POINTS = 30, 1500
"""Epochs after which there is something to be seen."""
FEATURES = ("x²", "y²", "x · y")
"""That are chosen in the playground beside x and y."""


def main(wanted: Collection[str] = ()) -> None:
    """wanted: names of pictures; all of them where there are none."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    server = Server(Path(tempfile.mkdtemp()))
    server.start()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(play), args=FLAGS)
        try:
            for take in (training, playground, fault, gallery):
                if wanted and take.__name__ not in wanted:
                    continue
                page = take(browser, server)
                page.page.mouse.move(0, 0)
                page.page.wait_for_timeout(1000)
                page.page.screenshot(path=FOLDER / f"{take.__name__}.png")
                page.close()
        finally:
            browser.close()
            server.stop()


def training(browser: Browser, server: Server) -> Workbench:
    workbench = Workbench(browser, server.url).open()
    Training(workbench).epochs(DIGITS).start().until_over()
    workbench.select("n3")
    return workbench


def playground(browser: Browser, server: Server) -> Workbench:
    workbench = Workbench(browser, server.url, color_scheme="dark").open_projects()
    workbench.page.get_by_role("button", name=re.compile("Playground")).click()
    workbench.canvas.wait_for()
    Training(workbench.settled()).until_steps(1)
    workbench.page.get_by_test_id("units-switch").click()
    workbench.page.get_by_test_id("units").wait_for()
    features = workbench.page.get_by_role("group", name="features")
    for name in FEATURES:
        features.get_by_role("button", name=name, exact=True).click()
        expect(features.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-pressed", "true")
    features.scroll_into_view_if_needed()
    Training(workbench.settled()).until_steps(POINTS * 12)
    return workbench


def fault(browser: Browser, server: Server) -> Workbench:
    workbench = Workbench(browser, server.url).open()
    workbench.select("n5")
    workbench.choose("padding", "Valid: windows stay inside")
    workbench.enter("kernel size", "5")
    return workbench


def gallery(browser: Browser, server: Server) -> Workbench:
    return Workbench(browser, server.url).open_projects()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
