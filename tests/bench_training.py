"""Measures training as people have it: from a press on Train to the first point, from a changed rate to its mark on the
curves, eight runs at once, what looks take, and a class that watches. `make bench-training`, or by name `python -m
tests.bench_training first rate race looks many class`. Nothing here is a test; a machine's noise is not a fault."""

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from graphbuilder import editing
from graphbuilder.document_file import write_document
from graphbuilder.store.jobs import Jobs
from graphbuilder.templates import template
from tests.e2e.conftest import chromium
from tests.e2e.test_training import Training
from tests.e2e.workbench import FLAGS, Server, Workbench

PAINTED = """() => new Promise(resolve => {
  const began = performance.now();
  const look = () => {
    const host = document.querySelector('.st-key-live_component [data-testid=stBidiComponentIsolated]');
    const plot = host?.shadowRoot?.querySelector('[data-testid=plot-loss] .js-plotly-plot');
    const state = host?.shadowRoot?.querySelector('[data-testid=state]')?.innerText ?? '';
    if (state.includes('training') && (plot?.data ?? []).some(line => line.x.length))
      requestAnimationFrame(() => resolve(performance.now() - began));
    else requestAnimationFrame(look);
  };
  [...document.querySelectorAll('.st-key-train button')][0].click();
  look();
})"""
WATCHERS = 30
SECONDS = 30
CLASS = 20


def main(wanted: list[str]) -> None:
    wanted = wanted or [*MEASURED, "looks"]
    if "looks" in wanted:
        looks()
    pages = [MEASURED[name] for name in wanted if name in MEASURED]
    if not pages:
        return
    server = Server(Path(tempfile.mkdtemp()))
    server.start()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(play), args=FLAGS)
        try:
            for measure in pages:
                measure(browser, server)
        finally:
            browser.close()
            server.stop()


def first_point(browser: Browser, server: Server, times: int = 11) -> None:
    """From the press to the frame in which the first point of the loss is painted; the engine is warm."""
    workbench = Workbench(browser, server.url).open()
    training = Training(workbench).epochs(400)
    took: list[float] = []
    for _ in range(times):
        took.append(workbench.page.evaluate(PAINTED) / 1e3)
        time.sleep(0.7)  # a press on Stop just behind one on Train is taken for the second half of a double press
        training.button("Stop").click()
        training.until_over("stopped")
    warm = sorted(took[1:])
    print(f"Train to first point, warm, of {len(warm)}: median {statistics.median(warm):.2f} s, p90 {warm[-2]:.2f} s")
    workbench.close()


MARKED = """() => {
  const told = () => [...document.querySelectorAll('.st-key-live_component [data-testid=stBidiComponentIsolated]')]
    .flatMap(host => [...host.shadowRoot.querySelectorAll('[data-testid=plot-loss] [data-testid=mark]')])
    .map(mark => mark.title).join();
  const before = told();
  window.took = 0;
  document.addEventListener('keydown', ({ key }) => {
    if (key !== 'Enter') return;
    const began = performance.now();
    const look = () => {
      if (told() === before) return requestAnimationFrame(look);
      requestAnimationFrame(() => (window.took = performance.now() - began));
    };
    look();
  }, { capture: true, once: true });
}"""


def changed_rate(browser: Browser, server: Server, times: int = 12) -> None:
    """From Enter in the field to the frame in which the curves have the mark: the training goes by the new rate."""
    workbench = Workbench(browser, server.url).open()
    training = Training(workbench).epochs(100_000).start().until_steps(200)
    took: list[float] = []
    for number in range(times):
        field = workbench.field("learning rate")
        field.fill(f"0.00{number % 7 + 3}")
        workbench.page.evaluate(MARKED)
        field.press("Enter")
        workbench.until("() => window.took > 0")
        took.append(workbench.page.evaluate("window.took") / 1e3)
        time.sleep(0.7)
    print(f"a changed rate to its mark on the curves, {ordered(took)} of {len(took)}")
    training.button("Stop").click()
    training.until_over("stopped")
    workbench.close()


def race(browser: Browser, server: Server, many: int = 8, seconds: float = 25) -> None:
    """Runs that start as one group: whether all end, and the longest that each keeps its watcher waiting."""
    workbench = Workbench(browser, server.url).open()
    Training(workbench).epochs(1)
    page = workbench.page
    project = page.url.split("project=")[1].split("&")[0]
    with sqlite3.connect(server.home / "graphbuilder.sqlite") as db:
        (owner,) = db.execute("select owner from document where id = ?", (project,)).fetchone()
    jobs, group = Jobs(server.home), "0" * 32
    document = editing.set_training(template("lenet"), "epochs", 60)
    for seed in range(many):
        told = write_document(editing.set_training(document, "seed", seed))
        jobs.ask(owner, "train", {"kind": "train", "document": told}, project, parent=group)
    began = time.perf_counter()
    runs = [run.id for run in jobs.runs(owner, project)]
    heard: dict[str, list[float]] = {id: [] for id in runs}
    after = dict.fromkeys(runs, 0)
    while any(jobs.job(owner, id).active for id in runs):
        for id in runs:
            news = json.loads(jobs.news_text(owner, id, after[id]))
            if any(event["kind"] == "steps" for event in news["events"]):
                heard[id].append(time.perf_counter() - began)
            after[id] = news["last"]
        time.sleep(0.05)
    gaps = [later - earlier for times in heard.values() for earlier, later in pairwise(times)]
    ended = [jobs.job(owner, id).state for id in runs]
    first = max(times[0] for times in heard.values())
    print(f"{many} runs at once: {ended.count('finished')} finish after {time.perf_counter() - began:.0f} s")
    print(f"  all have their first point after {first:.1f} s")
    print(f"  from one update of a run to the next {ordered(gaps)}, the longest {max(gaps):.2f} s")
    workbench.close()


LOOKED = """
import sys, tempfile, time
from pathlib import Path
from graphbuilder import editing
from graphbuilder.document_file import write_document
from graphbuilder.store.jobs import Jobs
from graphbuilder.store.limits import Limits
from graphbuilder.store.work import Work
from graphbuilder.templates import template
from graphbuilder.training import job, loop

name, epochs, home = sys.argv[1], int(sys.argv[2]), Path(tempfile.mkdtemp())
run = loop._Training.run
def seen(self, resume):
    began = time.monotonic()
    ended = run(self, resume)
    took, watcher = time.monotonic() - began, self.watcher
    parts = {"outputs": watcher._budget, "gradients": watcher._gradient_budget, "snapshots": watcher._keeping}
    told = ", ".join(f"{part} {100 * one._spent / took:.2f} %" for part, one in parts.items())
    print(f"{name}, {took:.1f} s of training: {told}")
    return ended
loop._Training.run = seen
document = editing.set_training(template(name), "epochs", epochs)
from graphbuilder.store import Store
project = Store(home).create("bench", document)
id = Jobs(home).ask("bench", "train", {"kind": "train", "document": write_document(document)}, project)
Work(home).take_up(Limits.of_settings(), ())
job.work(home, id)
"""


def looks() -> None:
    """The share of a training's time that is spent on looking inside, what is told of it included; as a job does it."""
    for name, epochs in (("spiral_perceptron", 600), ("lenet", 30)):
        subprocess.run([sys.executable, "-c", LOOKED, name, str(epochs)], check=True)


def watched_by_many(browser: Browser, server: Server) -> None:
    """Two trainings that a class watches: each watcher asks for news five times a second, as a page does."""
    pages = [Workbench(browser, server.url) for _ in range(3)]
    trainings = []
    for page in pages:
        page.open_projects()
        page.page.locator(".st-key-projects_page").locator("button", has_text="Spiral perceptron").first.click()
        page.canvas.wait_for(timeout=60_000)
        trainings.append(Training(page.settled()).epochs(100_000))
    for training in trainings:
        training.start()
    running = [training for training in trainings if "training" in told(training)]
    print(f"three sessions press Train at once: {len(running)} train, {len(trainings) - len(running)} wait their turn")
    cpu, asked = cpu_seconds(server.pid), [watcher(training) for training in running]
    stop, late, lags = threading.Event(), [], []
    threads = [
        threading.Thread(target=watch, args=(*asked[n % len(asked)], stop, late, lags), daemon=True)
        for n in range(WATCHERS)
    ]
    for thread in threads:
        thread.start()
    edits = [edit_seconds(pages[-1]) for _ in range(12)]
    time.sleep(max(0.0, SECONDS - sum(edits)))
    stop.set()
    share = (cpu_seconds(server.pid) - cpu) / SECONDS
    print(f"{WATCHERS} watchers beside {len(running)} trainings: {len(late)} answers, {ordered(late)}")
    print(f"  newest chunk told when the answer came, {ordered(lags)}")
    print(f"  an edit beside them, {ordered(edits)}; server {share:.2f} of a core")
    for training in trainings:
        training.button("Stop").click()
        training.until_over("stopped")
    for page in pages:
        page.close()


def a_class(browser: Browser, server: Server) -> None:
    """A teacher's class: each a page of their own, who all edit, and then all press Train within some seconds."""
    pages: list[Workbench] = []
    opened, edits, ended = [], [], []
    for _ in range(CLASS):
        began = time.perf_counter()
        pages.append(Workbench(browser, server.url).open())
        opened.append(time.perf_counter() - began)
    for page in pages:
        edits.append(edit_seconds(page, "n8"))
    cpu, began = cpu_seconds(server.pid), time.perf_counter()
    trainings = [Training(page).start() for page in pages]
    pressed = time.perf_counter() - began
    while len(ended) < len(trainings):
        for training in trainings[len(ended) :]:
            training.until_over()
            ended.append(time.perf_counter() - began)
    share = (cpu_seconds(server.pid) - cpu) / ended[-1]
    print(f"a class of {CLASS} pages: to open one {ordered(opened)}; an edit {ordered(edits)}")
    print(
        f"  all press Train within {pressed:.1f} s; ended after {ended[0]:.1f} s the first, {ended[-1]:.1f} s the last"
    )
    print(f"  server {share:.2f} of a core, {resident(server.pid):.0f} MB")
    for page in pages:
        page.close()


def resident(pid: int) -> float:
    """Megabytes of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmRSS"))


def told(training: Training) -> str:
    deadline = time.monotonic() + 8
    while time.monotonic() < deadline:
        text = training.state.inner_text()
        if text == "training":
            return text
        time.sleep(0.2)
    return training.state.inner_text()


def watcher(training: Training) -> tuple[str, str]:
    """The address that a page asks for news, and the cookie it sends."""
    page = training.workbench
    run = page.page.get_by_test_id("live").first.get_attribute("data-run")
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    return f"{page.url}/api/runs/{run}/events", cookies


def watch(url: str, cookies: str, stop: threading.Event, late: list[float], lags: list[float]) -> None:
    after, seconds, since = 0, 0.0, 0.0
    while not stop.is_set():
        began = time.perf_counter()
        request = urllib.request.Request(f"{url}?after={after}", headers={"cookie": cookies})
        with urllib.request.urlopen(request, timeout=30) as answer:
            news = json.load(answer)
        late.append(time.perf_counter() - began)
        after = news["last"]
        steps = [event["seconds"] for event in news["events"] if event["kind"] == "steps"]
        if steps:
            now = time.perf_counter()
            if seconds:
                lags.append(max(0.0, (now - since) - (steps[-1] - seconds)))
            seconds, since = steps[-1], now
        time.sleep(0.2)


def edit_seconds(page: Workbench, node: str = "") -> float:
    """From a changed number to the page at rest."""
    node = node or page.ids()[1]
    page.select(node)
    field = page.field("units")
    value = str(int(field.input_value()) % 50 + 1)
    began = time.perf_counter()
    field.fill(value)
    field.press("Enter")
    page.node(node).get_by_text(f"{value} unit").wait_for(timeout=30_000)
    return time.perf_counter() - began


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ordered(seconds: list[float]) -> str:
    found = sorted(seconds)
    p95 = found[min(len(found) - 1, int(0.95 * len(found)))]
    return f"median {statistics.median(found) * 1e3:.0f} ms, p95 {p95 * 1e3:.0f} ms"


MEASURED = {"first": first_point, "rate": changed_rate, "race": race, "many": watched_by_many, "class": a_class}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
