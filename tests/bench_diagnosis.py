"""Measures the verdict: what finding it costs beside a training, and how soon its sentence is on the page. `python -m
tests.bench_diagnosis cost page`. Nothing here is a test; a machine's noise is not a fault.

cost: runs of the suite of `make diagnose` (trained before, or a few now) are told anew at the pace that they had, and
judged as a page that watches them has them judged. page: from the chunk that completes the evidence in the store to the
frame in which the sentence is painted.
"""

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from graphbuilder.checks import check
from graphbuilder.diagnosis import Following, findings, listed
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.records.events import Ended, Epoch, Event, as_json
from graphbuilder.records.folder import record_of
from graphbuilder.store.jobs import Jobs
from tests.diagnosis.planted import hidden, moons, of_points, perceptron, stack
from tests.diagnosis.training import folder_of, suite, train, trained
from tests.e2e.conftest import chromium
from tests.e2e.test_training import Training
from tests.e2e.workbench import FLAGS, Server, Workbench

BEAT = 0.5
"""Seconds between two looks of a page."""
RUNS = 40
CHUNK = 0.15


def main(wanted: Sequence[str]) -> None:
    if not wanted or "cost" in wanted:
        cost()
    if not wanted or "page" in wanted:
        server = Server(Path(tempfile.mkdtemp()))
        server.start()
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=chromium(play), args=FLAGS)
            try:
                page(browser, server)
            finally:
                browser.close()
                server.stop()


def cost() -> None:
    """Processor time of hearing and judging, as a share of the time that the training took."""
    if sum(trained(document) for _, document in suite()) < RUNS:
        train(suite(), 240.0)
    known = [(name, document) for name, document in suite() if trained(document)]
    shares, each, told = [], list[float](), []
    for name, document in known:
        took, lasted = replayed(document)
        each += took
        if lasted >= 1.0:
            shares.append(sum(took) / lasted)
            told.append((shares[-1], name, lasted, len(took)))
    worst = sorted(told, reverse=True)[:3]
    print(
        f"finding verdicts, {len(shares)} runs of 1 s and longer: median {statistics.median(shares):.2%} of the "
        f"training's time, p90 {sorted(shares)[int(0.9 * len(shares))]:.2%}; "
        f"one look: median {1e3 * statistics.median(each):.1f} ms, p95 "
        f"{1e3 * sorted(each)[int(0.95 * len(each))]:.1f} ms"
    )
    print("the dearest:", *(f"{name} {share:.2%} of {lasted:.1f} s in {n} looks" for share, name, lasted, n in worst))


def replayed(document: Document) -> tuple[list[float], float]:
    """Seconds of processor time of each look at a run as it went, and how long it went."""
    report, following = check(document), Following()
    took, waiting, beat, epoch, n = [], list[Event](), 0.0, 0, 0
    for at, event in timed(record_of(folder_of(document))):
        if at >= beat:
            began = time.process_time()
            if waiting:
                n += 1
                following.hear(text_of(waiting, n))
            news = [one for one in waiting if isinstance(one, Epoch | Ended)]
            if news or not epoch:
                listed(report, findings(report, following.evidence))
                epoch += bool(news)
            took.append(time.process_time() - began)
            waiting, beat = [], at + BEAT
        waiting.append(event)
        last = at
    return took, last


def timed(events: Sequence[Event]) -> Iterator[tuple[float, Event]]:
    """Each event with the second in which it was told; those without one come with the one before."""
    at = 0.0
    for event in events:
        at = max(at, float(getattr(event, "seconds", at)))
        yield at, event


def text_of(events: Sequence[Event], n: int) -> str:
    return json.dumps({"reset": False, "last": n, "events": [as_json(event) for event in events]})


SHOWN = """() => {
  window.told = {};
  const look = () => {
    const hosts = [...document.querySelectorAll('.st-key-verdict [data-testid=stBidiComponentIsolated]')];
    for (const line of hosts.flatMap(host => [...(host.shadowRoot?.querySelectorAll('[data-testid=told]') ?? [])])) {
      const code = /topic=[^&]*?(D_[A-Z_]+)/.exec(line.querySelector('a')?.href ?? '')?.[1];
      if (code && !(code in window.told)) requestAnimationFrame(() => (window.told[code] ??= Date.now() / 1000));
    }
    requestAnimationFrame(look);
  };
  look();
}"""


def planted() -> Iterator[tuple[str, Document]]:
    """One that is told while the run goes, and one that is told at its end, of several kinds."""
    yield "D_OVERFIT", of_points(*stack(2, 128), data=moons(80, 0.5), rate=0.005, epochs=400)
    yield "D_RATE_TOO_HIGH", perceptron(hidden(activation="tanh"), rate=0.1, epochs=120, seed=3)
    yield "D_STILL_IMPROVING", perceptron(optimizer="SGD", rate=0.01, epochs=12)
    yield "D_UNDERFIT", of_points(hidden(units=1), data=moons(name="xor"), optimizer="SGD", rate=0.1, epochs=40)


def page(browser: Browser, server: Server, times: int = 4) -> None:
    workbench = Workbench(browser, server.url)
    for code, document in planted():
        waits = [w for _ in range(times) if (w := waited(workbench, server, code, document)) is not None]
        if waits:
            print(f"{code}: {', '.join(f'{one:.2f}' for one in waits)} s from its evidence to the page", flush=True)
        else:
            print(f"{code}: was not told", flush=True)
    workbench.close()


def waited(workbench: Workbench, server: Server, code: str, document: Document) -> float | None:
    """Seconds from the moment when the store has what the rule needs, to the frame that says it."""
    file = {"name": "net.json", "mimeType": "application/json", "buffer": write_document(document).encode()}
    workbench.open_projects().page.locator("input[type=file]").set_input_files(file)
    workbench.canvas.wait_for(timeout=60_000)
    training = Training(workbench.settled())
    page = workbench.page
    page.evaluate(SHOWN)
    training.start()
    project = page.url.split("project=")[1].split("&")[0]
    jobs, report, following = Jobs(server.home), check(document), Following()
    with sqlite3.connect(server.home / "graphbuilder.sqlite") as db:
        (owner,) = db.execute("select owner from document where id = ?", (project,)).fetchone()
    run = until_run(jobs, owner, project)
    known, active = 0.0, True
    while not known and active:
        active = jobs.job(owner, run).active
        before = following.last
        following.hear(jobs.news_text(owner, run, following.last))
        heard = time.time()
        if following.last != before and any(one.code == code for one in findings(report, following.evidence)):
            known = heard
        page.wait_for_timeout(20)
    until = time.monotonic() + 10
    while known and time.monotonic() < until:
        if shown := page.evaluate("code => window.told[code]", code):
            if training.button("Stop").is_visible():
                training.button("Stop").click()
            training.until_over("") if active else None
            return float(shown) - known
        page.wait_for_timeout(50)
    return None


def until_run(jobs: Jobs, owner: str, project: str) -> str:
    until = time.monotonic() + 60
    while not (runs := jobs.runs(owner, project)):
        assert time.monotonic() < until, "no run came"
        time.sleep(0.02)
    return runs[0].id


if __name__ == "__main__":
    main(sys.argv[1:])
