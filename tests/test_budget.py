"""Watching takes a share of the time, by a clock that is moved by hand."""

import pytest

from graphbuilder.training import budget
from graphbuilder.training.budget import Budget


class Clock:
    now = 100.0
    worked = 0.0

    def monotonic(self) -> float:
        return self.now

    def process_time(self) -> float:
        return self.worked


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(budget, "time", clock)
    return clock


def test_work_is_allowed_as_long_as_one_more_piece_stays_within_the_share(clock: Clock) -> None:
    watching = Budget(0.1)
    assert watching.due(), "the first piece is always allowed"
    with watching:
        clock.now += 1.0
    clock.now += 18.0
    assert not watching.due(), "another second would be 2 of 19"
    clock.now += 1.0
    assert watching.due()


def test_in_the_long_run_the_share_is_kept(clock: Clock) -> None:
    watching, spent, began = Budget(0.04), 0.0, clock.now
    for _ in range(2000):
        clock.now += 0.01
        if watching.due():
            with watching:
                clock.now += 0.03
            spent += 0.03
    assert 0.03 < spent / (clock.now - began) <= 0.04


def test_work_that_was_held_up_by_others_counts_at_most_twice_what_it_computed(clock: Clock) -> None:
    looking, writing = Budget(0.1, computes=True), Budget(0.1)
    with looking, writing:
        clock.now += 1.0
        clock.worked += 0.05
    clock.now += 1.0
    assert (looking.due(), writing.due()) == (True, False), "0.2 s of 2 s; what waits for a disk counts in full"


def test_nothing_is_earned_while_the_training_holds(clock: Clock) -> None:
    held = 0.0
    watching = Budget(0.1, lambda: clock.now - held)
    with watching:
        clock.now += 1.0
    clock.now += 100.0
    held = 100.0
    assert not watching.due()
    clock.now += 19.0
    assert watching.due()
