"""The canvas: palette, network and badges in the browser, as one Streamlit component.

Python owns the network. ``data`` is what the canvas shows; what a person does comes back as numbered edits in the state
``sync``, all that Python has not acknowledged yet, and reaches the document in ``on_sync`` before the page runs again.
frontend/src/protocol.ts and fold.ts are the other side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st


@cache
def _component() -> Any:
    # Not at import time: without a running Streamlit the registration raises, and then no test could import this.
    return st.components.v2.component("graphbuilder.canvas", js="canvas-*.js", isolate_styles=True)


def canvas(
    data: Mapping[str, Any],
    *,
    key: str,
    height: int,
    on_sync: Callable[[], object],
    on_open: Callable[[], None],
) -> Any:
    """Draw the network in a fixed place of the page (an element that moves is built anew).

    ``on_sync`` and ``on_open`` run before the page does and find what happened under ``key`` in the session state:
    ``sync`` is ``{epoch, client, ops, sel, panel, has}``; ``open`` is ``{node, n}``, a node whose parameters are
    wanted.
    """
    return _component()(key=key, data=dict(data), height=height, on_sync_change=on_sync, on_open_change=on_open)
