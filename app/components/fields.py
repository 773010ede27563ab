"""One form field for each kind of parameter; which operator it belongs to makes no difference."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from app import state
from app.text import plain
from graphbuilder.parameters import (
    Choice,
    FieldName,
    Number,
    Parameter,
    Penalty,
    Regularizer,
    ShapeOf,
    Sizes,
    Whole,
    YesNo,
)

Change = Callable[[object], None]


def ask(parameter: Parameter[Any], value: Any, key: str, change: Change, fields: Sequence[str] = ()) -> None:
    """The field of one parameter, showing `value`; `change` hears of another, as JSON has it.

    fields: the names of the data set's fields, for a parameter that names one.
    """
    name = parameter.name.replace("_", " ")
    label = f"{name} ({parameter.unit})" if parameter.unit else name
    told = {"label": label, "help": parameter.help}
    match parameter:
        case Whole():
            _number(told, key, value, 1, "%d", change)
        case Number():
            _number(told, key, value, _step(value), "%g", change)
        case YesNo():
            _one(st.toggle, told, key, value, change)
        case Choice():
            options = list(dict.fromkeys([*parameter.choices, value]))
            _one(st.selectbox, told, key, value, change, options=options, format_func=_named(parameter.choices))
        case FieldName():
            options = list(dict.fromkeys(["", *fields, value]))
            _one(st.selectbox, told, key, value, change, options=options, format_func=_named({"": "none"}))
        case Sizes():
            _sizes(told, key, value, change)
        case ShapeOf():
            _shape(told, key, value, change)
        case Regularizer():
            _penalty(told, key, value, change)
        case _:
            raise TypeError(f"no form field for {type(parameter).__name__}")


def _named(names: dict[str, str]) -> Callable[[str], str]:
    return lambda option: names.get(option, option)


def _step(value: float) -> float:
    """A step that suits the size of a value: a tenth of its first digit's place, at least a thousandth."""
    return 0.01 if 0.05 <= abs(value) <= 1 else 0.001 if abs(value) < 0.05 else 1.0


def _one(widget: Callable[..., Any], told: dict[str, Any], key: str, value: Any, change: Change, **more: Any) -> None:
    state.hold(key, value)
    widget(**told, **more, key=key, on_change=lambda: change(state.entered(key)))


def _number(told: dict[str, Any], key: str, value: float, step: float, form: str, change: Change) -> None:
    def changed() -> None:
        if state.entered(key) is not None:
            change(state.entered(key))

    state.hold(key, value)
    st.number_input(**told, key=key, step=step, format=form, on_change=changed)


def _sizes(told: dict[str, Any], key: str, value: tuple[int, ...], change: Change) -> None:
    keys = [f"{key}:{place}" for place in range(len(value))]

    def changed() -> None:
        change([state.entered(one) for one in keys])

    columns = st.columns(len(value), vertical_alignment="bottom", gap="small")
    for place, (column, one) in enumerate(zip(columns, keys, strict=True)):
        state.hold(one, value[place])
        shown = told if place == 0 else {"label": "×", "help": None}
        column.number_input(**shown, key=one, step=1, on_change=changed)


def _shape(told: dict[str, Any], key: str, value: tuple[int, ...], change: Change) -> None:
    def changed() -> None:
        words = state.entered(key).replace("×", " ").replace("x", " ").replace(",", " ").split()
        try:
            sizes = [int(word) for word in words]
        except ValueError:
            state.say(f"{told['label']} must be whole numbers, such as 8, 8, 1.", ":material/block:")
            return
        change(sizes)

    state.hold(key, ", ".join(map(str, value)))
    st.text_input(**told, key=key, on_change=changed)


def _penalty(told: dict[str, Any], key: str, value: Penalty, change: Change) -> None:
    keys = {"l1": f"{key}:l1", "l2": f"{key}:l2"}

    def changed() -> None:
        change({part: state.entered(one) or 0.0 for part, one in keys.items()})

    columns = st.columns(2, vertical_alignment="bottom", gap="small")
    for column, (part, one) in zip(columns, keys.items(), strict=True):
        weight = getattr(value, part)
        state.hold(one, weight)
        label = f"{told['label']} {part.upper()}"
        column.number_input(plain(label), key=one, step=0.001, format="%g", help=told["help"], on_change=changed)
