"""A data set of a user's own, as a document tells of it."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from graphbuilder.datasets.decoded import FILES, Undecoded
from graphbuilder.datasets.description import Column, Description, is_used
from graphbuilder.datasets.fielding import fields_of, kept_rows
from graphbuilder.datasets.source import Source, by_name
from graphbuilder.fields import Field
from graphbuilder.readers import READERS, DataError, told_by_name
from graphbuilder.readers.series import windowed

OWN = "own"
"""What a document names as its data where it describes them itself."""


def series_of(columns: Sequence[Column]) -> tuple[str, list[str], list[str]]:
    """Of the columns of a series the fields of the time, of what a window is made of, and of what is told."""
    by_role: dict[str, dict[str, None]] = {"time": {}, "feature": {}, "target": {}}
    for one in columns:
        if one.role in by_role and (one.role != "feature" or one.type in ("number", "whole", "boolean")):
            by_role[one.role][one.field or one.name] = None
    return next(iter(by_role["time"]), ""), [*by_role["feature"]], [*by_role["target"]]


class Own(Source):
    """Data from a file of the user's own."""

    name = OWN

    def __init__(self, description: Description) -> None:
        super().__init__({})
        self.description = description
        self.title = description.title
        self.main_class = description.main_class or None
        self.about = f"{description.rows:,} rows of {description.file}."
        if description.attribution:
            self.about = f"{self.about} {description.attribution}"

    def rows(self) -> int:
        return self.description.rows

    def class_rows(self) -> tuple[int, ...]:
        return self.description.class_rows or (self.rows(),)

    def fields(self) -> dict[str, Field]:
        return self._fields

    @cached_property
    def _fields(self) -> dict[str, Field]:
        return by_name(*self.description.fields)

    def told(self) -> list[Any]:
        one = self.description
        columns = [column.model_dump(mode="json") for column in one.columns]
        window = dict(one.window) if one.window else None
        return [OWN, one.hash, one.reader, dict(one.options), columns, window]

    def lack(self, home: Path) -> str:
        """Which data are needed that are not here, in words; empty where they are."""
        one = self.description
        if (home / FILES / one.hash).is_file():
            return ""
        told = f"The data of this network are not here: {one.file}, {one.rows:,} rows."
        return f"{told} Add the file on the page Data, or choose other data."

    def arrays(self, home: Path) -> dict[str, Any]:
        return self._arrays(self._table(home))

    def numbered(self, home: Path) -> "tuple[dict[str, Any], np.ndarray[Any, Any] | None]":
        table = self._table(home)
        return self._arrays(table), self._numbers(table)

    def _arrays(self, table: Any) -> dict[str, Any]:
        one = self.description
        arrays: dict[str, Any] = fields_of(table, one.columns)
        for column in self.pictures:
            name = column.field or column.name
            arrays[name] = Undecoded(arrays[name], one.hash, one.reader, one.options, column.name)
        return windowed(arrays, *self.series, **one.window) if one.window else arrays  # type: ignore[no-untyped-call]

    def row_numbers(self, home: Path) -> "np.ndarray[Any, Any] | None":
        """Of rows as they are; windows of a series are numbered by themselves."""
        return None if self.description.window else self._numbers(self._table(home))

    def _numbers(self, table: Any) -> "np.ndarray[Any, Any] | None":
        if self.description.window:
            return None
        columns = [column.model_dump() for column in self.description.columns]
        kept = kept_rows(table, columns)
        return None if kept.all() else 1 + np.flatnonzero(kept)

    def _table(self, home: Path) -> Any:
        one, path = self.description, home / FILES / self.description.hash
        if lack := self.lack(home):
            raise DataError(lack, "E_DATA_GONE", file=one.file)
        reader = READERS.get(one.reader)
        if reader is None:
            raise DataError(f"{one.file} is read by {one.reader!r}, which this version does not know.")
        try:
            return reader.read(path, **reader(one.options).params)
        except DataError as fault:
            raise told_by_name(fault, path, one.file) from fault

    @property
    def series(self) -> tuple[str, list[str], list[str]]:
        """Of a series the fields of the time, of what a window is made of, and of what is told."""
        return series_of(self.description.columns)

    def latest(self, target: str) -> tuple[str, int] | None:
        _, entered, told = self.series
        if not self.description.window or target not in told:
            return None
        columns = [*entered, *(name for name in told if name not in entered)]
        widths = [sum(name == (one.field or one.name) for one in self.description.columns) for name in columns]
        place = columns.index(target)
        return "window", sum(widths[: place + 1]) - 1

    @property
    def pictures(self) -> tuple[Column, ...]:
        """The columns that name pictures."""
        return tuple(one for one in self.description.columns if one.type == "picture" and is_used(one))
