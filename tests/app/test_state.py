"""When a page is drawn again without anybody having done anything on it."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from app import state
from app.shares import BURST, SHARES
from app.state import behind, canvas


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A page without Streamlit: what it remembers, what it would show, and the time."""
    found = SimpleNamespace(memory={}, pulse=(1,), now=0.0)
    monkeypatch.setattr(behind.st, "session_state", found.memory)
    monkeypatch.setattr(behind, "pulse", lambda: found.pulse)
    monkeypatch.setattr(behind.clock, "now", lambda: found.now)
    yield found


def drawn(page: Any) -> None:
    state.remember_shown(behind.pulse())


def test_what_was_drawn_is_drawn_again_and_again_and_ever_more_seldom(page: Any) -> None:
    """Streamlit may have dropped it, each time."""
    drawn(page)
    times = []
    for page.now in range(1, 1000):
        if state.is_behind():
            times.append(page.now)
            drawn(page)
    assert times == [11, 32, 73, 154, 315, 636]
    drawn(page)  # somebody does something
    page.now += 11
    assert state.is_behind()


def test_what_changed_elsewhere_is_drawn_at_once(page: Any) -> None:
    drawn(page)
    page.pulse = (2,)
    assert state.is_behind()


def test_a_page_that_waits_for_an_edit_that_was_refused_is_drawn_though_nothing_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken, memory = [1], {"client": "page"}
    store = SimpleNamespace(changes=lambda *_: 7, taken=lambda *_: taken[0])
    jobs = SimpleNamespace(engine=lambda: "ready", pulse=lambda *_: ())
    monkeypatch.setattr("streamlit.session_state", memory)
    monkeypatch.setattr("streamlit.query_params", {"project": "p"})
    for name, made in (("store", store), ("jobs", jobs), ("me", "me")):
        for module in (canvas, behind):
            monkeypatch.setattr(module, name, lambda made=made: made, raising=False)
    state.remember_shown(state.pulse())
    assert not state.is_behind()
    taken[0] = 2  # an undo of nothing
    assert state.is_behind()


def test_edits_for_which_there_was_no_time_are_worked_when_the_share_allows(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canvas, "me", lambda: "somebody with many edits")
    assert not state.can_go_on()
    page.memory["edits_left"] = True
    assert state.can_go_on()
    SHARES.used(canvas.me(), BURST + 1)
    assert not state.can_go_on()
