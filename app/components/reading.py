"""How a file is read: fields for the options of its reader, each of which is read anew when it is changed."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from app import sets, state
from graphbuilder.parameters import Parameter
from graphbuilder.readers import READERS
from graphbuilder.readers.series import Windows

_NO_FILE = "sql"
"""The reader of what a server is asked."""
Choices = Mapping[str, Sequence[str]]


def reading(id: str, reader: str, options: Mapping[str, Any], choices: Choices) -> None:
    """options: as they are now, as JSON. choices: what there is of those that only a person can choose."""
    titles = {name: known.title for name, known in READERS.items() if name != _NO_FILE}
    key = f"reader:{id}"
    state.hold(key, reader if reader in titles else None)
    st.selectbox(
        "Read as", list(titles), key=key, format_func=lambda name: titles[name], placeholder="Choose a kind of file",
        on_change=lambda: sets.read_as(id, state.entered(key)),
    )  # fmt: skip
    known = READERS.get(reader)
    if known is None:
        return
    first = [one for one in known.parameters.values() if one.name in choices or not one.more]
    rest = [one for one in known.parameters.values() if one not in first]
    for one in first:
        _field(id, one, options.get(one.name, one.write(one.default)), choices.get(one.name, ()), sets.set_option)
    if rest:
        with st.expander("More"):
            for one in rest:
                _field(id, one, options.get(one.name, one.write(one.default)), (), sets.set_option)


def windows(id: str, window: Mapping[str, Any] | None) -> None:
    """How a series is cut into windows. window: as it is now, None for rows as they are."""
    key = f"windows:{id}"
    state.hold(key, window is not None)
    st.checkbox(
        "Cut into windows", key=key, help="What came before tells what comes next, row by row of a series.",
        on_change=lambda: sets.cut_windows(id, state.entered(key)),
    )  # fmt: skip
    if window is None:
        return
    with st.container(key="set_windows", horizontal=True, gap="small"):
        for one in Windows.parameters.values():
            with st.container(width=150):
                _field(id, one, window.get(one.name, one.write(one.default)), (), sets.set_window)


def _field(
    id: str, one: Parameter[Any], value: Any, choices: Sequence[str], change: Callable[[str, str, Any], None]
) -> None:
    """One option. A choice of what is in the file stands in the place of what its kind would ask. change: is told the
    set, the option and what was entered."""
    key, words = f"option:{id}:{one.name}", one.name.replace("_", " ").capitalize()
    told: dict[str, Any] = {"help": one.help, "key": key}
    described = one.describe()

    def take(read: Any = lambda entered: entered) -> None:
        change(id, one.name, read(state.entered(key)))

    if isinstance(value, list) and one.kind == "texts":
        state.hold(key, value)
        options = list(dict.fromkeys([*choices, *value]))
        st.multiselect(words, options, accept_new_options=not choices, on_change=take, **told)
    elif choices:
        there = list(dict.fromkeys([*choices, str(value)]))
        state.hold(key, str(value))
        st.selectbox(words, there, on_change=partial(take, _like(value)), **told)
    elif one.kind == "choice":
        state.hold(key, value)
        texts = described["choices"]
        st.selectbox(words, list(texts), format_func=lambda word: texts.get(word, word), on_change=take, **told)
    elif one.kind == "yes_no":
        state.hold(key, bool(value))
        st.checkbox(words, on_change=take, **told)
    elif one.kind == "whole":
        state.hold(key, value)
        low, high = described.get("low"), described.get("high")
        st.number_input(words, min_value=low, max_value=high, step=1, on_change=take, **told)
    elif isinstance(value, list) and all(isinstance(part, int | float) for part in value):
        state.hold(key, " × ".join(map(str, value)))
        st.text_input(words, on_change=partial(take, _numbers), **told)
    else:
        state.hold(key, "" if value is None else str(value))
        st.text_input(words, on_change=partial(take, _like(value)), **told)


def _like(value: Any) -> Any:
    """What makes a value of what was entered, of the kind that stands there now."""

    def read(entered: str) -> Any:
        kind = type(value)
        if kind in (int, float):
            try:
                return kind(entered)
            except ValueError:
                return entered  # the reader says what it needs
        return entered

    return read


def _numbers(entered: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", entered)]
