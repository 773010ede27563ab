"""Pages for when there is no network to show: each says why, and what to do."""

import streamlit as st

from app import addresses, state
from graphbuilder.store import Project, StoreError


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
    st.page_link(addresses.projects(), label="Go to your projects", icon=":material/folder_open:")
