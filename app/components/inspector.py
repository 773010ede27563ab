"""The form of the selected node, derived from its operator, and what that node computes; without one, an overview."""

import streamlit as st

from app import state
from app.components.chain import chain, chain_of_wire, title_of_wire
from app.components.form import form
from app.components.lesson import show_lesson
from app.components.overview import overview
from app.components.seen import has_inside, look_inside
from app.components.strip import has_strip, strip
from app.text import plain
from graphbuilder.forms import node_form
from graphbuilder.help import key_of
from graphbuilder.levels import Level
from graphbuilder.operators import OPERATORS, Operator
from graphbuilder.shapes import show
from graphbuilder.store import Project
from graphbuilder.walk import walk


def inspector(shown: Project, level: Level) -> None:
    folded = state.inspector_folded()
    with st.container(key="side_folded" if folded else "side_open", horizontal=True, horizontal_alignment="right"):
        icon, told = ("left_panel_open", "Show parameters") if folded else ("right_panel_close", "Fold away")
        st.button(
            told,
            icon=f":material/{icon}:",
            key="fold",
            help=told,
            type="tertiary",
            on_click=state.fold_inspector,
            args=(not folded,),
        )
    if folded:
        return
    selected, wire = state.selected(level), state.selected_wire(level)
    with st.container(key="inspector_body", gap=None):
        alone = wire if not selected else None
        st.markdown(title_of_wire(level, alone) if alone else _title(level, selected))
        with st.container(key=f"form_{'wire' if alone else '_'.join(selected[:1])}", gap="small"):
            if alone:
                chain_of_wire(level, alone)
            elif len(selected) == 1:
                _node_form(level, selected[0])
            elif selected:
                _shared_form(level, selected)
            else:
                overview(shown, level)


def _title(level: Level, selected: list[str]) -> str:
    if len(selected) != 1:
        return f"**{len(selected):,} nodes selected**" if selected else f"**{plain(level.title)}**"
    kind, operator = level.nodes[selected[0]].kind, level.operators[selected[0]]
    if operator is None or operator.title == kind:
        return f"**{plain(kind)}**"
    return f"**{operator.title}** :gray[{kind}]"


def _node_form(level: Level, id: str) -> None:
    operator = level.operators[id]
    form(node_form(level, [id]), key="node")
    if operator is None:
        st.caption("This version does not know this operator. The node is kept as it is in the file.")
    else:
        _computes(level, id, operator)


def _shared_form(level: Level, ids: list[str]) -> None:
    shared = node_form(level, ids)
    form(shared, key="node")
    if not any(group["fields"] for group in shared["groups"]):
        st.caption("These nodes share no parameter.")
    st.caption("Arrow keys move them, Ctrl+D copies them, Delete takes them away.")


def _computes(level: Level, id: str, operator: Operator) -> None:
    why = st.expander("Why this shape", expanded=True, key="why", on_change="rerun")
    with why:
        if why.open:
            _walked(level, id, operator)
    if has_strip(operator):
        seen = st.expander("Samples before and after", key="strip", on_change="rerun")
        with seen:
            if seen.open:
                strip(level, id)
    if operator.inputs and operator.kind in OPERATORS:
        passed = st.expander("Chain rule", key="chain", on_change="rerun")
        with passed:
            if passed.open:
                chain(level, id)
    if has_inside(level, id):
        within = st.expander("Inside this node", key="node_inside", on_change="rerun")
        with within:
            if within.open:
                look_inside(level, id)
    what = st.expander("What it does", key="what", on_change="rerun")
    with what:
        if what.open:
            st.markdown(operator.describe()["summary"])
            if operator.kind in OPERATORS:  # blocks are explained by their sentence
                show_lesson(operator.lesson_as_set(), key_of("operator", operator.kind))


def _walked(level: Level, id: str, operator: Operator) -> None:
    facts = level.facts_of(id)
    if facts is None:
        st.caption("The shape is known once the faults of this node and of those before it are mended.")
        return
    titles = level.port_titles(id)
    several = len({*facts.inputs.ports}) > 1 or len(operator.input_ports()) > 1
    came = zip(facts.inputs.ports, facts.inputs, strict=True)
    lines = [f"{plain(titles.get(port, port)) if several else 'in'}: **{show(shape)}**" for port, shape in came]
    lines += [f"{plain(titles.get(port, port))}: **{show(spec.shape)}**" for port, spec in facts.outputs.items()]
    walked = walk(level.report, level.path(id))
    st.markdown("  \n".join([*lines, *map(plain, walked.lines if walked else ())]))
    for source in walked.sources if walked else ():
        st.caption(plain(source))
