"""A run of 200,000 steps stays bounded: what is kept of it, what is told of it, and how long an answer takes."""

import json
import math
import time
from pathlib import Path
from typing import Any

import pytest

from graphbuilder.records import recorder as recording
from graphbuilder.records.events import (
    Activations,
    Batch,
    Boundary,
    Commanded,
    Distribution,
    Epoch,
    Layers,
    Probe,
    Snapshots,
    Started,
    Steps,
    Variable,
)
from graphbuilder.records.recorder import Recorder
from graphbuilder.store.jobs import AT_ONCE
from graphbuilder.store.work import Work
from tests.test_jobs import started

STEPS, CHUNK, PER_EPOCH = 200_000, 500, 50
NODES = [f"node{n}" for n in range(12)]
SEEN = Activations(0.123456789, 0.987654321, -4.0, 4.0, tuple(range(1000, 1064)), 0.25)
NUMBERS = Distribution(0.00123456789, 0.0987654321, 0.0987654321, -0.5, 0.5, tuple(range(1000, 1032)), 0.125)
VARIABLE = Variable(NUMBERS, NUMBERS, NUMBERS, 0.00123456789, 0.123456789)
LAYERS = {node: {"kernel": VARIABLE, "bias": VARIABLE} for node in NODES[:6]}
CELLS = tuple([1] * 48 * 48)
BYTES, SECONDS = 2_500_000, 0.02


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The store, the run and its recorder, and how many bytes the database has."""
    home: Path = tmp_path_factory.mktemp("home")
    jobs = Work(home)
    id = started(jobs)
    now = 0.0
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(recording.time, "monotonic", lambda: now)
        recorder = Recorder(jobs, id, {})
        recorder.tell(Started(60_000, (1000, 300, 300), PER_EPOCH, STEPS // PER_EPOCH))
        for step in range(CHUNK, STEPS + 1, CHUNK):
            now += 0.16
            recorder.tell(Steps(step - CHUNK + 1, tuple(math.sin(step + n) + 2.0 for n in range(CHUNK)), now))
            for number in range((step - CHUNK) // PER_EPOCH + 1, step // PER_EPOCH + 1):
                metrics = dict.fromkeys(("loss", "accuracy", "val_loss", "val_accuracy"), 1 / number)
                recorder.tell(Epoch(number, number * PER_EPOCH, metrics, now, True))
            recorder.tell(Probe(step, now, dict.fromkeys(NODES, SEEN)))
            recorder.tell(Layers(step, now, LAYERS, dict.fromkeys(NODES, 0.1)))
            recorder.tell(Batch(step, now, 32, 1.0, 0.1, 1.0, 0.5, 0.25))
            recorder.tell(Boundary(step, "L", (0.0, 0.0), (1.0, 1.0), 48, CELLS, CELLS))
            if step % 1000 == 0:
                recorder.tell(Snapshots(step, now, tuple(range(0, step, max(1, step // 60))), 10**6))
                recorder.tell(Commanded(step, now, "change", {"learning_rate": (0.1, 0.2)}))
        recorder.flush(whole=True)
    return jobs, id, recorder


def answers(jobs: Work, id: str, after: int) -> tuple[dict[str, Any], float, int]:
    """The news as the route gives them, read, the seconds of the fastest of several and their bytes."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        text = jobs.news_text("me", id, after)
        times.append(time.perf_counter() - began)
    return json.loads(text), min(times), len(text)


def test_row_10_what_is_told_of_200_000_steps_has_a_bound(run: Any) -> None:
    jobs, id, _ = run
    news, _, size = answers(jobs, id, 0)
    assert (news["reset"], size < BYTES) == (True, True), size
    assert sum(len(one["losses"]) * one["stride"] for one in news["events"] if one["kind"] == "steps") == STEPS
    with jobs.reading() as db:
        chunks, held = db.exec_driver_sql("SELECT count(*), sum(length(json)) FROM event").one()
        (digest,) = db.exec_driver_sql("SELECT length(json) FROM digest").one()
        (summary,) = db.exec_driver_sql("SELECT length(summary) FROM job").one()
    assert chunks <= AT_ONCE + 25
    assert (digest < BYTES, held < 5 * BYTES, summary < 5_000) == (True, True, True), (digest, held, summary)


def test_row_10_an_answer_takes_no_longer_after_200_000_steps(run: Any) -> None:
    jobs, id, _ = run
    last = jobs.news("me", id, 0)["last"]
    _, whole, _ = answers(jobs, id, 0)
    _, newest, _ = answers(jobs, id, last - 2)
    assert newest < SECONDS, newest
    assert whole < SECONDS, whole


def test_row_10_what_a_recorder_holds_has_a_bound(run: Any) -> None:
    _, _, recorder = run
    state = recorder.state()
    assert len(json.dumps(state["digest"])) < BYTES
    assert len(state["epochs"]) == STEPS // PER_EPOCH, "all of them go into a file at the end"
