"""A network that cannot be asked yet, and a page that turns to it by itself as soon as it can be."""

import streamlit as st

from app import trainings
from app.text import plain
from graphbuilder.store.jobs import Job


def not_yet(run: Job, why: str, tells: bool = True) -> None:
    """Says why a run's network cannot be asked. tells: else somebody else says it."""
    if tells:
        st.markdown(plain(why))
    if run.active:
        _wait(run.id)


@st.fragment(run_every="1s")
def _wait(id: str) -> None:
    run = trainings.job(id)
    if not run.active or not trainings.why_not_asked(run):
        st.rerun()
