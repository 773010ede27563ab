"""Jobs in the store: who may run, in which order, and what is told of them."""

import json
import math
import time
from typing import Any

import pytest
from sqlalchemy import update

from graphbuilder.store import Missing, NotYours, StoreError, clock
from graphbuilder.store import tables as t
from graphbuilder.store.access import OPERATOR
from graphbuilder.store.disk import LAST_STATE
from graphbuilder.store.jobs import AT_ONCE, ENDED, why_stopped
from graphbuilder.store.limits import Limits
from graphbuilder.store.line import ACTIVE, LOOKS
from graphbuilder.store.work import Work

TWO = Limits(running=2, owner_running=1, owner_queued=2)


def ask(jobs: Work, owner: str = "me", **more: Any) -> str:
    return jobs.ask(owner, "train", {"kind": "train", "document": "{}"}, "project", more.pop("limits", TWO), **more)


def position(jobs: Work, id: str) -> int | None:
    place = jobs.place(id)
    return place and place.number


def taken(jobs: Work, limits: Limits = TWO) -> str | None:
    job = jobs.take_up(limits)
    return job.id if job else None


def started(jobs: Work, owner: str = "me") -> str:
    id = ask(jobs, owner)
    assert taken(jobs) == id
    jobs.has_process(id, 1, "mark")
    jobs.runs_now(id)
    return id


def test_a_new_job_waits_and_is_counted_in_its_project(jobs: Work) -> None:
    first, second = ask(jobs), ask(jobs)
    assert [(run.id, run.title, run.state) for run in jobs.runs("me", "project")] == [
        (second, "run 2", "queued"),
        (first, "run 1", "queued"),
    ]
    assert (position(jobs, first), position(jobs, second)) == (1, 2)
    assert jobs.request(first) == {"kind": "train", "document": "{}"}


def test_R8_who_has_one_going_and_two_waiting_is_refused_the_fourth(jobs: Work) -> None:
    started(jobs)
    ask(jobs)
    ask(jobs)
    with pytest.raises(StoreError, match="You have 3 runs going or waiting"):
        ask(jobs)
    ask(jobs, "another")


def test_R9_owners_take_turns_and_none_has_more_than_one_going(jobs: Work) -> None:
    a1, a2, b1, c1 = ask(jobs, "a"), ask(jobs, "a"), ask(jobs, "b"), ask(jobs, "c")
    assert [position(jobs, id) for id in (a1, b1, c1, a2)] == [1, 2, 3, 4]
    assert (taken(jobs), taken(jobs), taken(jobs)) == (a1, b1, None)
    jobs.end(a1, "finished")
    assert (taken(jobs), taken(jobs)) == (c1, None)
    jobs.end(c1, "finished")
    assert taken(jobs) == a2


def test_row_6_with_twelve_cookies_of_one_address_who_comes_from_another_is_next(jobs: Work) -> None:
    for cookie in range(12):
        for _ in range(3):
            ask(jobs, f"cookie {cookie}", address="192.0.2.1")
    honest = ask(jobs, "honest", address="192.0.2.2")
    assert position(jobs, honest) == 2
    assert taken(jobs)
    assert position(jobs, honest) == 1
    assert taken(jobs) == honest


def test_row_6_whose_turn_was_long_ago_comes_first_among_addresses(jobs: Work) -> None:
    for owner, address in (("a", "1"), ("b", "2")):
        id = ask(jobs, owner, address=address)
        assert taken(jobs) == id
        jobs.end(id, "finished")
    new_cookie, b, c = ask(jobs, "new", address="2"), ask(jobs, "b", address="2"), ask(jobs, "a", address="1")
    assert [position(jobs, id) for id in (c, new_cookie, b)] == [1, 2, 3]


def test_row_6_a_class_behind_one_address_takes_turns_as_before(jobs: Work) -> None:
    a1, a2, b1, c1 = (ask(jobs, owner, address="192.0.2.1") for owner in "aabc")
    assert [position(jobs, id) for id in (a1, b1, c1, a2)] == [1, 2, 3, 4]


def test_row_6_an_address_and_the_whole_line_have_a_bound(jobs: Work) -> None:
    few = Limits(address_queued=2, queued=3)
    for owner in "ab":
        ask(jobs, owner, address="192.0.2.1", limits=few)
    with pytest.raises(StoreError, match=r"^2 jobs of your network's address wait already"):
        ask(jobs, "c", address="192.0.2.1", limits=few)
    ask(jobs, "c", address="192.0.2.2", limits=few)
    with pytest.raises(StoreError, match=r"^3 jobs wait on this server already"):
        ask(jobs, "d", address="192.0.2.3", limits=few)


def long(jobs: Work, *runs: tuple[str, str]) -> list[str]:
    """Runs of these owners and addresses, which go on for long."""
    found = [ask(jobs, owner, address=address) for owner, address in runs]
    many = Limits(running=len(runs), owner_running=len(runs))
    for _ in runs:
        jobs.runs_now(taken(jobs, many) or "")
    return found


@pytest.mark.parametrize(
    ("going", "waits", "gives_way"),
    [
        ([("a", "1"), ("b", "2")], ("c", "3"), 0),
        ([("a", "1"), ("b", "1")], ("c", "1"), 0),  # a class behind one address
        ([("a", "1"), ("b", "2")], ("a", "1"), None),  # who has one already
        ([("a", "1"), ("b", "2")], ("c", "2"), 1),  # a new cookie takes from its own address
        ([("a", "1"), ("b", "2"), ("c", "2")], ("d", "3"), 1),  # from who has more
        ([("a", "1"), ("a", "1")], ("b", "1"), 0),
        ([("a", "1")], ("b", "2"), 0),
    ],
)
def test_row_6_who_goes_on_for_long_gives_way_to_who_has_less(
    going: list[tuple[str, str]], waits: tuple[str, str], gives_way: int | None, jobs: Work
) -> None:
    runs, limits = long(jobs, *going), Limits(running=len(going))
    ask(jobs, waits[0], address=waits[1])
    jobs.ask_to_give_way(runs, limits)
    assert [jobs.asked(id) for id in runs] == ["turn" if n == gives_way else "" for n in range(len(runs))]


def test_row_6_nobody_gives_way_for_nobody(jobs: Work) -> None:
    runs = long(jobs, ("a", "1"), ("b", "2"))
    jobs.ask_to_give_way(runs, TWO)
    ask(jobs, "c", address="3")
    jobs.ask_to_give_way(runs, Limits(running=3))
    jobs.ask_to_give_way([], TWO)
    jobs.pause(OPERATOR, True)
    jobs.ask_to_give_way(runs, TWO)
    assert [jobs.asked(id) for id in runs] == ["", ""]
    jobs.pause(OPERATOR, False)
    for _ in range(2):
        jobs.ask_to_give_way(runs, TWO)  # one at a time
    assert [jobs.asked(id) for id in runs] == ["turn", ""]


def test_row_6_who_gave_way_waits_behind_the_others_and_goes_on(jobs: Work) -> None:
    runs = long(jobs, ("a", "1"), ("b", "2"))
    c, d = ask(jobs, "c", address="3"), ask(jobs, "d", address="4")
    jobs.ask_to_give_way(runs, TWO)
    jobs.end(runs[0], "paused")
    assert taken(jobs) == c
    jobs.end(c, "finished")
    assert (taken(jobs), position(jobs, runs[0])) == (d, 1)
    jobs.end(d, "finished")
    assert jobs.take_up(TWO, there=runs) is None, "its process is still there"
    assert taken(jobs) == runs[0]


def test_row_6_a_run_that_is_to_give_way_can_be_stopped(jobs: Work) -> None:
    (run,) = long(jobs, ("a", "1"))
    ask(jobs, "b", address="2")
    jobs.ask_to_give_way([run], Limits(running=1))
    jobs.stop("a", run)
    assert jobs.asked(run) == "stop"


def test_row_6_data_sets_that_are_prepared_have_a_limit_for_each_visitor(jobs: Work) -> None:
    for _ in range(3):
        jobs.ask("me", "prepare", {"kind": "prepare"}, limits=TWO)
    with pytest.raises(StoreError, match="You have 3 data sets going or waiting"):
        jobs.ask("me", "prepare", {"kind": "prepare"}, limits=TWO)
    jobs.ask("you", "prepare", {"kind": "prepare"}, limits=TWO)


def finished(jobs: Work, owner: str, seconds: float) -> None:
    id = ask(jobs, owner)
    assert taken(jobs) == id
    jobs.tell(id, [], None, {"seconds": seconds, "epoch": 10, "epochs": 10})
    jobs.end(id, "finished")


def test_row_6_the_wait_is_what_those_ahead_take(jobs: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHBUILDER_RUNNING", "2")
    monkeypatch.setenv("GRAPHBUILDER_RUN_MINUTES", "10")
    finished(jobs, "before", 98)  # so that a run takes 100 seconds, with its start
    for owner, epoch in (("a", 1), ("b", 8)):
        jobs.tell(started(jobs, owner), [], None, {"seconds": epoch * 20, "epoch": epoch, "epochs": 10})
    waiting = [ask(jobs, owner) for owner in "cdef"]
    places = [jobs.place(id) for id in waiting]
    assert [place and (place.number, place.seconds) for place in places] == [(1, 40), (2, 140), (3, 180), (4, 240)]
    news = jobs.news("f", waiting[-1], 0)
    assert (news["position"], news["wait"], news["paused"]) == (4, 240, False)


def test_row_6_who_has_one_going_waits_for_that_though_there_is_room(
    jobs: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an own run nobody gives way, so the wait is not that for a turn."""
    monkeypatch.setenv("GRAPHBUILDER_RUNNING", "2")
    monkeypatch.setenv("GRAPHBUILDER_TURN_MINUTES", "1")
    finished(jobs, "before", 98)
    jobs.tell(started(jobs, "a"), [], None, {"seconds": 30, "epoch": 10, "epochs": 100})
    second, third = ask(jobs, "a"), ask(jobs, "a")
    (place, behind) = (jobs.place(id) for id in (second, third))
    assert place and behind and (place.seconds, behind.seconds) == (270, 370)
    other = jobs.place(ask(jobs, "b"))
    assert other and other.seconds == 0


def test_row_6_where_no_run_has_ended_yet_no_wait_is_told(jobs: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHBUILDER_RUNNING", "1")
    started(jobs, "a")
    place = jobs.place(ask(jobs, "b"))
    assert place and (place.number, place.seconds) == (1, None)


def test_row_6_the_line_is_worked_out_twice_a_second_however_many_look(
    jobs: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[float] = []
    monkeypatch.setattr("graphbuilder.store.jobs.places", lambda *_: worked.append(clock.now()) or {})
    for _ in range(200):
        jobs.place("0" * 32)
    assert len(worked) <= 1 + (clock.now() - worked[0]) / 0.5


def test_row_6_a_paused_queue_lets_nothing_start_and_goes_on(jobs: Work) -> None:
    jobs.pause(OPERATOR, True)
    id = ask(jobs)
    assert (taken(jobs), jobs.is_paused(), jobs.news("me", id, 0)["paused"]) == (None, True, True)
    jobs.server_says(closing=False)
    jobs.host_says(1, "ready")
    assert jobs.is_paused()
    jobs.pause(OPERATOR, False)
    assert taken(jobs) == id
    with pytest.raises(NotYours):
        jobs.pause("me", True)


def test_row_6_the_operator_stops_any_job_and_the_reason_says_so(jobs: Work) -> None:
    going, waiting = started(jobs, "a"), ask(jobs, "b")
    for id in (going, waiting):
        jobs.stop(OPERATOR, id)
    assert why_stopped(jobs.asked(going)) == "stopped by whoever runs this server"
    assert jobs.job("b", waiting).reason == "taken out of the queue before it began by whoever runs this server"


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5"])
def test_a_setting_that_is_no_number_is_told(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHBUILDER_QUEUED", value)
    with pytest.raises(StoreError, match=rf"GRAPHBUILDER_QUEUED must be a whole number, at least 1; it is '{value}'"):
        Limits.of_settings()


def test_what_is_no_training_waits_for_none(jobs: Work) -> None:
    started(jobs, "a")
    started(jobs, "b")
    test = jobs.ask("a", "evaluate", {"kind": "evaluate", "run": "r", "document": "{}"})
    assert taken(jobs) == test


def test_the_model_of_some_code_is_found_and_older_ones_of_the_project_are_forgotten(jobs: Work) -> None:
    old, new = (jobs.ask("me", "build", {"kind": "build", "code": code}, "project") for code in ("a", "b"))
    jobs.add_artefact(old, "model.keras", "-", "x")
    jobs.add_artefact(new, "model.keras", "-", "y")
    found = jobs.build_of("me", "project", "a")
    assert found and found.id == old
    assert jobs.build_of("another", "project", "a") is None
    assert jobs.build_of("me", "project", "c") is None
    assert jobs.drop_older_builds(new) == []  # the old one is still going
    jobs.end(old, "finished")
    assert jobs.drop_older_builds(new) == [old]
    assert (jobs.artefacts(old), jobs.artefacts(new)) == ({}, {"model.keras": "y"})


def test_one_that_waits_is_stopped_at_once_and_one_that_goes_is_asked(jobs: Work) -> None:
    going, waiting = started(jobs), ask(jobs)
    jobs.stop("me", waiting)
    jobs.stop("me", going)
    assert (jobs.job("me", waiting).state, jobs.job("me", going).state) == ("stopped", "running")
    assert (jobs.job("me", waiting).asked, jobs.job("me", going).asked) == ("", "stop")


def test_a_last_state_is_written_once(jobs: Work) -> None:
    id = started(jobs)
    assert jobs.end(id, "finished", "all epochs done")
    assert not jobs.end(id, "killed", "late")
    jobs.stop("me", id)
    assert (jobs.job("me", id).state, jobs.job("me", id).reason) == ("finished", "all epochs done")


def test_a_closing_server_asks_those_that_go_and_leaves_those_that_wait(jobs: Work) -> None:
    going, waiting = started(jobs), ask(jobs)
    jobs.ask_all_to_close()
    assert (jobs.asked(going), jobs.job("me", waiting).state) == ("close", "queued")


def test_what_is_not_yours_is_refused_everywhere(jobs: Work) -> None:
    id = started(jobs)
    for look in (jobs.job, jobs.stop, jobs.delete, jobs.restore):
        with pytest.raises(NotYours):
            look("another", id)
        with pytest.raises(Missing):
            look("me", "f" * 32)
    with pytest.raises(NotYours):
        jobs.news("another", id, 0)
    with pytest.raises(NotYours):
        jobs.rename("another", id, "mine")
    assert jobs.runs("another", "project") == []


def test_P8_a_run_is_deleted_when_it_is_over_and_can_come_back(jobs: Work) -> None:
    id = started(jobs)
    with pytest.raises(StoreError, match="Stop it first"):
        jobs.delete("me", id)
    jobs.end(id, "stopped")
    jobs.delete("me", id)
    assert jobs.runs("me", "project") == []
    with pytest.raises(Missing):
        jobs.news("me", id, 0)
    jobs.restore("me", id)
    assert [run.id for run in jobs.runs("me", "project")] == [id]


def test_a_run_is_renamed_and_numbers_go_on(jobs: Work) -> None:
    id = started(jobs)
    jobs.rename("me", id, "  with \n dropout ")
    jobs.end(id, "finished")
    assert jobs.job("me", id).title == "with dropout"
    assert jobs.job("me", ask(jobs)).title == "run 2"


def test_one_that_could_not_start_is_tried_again(jobs: Work) -> None:
    id = ask(jobs)
    taken(jobs)
    jobs.try_again(id)
    job = jobs.take_up(TWO)
    assert job is not None
    assert (job.id, job.tries) == (id, 2)


# News


def told(jobs: Work, id: str, *numbers: int) -> None:
    for n in numbers:
        jobs.tell(id, [(n, [{"kind": "epoch", "number": n}])], None, {"epoch": n})


def test_news_come_once_and_in_order(jobs: Work) -> None:
    id = started(jobs)
    told(jobs, id, 1, 2)
    first = jobs.news("me", id, 0)
    assert [event["number"] for event in first["events"]] == [1, 2]
    assert (first["last"], first["reset"], first["state"], first["engine"]) == (2, False, "running", "starting")
    told(jobs, id, 3)
    assert [event["number"] for event in jobs.news("me", id, 2)["events"]] == [3]
    assert jobs.news("me", id, 3)["events"] == []
    assert jobs.job("me", id).summary == {"epoch": 3}


def test_news_say_where_the_disk_is_full(jobs: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    id = started(jobs)
    assert jobs.news("me", id, 0)["full"] is False
    monkeypatch.setattr("graphbuilder.store.disk._free", lambda _: 1000)
    assert jobs.news("me", id, 0)["full"] is True


def test_P7_who_is_far_behind_gets_the_digest_and_what_came_after_it(jobs: Work) -> None:
    id = started(jobs)
    told(jobs, id, *range(1, AT_ONCE + 20))
    assert len(jobs.news("me", id, 1)["events"]) >= AT_ONCE
    jobs.tell(id, [(AT_ONCE + 20, [])], (AT_ONCE + 20, [{"kind": "digest"}]), {})
    told(jobs, id, AT_ONCE + 21)
    news = jobs.news("me", id, 0)
    assert (news["reset"], news["last"]) == (True, AT_ONCE + 21)
    assert news["events"] == [{"kind": "digest"}, {"kind": "epoch", "number": AT_ONCE + 21}]
    assert jobs.news("me", id, AT_ONCE + 20)["reset"] is False


def test_a_page_that_knows_more_than_there_is_starts_over(jobs: Work) -> None:
    id = started(jobs)
    told(jobs, id, 1)
    news = jobs.news("me", id, 7)
    assert (news["reset"], [event["number"] for event in news["events"]]) == (True, [1])


def test_W3_a_record_that_is_no_number_is_refused_before_it_is_kept(jobs: Work) -> None:
    id = started(jobs)
    with pytest.raises(ValueError, match="JSON"):
        jobs.tell(id, [(1, [{"loss": float("nan")}])], None, {})
    assert jobs.news("me", id, 0)["last"] == 0


def test_P12_two_stores_write_at_once(jobs: Work) -> None:
    other = Work(jobs.home, pooled=False)
    id = started(jobs)
    told(jobs, id, 1)
    told(other, id, 2)
    assert [event["number"] for event in jobs.news("me", id, 0)["events"]] == [1, 2]


def test_tests_are_counted_for_each_owner_and_data(jobs: Work) -> None:
    assert jobs.tests("me", "digits") == 0
    assert [jobs.count_test("me", "digits"), jobs.count_test("me", "digits")] == [1, 2]
    assert (jobs.tests("me", "digits"), jobs.tests("you", "digits"), jobs.tests("me", "iris")) == (2, 0, 0)


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Lets time pass, by the clock of signs of life."""
    then = clock.now() + seconds
    monkeypatch.setattr("graphbuilder.store.clock.now", lambda: then)


def test_the_engine_is_lost_when_its_host_is_silent(jobs: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    assert jobs.engine() == "starting"
    jobs.host_says(1, "ready")
    assert jobs.engine() == "ready"
    at(monkeypatch, 60)
    assert jobs.engine() == "lost"


def test_S13_a_host_that_starts_has_two_minutes(jobs: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.host_says(1, "starting")
    at(monkeypatch, 60)
    assert jobs.engine() == "starting"
    at(monkeypatch, 90)
    assert jobs.engine() == "lost"


@pytest.mark.parametrize(("clock", "ahead"), [("time", 0), ("time", 3600), ("monotonic", 3600)])
def test_S13_a_sign_of_life_from_the_future_is_none(jobs: Work, clock: str, ahead: int) -> None:
    jobs.host_says(1, "ready")
    told = getattr(time, clock)() + ahead
    with jobs.writing() as db:
        db.execute(update(t.engine).values(heard=told, watched=told))
    assert jobs.engine() == "lost"
    assert jobs.engine_health() == ("ready", math.inf, 1)
    assert jobs.host_says(2, "ready")[0] == math.inf
    assert jobs.engine() == "ready"


@pytest.mark.parametrize("jump", [-3600, 3600])
def test_S13_the_time_of_day_may_jump(jobs: Work, jump: float, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.host_says(1, "ready")
    jobs.server_says(closing=False)
    first = ask(jobs, "a")
    then = time.time() + jump
    monkeypatch.setattr("time.time", lambda: then)
    second, third = ask(jobs, "a"), ask(jobs, "b")
    assert (jobs.engine(), jobs.host_says(1, "ready")[0] < 1) == ("ready", True)
    assert [position(jobs, id) for id in (first, third, second)] == [1, 2, 3]
    assert [id for id, _, _ in jobs.pulse("a", "project")] == [first, second]
    assert taken(jobs) == first
    jobs.end(first, "finished")
    assert (taken(jobs), taken(jobs)) == (third, second)


def test_the_host_hears_that_the_server_closes(jobs: Work) -> None:
    jobs.server_says(closing=False)
    assert jobs.host_says(1, "ready")[1] is False
    jobs.server_says(closing=True)
    assert jobs.host_says(1, "ready")[1] is True


def test_states_are_active_or_ended(jobs: Work) -> None:
    assert not set(ACTIVE) & set(ENDED)
    assert json.loads(json.dumps(jobs.news("me", started(jobs), 0)))["events"] == []


def test_P7_chunks_that_the_digest_holds_are_kept_no_longer_than_they_are_asked_for(jobs: Work) -> None:
    id = started(jobs)
    for n in range(1, 5 * AT_ONCE):
        digest = (n, [{"kind": "digest", "to": n}]) if n % 10 == 0 else None
        jobs.tell(id, [(n, [{"kind": "epoch", "number": n}])], digest, {})
    for after in range(5 * AT_ONCE):
        news = jobs.news("me", id, after)
        numbers = [event["number"] for event in news["events"] if event["kind"] == "epoch"]
        begin = news["events"][0]["to"] if news["reset"] else after
        assert numbers == list(range(begin + 1, 5 * AT_ONCE))
    with jobs.reading() as db:
        assert db.exec_driver_sql("select count(*) from event").scalar_one() <= AT_ONCE + 20


def test_a_job_that_was_given_up_is_to_stop(jobs: Work) -> None:
    id = started(jobs)
    assert jobs.asked(id) == ""
    jobs.end(id, "lost")
    assert jobs.asked(id) == "stop"
    assert not jobs.runs_now(id)


def test_jobs_beside_trainings_have_a_limit_too(jobs: Work) -> None:
    for _ in range(5):
        jobs.ask("everybody", "prepare", {"kind": "prepare"})
    assert [taken(jobs) is not None for _ in range(5)] == [True, True, False, False, False]


def test_all_jobs_of_a_project_are_stopped_together(jobs: Work) -> None:
    going, waiting = started(jobs), ask(jobs)
    jobs.stop_all("me", "project")
    assert (jobs.asked(going), jobs.job("me", waiting).state) == ("stop", "stopped")


# Interrupted and taken up again


def interrupted(jobs: Work, state: str = "killed", checkpoint: bool = True) -> str:
    id = ask(jobs, "me")
    assert taken(jobs) == id
    jobs.runs_now(id)
    if checkpoint:
        jobs.add_checkpoint(id, "sha", "path")
    jobs.end(id, state, "why")
    return id


@pytest.mark.parametrize("state", ["killed", "lost", "paused", "failed", "stopped"])
def test_an_interrupted_run_goes_on_in_its_own_place(jobs: Work, state: str) -> None:
    id = interrupted(jobs, state)
    jobs.add_artefact(id, "model.keras", "sha", "path")
    assert jobs.resumable("me", "project") == {id}
    assert jobs.resumable("you", "project") == frozenset()
    with pytest.raises(NotYours):
        jobs.resume("you", id)
    jobs.resume("me", id)
    job = jobs.job("me", id)
    assert (job.state, job.reason, job.asked, job.ended, job.tries) == ("queued", "", "", None, 0)
    assert jobs.artefacts(id) == {"checkpoint": "path"}, "what was made of it is of another epoch"
    with pytest.raises(StoreError, match="run 1 cannot go on: it is queued"):
        jobs.resume("me", id)


def test_a_run_that_is_over_goes_on_from_its_last_state(jobs: Work) -> None:
    id = interrupted(jobs, "finished", checkpoint=False)
    with pytest.raises(StoreError, match=r"it is finished and has no checkpoint\. What a run that is over"):
        jobs.resume("me", id)
    for name in ("model.keras", LAST_STATE):
        jobs.add_artefact(id, name, "sha", f"runs/{name}")
    jobs.resume("me", id, commands=[{"command": "change"}])
    assert jobs.artefacts(id) == {"checkpoint": f"runs/{LAST_STATE}"}
    assert jobs.job("me", id).state == "queued"


def test_a_run_without_a_checkpoint_does_not_go_on(jobs: Work) -> None:
    id = interrupted(jobs, checkpoint=False)
    assert not jobs.resumable("me", "project")
    with pytest.raises(StoreError, match="has no checkpoint"):
        jobs.resume("me", id)


def test_going_on_counts_as_much_as_beginning(jobs: Work) -> None:
    id = interrupted(jobs)
    ask(jobs, "me")
    with pytest.raises(StoreError, match="1 runs going or waiting"):
        jobs.resume("me", id, Limits(owner_running=1, owner_queued=0))


def test_S5_what_a_closing_server_paused_waits_again_with_the_next(jobs: Work) -> None:
    paused, killed, deleted = (interrupted(jobs, state) for state in ("paused", "killed", "paused"))
    jobs.delete("me", deleted)
    jobs.take_up_paused()
    assert [jobs.job("me", id).state for id in (paused, killed)] == ["queued", "killed"]
    jobs.restore("me", deleted)
    assert jobs.job("me", deleted).state == "paused"


def test_who_followed_a_run_is_told_anew_what_goes_on_from_a_checkpoint(jobs: Work) -> None:
    id = ask(jobs, "me")
    assert jobs.tell_anew(id, [], {}) == 0, "nobody has heard anything"
    jobs.tell(id, [(n, [{"kind": "old"}]) for n in range(1, 6)], None, {})
    last = jobs.tell_anew(id, [{"kind": "digest"}], {"epoch": 1})
    for after in range(6):
        news = jobs.news("me", id, after)
        assert (news["reset"], news["events"], news["last"]) == (True, [{"kind": "digest"}], last)
    jobs.tell(id, [(last + 1, [{"kind": "new"}])], None, {})
    assert jobs.news("me", id, last)["events"] == [{"kind": "new"}]
    assert jobs.news("me", id, 5)["events"] == [{"kind": "digest"}, {"kind": "new"}]


GROUP = Limits(running=2, owner_running=1, owner_queued=20)


def asked_together(jobs: Work, owner: str, count: int) -> list[str]:
    return [ask(jobs, owner, limits=GROUP, parent=f"group of {owner}") for _ in range(count)]


def test_runs_of_a_group_start_together_and_count_as_one(jobs: Work) -> None:
    mine, alone, theirs = asked_together(jobs, "me", 3), ask(jobs, limits=GROUP), ask(jobs, "another")
    assert [position(jobs, id) for id in (*mine, theirs, alone)] == [1, 1, 1, 2, 3]
    assert [taken(jobs, GROUP) for _ in range(5)] == [*mine, theirs, None]
    assert jobs.end(mine[0], "finished") and taken(jobs, GROUP) is None, "the others of the group still go on"
    assert [jobs.end(id, "finished") for id in mine[1:]] == [True, True]
    assert taken(jobs, GROUP) == alone


def test_of_a_large_group_eight_go_on_at_once(jobs: Work) -> None:
    mine = asked_together(jobs, "me", 10)
    assert [taken(jobs, GROUP) for _ in range(9)] == [*mine[:8], None]
    assert position(jobs, mine[8]) == 1
    jobs.end(mine[3], "finished")
    assert [taken(jobs, GROUP) for _ in range(2)] == [mine[8], None]


def test_a_group_gives_way_as_a_whole(jobs: Work) -> None:
    one = Limits(running=1, owner_running=2, owner_queued=20)
    mine = asked_together(jobs, "me", 2)
    mine += [ask(jobs, limits=GROUP)]
    assert [taken(jobs, one) for _ in range(2)] == mine[:2]
    ask(jobs, "another")
    jobs.ask_to_give_way(mine[:1], one)
    assert [jobs.job("me", id).asked for id in mine] == ["turn", "turn", ""]
    jobs.end(mine[0], "paused")
    assert taken(jobs, one) is None, "it waits for the rest of its group to have given way"


def test_a_kind_of_job_is_declared_once() -> None:
    from graphbuilder.training.jobs import KINDS
    from graphbuilder.training.jobs.kind import kind

    assert {*LOOKS, "inside", "train"} <= {*KINDS}, "the line knows them by name"
    with pytest.raises(AssertionError, match="two kinds of jobs are called train"):
        kind("train")(KINDS["train"])
