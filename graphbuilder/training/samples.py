"""A row of the data as it stands beside an answer: its picture, its text, its columns, its course."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from graphbuilder.fields import Field

SIDE = 64
"""Pixels along a side up to which a picture is kept as it is; of a larger one every other, or fewer."""
LETTERS = 60
"""Of a text beside an answer."""
COLUMNS = 30
"""Of a row of a table."""
UNNAMED = 12
"""Numbers without names that are still columns; more are a picture or a spectrum."""
STEPS, LINES = 80, 3
"""Of a series, and so many of its quantities."""


@dataclass(frozen=True)
class Samples:
    """entered: the fields that come in. rows: the places of the part's rows in the data. numbers: of each row of the
    data its number in the source; None where they are numbered from 1."""

    entered: Sequence[Field]
    data: Mapping[str, Any]
    rows: Any
    numbers: Any = None

    def number(self, at: int) -> dict[str, int]:
        """Of the row at this place of the part its place in the data ("row") and its "number" for people."""
        row = int(self.rows[at])
        return {"row": row, "number": row + 1 if self.numbers is None else int(self.numbers[row])}

    def beside(self, at: int) -> dict[str, Any]:
        """Of the row at this place of the part what `number` has, and what came in, each where there is any: the first
        "image" and "text", the "columns" of a table as name and value, the "series" as lines."""
        told: dict[str, Any] = {**self.number(at)}
        for field in self.entered:
            values = self.data[field.name]
            if field.kind == "image" and "image" not in told:
                told["image"] = pixels(values[self.rows[at]], field)
            elif field.kind == "text" and "text" not in told:
                told["text"] = _short(str(np.asarray(values[self.rows[at]]).ravel()[0]))
            elif field.kind == "array" and field.vocabulary is None and len(field.shape) in (1, 2):
                told.setdefault("series", _course(values[self.rows[at]]))
        if columns := self.columns(at):
            told["columns"] = columns
        return told

    def columns(self, at: int) -> list[list[Any]]:
        """Name and value of what came in as a table has it, None for a value that is missing."""
        found: list[list[Any]] = []
        for field in self.entered:
            if not is_tabular(field):
                continue
            cells = np.asarray(self.data[field.name][self.rows[at]]).ravel().tolist()
            found += [list(pair) for pair in zip(columns_of(field), map(_value, cells), strict=True)]
        return found[:COLUMNS]


def is_tabular(field: Field) -> bool:
    size = int(np.prod([axis or 1 for axis in field.shape]))
    return field.kind in ("number", "category") or (field.kind == "vector" and (bool(field.parts) or size <= UNNAMED))


def columns_of(field: Field) -> list[str]:
    """What the numbers of a field are called."""
    size = int(np.prod([axis or 1 for axis in field.shape]))
    if len(field.parts) == size:
        return list(field.parts)
    return [field.name] if size == 1 else [f"{field.name} {place}" for place in range(1, size + 1)]


def _value(cell: Any) -> Any:
    if isinstance(cell, str):
        return _short(cell)
    number = float(cell)
    return float(f"{number:.6g}") if isfinite(number) else None


def _short(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"


def _course(values: Any) -> list[list[float | None]]:
    """The first quantities over the steps, each as a line."""
    lines = np.asarray(values, float)
    lines = (lines[:, np.newaxis] if lines.ndim == 1 else lines)[:, :LINES]
    some = np.unique(np.linspace(0, len(lines) - 1, min(STEPS, len(lines))).astype(int))
    return [[_value(one) for one in line] for line in lines[some].T]


def pixels(image: Any, field: Field) -> list[Any]:
    """Rows of values from 0 to 255, three for a pixel in colour; of any other number of channels their mean."""
    values = np.asarray(image, float)
    thin = max(1, -(-max(values.shape[:2]) // SIDE))
    values = values[::thin, ::thin]
    if values.shape[-1] != 3:
        values = values.mean(axis=-1)
    return np.nan_to_num(np.clip(255 * values / field.high, 0, 255)).astype(int).tolist()  # type: ignore[no-any-return]
