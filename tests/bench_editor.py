"""Measures the workbench on the real page, beside bare Streamlit pages in the same run: `make bench-editor`.

Nothing here is a test; a machine's noise is not a fault. An edit is timed in the browser, from the key that ends it to
the second frame after the new shape stands in the last card.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from graphbuilder.document import as_json
from tests.bench import deep_document
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


def main() -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(play), args=FLAGS)
        with tempfile.TemporaryDirectory() as folder:
            server = Server(Path(folder))
            server.start()
            try:
                bench_edits(browser, server, Path(folder))
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
    for size, most in ((20, 3), (100, 4)):
        workbench = open_document(browser, server, size)
        last = f"n{size - 2}"
        workbench.select(last)
        shadow = "document.querySelector('.st-key-canvas_component [data-testid=stBidiComponentIsolated]').shadowRoot"
        card = f"{shadow}.querySelector('[data-node-id={last}]')"
        edits = timed(workbench.page, card, None, lambda n: (str(100 + n), f"{100 + n} units"))
        report(f"edit of the last of {size} nodes", edits)
        ratio = statistics.median(edits) / statistics.median(bare)
        print(f"  {ratio:.2f} times the bare component (wanted: at most {most})")
        workbench.close()


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
    raw = as_json(deep_document(size))
    for place, node in enumerate(raw["nodes"]):
        node["position"] = [260 * (place % 10), -190 * (place // 10)]  # the last one stands free of the small map
    workbench = Workbench(browser, server.url).open_projects()
    file = {"name": "net.json", "mimeType": "application/json", "buffer": json.dumps(raw).encode()}
    workbench.page.locator("input[type=file]").set_input_files(file)
    workbench.canvas.wait_for()
    return workbench.settled()


def report(what: str, milliseconds: list[float]) -> None:
    ordered = sorted(milliseconds)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    print(f"{what}: median {statistics.median(ordered):.0f} ms, p95 {p95:.0f} ms of {len(ordered)}")


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
