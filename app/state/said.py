"""What a page says once, and what its widgets hold."""

from collections.abc import Callable, Collection
from typing import Any

import streamlit as st

from graphbuilder.store import StoreError


def say(text: str, icon: str) -> None:
    """A short message, shown once when the page is drawn next."""
    told = st.session_state.setdefault("messages", [])
    if (text, icon) not in told:
        told.append((text, icon))


def messages() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = st.session_state.pop("messages", [])
    return found


def done_or_told(act: Callable[[], object]) -> bool:
    """Whether it could be done; where it could not, the page says why."""
    try:
        act()
    except StoreError as fault:
        say(str(fault), ":material/block:")
        return False
    return True


def hold(key: str, value: Any) -> None:
    """Makes a widget show this value, unless it shows it already."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def popover(name: str) -> str:
    """The key of a popover, or of what else opens, which is another one after each `close_popover`."""
    return f"{name}:{st.session_state.get(f'{name} closed', 0)}"


def close_popover(name: str) -> None:
    """Closes it by another key: what a page sends before it hears of that says of the old one that it is open."""
    st.session_state[f"{name} closed"] = st.session_state.get(f"{name} closed", 0) + 1


def drop_unless(key: str, offered: Collection[object]) -> None:
    """Lets a widget begin anew whose value is none of those that are offered now."""
    if key in st.session_state and st.session_state[key] not in offered:
        del st.session_state[key]


def taken_back(key: str) -> Any:
    """What was held, once; None where nothing was."""
    return st.session_state.pop(key, None)


def entered(key: str) -> Any:
    """The value of a widget, in its callback."""
    return st.session_state[key]
