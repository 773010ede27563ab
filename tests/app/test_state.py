"""When a page is drawn again without anybody having done anything on it."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from app import state
from app.shares import BURST, SHARES


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A page without Streamlit: what it remembers, what it would show, and the time."""
    found = SimpleNamespace(memory={}, pulse=(1,), now=0.0)
    monkeypatch.setattr(state.st, "session_state", found.memory)
    monkeypatch.setattr(state, "pulse", lambda: found.pulse)
    monkeypatch.setattr(state.clock, "now", lambda: found.now)
    yield found


def drawn(page: Any) -> None:
    state.remember_shown(state.pulse())


def test_what_changed_is_drawn_once_more_after_a_while_and_then_no_more(page: Any) -> None:
    drawn(page)
    assert not state.is_behind()
    page.now = 10.0  # Streamlit may have dropped what was drawn
    assert state.is_behind()
    drawn(page)
    page.now = 100.0
    assert not state.is_behind()


def test_what_changed_elsewhere_is_drawn_at_once(page: Any) -> None:
    drawn(page)
    page.pulse = (2,)
    assert state.is_behind()


def test_edits_for_which_there_was_no_time_are_worked_when_the_share_allows(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "me", lambda: "somebody with many edits")
    assert not state.can_go_on()
    page.memory["edits_left"] = True
    assert state.can_go_on()
    SHARES.used(state.me(), BURST + 1)
    assert not state.can_go_on()
