"""A trained network that is given an input, and answers. The browser asks for the answers itself; ``data`` says of
which run, and the other side is frontend/src/try of the canvas, which is built together with it."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from app import routes, state, trainings
from app.components.asked import not_yet
from graphbuilder.figures import CLASS_COLORS
from graphbuilder.store import Project

EMPTY = "Train this network first. Then it can be given a drawing, a row of numbers, a text or any sample, and answers."


@cache
def _component() -> Any:
    return st.components.v2.component("graphbuilder.try", js="try-*.js", isolate_styles=True)


def try_panel(shown: Project) -> None:
    run = trainings.shown_run()
    if run is None:
        st.markdown(EMPTY)
        return
    if why := trainings.why_not_asked(run):
        not_yet(run, why)
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
