"""The live view of a training: curves and activations, which the browser fetches by itself and draws as they come.

``data`` says what is watched, and never holds what changes while it goes on; its parts are told in frontend/src/live of
the canvas, which is built together with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st


@cache
def _component() -> Any:
    return st.components.v2.component("graphbuilder.live", js="live-*.js", isolate_styles=True)


def live(data: Mapping[str, Any], *, key: str, height: int) -> None:
    """Draw the view in a fixed place of the page."""
    _component()(key=key, data=dict(data), height=height)
