"""Several trainings at once that differ in one setting: asked for in a window beside Train."""

import streamlit as st

from app import state, trainings
from graphbuilder.checks import Report
from graphbuilder.store import Project
from graphbuilder.sweeps import MOST, Swept, swept


def offer_race(shown: Project, report: Report) -> None:
    """The button that opens the window, and what is in it while it is open."""
    window = st.popover("Compare …", icon=":material/stacked_line_chart:", key="race", on_change="rerun",
                        help="Train several at once that differ in one setting.")  # fmt: skip
    if not window.open:
        return
    with window:
        document = shown.document
        selected = state.selected(state.shown_level(report))
        settings = {one.key: one for one in swept(document, selected)}
        key = st.selectbox("What differs", list(settings), format_func=lambda key: _title(settings[key]), key="race_of")
        chosen = settings.get(key) or next(iter(settings.values()))
        values = st.multiselect(
            "Values",
            chosen.suggested,
            default=chosen.suggested[: MOST // 2 + 1],
            key=f"race_values:{chosen.key}",
            accept_new_options=True,
            max_selections=MOST,
            help=f"Two to {MOST}. Others can be typed in.",
        )
        st.caption("All start from the same weights, unless these differ, and see the same batches.")
        st.button(
            f"Train {len(values)} networks",
            icon=":material/play_arrow:",
            key="race_start",
            type="primary",
            disabled=len(values) < 2,
            on_click=trainings.race,
            args=(chosen.key, tuple(map(str, values))),
        )


def _title(one: Swept) -> str:
    return f"{one.title} (now {one.now})"
