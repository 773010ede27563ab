"""Why the network learns badly, over its curves: what is seen, since when, and what to try.

Low panels have one line for it, beside the run's name: a list would leave the plots too little.
"""

from typing import Literal

import streamlit as st

from app import state, trainings
from app.components.form import faults
from app.components.trouble import logged
from graphbuilder.store import Project, StoreError
from graphbuilder.store.jobs import Job

MOST_TOLD = 3
"""The nearest to a cause; more at once are not read."""


def verdict(run: Job | None, shown: Project) -> None:
    """Drawn again twice a second while the run goes on."""
    if run is not None:
        _verdict(run, shown) if not run.active else _while_it_goes(run.id, shown)


@st.fragment(run_every="0.5s")
def _while_it_goes(id: str, shown: Project) -> None:
    """The run as it is by now: what the page was drawn with is of its start."""
    _verdict(trainings.job(id), shown)


def _verdict(run: Job, shown: Project) -> None:
    try:
        told = trainings.found(run, trainings.is_of_now(run, shown))
    except StoreError:
        raise
    except Exception as fault:  # what only judges a run must not take the run from sight
        logged(fault)
        return
    if told:
        with st.container(key="verdict"):
            direction: Literal["line", "rows"] = "line" if state.dock_size() == "low" else "rows"
            faults(told[:MOST_TOLD], key="verdict", direction=direction, run=run.id)
