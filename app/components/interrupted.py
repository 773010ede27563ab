"""What is offered of a run that was interrupted: to go on with it, and to take what it had learned."""

import streamlit as st

from app import trainings
from app.text import plain
from graphbuilder.store.jobs import Job


def offer_resume(run: Job, place: str) -> None:
    """place: of the page, where several offer the same."""
    st.button(
        "Resume",
        icon=":material/resume:",
        key=f"resume:{place}:{run.id}",
        on_click=trainings.resume,
        args=(run.id,),
        help="Goes on from what was kept last, and ends as if it had never been interrupted.",
    )


def offer_recovery(run: Job) -> Job | None:
    """The job that makes files of what the run had learned, while it is at it."""
    job = trainings.recovery_of(run)
    waiting = job is not None and job.active
    if job and job.has_failed:
        st.error(f"Its weights could not be taken: {plain(job.reason)}", icon=":material/error:")
    st.button(
        "Taking its best weights …" if waiting else "Take its best weights",
        icon=":material/save:",
        key=f"recover:{run.id}",
        disabled=waiting,
        on_click=trainings.recover,
        args=(run,),
        help="Makes results and a model file of the best epoch that it had. It can go on afterwards all the same.",
    )
    return job if waiting else None
