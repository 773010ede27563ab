"""The start page: recent projects, opening a file, the playground, and a gallery of templates."""

import time
from functools import cache

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app import addresses, imports, playing, routes, state
from app.components.drop import drop_anywhere
from app.components.opening import arrived, arriving, begun, opened
from app.components.prepared import lesson_card
from app.components.trouble import no_cookies
from app.text import ago, label, plain
from app.uploads import Room
from graphbuilder.cards import large
from graphbuilder.carried import open_document
from graphbuilder.checks import Report, check
from graphbuilder.document import Document
from graphbuilder.pictures import to_svg
from graphbuilder.placing import placed
from graphbuilder.prepared import lessons
from graphbuilder.problems import DocumentError
from graphbuilder.store import ProjectLine, StoreError
from graphbuilder.store.disk import in_words, kept_by
from graphbuilder.store.limits import Limits
from graphbuilder.templates import Entry, gallery, template


def show() -> None:
    if state.visitor() is None:
        no_cookies()
        return
    state.remember_imported("")
    if project := arrived():  # before anything is drawn that nobody would see
        st.switch_page(addresses.build(), query_params={"project": project})
    with st.container(key="projects_page"):
        st.title("graphbuilder", anchor=False)
        st.markdown("Draw a neural network, see it checked, train it and take away Keras code.")
        _deleted()
        recent, new = st.columns([1, 2.7], gap="large")
        with recent:
            _recent(state.store().projects(state.me()))
            _usage()
            _open_file()
            st.page_link(addresses.data(), label="Your data", icon=":material/database:")
            st.page_link(
                addresses.build(), label="Take the tour", icon=":material/explore:", query_params={"tour": "yes"}
            )
        with new:
            _start()
            _lessons()
            _gallery()
        arriving()


def _open(document: Document) -> None:
    """A new project of a document; nothing that is there is touched."""
    try:
        id = state.store().create(state.me(), document, Limits.of_settings())
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
            state.remember_deleted(None)
            try:
                state.store().restore(state.me(), id)
            except StoreError as fault:  # too late: it went for good
                st.error(plain(str(fault)), icon=":material/error:")
                return
            st.rerun()


def _recent(projects: list[ProjectLine]) -> None:
    st.subheader("Your projects", anchor=False)
    if not projects:
        st.markdown("None yet. Open a template or the playground, or start from an empty canvas.")
    for project in projects[:30]:
        with st.container(key=f"project-{project.id}", horizontal=True, vertical_alignment="center", gap="small"):
            target = {"project": project.id}
            st.page_link(
                addresses.build(),
                label=label(project.name) or "Untitled",
                icon=":material/account_tree:",
                query_params=target,
                width="stretch",
            )
            st.caption(ago(time.time() - project.changed))
            if st.button("Delete", icon=":material/delete:", key=f"delete:{project.id}", type="tertiary"):
                state.delete_project(project.id)
                st.rerun()


def _usage() -> None:
    limits = Limits.of_settings()
    kept = in_words(kept_by(state.store(), state.me()))
    st.caption(f"Projects, runs and data take {kept} of {in_words(limits.owner_disk_mb * 10**6)}.")


def _open_file() -> None:
    # Of any type, so that a file of another program is told what it is, and not just "not allowed".
    said = st.container()  # over it, where it is in sight also below many projects
    with st.container(key="open_file"):
        most = Room.of(Limits.of_settings()).file // 10**6
        file = st.file_uploader("Open a project, or a model of Keras", max_upload_size=most)
        larger = Limits.of_settings().data_mb * 10**6
        drop_anywhere(routes.MODELS, larger, in_words(larger), key="drop_model", is_offered=True)
    if file is not None:
        with said:
            _take(file)


def _take(file: UploadedFile) -> None:
    if imports.is_model(content := file.getvalue(), file.name):
        if id := begun(file.file_id, content, file.name):
            _go_to(opened(id, file.file_id, file.name))
        return
    try:
        document = placed(open_document(content, file.name))
    except DocumentError as fault:
        first = fault.problems[0]
        told = first.of(file.name) if not first.pointer else "The file could not be opened; nothing was changed."
        st.error(plain(told), icon=":material/error:")
        for problem in fault.problems[: 10 if first.pointer else 0]:
            st.markdown(f"- {plain(str(problem))}")
        return
    _open(document)


def _go_to(project: str | None) -> None:
    if project:
        state.remember_import("", "")
        state.remember_imported(project)
        st.switch_page(addresses.build(), query_params={"project": project})


def _start() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Start from", width="stretch", anchor=False)
        if st.button("An empty canvas", icon=":material/add:"):
            _open(Document())
    with st.container(key="playground_card", border=True, horizontal=True, vertical_alignment="center"):
        st.image(_picture(playing.PLAYGROUND, 4), width=340, alt="The playground's network")
        with st.container(gap="small"):
            st.markdown(_entry(playing.PLAYGROUND).teaches)
            if st.button("Playground", key="playground", icon=":material/play_arrow:", type="primary"):
                _play()


def _play() -> None:
    try:
        id = playing.playground()
    except StoreError as fault:
        st.error(plain(str(fault)), icon=":material/error:")
        return
    st.switch_page(addresses.build(), query_params={"project": id})


def _lessons() -> None:
    st.subheader("Lessons", anchor=False)
    with st.container(key="lessons"):
        for lesson in lessons():
            lesson_card(lesson)


def _gallery() -> None:
    for group in gallery():
        st.subheader(group.title, anchor=False)
        with st.container(key=f"gallery-{group.title}"):
            for entry in group.entries:
                if entry.name != playing.PLAYGROUND:
                    _card(entry)


def _card(entry: Entry) -> None:
    document, report = template(entry.name), _report(entry.name)
    source = document.data.source
    data = source.title if source else "no data: an architecture"
    with st.container(border=True, gap="small"):
        st.image(_picture(entry.name, 2), width="stretch", alt=f"The network of {document.name}")
        if st.button(label(document.name), key=f"template:{entry.name}", width="stretch"):
            _open(document)
        st.caption(f"{data}  \n{len(document.nodes):,} nodes · {large(report.parameters)} parameters")
        st.markdown(entry.teaches)
        st.markdown(f"**Try:** {entry.to_try}")


def _entry(name: str) -> Entry:
    return next(entry for group in gallery() for entry in group.entries if entry.name == name)


@cache
def _report(name: str) -> Report:
    return check(template(name))


@cache
def _picture(name: str, proportion: float) -> str:
    return to_svg(_report(name), proportion)
