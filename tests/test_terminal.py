"""How far a training is, as the command line draws it."""

from graphbuilder.records.events import Commanded, Epoch, Event, Started
from graphbuilder.terminal import Course


def steps_after(*events: Event) -> int | None:
    course = Course()
    for event in events:
        course.hear(event)
    return course.steps


STARTED = Started(10, (100, 20, 20), 10, 5)


def changed(step: int, **settings: tuple[object, object]) -> Commanded:
    return Commanded(step, 1.0, "change", settings)


def test_the_steps_of_a_training_are_those_of_its_epochs() -> None:
    assert steps_after() is None
    assert steps_after(STARTED) == 50
    assert steps_after(STARTED, Epoch(1, 10, {}, 1.0, True)) == 50


def test_other_batches_and_epochs_change_the_steps_that_are_left() -> None:
    between = Epoch(2, 20, {}, 1.0, True)
    assert steps_after(STARTED, between, changed(20, batch_size=(10, 50))) == 20 + 3 * 2
    assert steps_after(STARTED, between, changed(25, batch_size=(10, 50))) == 25 + 1 + 2 * 2
    assert steps_after(STARTED, between, changed(20, batch_size=(10, None))) == 20 + 3
    assert steps_after(STARTED, between, changed(20, epochs=(5, 7))) == 70
    behind = Epoch(3, 26, {}, 1.0, True)
    assert steps_after(STARTED, between, changed(25, batch_size=(10, 50)), behind) == 26 + 2 * 2
