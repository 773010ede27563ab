"""A file that a job reads as a project: how far that is, what it asks, and what became of it."""

from collections.abc import Sequence

import streamlit as st

from app import imports, state
from app.components.drop import DROPPED
from app.text import plain
from graphbuilder.store import StoreError
from graphbuilder.store.jobs import Job


def begun(file: str, content: bytes, name: str) -> str:
    """The job that reads a chosen file, asked for where there was none; empty where it was refused, which is told.
    file: as Streamlit calls it."""
    id = state.import_of(file)
    if id is None:
        try:
            id = imports.begin(content, name)
        except StoreError as fault:
            st.error(plain(str(fault)), icon=":material/error:")
            return ""
        state.remember_import(file, id)
    return id


def arrived() -> str | None:
    """The project that was made of a file that was dropped on the page, once: from then on it is the newest import."""
    id = state.import_of(DROPPED)
    job = imports.job(id) if id else None
    if job is None or job.active or job.project is None:
        return None
    state.remember_import("", "")
    state.remember_imported(job.project)
    return job.project


def arriving() -> None:
    """Tells of a file that was dropped on the page, over its corner: in sight wherever it was dropped, and what the
    page shows stays until there is another."""
    id = state.import_of(DROPPED)
    job = imports.job(id) if id else None
    with st.container(key="arriving", gap="small"):
        if job and opened(job.id, DROPPED, str(state.jobs().request(job.id)["file"])):
            st.rerun()  # it was read while this page was drawn
        if job and not job.active:
            st.button("Close", key="close_arriving", on_click=state.remember_import, args=("", ""))


def opened(id: str, file: str, name: str) -> str | None:
    """The project that a job made of a file. None until then: what it does, asks or could not do is drawn."""
    job = imports.job(id)
    if job and not job.active and (models := job.summary.get("models")):
        _choose(job, file, name, models)
    elif job is None or (not job.active and job.project is None):
        why = "You stopped it." if job and job.state == "stopped" else job.reason if job else "It is gone."
        st.error(plain(why or f"{name} could not be read."), icon=":material/error:")
        st.caption("Nothing was imported, and nothing else was changed.")
    elif job.active:
        _reading(id, name)
    return job.project if job and not job.active else None


def _choose(job: Job, file: str, name: str, models: Sequence[str]) -> None:
    """Which of the models that a script makes is to come."""
    with st.container(key="choose_model"):
        st.markdown(f"{plain(name)} makes {len(models)} models.")
        model = st.selectbox("Which one?", models, format_func=plain)
        if st.button("Open it", type="primary"):
            try:
                state.remember_import(file, imports.again(job, model))
            except StoreError as fault:
                st.error(plain(str(fault)), icon=":material/error:")
                return
            st.rerun()


@st.fragment(run_every="0.2s")
def _reading(id: str, name: str) -> None:
    """Looks again five times a second, and draws the page when the file is read."""
    job = imports.job(id)
    if job is None or not job.active:
        st.rerun()
    engine = " The engine is starting." if state.jobs().engine() == "lost" else ""
    with st.container(key="importing", horizontal=True, vertical_alignment="center"):
        waits = "Waits for its turn" if job.state == "queued" else "Reading"
        st.markdown(f"{waits}: {plain(name)} …{engine}", width="stretch")
        st.button("Cancel", key="stop_import", on_click=imports.stop, args=(id,))
