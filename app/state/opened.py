"""The project that is open: what it is, what the checks say of it, and changes that do not come from the canvas."""

import math
from collections.abc import Callable, Mapping

import streamlit as st

from app.state.looked_at import copied_word, project_id, remember_deleted, show_run
from app.state.said import done_or_told, say
from app.state.whose import jobs, me, store, visitor
from graphbuilder.checks import Report, check
from graphbuilder.document import Document
from graphbuilder.linked import Unreadable, of_word
from graphbuilder.recent import Recent, report_bytes
from graphbuilder.refusals import EditError
from graphbuilder.store import Missing, NotYours, Project, StoreError, clock
from graphbuilder.store.limits import Limits
from graphbuilder.store.store import Edit
from graphbuilder.templates import template

Left = tuple[Mapping[str, object], bool]
"""Settings by name, with what the network has for them, and whether there is more."""
REPORTS: Recent[tuple[str, int], Report] = Recent(84_000_000)
STARTER = "lenet"
_DOUBLE_PRESS_SECONDS = 0.7


def open_project(id: str) -> None:
    st.query_params["project"] = id
    show_run(None)
    for name in ("selected", "selected_wire", "shown", "level", "led"):
        st.session_state.pop(name, None)


def open_last_or_starter() -> None:
    """Puts a project into the address: the visitor's last one, or at the first visit a new one from a template."""
    mine = store().projects(me())
    open_project(mine[0].id if mine else store().create(me(), template(STARTER)))


def open_copy() -> None:
    """Opens the network that the address gives a copy of, as a project of the visitor's: where they have just this
    already, that one, so a link that is opened twice makes no other. Of a link that cannot be read the page says so."""
    if visitor() is None:
        return
    word = copied_word()
    if not word:
        return
    try:
        given = of_word(word)
        alike = [line.id for line in store().projects(me()) if line.name == given.name]
        same = next((id for id in alike if store().project(me(), id).document == given), None)
        open_project(same or store().create(me(), given, Limits.of_settings()))
    except Unreadable as fault:
        say(f"{fault} These are your own projects.", ":material/link_off:")
    except StoreError as fault:
        say(str(fault), ":material/block:")


def delete_project(id: str) -> None:
    """Takes a project out of the list; what it trains is stopped and kept."""
    store().delete(me(), id)
    jobs().stop_all(me(), id)
    remember_deleted(id)


def has_project() -> bool:
    """Whether the address leads to a project of the visitor's."""
    if not project_id():
        return False
    try:
        project()
    except (Missing, NotYours):
        return False
    return True


def project() -> Project:
    """The project of the address. Raises StoreError where it is not there or not the visitor's."""
    return store().project(me(), project_id())


def report(shown: Project) -> Report:
    """What the checks say of a project, worked out once for all pages and panels that show it."""
    return checked((shown.id, shown.changes), lambda: shown.document)


def checked(key: tuple[str, int], document: Callable[[], Document]) -> Report:
    """What the checks say of the document that this key stands for."""
    return REPORTS.made(key, lambda: check(document()), report_bytes)


# Edits


def edit(change: Edit, label: str, merge: bool = False) -> bool:
    """Changes the project; where that cannot be done, the page says why. Whether it was done."""
    try:
        store().edit(me(), project_id(), change, label, merge)
    except (EditError, StoreError) as fault:
        say(str(fault), ":material/block:")
        return False
    return True


def undo() -> None:
    done_or_told(lambda: store().undo(me(), project_id()))


# The wish to train


def remember_pressed() -> None:
    """Train, Resume or Duplicate was pressed, and something came of it."""
    st.session_state["pressed"] = clock.now()


def just_pressed() -> bool:
    return clock.since(st.session_state.get("pressed", -math.inf)) < _DOUBLE_PRESS_SECONDS


def want_training() -> None:
    """Somebody pressed Train: from now on what is only unfinished is told like a fault, until nothing is left of it."""
    st.session_state["wanted"] = project_id()


def is_loud(shown: Report) -> bool:
    if not shown.against_training:
        st.session_state.pop("wanted", None)
    return bool(st.session_state.get("wanted") == project_id())


def left_alone(run: str, differing: Left) -> Left:
    """What a run that goes had otherwise than the network when this page first saw it. differing: what it has now."""
    known: tuple[str, Left] = st.session_state.get("left_alone", ("", differing))
    if known[0] != run:
        known = st.session_state["left_alone"] = (run, differing)
    return known[1]


def was_followed(run: str) -> bool:
    """Whether this page saw a run go, the last of all."""
    known: tuple[str, Left] | None = st.session_state.get("left_alone")
    return known is not None and known[0] == run


def forget_left_alone() -> None:
    """Nothing goes that could be followed."""
    st.session_state.pop("left_alone", None)


def remember_acting(run: str, words: str) -> None:
    """What was changed of a run while it went, in a line."""
    st.session_state["acting"] = (run, words)


def acting(run: str) -> str:
    """What was changed of this run last, while it went; empty where nothing was."""
    found: tuple[str, str] = st.session_state.get("acting", ("", ""))
    return found[1] if found[0] == run else ""
