"""Takes the README's pictures anew of the app as it is: `make pictures`, or some of them, by their names behind it."""

import re
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.e2e.conftest import chromium
from tests.e2e.test_training import READY, Training
from tests.e2e.workbench import FLAGS, Server, Workbench

FOLDER = Path("docs/pictures")
DIGITS, POINTS = 30, 1500
"""Epochs after which there is something to be seen."""


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
    workbench.canvas.wait_for(timeout=READY)
    Training(workbench.settled()).until_steps(POINTS * 12)
    workbench.page.get_by_test_id("units-switch").click()
    workbench.page.get_by_test_id("units").wait_for()
    return workbench


def fault(browser: Browser, server: Server) -> Workbench:
    workbench = Workbench(browser, server.url).open()
    workbench.select("n5")
    workbench.choose("padding", "Valid")
    workbench.enter("kernel size", "5")
    return workbench


def gallery(browser: Browser, server: Server) -> Workbench:
    return Workbench(browser, server.url).open_projects()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
