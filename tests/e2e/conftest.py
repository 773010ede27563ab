"""A server for all browser tests, and a page that must leave console and log clean."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.e2e.workbench import FLAGS, READY, Server, Windows, Workbench

expect.set_options(timeout=READY)  # what is waited for comes in a second; a busy machine needs longer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.browser)


def chromium(play: Playwright) -> str:
    """Playwright's own Chromium where it is installed, else the system's."""
    own = Path(play.chromium.executable_path)
    system = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    path = str(own) if own.is_file() else system
    assert path, "no browser is installed; `make test` installs one"
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=chromium(play), args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("home"))
    one.start()
    yield one
    one.stop()


@pytest.fixture(scope="session")
def _harmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("harmed"))
    yield one
    if one.goes_on:
        one.stop()


@pytest.fixture
def own_server(_harmed: Server) -> Server:
    """A server that a test may do harm; it is started anew where the one before left it dead."""
    if not _harmed.goes_on:
        _harmed.start()
    return _harmed


@pytest.fixture
def visit(windows: Windows, server: Server) -> Iterator[Callable[..., Workbench]]:
    """Makes pages of new visitors. At the end of the test no console and no log may have complained, and no page may
    have asked another host for anything."""
    before = len(server.complaints())
    pages: list[Workbench] = []

    def make(**context: object) -> Workbench:
        pages.append(Workbench(windows, server.url, **context))
        return pages[-1]

    yield make
    for page in pages:
        page.close()
    assert [line for page in pages for line in page.complaints] == []
    assert [url for page in pages for url in page.foreign] == []
    assert server.complaints()[before:] == []


@pytest.fixture
def workbench(visit: Callable[..., Workbench]) -> Workbench:
    """A new visitor at the starter network."""
    return visit().open()
