"""Where files of data are dropped or chosen: the browser sends them to the server, beside Streamlit, and tells how far
each has come.

What came is told by its data set's id in the trigger ``arrived``. The other side is frontend/src/drop of the canvas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st

from app import state


@cache
def _component() -> Any:
    return st.components.v2.component("graphbuilder.drop", js="drop-*.js", isolate_styles=True)


def drop(path: str, most: int, words: str, kinds: str, *, key: str, on_arrived: Callable[[], None]) -> None:
    """Draw the place. most: bytes of one file, in words `words`. kinds: what can be read."""
    data = {"path": path, "most": most, "words": words, "kinds": kinds}
    _component()(key=key, data=data, height="content", on_arrived_change=on_arrived)


DROPPED = "dropped"
"""By which a page remembers the import of a file that was dropped."""


def drop_anywhere(path: str, most: int, words: str, *, key: str, is_offered: bool = False) -> None:
    """Lets a file be dropped on the whole page, to be opened as a project. is_offered: a button chooses one, too."""
    data = {"path": path, "most": most, "words": words, "kinds": "", "everywhere": True, "offered": is_offered}

    def take() -> None:
        told = state.entered(key).get("arrived")
        if isinstance(told, Mapping) and isinstance(told.get("id"), str):
            state.remember_import(DROPPED, told["id"])

    _component()(key=key, data=data, height="content", on_arrived_change=take)
