"""What a training says of its time and memory: before the first step, when steps were measured, and now and then."""

from graphbuilder.records.events import Estimate, Event
from graphbuilder.training.pace import Pace


def test_time_is_told_of_measured_steps_and_not_of_the_first_chunk_which_builds_them() -> None:
    told: list[Event] = []
    pace = Pace(1000, told.append)
    pace.begin()
    seconds, step = 3.0, 1  # the first chunk took three seconds
    while step < 1000:
        pace.after_steps(step, seconds, 1000 - step)
        step, seconds = step + 9, seconds + 0.09
    estimates = [event for event in told if isinstance(event, Estimate)]
    assert [(one.step, one.memory, one.each is None) for one in estimates] == [(0, 1000, True), (28, 1000, False)]
    assert abs((estimates[1].each or 0) - 0.01) < 1e-9
    assert abs((estimates[1].left or 0) - 9.72) < 1e-6
    assert estimates[1].used > 1_000_000


def test_a_step_that_a_busy_machine_held_up_says_nothing_of_the_rest_by_itself() -> None:
    told: list[Event] = []
    pace = Pace(0, told.append)
    pace.after_steps(3, 1.0, 997)
    pace.after_steps(4, 1.9, 996)  # as if all of them took so long
    pace.after_steps(6, 1.92, 994)
    assert not told
    pace.after_steps(11, 1.97, 989)
    (one,) = told
    assert isinstance(one, Estimate) and one.each is not None and abs(one.each - 0.97 / 8) < 1e-9


def test_it_is_told_behind_ever_fewer_epochs_and_after_each_change() -> None:
    told: list[Event] = []
    pace = Pace(0, told.append)
    pace.after_steps(1, 1.0, 10**6)
    for epoch in range(1, 100_001):
        pace.after_epoch(epoch, epoch * 10, 1.0 + epoch, 10)
    assert len(told) == 17
    pace.change()
    for step in (10**6 + 1, 10**6 + 3):
        pace.after_steps(step, step * 1.0, 10)
    assert len(told) == 18
