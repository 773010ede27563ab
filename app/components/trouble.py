"""Pages for when there is no network to show, or a part of a page cannot be drawn: each says why, and what to do."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from app import addresses, state
from graphbuilder.names import file_name
from graphbuilder.store import Project, StoreError

log = logging.getLogger("graphbuilder")


def project_to_show() -> Project | None:
    """The project of the address, else the visitor's last one. None where there is none to show: the page says why."""
    if state.visitor() is None:
        no_cookies()
        return None
    try:
        if not state.project_id():
            state.open_last_or_starter()
        return state.project()
    except StoreError as fault:
        _no_project(fault)
        return None


def no_cookies() -> None:
    st.title("graphbuilder", anchor=False)
    st.markdown(
        "This browser keeps no cookies for this page, so there is no telling which projects are yours. "
        "Allow cookies for it, then reload."
    )


def _no_project(fault: StoreError) -> None:
    st.title("This project cannot be opened", anchor=False)
    st.markdown(str(fault))
    _to_projects()


def _to_projects() -> None:
    st.page_link(addresses.projects(), label="Go to your projects", icon=":material/folder_open:")


def logged(fault: Exception) -> str:
    """The number under which the log has everything of a fault: all that visitors are told of it."""
    incident = secrets.token_hex(4)
    log.error("Incident %s", incident, exc_info=fault)
    return incident


@contextmanager
def drawn(part: str, key: str) -> Iterator[None]:
    """A part of a page, and where it cannot be drawn, ways out of that in its place; the rest of the page is drawn.

    What the store refuses concerns the whole page and goes on to it.
    """
    try:
        yield
    except StoreError:
        raise
    except Exception as fault:
        not_drawn(part, key, fault)


def not_drawn(part: str, key: str, fault: Exception) -> None:
    """What can be done about a part of a page that could not be drawn."""
    incident = logged(fault)
    kept = state.store().trouble() or "Your network is saved: undo the last change, or take the project file with you."
    with st.container(key=f"trouble_{key}"):
        st.error(
            f"{part} could not be drawn (incident {incident}). {kept} "
            "Whoever runs this server finds the reason in its log under that number.",
            icon=":material/error:",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            _ways_out(key)
            _to_projects()


def _ways_out(key: str) -> None:
    """Undo and the project file, of a project that may not even be readable."""
    if state.visitor() is None or not state.project_id():
        return
    owner, id = state.me(), state.project_id()
    try:
        kept = state.store().unread(owner, id)
    except StoreError:
        return
    st.button(
        "Undo the last change",
        icon=":material/undo:",
        key=f"undo:{key}",
        disabled=not kept.undo,
        on_click=state.undo,
    )
    st.download_button(
        "Download the project file",
        lambda: state.store().unread(owner, id).file,
        file_name=file_name("network.json", kept.name),
        mime="application/json",
        icon=":material/download:",
        key=f"file:{key}",
        on_click="ignore",
    )
