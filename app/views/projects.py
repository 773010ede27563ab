"""The start page: recent projects, templates, and opening a file."""

import time

import streamlit as st

from app import addresses, state
from app.components.trouble import no_cookies
from app.text import plain
from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.document_file import MAX_BYTES, DocumentError, read_document
from graphbuilder.pictures import to_svg
from graphbuilder.store import ProjectLine, StoreError
from graphbuilder.templates import template, template_names


def show() -> None:
    if state.visitor() is None:
        no_cookies()
        return
    with st.container(key="projects_page"):
        st.title("graphbuilder")
        st.markdown("Draw a neural network, see it checked, train it and take away Keras code.")
        _deleted()
        recent, new = st.columns([1.2, 2.2], gap="large")
        with recent:
            _recent(state.store().projects(state.me()))
            _open_file()
        with new:
            _templates()


def _open(document: Document) -> None:
    """A new project of a document; nothing that is there is touched."""
    try:
        id = state.store().create(state.me(), document)
    except StoreError as fault:
        st.error(plain(str(fault)), icon=":material/error:")
        return
    st.switch_page(addresses.build(), query_params={"project": id})


def _deleted() -> None:
    id = state.deleted()
    if id is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("The project was deleted.")
        if st.button("Undo", icon=":material/undo:"):
            state.store().restore(state.me(), id)
            state.remember_deleted(None)
            st.rerun()


def _recent(projects: list[ProjectLine]) -> None:
    st.subheader("Your projects")
    if not projects:
        st.markdown("None yet. Choose a template, or start empty.")
    for project in projects[:30]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            label = plain(project.name) or "Untitled"
            target = {"project": project.id}
            st.page_link(
                addresses.build(), label=label, icon=":material/account_tree:", query_params=target, width="stretch"
            )
            st.caption(_ago(time.time() - project.changed))
            if st.button("Delete", icon=":material/delete:", key=f"delete:{project.id}", type="tertiary"):
                state.delete_project(project.id)
                st.rerun()


def _ago(seconds: float) -> str:
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def _open_file() -> None:
    file = st.file_uploader("Open a project file", type=["json"], max_upload_size=MAX_BYTES // 1_000_000)
    if file is None:
        return
    try:
        document = read_document(file.getvalue())
    except DocumentError as fault:
        st.error("The file could not be opened; nothing was changed.", icon=":material/error:")
        for problem in fault.problems[:10]:
            st.markdown(f"- {plain(str(problem))}")
        return
    _open(document)


def _templates() -> None:
    st.subheader("Start from")
    if st.button("An empty canvas", icon=":material/add:"):
        _open(Document())
    names = template_names()
    for first in range(0, len(names), 2):
        for column, name in zip(st.columns(2, gap="medium"), names[first : first + 2], strict=False):
            with column, st.container(border=True):
                document = template(name)
                st.image(to_svg(check(document), proportion=2), width="stretch")
                if st.button(plain(document.name), key=f"template:{name}", width="stretch"):
                    _open(document)
