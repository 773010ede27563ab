"""Series: whether rows follow one another in time, and which fields come of windows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from graphbuilder.datasets.description import Column
from graphbuilder.datasets.fielding import fields_of
from graphbuilder.datasets.own import series_of
from graphbuilder.fields import Field
from graphbuilder.readers.reader import DataError
from graphbuilder.readers.series import REPEATED, Windows, told_of_gaps, windowed
from graphbuilder.understanding.finding import listed

USUAL, FEWEST_WINDOWS = 24, 10
"""Rows of a window, and how many times that there have to be rows for it."""


@dataclass(frozen=True)
class Series:
    """fields, rows: of the windows. window: how they are cut. told: what is to be said of them."""

    fields: tuple[Field, ...]
    rows: int
    window: dict[str, Any]
    told: tuple[str, ...]


def may_be_cut(columns: Sequence[Column], fields: Sequence[Field]) -> bool:
    """Whether the columns are those of a series: a time, numbers to be told, and nothing that groups rows."""
    time, _, told = series_of(columns)
    kinds = {field.name: field.kind for field in fields}
    numbers = bool(told) and all(kinds.get(name) in ("number", "vector") for name in told)
    return bool(time) and numbers and "group" not in kinds.values()


def cut(
    table: pa.Table, columns: Sequence[Column], fields: Sequence[Field], wish: Mapping[str, Any] | None
) -> Series | None:
    """The windows of a table; None where it is none of a series, or where none are wished.

    wish: settings of Windows; None for windows wherever each row has a time of its own. Raises DataError where no
    window can be cut so.
    """
    if wish == {} or not may_be_cut(columns, fields):
        return None
    data = fields_of(table, columns)
    time, entered, told = series_of(columns)
    stamps = np.unique(data[time])
    repeated = len(data[time]) - len(stamps)
    if wish is None and (len(stamps) < 3 * FEWEST_WINDOWS or repeated > REPEATED * len(data[time])):
        return None
    usual = {"length": min(USUAL, max(3, len(stamps) // FEWEST_WINDOWS))}
    cutting = Windows({**usual, **(wish or {})})
    window = dict(cutting.params)
    try:
        made = windowed(data, time, entered, told, **window)  # type: ignore[no-untyped-call]
    except ValueError as fault:
        raise DataError(str(fault), "E_DATA_SERIES", **window) from None
    by_name = {field.name: field for field in fields}
    values = made["window"]
    low, high = (float(edge) for edge in (values.min(initial=0), values.max(initial=1)))
    parts = [Field("window", "array", values.shape[1:], low=low, high=high)]
    for name in told:
        several = made[name].shape[1] > 1
        parts.append(
            replace(by_name[name], kind="vector" if several else "number", shape=made[name].shape[1:], parts=())
        )
    parts.append(Field(time, "time", ()))
    dates = any(column.role == "time" and column.type == "date" for column in columns)
    gaps = told_of_gaps(stamps, cutting.widest, dates=dates)
    said = (gaps, _told_of_repeated(repeated), _told_of_left_out(columns, (time, *entered, *told)))
    return Series(tuple(parts), len(values), window, tuple(one for one in said if one))


def _told_of_repeated(count: int) -> str:
    if not count:
        return ""
    have = "row has a time that is" if count == 1 else "rows have times that are"
    return f"{count:,} {have} there already: left out."


def _told_of_left_out(columns: Sequence[Column], used: Sequence[str]) -> str:
    """The features that no window holds, in words."""
    names = tuple(one.name for one in columns if one.role == "feature" and (one.field or one.name) not in used)
    if not names:
        return ""
    return f"Windows hold numbers alone: {listed(names)} {'is' if len(names) == 1 else 'are'} not in them."
