"""The panel of what is inside a trained network: what it looked at, and how its nodes lay out samples. The browser asks
the network by itself, by the route of questions.

``data`` says what can be asked; its parts are told in frontend/src/looked of the canvas, which is built together with
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st


@cache
def _component() -> Any:
    return st.components.v2.component("graphbuilder.looked", js="looked-*.js", isolate_styles=True)


def looked(data: Mapping[str, Any], *, key: str, height: int) -> None:
    """Draw the panel in a fixed place of the page."""
    _component()(key=key, data=dict(data), height=height)
