"""Has the links and buttons of a page that shows a version wait, from the choice of another one until the page has
turned to it: nothing but the browser knows of the choice before the server does. The other side is frontend/src/turning
of the canvas."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import streamlit as st


@cache
def _component() -> Any:
    return st.components.v2.component("graphbuilder.turning", js="turning-*.js", isolate_styles=True)


def wait_while_turning(page: str, field: str, others: Sequence[str], box: str, ticked: bool) -> None:
    """To be drawn behind all that waits. page, field, box: keys of the container, of the choice of a version and of a
    box. others: what the versions are called that the page was not drawn for. ticked: whether it was for the box being
    ticked."""
    keys = {"page": f"st-key-{page}", "field": f"st-key-{field}", "box": f"st-key-{box}"}
    _component()(key="turning", data={**keys, "others": [*others], "ticked": ticked}, height="content")
