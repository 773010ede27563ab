"""Trainings that begin: as many at once as there are cores, and the others leave them room."""

import os
from dataclasses import replace

import pytest

from graphbuilder.records.events import Commanded, Started
from graphbuilder.records.recorder import Recorder
from graphbuilder.store.jobs import Job
from graphbuilder.store.limits import Limits
from graphbuilder.store.line import LANES
from graphbuilder.store.work import Work
from graphbuilder.training import under_way
from graphbuilder.training.host import lanes_for
from graphbuilder.training.jobs import hearing
from graphbuilder.training.processes import begun_mark
from graphbuilder.training.under_way import begins
from tests.test_jobs import ask

ROOM = Limits(running=8, owner_running=8, owner_queued=8)


def begun(jobs: Work, count: int) -> list[Job]:
    for _ in range(count):
        ask(jobs)
    jobs_begun = [job for _ in range(count) if (job := jobs.take_up(ROOM))]
    for job in jobs_begun:
        jobs.has_process(job.id, os.getpid(), begun_mark(os.getpid()))
    return jobs_begun


def test_a_training_begins_until_it_says_that_it_is_under_way(jobs: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    (job,) = begun(jobs, 1)
    assert begins(job), "it has no process yet"
    (job,) = jobs.active()
    assert begins(job) and not begins(replace(job, kind="results"))
    recorder = Recorder(jobs, job.id, {})
    recorder.tell(Started(5, (8, 2), 4, 1))
    assert all(map(begins, jobs.active()))
    for command, begun_now in (("hold", False), ("go", True)):
        recorder.tell(Commanded(1, 0.1, command))
        assert [begins(one) for one in jobs.active()] == [begun_now]
    recorder.is_under_way()
    assert not any(map(begins, jobs.active()))
    recorder.tell(Started(5, (8, 2), 4, 1))  # it began anew, with all that works its steps
    assert not any(map(begins, jobs.active()))
    Recorder(jobs, job.id, {}, state=recorder.state())  # it goes on in another process
    assert all(map(begins, jobs.active()))
    monkeypatch.setattr(under_way, "BEGIN_SECONDS", 0.0)
    assert not any(map(begins, jobs.active())), "others wait so long for it, and no longer"


def test_no_more_begin_at_once_than_there_are_cores(jobs: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    first, second, third = begun(jobs, 3)
    assert [*lanes_for([])] == [*lanes_for([first])] == [*LANES]
    assert [*lanes_for([first, second])] == [*lanes_for([first, second, third])] == [*LANES[:-1]]
    assert LANES[-1] == "train"
    assert [*lanes_for([first, replace(second, summary={"under_way": True})])] == [*LANES]


def test_one_hears_whether_others_begin(jobs: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    now, cores = 0.0, 1
    monkeypatch.setattr(hearing.time, "monotonic", lambda: now)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    mine, other = begun(jobs, 2)
    (jobs.home / "runs" / mine.id).mkdir(parents=True)
    hears = hearing.Hears(jobs, mine.id, 0)
    assert not hears.others_begin()
    assert hears() == []
    assert hears.others_begin()
    cores = 2
    assert not hears.others_begin(), "there is a core for each"
    cores = 1
    Recorder(jobs, other.id, {}).is_under_way()
    now += 1.0
    assert hears() == []
    assert not hears.others_begin()
