"""Several trainings at once that differ in one setting: asked for above the list of runs."""

from collections.abc import Sequence

import streamlit as st

from app import state, trainings
from app.text import plain
from graphbuilder.checks import Report
from graphbuilder.document import Document
from graphbuilder.store import Project
from graphbuilder.sweeps import MOST, Swept, sweep, swept


def offer_race(shown: Project, report: Report) -> None:
    """What opens, and what is in it while it is open."""
    asked = st.expander(
        "Compare settings …", icon=":material/stacked_line_chart:", key=state.popover("race"), on_change="rerun"
    )
    if not asked.open:
        return
    with asked:
        document = shown.document
        selected = state.selected(state.shown_level(report))
        settings = {one.key: one for one in swept(document, selected)}
        key = st.selectbox("What differs", list(settings), format_func=lambda key: _title(settings[key]), key="race_of",
                           label_visibility="collapsed")  # fmt: skip
        chosen = settings.get(key) or next(iter(settings.values()))
        values = st.multiselect(
            "Values",
            [*chosen.suggested, *chosen.others],
            default=chosen.suggested[: MOST // 2 + 1],
            key=f"race_values:{chosen.key}",
            accept_new_options=not chosen.others,
            max_selections=MOST,
            label_visibility="collapsed",
            placeholder=f"Two to {MOST} values; "
            + ("all are in the list" if chosen.others else "others can be typed in"),
        )
        told = tuple(map(str, values))
        fault = _fault(document, chosen.key, told) if len(told) > 1 else ""
        st.button(
            f"Train {len(values)} networks",
            icon=":material/play_arrow:",
            key="race_start",
            type="primary",
            disabled=len(values) < 2 or bool(fault),
            on_click=trainings.race,
            args=(chosen.key, told),
        )
        st.caption(plain(fault) or "All start from the same weights, unless these differ, and see the same batches.")


def _fault(document: Document, key: str, values: Sequence[str]) -> str:
    """Why the network cannot be trained with each of these; empty where it can be."""
    try:
        sweep(document, key, values)
    except ValueError as fault:
        return str(fault)
    return ""


def lead_to_race() -> None:
    """The button of another panel that leads there."""
    st.button("Compare …", icon=":material/stacked_line_chart:", key="race_there", on_click=_open,
              help="Train several at once that differ in one setting.")  # fmt: skip


def _open() -> None:
    state.hold(state.popover("race"), True)
    state.show_panel("Runs")


def _title(one: Swept) -> str:
    return f"{one.title} (now {one.now})"
