"""One form field for each kind of parameter; which operator it belongs to makes no difference."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from app import state
from app.components.lesson import in_short
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
Told = Mapping[str, Any]


def ask(parameter: Parameter[Any], value: Any, key: str, change: Change, fields: Sequence[str] = ()) -> None:
    """The field of one parameter, showing `value`; `change` hears of another, as JSON has it.

    fields: the names of the data set's fields, for a parameter that names one.
    """
    name = parameter.name.replace("_", " ")
    label = f"{name} ({parameter.unit})" if parameter.unit else name
    told = {"label": label, "help": in_short(parameter.help, parameter.lesson)}
    match parameter:
        case Whole():
            field(st.number_input, key, value, change, value=value, step=1, **told)
        case Number():
            _number(key, value, change, told)
        case YesNo():
            field(st.toggle, key, value, change, value=value, **told)
        case Choice():
            options = list(dict.fromkeys([*parameter.choices, value]))
            select(key, value, change, options, parameter.choices, **told)
        case FieldName():
            select(key, value, change, list(dict.fromkeys(["", *fields, value])), {"": "none"}, **told)
        case Sizes():
            _sizes(key, value, change, told)
        case ShapeOf():
            _shape(key, value, change, told)
        case Regularizer():
            _penalty(key, value, change, told)
        case _:
            raise TypeError(f"no form field for {type(parameter).__name__}")


def field(widget: Callable[..., Any], key: str, shown: Any, change: Change, **told: Any) -> None:
    """One Streamlit field. Among `told` is the field's own default, which is `shown` as well: held, the field follows
    undo; without the default, a browser that never got to draw what was held would send an empty field back."""
    state.hold(key, shown)
    widget(**told, key=key, on_change=lambda: None if state.is_late(key) else change(state.entered(key)))


def select(key: str, shown: str, change: Change, options: list[str], names: Mapping[str, str], **told: Any) -> None:
    index = options.index(shown)
    field(st.selectbox, key, shown, change, index=index, options=options, format_func=lambda o: names.get(o, o), **told)


def _number(key: str, value: float, change: Change, told: Told) -> None:
    """A number as text: 0.001, 1e-7, 1/16 and 0,5 are all understood."""

    def changed(text: object) -> None:
        try:
            change(_as_number(str(text)))
        except (ValueError, ZeroDivisionError):
            state.say(
                f"{told['label']} must be a number, such as 0.001 or 1/16; received {text!r}.", ":material/block:"
            )

    shown = f"{value:.12g}"
    field(st.text_input, key, shown, changed, value=shown, **told)


def _as_number(text: str) -> float:
    above, _, below = text.replace(",", ".").partition("/")
    return float(above) / float(below) if below else float(above)


def _sizes(key: str, value: tuple[int, ...], change: Change, told: Told) -> None:
    keys = [f"{key}:{place}" for place in range(len(value))]

    def changed(_: object) -> None:
        change([state.entered(one) for one in keys])

    columns = st.columns(len(value), vertical_alignment="bottom", gap="small")
    for place, (column, one) in enumerate(zip(columns, keys, strict=True)):
        words = told if place == 0 else {"label": "× columns"}
        field(column.number_input, one, value[place], changed, value=value[place], step=1, **words)


def _shape(key: str, value: tuple[int, ...], change: Change, told: Told) -> None:
    def changed(text: object) -> None:
        words = str(text).replace("×", " ").replace("x", " ").replace(",", " ").split()
        try:
            change([int(word) for word in words])
        except ValueError:
            state.say(f"{told['label']} must be whole numbers, such as 8, 8, 1; received {text!r}.", ":material/block:")

    shown = ", ".join(map(str, value))
    field(st.text_input, key, shown, changed, value=shown, **told)


def _penalty(key: str, value: Penalty, change: Change, told: Told) -> None:
    weights = {"l1": value.l1, "l2": value.l2}
    for column, part in zip(st.columns(2, vertical_alignment="bottom", gap="small"), weights, strict=True):

        def changed(weight: object, part: str = part) -> None:
            change({**weights, part: weight})

        with column:
            _number(f"{key}:{part}", weights[part], changed, {**told, "label": f"{told['label']} {part.upper()}"})
