"""The inside of a node: what the browser asks a trained network about it by itself, and draws.

``data`` says what may be asked and where, and never holds what is answered; its parts are told in frontend/src/inside
of the canvas, which is built together with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st


@cache
def _component() -> Any:
    return st.components.v2.component("graphbuilder.inside", js="inside-*.js", isolate_styles=True)


def inside(data: Mapping[str, Any], *, key: str) -> None:
    """Draw the view in a fixed place of the page."""
    _component()(key=key, data=dict(data), height="content")
