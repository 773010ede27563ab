"""The initialisation laboratory: what each rule for the first weights makes of activations and gradients."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import looks, state, trainings
from app.text import plain
from graphbuilder.checks import Report
from graphbuilder.initializing import RULES, initialise
from graphbuilder.ridges import ridges

_WELL, _ILL = ":green[:material/check_circle:]", ":orange[:material/warning:]"


def initialisation(report: Report) -> None:
    """Small multiples, one for each rule; a press on one takes it for the whole network."""
    with st.container(key="initial_line", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**Before any training**: activations, and the gradient of the loss, layer by layer")
        st.button("Close", key="initial_close", icon=":material/close:", on_click=state.show_initial, args=(False,))
    if report.against_training:
        st.caption("The layers are looked at once nothing keeps the network from training.")
        return
    job = looks.initial_of(report)
    if job is None:
        looks.ask_initial(report)
        job = looks.initial_of(report)
    if job is not None and job.active:
        _waiting(job.id)
    elif job is not None and job.state != "finished":
        st.caption(plain(job.reason) or "The layers could not be looked at.")
    elif job is not None:
        with st.container(key="initial_rules", horizontal=True, gap="medium"):
            for one in looks.found(job) or []:
                _rule(one)


def _rule(one: Mapping[str, Any]) -> None:
    name, title, words = one["rule"], one["title"], one["words"]
    with st.container(key=f"initial_{name}", gap=None):
        with st.container(key=f"initial_{name}_head", horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{title}**")
            if RULES[name].value is not None:
                st.button("Use", key=f"use_{name}", help=f"{title} on every layer; one undo takes it back.",
                          on_click=_take, args=(name,))  # fmt: skip
        st.markdown(f"{_WELL if one['verdict'] == 'healthy' else _ILL} {plain(words)}")
        st.image(ridges(one["nodes"], f"{title}. {words}"), width="stretch", alt=f"{title}. {words}")


def _take(name: str) -> None:
    rule = RULES[name]
    state.edit(lambda document: initialise(document, rule.value), f"initial weights: {rule.title}")


@st.fragment(run_every="0.5s")
def _waiting(id: str) -> None:
    job = trainings.job(id)
    engine = "" if state.jobs().engine() == "ready" else " The engine is starting."
    st.caption(f"Drawing weights by each rule …{engine}")
    if not job.active:
        st.rerun()
