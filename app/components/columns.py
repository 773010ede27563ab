"""The columns of a data set, each with its type, its role and what is done where a value is missing, to be changed in
one table."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, get_args

import streamlit as st

from app import sets, state
from app.text import label
from graphbuilder.datasets.description import ColumnType, Missing, Role

_NONE = "–"
_RULES = {"": _NONE, "category": "own category", "drop": "drop the row"}
"""Missing rules in other words than their own."""
_HEIGHT, _CHOICE = 35, 105
"""Pixels of a row, and across a column of choices."""


def target_choice(id: str, columns: Sequence[Mapping[str, Any]]) -> None:
    """Which column the network learns to tell."""
    targets = [one["name"] for one in columns if one["role"] == "target"]
    key = f"target:{id}"
    there = [one["name"] for one in columns if one["type"] != "empty"]
    if len(targets) < 2:
        state.hold(key, targets[0] if targets else "")
        st.selectbox(
            "Target", ["", *there], key=key, format_func=lambda name: name or "none",
            help="What the network learns to tell of the other columns.",
            on_change=lambda: sets.set_target(id, state.entered(key)),
        )  # fmt: skip
    else:
        st.markdown(f"Targets: {', '.join(label(name) for name in targets)}")


Facts = Sequence[Mapping[str, Any]]


def columns_table(id: str, look: str, columns: Sequence[Mapping[str, Any]], facts: Facts) -> None:
    """look: which look these come of; another one draws the table anew. facts: of each column, where they are known."""
    known = {one["name"]: one for one in facts}
    key = f"columns:{id}:{look}"
    rows: dict[str, list[Any]] = {
        "column": [one["name"] for one in columns],
        "type": [one["type"] for one in columns],
        "role": [one["role"] for one in columns],
        "missing": [_RULES.get(one["missing"], one["missing"]) for one in columns],
    }
    shapes = [_shape_of(known.get(one["name"], {})) for one in columns]
    config: dict[str, Any] = {
        "column": st.column_config.TextColumn("column", disabled=True, width="medium"),
        "type": _choice("type", get_args(ColumnType), "What the values are."),
        "role": _choice("role", get_args(Role), "What the column is for. A group stays in one part of the split."),
        "missing": _choice(
            "missing",
            [_RULES.get(one, one) for one in get_args(Missing)],
            "What is done where there is no value.",
        ),
    }
    if any(shapes):
        rows["how many"] = shapes
        config["how many"] = st.column_config.BarChartColumn("how many", y_min=0, width="small")
    rows["values"] = [values_of(known[one["name"]]) if one["name"] in known else "" for one in columns]
    config["values"] = st.column_config.TextColumn("values", disabled=True, width="large")
    st.data_editor(
        rows, key=key, column_config=config, hide_index=True, num_rows="fixed", width="stretch",
        height=min(_HEIGHT * (len(columns) + 1) + 3, 430),
        on_change=lambda: _take(id, [one["name"] for one in columns], state.entered(key)),
    )  # fmt: skip


def values_of(one: Mapping[str, Any]) -> str:
    """What there is in a column, in one line."""
    told = []
    if one["missing"]:
        told.append(f"{one['missing']:,} missing")
    if one["infinite"]:
        told.append(f"{one['infinite']:,} infinite")
    if one["low"] is not None and one["type"] == "date":
        told.append(f"{_day(one['low'])} to {_day(one['high'])}")
    elif one["low"] is not None:
        told.append(f"{_amount(one['low'])} to {_amount(one['high'])}")
        told += [f"mean {_amount(one['mean'])}"] if one["mean"] is not None else []
    elif one["frequent"]:
        named = ", ".join(f"{name} {count:,}" for name, count in one["frequent"][:_NAMED])
        told.append(f"{one['distinct']:,} different: {named}" if one["distinct"] is not None else named)
    return " · ".join(told)


_NAMED = 4


def _amount(value: float) -> str:
    """Prices and people as they are written, not as powers of ten."""
    return f"{value:,.0f}" if 10_000 <= abs(value) < 10_000_000 else f"{value:.4g}"


def _day(days: float) -> str:
    return (date(1970, 1, 1) + timedelta(days=days)).isoformat() if abs(days) < _MOST_DAYS else f"{days:.4g}"


_MOST_DAYS = 700_000
"""From 1970; what Python's dates hold."""


def _shape_of(one: Mapping[str, Any]) -> list[int]:
    return list(one.get("counts") or [count for _, count in one.get("frequent", ())])


def _choice(name: str, options: Sequence[str], help: str) -> Any:
    return st.column_config.SelectboxColumn(name, options=list(options), required=True, help=help, width=_CHOICE)


def _take(id: str, names: Sequence[str], entered: Mapping[str, Any]) -> None:
    words = {said: rule for rule, said in _RULES.items()}
    changes: dict[str, dict[str, Any]] = {}
    for row, cells in entered.get("edited_rows", {}).items():
        change = {key: cells[key] for key in ("type", "role") if cells.get(key)}
        if rule := cells.get("missing"):
            change["missing"] = words.get(rule, rule)
        if change:
            changes[names[int(row)]] = change
    if changes:
        sets.set_columns(id, changes)
