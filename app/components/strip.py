"""Real samples before and after a node that prepares them."""

import base64
from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import looks, state, trainings
from app.text import plain
from graphbuilder.levels import Level
from graphbuilder.operators import Operator
from graphbuilder.operators.families import AUGMENTATION, PREPROCESSING

_SHOWN = (PREPROCESSING, AUGMENTATION)


def has_strip(operator: Operator) -> bool:
    """Whether it prepares samples, so that one sees by them what it does."""
    return operator.family in _SHOWN


def strip(level: Level, id: str) -> None:
    """What comes to the node beside what it makes of that; others by a button."""
    report, node = level.report, level.path(id)
    if report.against_training:
        st.caption("Samples are shown once nothing keeps the network from training.")
        return
    job = looks.strip_of(report, node)
    if job is None:
        looks.ask_strip(report, node)
        job = looks.strip_of(report, node)
    if job is not None and job.active:
        _waiting(job.id)
    elif job is not None and job.state != "finished":
        st.caption(plain(job.reason) or "No samples could be made.")
    elif job is not None:
        _drawn(looks.found(job) or [])
    st.button(
        "Others",
        key="strip_others",
        icon=":material/casino:",
        help="Other samples, and other chances of what augments.",
        on_click=state.take_other_strip,
    )


def _drawn(samples: list[Mapping[str, Any]]) -> None:
    head = st.columns(2)
    head[0].caption("as it comes")
    head[1].caption("as it leaves")
    for sample in samples:
        for place, name in zip(st.columns(2, vertical_alignment="center"), ("before", "after"), strict=True):
            one = sample[name]
            if "png" in one:
                place.image(base64.b64decode(one["png"]), width=72)
            else:
                place.markdown(plain(one["text"]))


@st.fragment(run_every="0.5s")
def _waiting(id: str) -> None:
    """Looks again twice a second, and draws the form when the samples are there."""
    job = trainings.job(id)
    engine = "" if state.jobs().engine() == "ready" else " The engine is starting."
    st.caption(f"Taking samples …{engine}")
    if not job.active:
        st.rerun()
