"""What is kept of a training: everything while it is short, and a bounded digest however long it goes on."""

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphbuilder.records.digest import BATCHES, BOUNDARIES, POINTS, SLICES, Digest, thinned
from graphbuilder.records.events import Activations, Ended, Epoch, Probe, Started, Steps, as_json
from graphbuilder.records.looks import MOST as LOOKS
from graphbuilder.records.looks import Heard
from graphbuilder.records.recorder import NothingWritten, Recorder
from graphbuilder.store import StoreError
from graphbuilder.store.work import Work

LOOK = Activations(0.5, 0.1, 0.0, 1.0, tuple(range(64)), 0.25)


def steps(first: int, *losses: float | None) -> dict[str, Any]:
    return {"kind": "steps", "first": first, "losses": list(losses), "seconds": 1.0, "stride": 1}


def losses_of(digest: Digest) -> dict[str, Any]:
    return next(dict(event) for event in digest.events() if event["kind"] == "steps")


def test_a_short_run_is_digested_whole() -> None:
    digest = Digest()
    events = [
        {"kind": "started", "epochs": 1},
        steps(1, 3.0, 2.0, 1.0),
        {"kind": "epoch", "number": 1, "best": True},
        {"kind": "probe", "step": 3, "nodes": {"a": {}}},
        {"kind": "layers", "step": 3, "nodes": {"a": {"kernel": {}}}},
        {"kind": "batch", "step": 3},
        {"kind": "boundary", "step": 3},
        {"kind": "baselines"},
        {"kind": "snapshots", "step": 3},
        {"kind": "ended", "state": "finished"},
    ]
    for event in events:
        digest.add(event)
    assert digest.events() == events


def test_R13_a_million_steps_stay_bounded() -> None:
    digest = Digest()
    for first in range(0, 1_000_000, 1000):
        digest.add(steps(first + 1, *[1.0 - (first + at) / 1_000_000 for at in range(1000)]))
    told = losses_of(digest)
    assert len(told["losses"]) <= POINTS
    assert sum(len(one["losses"]) * one["stride"] for one in digest.events()) == 1_000_000
    assert told["losses"][0] == pytest.approx(1.0, abs=0.002)
    assert told["losses"][-1] == pytest.approx(0.0, abs=0.002)
    assert all(a > b for a, b in zip(told["losses"], told["losses"][1:], strict=False))


@given(st.lists(st.tuples(st.integers(1, 700), st.integers(1, 40)), min_size=1, max_size=30))
@settings(max_examples=60)
def test_means_of_steps_keep_the_mean_of_all(chunks: list[tuple[int, int]]) -> None:
    digest, count = Digest(), 0
    for size, stride in chunks:
        losses = [float(count + at * stride) for at in range(size)]
        digest.add({**steps(count + 1, *losses), "stride": stride})
        count += size * stride
    told = losses_of(digest)
    every = [dict(event) for event in digest.events()]
    assert sum(len(one["losses"]) * one["stride"] for one in every) == count
    assert len(told["losses"]) <= POINTS
    assert len(every) <= 2
    assert all(a <= b for a, b in zip(told["losses"], told["losses"][1:], strict=False))


def test_W3_a_loss_that_is_no_number_is_still_seen_as_none() -> None:
    digest = Digest()
    digest.add(steps(1, *[1.0] * 999, None))
    assert losses_of(digest)["losses"][-1] is None


def test_looks_and_epochs_are_left_out_evenly_and_the_last_is_kept() -> None:
    digest = Digest()
    for step in range(5000):
        digest.add({"kind": "probe", "step": step, "nodes": {"a": {}}})
        digest.add({"kind": "epoch", "number": step, "best": False})
    events = digest.events()
    looks = [event["step"] for event in events if event["kind"] == "probe"]
    epochs = [event["number"] for event in events if event["kind"] == "epoch"]
    assert len(looks) <= SLICES
    assert len(epochs) <= POINTS
    assert (looks[0], looks[-1], epochs[0], epochs[-1]) == (0, 4999, 0, 4999)
    assert len({later - sooner for sooner, later in pairwise(epochs[1:-1])}) == 1, "early as far apart as late"


def test_boundaries_layers_and_batches_of_a_long_run_stay_bounded() -> None:
    digest = Digest()
    for step in range(3000):
        digest.add({"kind": "boundary", "step": step})
        digest.add({"kind": "batch", "step": step})
        digest.add({"kind": "layers", "step": step, "nodes": {"a": {"kernel": {}, "bias": {}}, "b": {"kernel": {}}}})
    steps = {kind: [event["step"] for event in digest.events() if event["kind"] == kind] for kind in MOST}
    for kind, most in MOST.items():
        assert most / 2 <= len(steps[kind]) <= most
        assert (steps[kind][0], steps[kind][-1]) == (0, 2999)
    gaps = [b - a for a, b in zip(steps["boundary"], steps["boundary"][1:], strict=False)]
    assert sum(gaps[:5]) < sum(gaps[-6:-1]) / 4, "denser at the start"


def test_a_run_at_the_command_line_keeps_a_bounded_number_of_looks_and_every_step() -> None:
    heard = Heard()
    for step in range(2_000):
        heard.add(Steps(step + 1, (1.0,), 0.1))
        heard.add(Probe(step, 0.1, {"a": LOOK}))
    steps = [one.first for one in heard.events if isinstance(one, Steps)]
    looks = [one.step for one in heard.events if isinstance(one, Probe)]
    assert steps == [*range(1, 2_001)]
    assert LOOKS[Probe] / 2 <= len(looks) <= 2 * LOOKS[Probe]
    assert (looks[0], looks[-1]) == (0, 1_999) and looks == sorted(looks)


MOST = {"boundary": BOUNDARIES, "batch": BATCHES, "layers": SLICES}


def test_looks_at_parts_of_a_large_network_join() -> None:
    digest = Digest()
    for step, part in enumerate(["a", "b", "a", "b"]):
        digest.add({"kind": "probe", "step": step, "nodes": {part: {"mean": step}}})
    looks = [event["nodes"] for event in digest.events() if event["kind"] == "probe"]
    assert looks == [{"a": {"mean": 0}, "b": {"mean": 1}}, {"a": {"mean": 2}, "b": {"mean": 3}}]


@given(st.lists(st.integers(), max_size=50), st.integers(2, 30))
def test_thinning_keeps_the_ends(records: list[int], most: int) -> None:
    left = thinned(records, most)
    assert len(left) <= max(most, len(records) // 2 + 2)
    assert left[:1] == records[:1]
    assert left[-1:] == records[-1:]


# The recorder


def job(jobs: Work) -> str:
    return jobs.ask("me", "train", {"kind": "train"}, "project")


def told_of(jobs: Work, id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = jobs.news("me", id, 0)["events"]
    return found


def test_a_training_is_told_whole_and_summed_up(jobs: Work) -> None:
    id = job(jobs)
    recorder = Recorder(jobs, id, {"snapshot": "s"})
    recorder.tell(Started(10, (8, 1, 1), 2, 2))
    for number in (1, 2):
        recorder.tell(Steps(2 * number - 1, (1.0, 0.5), 0.1))
        recorder.tell(Probe(2 * number, 0.1, {"a": LOOK}))
        recorder.tell(Epoch(number, 2 * number, {"loss": 0.5, "val_loss": 0.4 / number}, 0.2, True))
    recorder.tell(Ended("finished", "all epochs done", 2, 4, 2, {"val_loss": 0.2}, 0.4))
    events = told_of(jobs, id)
    assert [event["kind"] for event in events if event["kind"] in ("started", "ended")] == ["started", "ended"]
    assert [loss for event in events if event["kind"] == "steps" for loss in event["losses"]] == [1.0, 0.5, 1.0, 0.5]
    summary = jobs.job("me", id).summary
    assert (summary["epoch"], summary["epochs"], summary["curve"]) == (2, 2, [0.4, 0.2])
    assert summary["kept"] == {"val_loss": 0.2}


@given(count=st.integers(1, 1500))
@settings(max_examples=30, deadline=None)
def test_many_steps_at_once_become_means_and_none_is_left_out(count: int) -> None:
    from graphbuilder.records.recorder import _joined

    joined = _joined([Steps(1, tuple(float(at) for at in range(count)), 0.1)])
    parts = [event for event in joined if isinstance(event, Steps)]
    assert sum(part.stride * len(part.losses) for part in parts) == count
    assert sum(part.stride * sum(part.losses) for part in parts) == pytest.approx(count * (count - 1) / 2)
    assert all(len(part.losses) <= 200 for part in parts)


class Full(Work):
    """A store whose disk is full for a while."""

    refusals = 3

    def tell(self, *args: Any) -> None:
        if self.refusals:
            self.refusals -= 1
            raise StoreError("Nothing can be saved: disk full.")
        super().tell(*args)


def test_P4_while_nothing_can_be_written_the_training_waits(tmp_path: Path) -> None:
    jobs, waits = Full(tmp_path), []
    id = job(jobs)
    recorder = Recorder(jobs, id, {}, sleep=waits.append)
    recorder.tell(Started(10, (8, 1, 1), 2, 2))
    assert waits == [1.0, 1.0, 1.0]
    assert [event["kind"] for event in told_of(jobs, id)] == ["started"]


def test_P4_in_the_end_it_gives_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = Full(tmp_path)
    jobs.refusals = 10**9
    id = job(jobs)
    now = iter(range(0, 10**6, 10))
    monkeypatch.setattr("graphbuilder.records.recorder.time.monotonic", lambda: next(now))
    with pytest.raises(NothingWritten, match="took nothing for 5 minutes: Nothing can be saved: disk full"):
        Recorder(jobs, id, {}, sleep=lambda _: None).tell(Started(10, (8, 1, 1), 2, 2))


def test_W3_what_is_no_number_is_null(jobs: Work) -> None:
    id = job(jobs)
    recorder = Recorder(jobs, id, {})
    recorder.tell(Steps(1, (1.0, math.nan), 0.1))
    recorder.tell(Epoch(1, 2, {"loss": math.inf, "val_loss": math.nan}, 0.1, False))
    recorder.flush(whole=True)
    assert told_of(jobs, id)[0]["losses"] == [1.0, None]
    assert json.loads(json.dumps(as_json(Epoch(1, 2, {"loss": math.nan}, 0.1, False))))["metrics"] == {"loss": None}


def test_the_best_epoch_is_never_left_out() -> None:
    digest = Digest()
    for number in range(1, 3001):
        digest.add({"kind": "epoch", "number": number, "best": number == 1500})
    told = [event["number"] for event in digest.events()]
    assert 1500 in told
    assert told == sorted(told)


def test_a_chunk_tells_one_boundary_and_not_every_epoch_of_very_many() -> None:
    from graphbuilder.records.events import Boundary, Event
    from graphbuilder.records.recorder import _bounded

    corner = (0.0, 0.0)
    boundaries: list[Event] = [Boundary(n, "o", corner, corner, 1, (0,), (100,)) for n in range(5)]
    epochs: list[Event] = [Epoch(n, n, {"val_loss": 1.0}, 0.1, n == 77) for n in range(1, 201)]
    told = _bounded([*boundaries, *epochs])
    assert [event.step for event in told if isinstance(event, Boundary)] == [4]
    numbers = [event.number for event in told if isinstance(event, Epoch)]
    assert len(numbers) <= 31
    assert {1, 77, 200} <= set(numbers)


def test_what_is_told_behind_a_checkpoint_is_taken_back_and_told_once_more(tmp_path: Path) -> None:
    jobs = Work(tmp_path)
    id = jobs.ask("me", "train", {}, "project")
    first = Recorder(jobs, id, {"snapshot": "s"})
    first.tell(Started(9, (6, 2, 2), 3, 5))
    for number in (1, 2):
        first.tell(Steps(3 * number - 2, (0.3, 0.2, 0.1), 0.1))
        first.tell(Epoch(number, 3 * number, {"val_loss": 1 / number}, 0.2, True))
    state = json.loads(json.dumps(first.state()))
    kept, heard = jobs.news("me", id, 0)["events"], jobs.news("me", id, 0)["last"]
    first.tell(Steps(7, (9.0,), 0.3))
    first.tell(Epoch(3, 7, {"val_loss": math.nan}, 0.2, False))
    first.flush()
    again = Recorder(jobs, id, {"snapshot": "s"}, state=state)
    told = jobs.news("me", id, heard)
    assert told["reset"]
    assert [event for event in told["events"] if event["kind"] != "steps"] == [
        event for event in kept if event["kind"] != "steps"
    ]
    assert sum(len(event["losses"]) for event in told["events"] if event["kind"] == "steps") == 6
    again.tell(Epoch(3, 9, {"val_loss": 0.1}, 0.2, True))
    again.flush()
    assert jobs.job("me", id).summary["curve"] == [1.0, 0.5, 0.1]
    assert [epoch["number"] for epoch in again.epochs] == [1, 2, 3]
