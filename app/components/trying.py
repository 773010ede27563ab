"""A trained network that is given an input, and answers. The browser asks for the answers itself; ``data`` says of
which run, and the other side is frontend/src/try of the canvas, which is built together with it."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from app import routes, state, trainings
from app.text import plain
from graphbuilder.figures import CLASS_COLORS
from graphbuilder.store import Project
from graphbuilder.store.jobs import Job

EMPTY = "Train this network first. Then it can be given a drawing, a row of numbers, a text or any sample, and answers."


@cache
def _component() -> Any:
    return st.components.v2.component("graphbuilder.try", js="try-*.js", isolate_styles=True)


def try_panel(shown: Project) -> None:
    run = trainings.shown_run()
    if run is None:
        st.markdown(EMPTY)
        return
    if why := _why_not(run):
        st.markdown(why)
        return
    with st.container(key="try"):
        _component()(
            key="try_component",
            data={
                "run": run.id,
                "path": routes.questions_of(run.id),
                "project": shown.id,
                "active": run.active,
                "title": run.title,
                "sample": state.sample(),
                "led": state.sample_led(),
                "step": state.step(),
                "colors": [*CLASS_COLORS],
            },
            height=300,
        )


def _why_not(run: Job) -> str:
    """Why the network of a run cannot be asked; empty where it can be."""
    if run.state == "queued":
        return f"{plain(run.title)} waits for its turn. It can be asked as soon as it has learned something."
    if run.active and not run.summary.get("snapshots") and run.summary.get("epoch"):
        return (
            f"{plain(run.title)} trains a network that is too large for its weights to be kept meanwhile. It can be "
            "asked when the training is over."
        )
    if run.active and not run.summary.get("snapshots"):
        return f"{plain(run.title)} starts. It can be asked as soon as it has learned something."
    if not run.active and not run.summary.get("snapshots") and trainings.model_of(run) is None:
        return f"{plain(run.title)} kept no weights: {plain(run.reason or run.state)}. Train again."
    return ""
