"""The workbench: palette, canvas, inspector and the panels below, on one page."""

import streamlit as st

from app import state
from app.components.canvas import canvas
from app.components.dock import dock
from app.components.header import header
from app.components.inspector import inspector
from app.components.trouble import no_cookies, no_project
from app.text import plain
from graphbuilder.cards import cards, palette
from graphbuilder.store import StoreError

PALETTE = palette()


def show() -> None:
    if state.visitor() is None:
        no_cookies()
        return
    if not state.project_id():
        state.open_last_or_starter()
    try:
        state.project()
    except StoreError as fault:
        no_project(fault)
        return
    if state.came_back():
        state.say("The server was started anew. Your draft is as you left it.", ":material/cloud_done:")
    state.take_canvas_edits()
    with st.container(key="workbench", gap=None):
        header()
        with st.container(key="middle", horizontal=True, gap=None):
            with st.container(key="stage"):
                network()
            with st.container(key="side"):
                inspector()
        with st.container(key="below"):
            dock()
    follow()


@st.fragment(key="canvas")
def network() -> None:
    shown = state.project()
    report = state.report(shown)
    state.remember_shown(shown.changes)
    document = shown.document
    canvas(
        {
            "id": shown.id,
            "epoch": shown.id,
            "rev": shown.changes,
            "acks": state.acknowledged(),
            "doc": {
                "nodes": [
                    {
                        "id": node.id,
                        "kind": node.kind,
                        "label": node.label,
                        "x": node.position[0],
                        "y": node.position[1],
                    }
                    for node in document.nodes
                ],
                "wires": [wire.model_dump(by_alias=True) for wire in document.wires],
            },
            "notes": cards(report),
            "palette": PALETTE,
            "focus": state.focus(),
            "selection": None,
        },
        key=state.CANVAS,
        height=600,
        on_sync=_edited,
        on_open=_opened,
    )
    for text, icon in state.messages():
        st.toast(plain(text), icon=icon)


def _edited() -> None:
    state.take_canvas_edits()
    state.redraw_panels()


def _opened() -> None:
    state.fold_inspector(False)
    state.redraw_panels()


@st.fragment(run_every="2s")
def follow() -> None:
    """Draws the page again when the project was changed in another tab."""
    if state.is_behind():
        st.rerun()
