"""What a run answered at one of its steps, by the weights that were kept then."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import looks, state, trainings
from app.text import plain
from graphbuilder.store.jobs import Job

_KEPT = "kept"


def walked_step(run: Job) -> int | None:
    """The step of which weights were kept that is walked to, or the one before it; None where none is."""
    steps, wanted = _steps(run), state.step()
    return max((step for step in steps if step <= wanted), default=steps[0]) if steps and wanted is not None else None


def _steps(run: Job) -> list[int]:
    return [*run.summary.get("snapshots", [])]


def chosen_step(run: Job) -> int | None:
    """The step whose answers are to be seen; None for the weights that the run kept in the end. It begins with the step
    that the address leads to."""
    steps, before = _steps(run), walked_step(run)
    if len(steps) < 2:
        return None
    at: Any = st.select_slider(
        "Answers at step",
        [*steps, _KEPT],
        value=_KEPT if before is None else before,
        format_func=lambda step: step if step == _KEPT else f"{step:,}",
        key=f"at:{run.id}:{before}",
        help="Weights are kept at up to 60 steps of a run, early ones denser.",
    )
    return None if at == _KEPT else int(at)


def answers_at(run: Job, step: int) -> Mapping[str, Any] | None:
    """The answers at a step; None, and a line that says so, while they are worked out."""
    job = looks.at_of(run, step)
    if job is None:
        looks.ask_at(run, step)
        job = looks.at_of(run, step)
    if job is not None and job.active:
        _waiting(job.id)
    elif job is not None and job.state != "finished":
        st.caption(plain(job.reason) or "The answers could not be worked out.")
    elif job is not None:
        found: Mapping[str, Any] | None = looks.found(job)
        return found
    return None


@st.fragment(run_every="0.5s")
def _waiting(id: str) -> None:
    engine = "" if state.jobs().engine() == "ready" else " The engine is starting."
    st.caption(f"Answering with the weights of then …{engine}")
    if not trainings.job(id).active:
        st.rerun()
