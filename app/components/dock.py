"""The panels below the canvas or beside it: one is drawn, and none while they are folded away."""

from typing import Any
from weakref import WeakKeyDictionary

import streamlit as st

from app import playing, state
from app.acting import Acting
from app.components.compare import compare_panel
from app.components.data import alike_choice, data_panel
from app.components.form import faults, rooms, sizes
from app.components.results import results_panel
from app.components.runs import runs_panel
from app.components.take import no_code_yet
from app.components.training import DATA_SET, training_panel
from app.components.trying import try_panel
from app.components.within import inside_panel
from app.text import plain
from graphbuilder import diagnosis
from graphbuilder.cards import findings
from graphbuilder.checks import Report
from graphbuilder.codegen import to_python
from graphbuilder.memory import memory_in_words
from graphbuilder.names import path_names
from graphbuilder.plan import NotReady, code_plan
from graphbuilder.repairs import MOST_FAULTS
from graphbuilder.shapes import show, whole
from graphbuilder.store import Project

MOST_ADVISED = 500
"""Nodes; more take tenths of a second at every edit."""
_advised: "WeakKeyDictionary[Report, list[dict[str, Any]]]" = WeakKeyDictionary()


def dock(shown: Project, report: Report, acting: Acting) -> None:
    with st.container(key="dock_body", gap=None):
        chosen, folded = state.panel(), state.dock_size() == "folded"
        with st.container(key="dock_tabs", horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(key="rooms"):
                rooms()
            is_without = playing.is_playground(shown) and DATA_SET in state.left_out()
            if chosen == "Training" and not folded and not is_without:
                alike_choice(report)
            with st.container(key="sizes"):
                sizes()
        with st.container(key="dock_panel"):
            if not folded:
                with st.container(key=f"panel-{chosen}"):
                    _panel(chosen, shown, report, acting)


def _panel(name: str, shown: Project, report: Report, acting: Acting) -> None:
    match name:
        case "Summary":
            summary(report)
        case "Data":
            data_panel(shown, report)
        case "Training":
            training_panel(shown, report, acting)
        case "Results":
            results_panel()
        case "Try":
            try_panel(shown)
        case "Inside":
            inside_panel()
        case "Runs":
            runs_panel(shown, report)
        case "Compare":
            compare_panel(shown)
        case "Code":
            code(report)
        case _:
            empty = "No faults. The network can be trained. Press Train to start."
            with st.container(key="faults"):
                faults([*findings(report), *_advice(report)], key="faults", empty=empty)


def _advice(report: Report) -> list[dict[str, Any]]:
    """Why the network will learn badly, as far as it tells before its first step."""
    if len(report.wired.nodes) > MOST_ADVISED:
        return []
    if report not in _advised:
        _advised[report] = diagnosis.listed(report, diagnosis.findings(report)[:MOST_FAULTS])
    return _advised[report]


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
            adds, memory = (
                f"{whole(facts.counts.multiply_adds)}{facts.each}",
                f"{memory_in_words(facts.memory)}{facts.each}",
            )
            cells = [show(facts.shape), whole(facts.parameters), adds, memory]
        rows.append("| " + " | ".join([names[id].replace("_", "\\_"), plain(node.kind), *cells]) + " |")
    trained = f"{whole(report.trainable)} trained of {whole(report.parameters)}"
    total = [f"**{trained}**", f"**{whole(report.multiply_adds)}**"]
    rows.append("| | | | " + " | ".join([*total, f"**{memory_in_words(report.memory)}**"]) + " |")
    with st.container(key="summary"):
        st.markdown("\n".join(rows))


def code(report: Report) -> None:
    """The network as Keras code, as it stands now."""
    try:
        text = to_python(code_plan(report))
    except NotReady as fault:
        no_code_yet(str(fault))
        return
    with st.container(key="code"):
        st.code(text, language="python")
