"""The pages by their address. `main.py` says what each shows; a link needs its address alone."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.navigation.page import Page

Show = Callable[[], None]


def _shown_by_main() -> None:
    """Streamlit takes a link for the page that was registered under its address."""


def build(show: Show = _shown_by_main) -> Page:
    return st.Page(show, title="graphbuilder", url_path="build", default=True)


def export(show: Show = _shown_by_main) -> Page:
    return st.Page(show, title="Export · graphbuilder", url_path="export")


def help(show: Show = _shown_by_main) -> Page:
    return st.Page(show, title="Help · graphbuilder", url_path="help")


def projects(show: Show = _shown_by_main) -> Page:
    return st.Page(show, title="Projects · graphbuilder", url_path="projects")


def data(show: Show = _shown_by_main) -> Page:
    return st.Page(show, title="Data · graphbuilder", url_path="data")


def admin(show: Show = _shown_by_main) -> Page:
    return st.Page(show, title="Server · graphbuilder", url_path="admin")


def copied(word: str) -> str:
    """The whole address at which whoever opens it gets a project of their own with this network."""
    return f"{(st.context.url or '').partition('?')[0]}?copy={word}"


def linked(word: str, without: Sequence[str] = ()) -> str:
    """The whole address of the playground with this network. without: controls that are left out there."""
    hide = f"&hide={','.join(without)}" if without else ""
    return f"{(st.context.url or '').partition('?')[0]}?play={word}{hide}"
