"""Whether a page is behind what there is to show, and is drawn again by itself."""

from collections.abc import Iterable, Iterator

import streamlit as st

from app.state.canvas import taken
from app.state.looked_at import project_id
from app.state.whose import jobs, me, store
from app.text import about
from graphbuilder.store import StoreError, clock

_DRAWN_AGAIN_SECONDS = 10.0


def pulse() -> tuple[object, ...]:
    """What the page shows without being told: it is drawn again when any of it changes. An edit that was refused
    changes nothing but what is acknowledged, and its page waits to be told so."""
    project = project_id()
    told = jobs().pulse(me(), project)
    return store().changes(me(), project), taken(), jobs().engine(), told, [*_waits(told)]


def _waits(told: Iterable[tuple[str, str, str]]) -> Iterator[tuple[int, str]]:
    """Where those that wait stand in the line, and for about how long, as the page says it: others move them on."""
    for id, state, _ in told:
        if state == "queued" and (place := jobs().place(id)):
            yield place.number, "" if place.seconds is None else about(place.seconds)


def remember_shown(pulse: tuple[object, ...]) -> None:
    st.session_state["redrawn"] = st.session_state.pop("redrawing", 0)
    st.session_state["shown"], st.session_state["drawn"] = pulse, clock.now()


def is_behind() -> bool:
    """Whether the page is to be drawn again by itself: the project, or one of its runs, changed elsewhere since it was
    drawn; or some time has passed, twice as much each time, as what a busy server has drawn may be lost on the way."""
    try:
        if pulse() != st.session_state.get("shown"):
            return True
    except StoreError:
        return True
    times: int = st.session_state["redrawn"]
    if clock.since(st.session_state["drawn"]) <= _DRAWN_AGAIN_SECONDS * 2**times:
        return False
    st.session_state["redrawing"] = times + 1
    return True
