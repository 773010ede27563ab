"""Measures the workbench on the real page, beside bare Streamlit pages in the same run: `make bench-editor`.

Nothing here is a test; a machine's noise is not a fault. An edit is timed in the browser, from the key that ends it to
the second frame after the new shape stands in the last card. Frames are timed while the page itself moves a pointer in
each, so that none is idle; networks of all sizes take turns.
"""

import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from graphbuilder.document import as_json
from graphbuilder.document_file import write_document
from graphbuilder.importing.files import import_file
from graphbuilder.templates import template
from tests.bench import deep_document, wide_document
from tests.e2e.conftest import chromium
from tests.e2e.workbench import FLAGS, Server, Workbench, free_port, wait_until_up

BARE = """
import streamlit as st
bare = st.components.v2.component("bare", js='''
export default ({data, parentElement, setStateValue}) => {
  let box = parentElement.querySelector("#box");
  if (!box) {
    box = document.createElement("input"); box.id = "box"; parentElement.append(box);
    const shown = document.createElement("p"); shown.id = "shown"; parentElement.append(shown);
    box.addEventListener("keydown", e => { if (e.key === "Enter") setStateValue("text", box.value) });
  }
  parentElement.querySelector("#shown").textContent = data.text;
}''', isolate_styles=False)
@st.fragment
def one():
    text = (st.session_state.get("c") or {}).get("text", "")
    bare(key="c", data={"text": text}, on_text_change=lambda: None)
one()
"""

LAUNCHER = """
import gc, sys, streamlit as st
app = st.App(sys.argv[1])
gc.collect(); gc.freeze()
app.run(config={"server.port": int(sys.argv[2]), "server.headless": True, "browser.gatherUsageStats": False,
                "server.fileWatcherType": "none"})
"""

WATCH = """([root, text]) => { window.painted = new Promise(resolve => {
  let began = 0;
  addEventListener("keydown", e => { if (e.key === "Enter") began = performance.now() }, {capture: true, once: true});
  const at = eval(root);
  const seen = new MutationObserver(() => { if (began && at.textContent.includes(text)) {
    seen.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
  }});
  seen.observe(at, {subtree: true, childList: true, characterData: true});
})}"""


GESTURE = """({what, frames}) => new Promise((done, fail) => {
  const canvas = document.querySelector('.st-key-canvas_component [data-testid=stBidiComponentIsolated]').shadowRoot;
  const stage = canvas.querySelector('.nn-stage').getBoundingClientRect();
  const middle = [stage.left + stage.width / 2, stage.top + stage.height / 2];
  const at = (x, y) => canvas.elementFromPoint(x, y) ?? document.body;
  const send = (type, x, y, on) => on.dispatchEvent(new (type.startsWith('pointer') ? PointerEvent : MouseEvent)(type, {
    bubbles: true, composed: true, cancelable: true, view: window, clientX: x, clientY: y,
    buttons: type.endsWith('up') ? 0 : 1, pointerId: 1, pointerType: 'mouse', isPrimary: true}));
  const both = (what, x, y) => {
    const on = at(x, y);
    for (const kind of ['pointer', 'mouse']) send(kind + what, x, y, on);
  };
  const isStart = on => what === 'drag' ? on?.closest('[data-testid=node]') && !on.closest('.nn-port')
    : on?.classList.contains('react-flow__pane');
  const starts = async () => {
    for (let i = 0; i < 3000; i++) {
      const way = Math.sqrt(i / 3000);
      const x = middle[0] + way * (stage.width / 2 - 60) * Math.cos(i);
      const y = middle[1] + way * (stage.height / 2 - 90) * Math.sin(i);
      if (what === 'drag') { send('pointermove', x, y, at(x, y)); await 0; await 0 }
      if (isStart(at(x, y))) return [x, y];
    }
    throw new Error('there is no place to begin');
  };
  starts().then(([x0, y0]) => {
    const times = [];
    let last = 0, frame = 0;
    if (what !== 'zoom') both('down', x0, y0);
    const tick = time => {
      if (last) times.push(time - last);
      last = time;
      if (frame === frames) { if (what !== 'zoom') both('up', x0, y0); return done(times) }
      const turn = frame++ / frames * 2 * Math.PI;
      if (what !== 'zoom') both('move', x0 + 250 * Math.sin(turn), y0 + 100 * Math.sin(2 * turn));
      else at(...middle).dispatchEvent(new WheelEvent('wheel', {bubbles: true, composed: true, cancelable: true,
        view: window, clientX: middle[0], clientY: middle[1], deltaY: Math.floor(frame / 15) % 2 ? 40 : -40}));
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }).catch(fail);
})"""

TIDIED = """() => { window.tidied = new Promise(resolve => {
  const canvas = document.querySelector('.st-key-canvas_component [data-testid=stBidiComponentIsolated]').shadowRoot;
  const view = canvas.querySelector('.react-flow__viewport'), before = view.style.transform;
  let began = 0, last = 0, longest = 0;
  const end = () => resolve([performance.now() - began, longest]);
  addEventListener("click", () => { began = performance.now() }, {capture: true, once: true});
  const tick = time => {
    if (last && began) longest = Math.max(longest, time - last);
    last = time;
    requestAnimationFrame(began && view.style.transform !== before ? end : tick);
  };
  requestAnimationFrame(tick);
})}"""


def main() -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(play), args=FLAGS)
        with tempfile.TemporaryDirectory() as folder:
            server = Server(Path(folder))
            server.start()
            try:
                bench_edits(browser, server, Path(folder))
                bench_opening(play, server)
                bench_import(browser, server, Path(folder))
                bench_frames(browser, server)
                bench_tidying(browser, server)
                bench_navigation(browser, server)
            finally:
                server.stop()
        browser.close()


def bench_edits(browser: Browser, server: Server, folder: Path) -> None:
    with bare_page(folder) as url:
        page = browser.new_page()
        page.goto(url)
        page.locator("#box").wait_for()
        bare = timed(
            page, "document.querySelector('#shown').parentElement", "#box", lambda n: (f"text {n}", f"text {n}")
        )
        page.close()
    report("bare component, round trip", bare)
    pages = {size: open_document(browser, server, size) for size in (20, 100, 300, 1000, 3000)}
    for workbench in pages.values():
        find(workbench, "dense")
    edits: dict[int, list[float]] = {size: [] for size in pages}
    for turn in range(1, 4):  # they take turns, for the machine may be busier at one time than at another
        for size, workbench in pages.items():
            workbench.page.bring_to_front()
            card = f"{SHADOW}.querySelector('[data-node-id={last_dense(size)}]')"
            first = 100 * turn
            edits[size] += timed(
                workbench.page, card, None, lambda n, first=first: (f"{first + n}", f"{first + n} units"), 10
            )
    for size, most in ((20, 3), (100, 4)):
        report(f"edit of the last of {size} nodes", edits[size])
        print(f"  {ratio(edits[size], bare):.2f} times the bare component (wanted: at most {most})")
    for size, most in ((300, 3), (1000, 5), (3000, 10)):
        report(f"edit of the last of {size:,} nodes", edits[size])
        print(f"  {ratio(edits[size], edits[20]):.2f} times that of 20 nodes (wanted: at most {most})")
    for workbench in pages.values():
        workbench.close()


def ratio(these: list[float], those: list[float]) -> float:
    return statistics.median(these) / statistics.median(those)


SHADOW = "document.querySelector('.st-key-canvas_component [data-testid=stBidiComponentIsolated]').shadowRoot"


def find(workbench: Workbench, words: str) -> None:
    """Selects the node that has these words, and waits for its form."""
    workbench.page.locator(".nn-stage").click(position={"x": 8, "y": 8})
    workbench.page.keyboard.press("Control+f")
    workbench.page.keyboard.type(words)
    workbench.page.keyboard.press("Enter")
    workbench.page.get_by_label("units", exact=True).wait_for()
    workbench.settled()


def bench_frames(browser: Browser, server: Server, frames: int = 90) -> None:
    pages = {"LeNet": Workbench(browser, server.url).open()}
    pages |= {f"{size:,} nodes": open_document(browser, server, size) for size in (100, 300, 1000, 3000)}
    pages["Inception-v3"] = open_file(browser, server, write_document(template("inception_v3")))
    taken: dict[tuple[str, str], dict[str, list[float]]] = {}
    for _ in range(3):
        for network, workbench in pages.items():
            workbench.page.bring_to_front()
            for view in VIEWS:
                for what in ("pan", "zoom", "drag"):
                    to_view(workbench, view)
                    times = workbench.page.evaluate(GESTURE, {"what": what, "frames": frames})
                    taken.setdefault((what, view), {}).setdefault(network, []).extend(times)
                    workbench.page.wait_for_timeout(200)
    for (what, view), times_of in taken.items():
        told = [
            f"{network} {p95(times):.0f} ms ({p95(times) / p95(times_of['LeNet']):.1f})"
            for network, times in times_of.items()
        ]
        print(f"p95 frame of a {what}, {view}: {'; '.join(told)}", flush=True)
    print("  in brackets: times that of LeNet (wanted where LeNet takes 33 ms: twice at 1,000 nodes, 4 times at 3,000)")
    for workbench in pages.values():
        workbench.close()


VIEWS = {"whole": 0.0, "between": 0.25, "near": 0.7}
"""The least zoom of each."""


def to_view(workbench: Workbench, view: str) -> None:
    workbench.canvas.get_by_role("button", name="Fit the network").click()
    for _ in range(20):
        if workbench.view()[2] >= VIEWS[view]:
            break
        workbench.canvas.get_by_role("button", name="Zoom in").click()
        workbench.page.wait_for_timeout(30)
    workbench.page.wait_for_timeout(200)


def bench_opening(play: Playwright, server: Server) -> None:
    """From the address to the painted canvas, and what the page takes then, in a browser of its own each."""
    taken: dict[str, list[float]] = {}
    for turn in range(3):
        for network, size in (("LeNet", 0), *((f"{size:,} nodes", size) for size in (300, 1000, 3000))):
            browser = play.chromium.launch(executable_path=chromium(play), args=FLAGS)
            workbench = open_document(browser, server, size) if size else Workbench(browser, server.url).open()
            nodes = workbench.page.get_by_test_id("outline").get_by_role("listitem").count()
            began = time.perf_counter()
            workbench.page.goto(workbench.page.url)
            workbench.until(PAINTED, nodes)
            taken.setdefault(network, []).append(1000 * (time.perf_counter() - began))
            if turn == 0:
                print(f"{network}: {memory_of(browser, workbench.page)}", flush=True)
            browser.close()
    for network, times in taken.items():
        report(f"{network}, from the address to the painted canvas", times)
        print(f"  {ratio(times, taken['LeNet']):.2f} times LeNet (wanted: under 3 s at 1,000 nodes)")


MAKES = """
import sys, keras
keras.applications.InceptionV3(weights=None).save(sys.argv[1])
"""


def bench_import(browser: Browser, server: Server, folder: Path, times: int = 5) -> None:
    """From the choice of a large file of Keras, with its weights, to the painted canvas: a new visitor each time, and a
    server whose engine is ready."""
    path = folder / "inception_v3.keras"
    subprocess.run([sys.executable, "-c", MAKES, str(path)], check=True, capture_output=True)
    nodes = len(import_file(path, with_weights=False).drawn.document.nodes)
    deadline = time.monotonic() + 60
    while json.load(urllib.request.urlopen(f"{server.url}/api/health"))["engine"] != "ready":
        assert time.monotonic() < deadline, "the engine never came up"
        time.sleep(0.2)
    taken = []
    for _ in range(times + 1):
        workbench = Workbench(browser, server.url).open_projects()
        with workbench.page.expect_file_chooser() as chooser:
            workbench.page.get_by_role("button", name="Choose a large one").click()
        began = time.perf_counter()
        chooser.value.set_files(path)
        workbench.until(PAINTED, nodes)
        taken.append(1000 * (time.perf_counter() - began))
        workbench.close()
    report(f"InceptionV3 ({path.stat().st_size / 1e6:.0f} MB), from its choice to the painted canvas", taken[1:])
    print("  (wanted: under 5 s)")


PAINTED = """count => {
  const at = document.querySelector('.st-key-canvas_component [data-testid=stBidiComponentIsolated]');
  const canvas = at && at.shadowRoot;
  if (!canvas || canvas.querySelectorAll('[data-testid=outline] li').length !== count) return false;
  const sheet = canvas.querySelector('.nn-painting');
  return canvas.querySelectorAll('[data-testid=node]').length > 0 || sheet && !sheet.hidden && sheet.width > 300;
}"""


def memory_of(browser: Browser, page: Page) -> str:
    """What JavaScript keeps after a collection, how many elements there are, and what the page's process has alone."""
    page.wait_for_timeout(2000)
    told = page.context.new_cdp_session(page)
    told.send("HeapProfiler.collectGarbage")
    told.send("Performance.enable")
    metrics = {one["name"]: one["value"] for one in told.send("Performance.getMetrics")["metrics"]}
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    mine = max(private_mb(one["id"]) for one in processes if one["type"] == "renderer")
    script = metrics["JSHeapUsedSize"] / 1e6
    return f"{script:.0f} MB of JavaScript, {metrics['Nodes']:,.0f} elements; {mine:.0f} MB for its process"


def private_mb(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_")) / 1e3


def bench_tidying(browser: Browser, server: Server) -> None:
    workbench = open_document(browser, server, 1000)
    took, longest = [], []
    for way in ("left to right", "top to bottom") * 2:
        workbench.canvas.get_by_role("button", name="Zoom in").click()
        workbench.page.wait_for_timeout(500)
        workbench.page.evaluate(TIDIED)
        workbench.canvas.get_by_role("button", name=f"Tidy from {way}").click()
        milliseconds, frame = workbench.page.evaluate("window.tidied")
        took.append(milliseconds)
        longest.append(frame)
        workbench.settled()
    report("tidy of 1,000 nodes until they are seen whole (wanted: under 2,000)", took)
    report("  longest frame meanwhile", longest)
    workbench.close()


def p95(milliseconds: list[float]) -> float:
    ordered = sorted(milliseconds)
    return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]


def timed(
    page: Page, root: str, field: str | None, edit: Callable[[int], tuple[str, str]], times: int = 20
) -> list[float]:
    box = page.locator(field) if field else page.get_by_label("units", exact=True)
    taken = []
    for n in range(times + 3):
        value, shown = edit(n)
        box.fill(value)
        page.evaluate(WATCH, [root, shown])
        box.press("Enter")
        taken.append(float(page.evaluate("window.painted")))
        page.wait_for_timeout(250)
    return taken[3:]


def bench_navigation(browser: Browser, server: Server) -> None:
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "hello", "--server.port", str(port), "--server.headless", "true"]
    hello = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_up(f"http://127.0.0.1:{port}/_stcore/health")
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        ours, theirs = [], []
        for _ in range(11):
            began = time.perf_counter()
            page.goto(server.url)
            page.get_by_test_id("node").nth(9).get_by_text("digit").first.wait_for()
            page.get_by_text("10 nodes").wait_for()
            ours.append(time.perf_counter() - began)
            began = time.perf_counter()
            page.goto(f"http://127.0.0.1:{port}")
            page.get_by_text("Welcome to Streamlit").wait_for()
            theirs.append(time.perf_counter() - began)
        context.close()
    finally:
        hello.terminate()
    report("navigation to all cards painted", [t * 1000 for t in ours[1:]])
    report("streamlit hello", [t * 1000 for t in theirs[1:]])
    print(f"  {statistics.median(ours[1:]) / statistics.median(theirs[1:]):.2f} times (wanted: at most 2.5)")


def open_document(browser: Browser, server: Server, size: int) -> Workbench:
    raw = as_json(wide_document(size) if size > MOST_IN_ROW else deep_document(size))
    columns = math.ceil(math.sqrt(1.3 * size))
    for place, node in enumerate(raw["nodes"]):
        node["position"] = [260 * (place % columns), 200 * (place // columns)]
    return open_file(browser, server, json.dumps(raw))


MOST_IN_ROW = 800
"""Of a network in one row: a longer one is a fault."""


def last_dense(size: int) -> str:
    return "scores" if size > MOST_IN_ROW else f"n{size - 2}"


def open_file(browser: Browser, server: Server, text: str) -> Workbench:
    workbench = Workbench(browser, server.url).open_projects()
    file = {"name": "net.json", "mimeType": "application/json", "buffer": text.encode()}
    workbench.page.locator("input[type=file]").set_input_files(file)
    workbench.canvas.wait_for()
    return workbench.settled()


def report(what: str, milliseconds: list[float]) -> None:
    middle, most = statistics.median(milliseconds), p95(milliseconds)
    print(f"{what}: median {middle:.0f} ms, p95 {most:.0f} ms of {len(milliseconds)}", flush=True)


@contextmanager
def bare_page(folder: Path):  # type: ignore[no-untyped-def]
    (folder / "bare.py").write_text(BARE)
    (folder / "launch.py").write_text(LAUNCHER)
    port = free_port()
    command = [sys.executable, str(folder / "launch.py"), str(folder / "bare.py"), str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        wait_until_up(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
