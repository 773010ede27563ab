"""The panels below the canvas."""

import streamlit as st

from app import state
from app.components.data import alike_choice, data_panel
from app.components.form import faults, tabs
from app.components.results import results_panel
from app.components.runs import runs_panel
from app.components.take import no_code_yet
from app.components.training import training_panel
from app.text import plain
from graphbuilder.cards import findings
from graphbuilder.checks import Report
from graphbuilder.codegen import to_python
from graphbuilder.memory import kilobytes
from graphbuilder.names import path_names
from graphbuilder.plan import NotReady, code_plan
from graphbuilder.shapes import show, whole
from graphbuilder.store import Project

_USUAL_ROOM = {"Faults": "short", "Training": "roomy", "Results": "roomy", "Runs": "roomy"}
"""Faults are a line or two and leave the network the room that others need."""


def dock(shown: Project, report: Report) -> None:
    with st.container(key="dock_body", gap="small"):
        chosen = state.panel()
        with st.container(key="dock_tabs", horizontal=True, vertical_alignment="center"):
            with st.container(key="tabs", width="content"):
                tabs()
            if chosen == "Training":
                alike_choice(report)
            _size_buttons(chosen)
        with st.container(key="dock_panel"):
            match chosen:
                case "Summary":
                    summary(report)
                case "Data":
                    data_panel(shown, report)
                case "Training":
                    training_panel(shown, report)
                case "Results":
                    results_panel()
                case "Runs":
                    runs_panel(shown)
                case "Code":
                    code(report)
                case _:
                    empty = "No faults. The network can be trained. Press Train to start."
                    faults(findings(report), key="faults", empty=empty)


def _size_buttons(panel: str) -> None:
    """Fold the panels away, or give them more room. The container's key is what style.css goes by."""
    size = state.dock_size()
    room = _USUAL_ROOM.get(panel, size) if size == "normal" else size
    tall = ("normal", "Less room", "collapse_content") if size == "tall" else ("tall", "More room", "expand_content")
    fold = (
        ("normal", "Show the panels", "keyboard_arrow_up")
        if size == "folded"
        else ("folded", "Fold the panels away", "keyboard_arrow_down")
    )
    with st.container(key=f"dock_{room}", horizontal=True, horizontal_alignment="right", gap="small"):
        for place, (to, told, icon) in enumerate((tall, fold)):
            key = f"dock_to_{place}"
            st.button(
                told,
                icon=f":material/{icon}:",
                key=key,
                help=told,
                type="tertiary",
                on_click=state.set_dock_size,
                args=(to,),
            )


def summary(report: Report) -> None:
    """A table like Keras' model.summary()."""
    if not report.wired.nodes:
        st.markdown("Drag an operator onto the canvas, and this table tells its shape and its parameters.")
        return
    names = path_names(report.document, report.wired)
    rows = ["| layer | operator | output | parameters | mult-adds | memory |", "|---|---|---|--:|--:|--:|"]
    for id in report.wired.listed:
        facts, node = report.facts.get(id), report.wired.nodes[id]
        cells = ["–"] * 4
        if facts:
            adds, memory = f"{whole(facts.counts.multiply_adds)}{facts.each}", f"{kilobytes(facts.memory)}{facts.each}"
            cells = [show(facts.shape), whole(facts.parameters), adds, memory]
        rows.append("| " + " | ".join([names[id].replace("_", "\\_"), plain(node.kind), *cells]) + " |")
    trained = f"{whole(report.trainable)} trained of {whole(report.parameters)}"
    total = [f"**{trained}**", f"**{whole(report.multiply_adds)}**"]
    rows.append("| | | | " + " | ".join([*total, f"**{kilobytes(report.memory)}**"]) + " |")
    st.markdown("\n".join(rows))


def code(report: Report) -> None:
    """The network as Keras code, as it stands now."""
    try:
        st.code(to_python(code_plan(report)), language="python")
    except NotReady as fault:
        no_code_yet(str(fault))
