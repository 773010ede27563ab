"""The form of the selected node, derived from its operator, and what that node computes."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import state
from app.components.fields import ask, field
from app.components.lesson import show_lesson
from app.text import plain
from graphbuilder import editing
from graphbuilder.checks import Report
from graphbuilder.datasets import SOURCES
from graphbuilder.diagnostics import Diagnostic, Severity
from graphbuilder.document import MAX_LABEL, Node
from graphbuilder.help import key_of
from graphbuilder.names import layer_names
from graphbuilder.operators import Operator
from graphbuilder.shapes import show
from graphbuilder.store import Project


def inspector(shown: Project, report: Report) -> None:
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
    selected = state.selected(shown)
    with st.container(key="inspector_body", gap=None):
        st.markdown(_title(report, selected))
        with st.container(key=f"form_{'_'.join(selected[:1])}", gap="small"):
            if len(selected) == 1:
                _node_form(shown, report, selected[0])
            elif selected:
                st.caption("Arrow keys move them, Ctrl+D copies them, Delete takes them away. Select one to set it.")
            elif shown.document.nodes:
                st.caption("Select a node to set its parameters and to see what it computes.")
            else:
                st.caption("Drag an operator onto the canvas, and set its parameters here.")


def _title(report: Report, selected: list[str]) -> str:
    if len(selected) != 1:
        return f"**{len(selected)} nodes selected**" if selected else "**No node selected**"
    kind, operator = report.wired.nodes[selected[0]].kind, report.wired.operators[selected[0]]
    if operator is None or operator.title == kind:
        return f"**{plain(kind)}**"
    return f"**{operator.title}** :gray[{kind}]"


def _node_form(shown: Project, report: Report, id: str) -> None:
    node, operator = report.wired.nodes[id], report.wired.operators[id]
    faults = [found for found in report.diagnostics if id in found.nodes]
    if operator is None:
        st.caption("This version does not know this operator. The node is kept as it is in the file.")
        return
    _label(node, layer_names(shown.document.nodes)[id])
    for found in faults:
        if found.nodes[0] != id or found.parameter not in operator.parameters:
            _tell(found)
    _parameters(shown, node, operator, faults)
    _computes(report, id, operator)


def _label(node: Node, layer: str) -> None:
    def changed(label: object) -> None:
        state.edit(lambda document: editing.rename_node(document, node.id, str(label)), f"rename {node.kind}")

    told = {"label": "label", "max_chars": MAX_LABEL, "help": f"In code this layer is {layer}."}
    field(st.text_input, f"label:{node.id}", node.label, changed, value=node.label, **told)


def _parameters(shown: Project, node: Node, operator: Operator, faults: list[Diagnostic]) -> None:
    rare = {name: p for name, p in operator.parameters.items() if p.more}
    common = {name: p for name, p in operator.parameters.items() if not p.more}
    _ask_all(shown, node, common, faults)
    if not rare:
        return
    more = st.expander("More", key="more", on_change="rerun")
    with more:
        if more.open:
            _ask_all(shown, node, rare, faults)
    if not more.open:
        for found in faults:
            if found.parameter in rare and found.nodes[0] == node.id:
                _tell(found)


def _ask_all(shown: Project, node: Node, parameters: Mapping[str, Any], faults: list[Diagnostic]) -> None:
    source = SOURCES.get(shown.document.data.name)
    fields = list(source(shown.document.data.options).fields()) if source else []
    layer = layer_names(shown.document.nodes)[node.id]
    for name, parameter in parameters.items():

        def change(value: object, name: str = name) -> None:
            label = f"{name} of {layer}"  # a name that no other node has: steps are joined by it
            state.edit(lambda document: editing.set_parameter(document, node.id, name, value), label, merge=True)

        ask(parameter, node.params[name], f"parameter:{node.id}:{name}", change, fields)
        for found in faults:
            if found.parameter == name and found.nodes[0] == node.id:
                _tell(found)


def _tell(found: Diagnostic) -> None:
    if found.severity is Severity.ERROR:
        st.error(plain(found.text), icon=":material/error:")
    else:
        st.warning(plain(found.text), icon=":material/warning:")


def _computes(report: Report, id: str, operator: Operator) -> None:
    facts = report.facts.get(id)
    why = st.expander("Why this shape", expanded=True, key="why", on_change="rerun")
    with why:
        if why.open and facts is None:
            st.caption("The shape is known once the faults of this node and of those before it are mended.")
        elif why.open and facts:
            lines = [f"in: **{show(shape)}**" for shape in facts.inputs] + [f"out: **{show(facts.shape)}**"]
            lines += [plain(line) for line in operator.worked(facts.inputs, facts.shape)]
            st.markdown("  \n".join(lines))
    what = st.expander("What it does", key="what", on_change="rerun")
    with what:
        if what.open:
            st.markdown(operator.describe()["summary"])
            show_lesson(operator.lesson(), key_of("operator", operator.kind))
