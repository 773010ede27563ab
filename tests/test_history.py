"""Undo and redo."""

from graphbuilder import editing
from graphbuilder.document import Document
from graphbuilder.history import STEPS, History

EMPTY = Document()


def named(*names: str) -> History:
    history = History.of(EMPTY)
    for name in names:
        history = history.edited(editing.rename(history.document, name), "name", merge=True)
    return history


def test_consecutive_edits_of_one_thing_are_one_step() -> None:
    history = named("a", "ab", "abc")
    assert (history.document.name, history.undone().document) == ("abc", EMPTY)


def test_edits_of_two_things_are_two_steps() -> None:
    history = named("a").edited(editing.set_training(named("a").document, "epochs", 3), "epochs", merge=True)
    assert history.undone().document.name == "a"
    assert history.undone().undone().document == EMPTY


def test_an_edit_after_undo_cuts_off_what_was_undone() -> None:
    history = History.of(EMPTY)
    for name in "abc":
        history = history.edited(editing.rename(history.document, name), f"name {name}")
    branched = history.undone().undone().edited(editing.rename(EMPTY, "d"), "name d")
    assert (branched.document.name, branched.can_redo, branched.undone().document.name) == ("d", False, "a")


def test_an_edit_that_changes_nothing_is_no_step() -> None:
    history = named("a")
    assert history.edited(history.document, "again") is history


def test_at_the_ends_undo_and_redo_do_nothing() -> None:
    history = named("a")
    assert history.redone() is history
    assert history.undone().undone() == history.undone()


def test_500_steps_are_kept() -> None:
    history = History.of(EMPTY)
    for n in range(STEPS + 20):
        history = history.edited(editing.rename(EMPTY, str(n)), str(n))
    steps = 0
    while history.can_undo:
        history, steps = history.undone(), steps + 1
    assert (steps, history.document.name) == (500, "19")
