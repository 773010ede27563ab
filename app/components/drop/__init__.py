"""Where files of data are dropped or chosen: the browser sends them to the server, beside Streamlit, and tells how far
each has come.

What came is told by its data set's id in the trigger ``arrived``. The other side is frontend/src/drop of the canvas.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st


@cache
def _component() -> Any:
    return st.components.v2.component("graphbuilder.drop", js="drop-*.js", isolate_styles=True)


def drop(path: str, most: int, words: str, kinds: str, *, key: str, on_arrived: Callable[[], None]) -> None:
    """Draw the place. most: bytes of one file, in words `words`. kinds: what can be read."""
    data = {"path": path, "most": most, "words": words, "kinds": kinds}
    _component()(key=key, data=data, height="content", on_arrived_change=on_arrived)
