"""The workbench as a person uses it: a page object over Playwright, and a server of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from app.state import ROOMS
from tests.patience import PATIENCE

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

READY = 1000 * PATIENCE
"""Milliseconds within which all that is waited for comes, also on a machine that has much else to do."""

ANSWERS = """(() => {
  const count = { asked: 0, begun: 0, answered: 0 }
  const asks = 11, begins = 4, ends = 6  // numbers of BackMsg.rerun_script, ForwardMsg.new_session and .script_finished
  const field = bytes => {
    let at = 0
    const number = () => {
      let value = 0, shift = 1, byte
      do { byte = bytes[at++]; value += (byte & 127) * shift; shift *= 128 } while (byte & 128)
      return value
    }
    while (at < bytes.length) {
      const tag = number(), value = tag % 8 === 1 || tag % 8 === 5 ? 0 : number()
      const id = Math.floor(tag / 8)
      if ([asks, begins, ends].includes(id)) return [id, value]
      at += tag % 8 === 2 ? value : tag % 8 === 1 ? 8 : tag % 8 === 5 ? 4 : 0
    }
    return [0, 0]
  }
  window.streamlitAnswers = count
  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given)
      this.addEventListener('message', event => {
        const [id, how] = event.data instanceof ArrayBuffer ? field(new Uint8Array(event.data)) : [0, 0]
        if (id === begins) count.begun = count.asked
        if (id === ends && how !== 2) count.answered = count.begun  // 2: ended early to run anew
      })
    }
    send(data) {
      if (data instanceof Uint8Array && field(data)[0] === asks) count.asked += 1
      super.send(data)
    }
  }
})()"""
"""Counts on a page what Streamlit is asked to run and what of it has run: its own mark says only that a script runs,
which it does not yet just after a press."""

Point = tuple[float, float]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(page: Page, holds: str, arg: Any = None) -> None:
    """Waits until this holds on a page. Playwright's own waiting runs text from within it, which its policy forbids."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(holds, arg):
        assert time.monotonic() < deadline, f"it never came to be that {holds}"
        page.wait_for_timeout(50)


def wait_until_up(url: str, process: "subprocess.Popen[bytes] | None" = None) -> None:
    """process: that is to answer there; it is waited for while it goes on, also where several start at once."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and (process is None or process.poll() is None):
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"no server came up at {url}")


TOKEN = "the operator of the tests"


class Server:
    """`graphbuilder ui` in a folder of its own, to be killed and started anew."""

    def __init__(self, home: Path) -> None:
        self.home, self.log = home, home / "server.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "graphbuilder", "ui", "--no-browser", "--port", str(self.port)]
        environment = {**os.environ, "GRAPHBUILDER_ADMIN_TOKEN": TOKEN}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--home", str(self.home)], stdout=log, stderr=log, cwd=self.home, env=environment
            )
        wait_until_up(f"{self.url}/api/health", self.process)

    @property
    def goes_on(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        assert self.process
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def complaints(self) -> list[str]:
        """Lines of the log that tell of something wrong."""
        bad = re.compile(r"Traceback|ERROR|Incident|Exception|WARNING", re.I)
        return [line for line in self.log.read_text().splitlines() if bad.search(line)]


class Windows:
    """Windows of one browser. One that was closed serves another visitor, who finds nothing of the one before but the
    scripts that the browser has fetched and compiled: most of what a page costs."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[bool, list[Page]] = {True: [], False: []}

    def open(self, newcomer: bool, **options: Any) -> Page:
        """newcomer: whether the page invites to the tour, as at a first visit. options: of a window that is to be
        nobody's afterwards."""
        if self._free[newcomer] and not options:
            return self._free[newcomer].pop()
        context = self._browser.new_context(**options)
        context.add_init_script(ANSWERS)
        context.set_default_timeout(READY)  # the first page of a server comes while others are still starting
        if not newcomer:
            context.add_init_script("try { localStorage.setItem('graphbuilder.tour', 'seen') } catch {}")
        return context.new_page()

    def give_back(self, page: Page, newcomer: bool, url: str) -> None:
        """url: of the server, which is to find a stranger the next time."""
        for other in page.context.pages:
            if other is not page:
                other.close()
        page.mouse.move(-10, -10)
        page.evaluate("try { sessionStorage.clear() } catch {}")
        page.goto("about:blank")  # whatever a page keeps as it is left, it has kept now
        told = page.context.new_cdp_session(page)
        told.send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "all"})
        told.detach()
        page.context.clear_cookies()
        self._free[newcomer].append(page)


class Workbench:
    """One page, and what its console says."""

    def __init__(
        self, browser: Browser | Windows, url: str, *, newcomer: bool = False, color_scheme: Any = "light",
        viewport: Any = None, **options: Any,
    ) -> None:  # fmt: skip
        """browser: or its windows, where others may have this page's window afterwards."""
        self.url, self._newcomer = url, newcomer
        self._windows = browser if isinstance(browser, Windows) and not options else None
        windows = browser if isinstance(browser, Windows) else Windows(browser)
        self.page = windows.open(newcomer, **options)
        self.context = self.page.context
        self.page.set_viewport_size(viewport or {"width": 1440, "height": 900})
        self.page.emulate_media(color_scheme=color_scheme, reduced_motion="reduce")
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.watch(self.page)

    def watch(self, page: Page) -> None:
        page.on("pageerror", self._error)
        page.on("console", self._console)
        page.on("request", self._request)

    def _error(self, fault: Any) -> None:
        self.complaints.append(f"page error: {fault}")

    def _console(self, message: Any) -> None:
        # On a page below the root Streamlit looks for its server below that page first, and finds none there.
        probing = re.search(r"/(projects|help|export|data|admin)/_stcore/", message.location.get("url", ""))
        if message.type in ("error", "warning") and not probing:
            self.complaints.append(f"{message.type}: {message.text} {message.location.get('url', '')}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.url, "data:", "blob:", self.url.replace("http", "ws"))):
            self.foreign.append(request.url)

    # Ways to places

    def open(self, path: str = "/") -> "Workbench":
        self.page.goto(self.url + path)
        self.canvas.wait_for()
        return self.settled()

    def open_projects(self) -> "Workbench":
        self.page.goto(self.url + "/projects")
        self.page.get_by_role("heading", name="Start from").wait_for()
        return self

    def open_admin(self) -> "Workbench":
        """The operator's page, with the token given."""
        self.page.goto(self.url + "/admin")
        self.page.locator("input[type=password]").fill(TOKEN)
        self.page.get_by_role("button", name="Open").click()
        self.page.get_by_role("heading", name="Disk and memory").wait_for()
        return self

    def settled(self) -> "Workbench":
        """Waits until Python has all edits, whatever Streamlit was asked to run has run, and no script runs."""
        self.page.locator("[data-testid=nn-canvas][data-pending='0']").wait_for()
        asked = self.page.evaluate("streamlitAnswers.asked")
        self.until("asked => streamlitAnswers.answered >= asked", asked)
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        return self

    def until(self, holds: str, arg: Any = None) -> None:
        """Waits until this holds on the page."""
        until(self.page, holds, arg)

    def close(self) -> None:
        if not self._windows:
            self.context.close()
            return
        self.page.remove_listener("pageerror", self._error)
        self.page.remove_listener("console", self._console)
        self.page.remove_listener("request", self._request)
        self._windows.give_back(self.page, self._newcomer, self.url)

    # The canvas

    @property
    def canvas(self) -> Locator:
        return self.page.get_by_test_id("nn-canvas")

    @property
    def nodes(self) -> Locator:
        return self.page.get_by_test_id("node")

    @property
    def wires(self) -> Locator:
        return self.page.locator(".react-flow__edge")

    def node(self, id: str) -> Locator:
        return self.page.locator(f"[data-testid=node][data-node-id='{id}']")

    def ids(self) -> list[str]:
        found: list[str] = self.nodes.evaluate_all("nodes => nodes.map(node => node.dataset.nodeId)")
        return found

    def item(self, kind: str) -> Locator:
        return self.page.locator(f"[data-testid=palette-item][data-kind='{kind}']")

    def viewport(self) -> str | None:
        return self.page.locator(".react-flow__viewport").get_attribute("style")

    def view(self) -> tuple[float, float, float]:
        """Where the network's origin is on the canvas, and its zoom."""
        told = re.findall(r"-?[\d.]+", self.viewport() or "")
        return float(told[0]), float(told[1]), float(told[2])

    def select(self, id: str) -> None:
        self.node(id).click(position={"x": 60, "y": 14})
        if self.page.locator(".st-key-side_folded").count():
            self.page.wait_for_timeout(120)  # the canvas waits 50 ms for a selection to settle before it tells it
        else:
            self.form(id).wait_for()
        self.settled()

    def select_only(self, id: str) -> None:
        """Selects a node where no server may be there to hear of it."""
        self.node(id).click(position={"x": 60, "y": 14})

    def place(self, id: str) -> str | None:
        """Where a node stands, as the canvas has it."""
        holder = self.node(id).locator("xpath=ancestor::*[contains(@class, 'react-flow__node')][1]")
        return holder.evaluate("node => node.style.transform")  # type: ignore[no-any-return]

    def middle_of(self, what: Locator) -> Point:
        box = what.bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, start: Point, end: Point, hold: Callable[[], None] | None = None) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=6)
        mouse.move(*end, steps=6)
        if hold:
            hold()
        mouse.up()

    def drop(self, kind: str, at: Point) -> str:
        """Drags an operator from the palette to a place of the stage; the new node's id."""
        before = set(self.ids())
        self.item(kind).scroll_into_view_if_needed()
        box = self.page.locator(".nn-stage").bounding_box()
        assert box
        self.drag(self.middle_of(self.item(kind)), (box["x"] + at[0], box["y"] + at[1]))
        expect(self.nodes).to_have_count(len(before) + 1)
        (new,) = set(self.ids()) - before
        return new

    def drop_on_wire(self, kind: str, place: int) -> str:
        """Drags an operator onto the wire of this number."""
        before = set(self.ids())
        self.item(kind).scroll_into_view_if_needed()
        box = self.wires.nth(place).bounding_box()
        assert box
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.drag(self.middle_of(self.item(kind)), middle)
        expect(self.nodes).to_have_count(len(before) + 1)
        (new,) = set(self.ids()) - before
        return new

    def port(self, id: str, name: str, side: str) -> Locator:
        return self.node(id).locator(f"[data-port='{name}'][data-side={side}]")

    def wire(self, source: str, target: str, hold: Callable[[], None] | None = None) -> None:
        ends = self.port(source, "out", "source"), self.port(target, "in", "target")
        self.drag(self.middle_of(ends[0]), self.middle_of(ends[1]), hold)

    # The forms

    def form(self, id: str) -> Locator:
        """The form of one node."""
        return self.page.locator(f"[data-testid=form][data-form='node:{id}']")

    def field(self, name: str) -> Locator:
        """A field's control, and not the list that hangs at it: that is called the same and may still be closing."""
        return self.page.get_by_label(name, exact=True).and_(self.page.locator(":not([role=listbox])"))

    def enter(self, name: str, value: str) -> None:
        self.field(name).fill(value)
        self.field(name).press("Enter")
        self.settled()

    def choose(self, name: str, option: str) -> None:
        """The option of this title, which may have more in brackets."""
        self.field(name).click()
        self.page.get_by_role("option", name=re.compile(rf"^{re.escape(option)}( \(|$)")).click()
        self.settled()

    def panel(self, name: str) -> None:
        """Turns to a panel: to its room, then to it."""
        room = next(room for room, panels in ROOMS.items() if name in panels)
        for tab in (self.tab(room, "Rooms"), self.tab(name, room))[: 1 + (len(ROOMS[room]) > 1)]:
            if tab.get_attribute("aria-selected") != "true":
                tab.click()
        self.page.locator(f".st-key-panel-{name}").wait_for()
        self.settled()

    def tab(self, name: str, of: str = "Rooms") -> Locator:
        """Of the rooms, or of the panels of one that is open."""
        tabs = self.page.locator(".st-key-rooms").get_by_role("tablist", name=of, exact=True)
        return tabs.locator(f"[data-tab='{name}']")

    @property
    def splitter(self) -> Locator:
        return self.page.get_by_test_id("splitter")

    def size_panels(self, name: str) -> None:
        """Presses one of the buttons that give the panels another room."""
        self.page.locator(".st-key-sizes").get_by_role("button", name=name).click()
        self.settled()

    def step(self, name: str) -> None:
        """Undo or Redo by its button in the header."""
        self.step_button(name).click()
        self.settled()

    def step_button(self, name: str) -> Locator:
        return self.page.locator(".st-key-history").get_by_role("button", name=name)

    @property
    def panels(self) -> Locator:
        return self.page.locator(".st-key-dock_panel")

    @property
    def state(self) -> Locator:
        return self.page.locator(".st-key-header_state")
