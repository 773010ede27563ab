"""Forms, and what else is pressed beside the canvas and must reach Python once: undo, redo, panels, repairs.

``data`` is what graphbuilder/forms.py derives from the declarations. What is entered goes the way of the canvas' edits:
numbered, shown at once, sent until it is acknowledged, worked once. The other side is frontend/src/form of the canvas.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import streamlit as st

from app import addresses, state
from graphbuilder.help import key_of


@cache
def _component() -> Any:
    return st.components.v2.component("graphbuilder.form", js="form-*.js", isolate_styles=True)


def form(fields: Mapping[str, Any], *, key: str, direction: Literal["rows", "line"] = "rows") -> None:
    """Draw a form in a fixed place of the page: fields below each other, or one field in a line."""
    _draw({"view": "form", "form": fields, "direction": direction}, key)


def history(undo: str | None, redo: str | None) -> None:
    """Draw the buttons that take a step back or forward."""
    _draw({"view": "history", "undo": undo, "redo": redo}, "history")


def rooms() -> None:
    """Draw the choice of the panel."""
    told = [
        {"name": room, "panels": [{"name": panel, "label": label} for panel, label in panels.items()]}
        for room, panels in state.ROOMS.items()
    ]
    _draw({"view": "rooms", "rooms": told, **_turn()}, "rooms")


def sizes() -> None:
    """Draw the buttons that give the panels another room."""
    _draw({"view": "sizes", **_turn()}, "sizes")


def _turn() -> dict[str, Any]:
    return {"panel": state.panel(), "size": state.dock_size(), "turn": state.turn()}


def faults(
    told: list[dict[str, Any]],
    *,
    key: str,
    empty: str = "",
    direction: Literal["rows", "line"] = "rows",
    run: str | None = None,
) -> None:
    """Draw faults, a press on which shows the node, with the buttons that mend them and the way to help: below each
    other, or the first in one line that counts the others. run: that they are findings of, whose curves and layers are
    marked where they are seen."""
    listed = [{**one, "help": _help(one["code"])} for one in told]
    _draw({"view": "faults", "faults": listed, "empty": empty, "direction": direction, "run": run}, key)


def lines(told: list[tuple[str, str]], *, key: str) -> None:
    """Draw lines, each with the place of the node that a press on it shows; "" where it is about none."""
    _draw({"view": "lines", "lines": [{"text": text, "node": node} for text, node in told]}, key)


def _help(code: str) -> str:
    """The address of the page that tells of a fault."""
    return f"{addresses.help().url_path}?topic={key_of('fault', code)}&project={state.project_id()}"


def _draw(data: Mapping[str, Any], key: str) -> None:
    told = {**data, "id": state.project_id(), "acks": state.told_acknowledged()}
    _component()(key=f"beside_{key}", data=told, height="content")
