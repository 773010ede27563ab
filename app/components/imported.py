"""What an import did: open when the project is new, and folded in its summary from then on."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app import imports, state
from app.components.form import lines
from app.text import plain
from graphbuilder.blocks import place_now
from graphbuilder.document import Document
from graphbuilder.equal_parts import fold
from graphbuilder.texts import a

_MOST = 100
"""Messages that are listed."""


def imported(project: str, document: Document) -> None:
    job = imports.source(project)
    told = imports.report(job) if job else None
    if not told:
        return
    with (
        st.container(key="imported"),
        st.expander(
            f"Imported from {plain(told['file'])}", icon=":material/input:", expanded=project == state.imported()
        ),
    ):
        _report(told, document)


def _report(told: Mapping[str, Any], document: Document) -> None:
    nodes = f"{told['nodes']:,} nodes{' (with those in blocks)' if document.blocks else ''}"
    st.markdown(f"{nodes} and {told['parameters']:,} parameters, of {plain(a(told['source']))}.")
    st.markdown(_of_weights(told["weights"]))
    if told["placeholders"]:
        st.markdown(f"**Placeholders**, for what is not known: {plain(', '.join(told['placeholders']))}.")
    if told["folded"]:
        st.markdown(f"**Folded** into blocks: {plain(', '.join(told['folded']))}.")
    if told["dropped"]:
        st.markdown(f"**Left out** of the settings of training: {plain(', '.join(told['dropped']))}.")
    if told.get("equal"):
        if _is_folded(told, document):
            st.markdown(f"**Equal parts**, folded into blocks since: {plain('; '.join(told['equal'][:_MOST]))}.")
        else:
            _offer(told["equal"])
    if messages := told["messages"]:
        moved = {before: path for path, before in told.get("paths", {}).items()}
        lines([_line(one, moved, document) for one in messages[:_MOST]], key="imported")
    if len(messages) > _MOST:
        st.caption(f"and {len(messages) - _MOST:,} more")


def _line(message: Mapping[str, str], moved: Mapping[str, str], document: Document) -> tuple[str, str]:
    """What a message says, and the place of the node that it is about, where that still stands."""
    place, text = message["place"], message["text"]
    return f"{place}: {text}" if place else text, place_now(document, message["node"], moved)


def _is_folded(told: Mapping[str, Any], document: Document) -> bool:
    """Whether its equal parts are folded already."""
    now = {node.id for node in document.nodes}
    return any(path.partition("/")[0] in now for path in told["paths"])


def _offer(equal: Sequence[str]) -> None:
    with st.container(key="fold_equal", gap="small"):
        st.markdown(f"**Equal parts**, which could be blocks: {plain('; '.join(equal[:_MOST]))}.")
        if st.button(
            "Fold into blocks",
            icon=":material/unfold_less:",
            help="One step, which Undo takes back. Imported weights stay with their nodes.",
        ):
            state.edit(lambda document: fold(document).document, "fold equal parts")
            st.rerun()


def _of_weights(came: Mapping[str, int] | None) -> str:
    if not came or not came["layers"]:
        return "No weights came along: training begins with drawn ones."
    if came["layers"] == came["of"]:
        whose = f"all {came['of']:,} layers that have any" if came["of"] > 1 else "the one layer that has any"
        return f"The weights of {whose} came along, and training begins with them."
    return (
        f"The weights of {came['layers']:,} of {came['of']:,} layers that have any came along, and training begins "
        "with them; the others are drawn."
    )
