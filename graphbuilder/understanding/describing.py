"""From columns to the fields that a network can read: kinds, shapes, classes and ranges."""

import json
from collections.abc import Sequence
from math import ceil, floor, isqrt, log10

import numpy as np
import pyarrow as pa

from graphbuilder.datasets.description import MAX_CLASSES, Column, is_used
from graphbuilder.datasets.fielding import amounts_of, classes_of, is_tensor, kept_rows, lacks, separated, words_of
from graphbuilder.fields import Field, FieldKind
from graphbuilder.readers.reader import DataError
from graphbuilder.shapes import Shape
from graphbuilder.tensors import Numbers


def describe(table: pa.Table, columns: Sequence[Column]) -> tuple[tuple[Field, ...], int, str, tuple[int, ...]]:
    """The fields that `fields_of` makes of a table, how many rows are left, the field of classes whose proportions a
    split keeps ("" where there is none), and how many rows each of these classes has.

    Raises DataError where columns are not those of the table, share a field that they cannot share, or leave no row.
    """
    lost = [column.name for column in columns if column.name not in table.column_names]
    if lost:
        raise DataError(f"The data have no column {lost[0]!r}.", "E_DATA_COLUMNS", column=lost[0])
    if not table.num_rows:
        raise DataError("There are no rows. Choose a file with some below its header.", "E_DATA_EMPTY", rows=0)
    for column in columns:
        if column.type == "empty" and is_used(column):
            message = f"{column.name!r} has no value that a network can be fed with. Ignore that column."
            raise DataError(message, "E_DATA_COLUMNS", column=column.name)
    given = [dict(column) for column in columns]
    kept = kept_rows(table, given)
    rows = int(kept.sum())
    if not rows:
        raise DataError(_none_left(table, columns), "E_DATA_EMPTY", rows=table.num_rows)
    if rows == 1:
        raise DataError("There is one row alone, and nothing to judge by. Get more rows.", "E_DATA_EMPTY", rows=1)
    together: dict[str, list[Column]] = {}
    for column in columns:
        if is_used(column):
            together.setdefault(column.field or column.name, []).append(column)
    left = table if kept.all() else table.select([column.name for column in columns if is_used(column)]).filter(kept)
    fields = tuple(_field(name, own, left) for name, own in together.items())
    for field in fields:
        if field.kind == "class" and field.shape == () and together[field.name][0].role == "target":
            (column,) = together[field.name]
            codes = classes_of(left[column.name], column.classes)[1]
            return fields, rows, field.name, tuple(np.bincount(codes, minlength=len(field.classes)).tolist())
    return fields, rows, "", ()


def _none_left(table: pa.Table, columns: Sequence[Column]) -> str:
    """Which column takes the most rows, in words."""
    gone = {
        column.name: int(lacks(table[column.name], dict(column)).sum()) for column in columns if _takes_rows(column)
    }
    worst = max(gone, key=lambda name: gone[name])
    return f"No row is left: {worst!r} is missing in {gone[worst]:,} of {table.num_rows:,}. Ignore that column."


def _takes_rows(column: Column) -> bool:
    return is_used(column) and (column.missing == "drop" or column.role in ("target", "weight", "time", "part"))


def _field(name: str, columns: Sequence[Column], table: pa.Table) -> Field:
    first, cells = columns[0], table[columns[0].name]
    role, type = first.role, first.type
    if len(columns) > 1 and not _together(columns):
        told = ", ".join(f"{column.name!r} ({column.type}, {column.role})" for column in columns[:3])
        raise DataError(
            f"The field {name!r} cannot be made of {told}. Columns share a field where all are numbers of one role.",
            "E_DATA_COLUMNS",
            field=name,
            columns=[column.name for column in columns],
        )
    of_rows: dict[str, FieldKind] = {"weight": "weight", "group": "group", "time": "time", "part": "part"}
    if role in of_rows:
        return Field(name, of_rows[role], ())
    if type == "picture":
        return _picture(name, first, table)
    if is_tensor(cells):
        return _tensor(name, first, cells)
    if type == "names":
        return Field(name, "labels", (len(_names(first, cells)),), classes=_names(first, cells))
    if type == "text" and role == "feature":
        return Field(name, "text", (len(columns),), numbers=Numbers.TEXT)
    if type == "category" and role == "feature":
        classes = tuple(dict.fromkeys(name for column in columns for name in _classes(column, table[column.name])))
        return Field(name, "category", (len(columns),), classes, numbers=Numbers.TEXT)
    if type in ("category", "text", "boolean") and role == "target" and len(columns) == 1:
        return Field(name, "class", (), classes=_classes(first, cells))
    return _numbers(name, columns, table)


def _together(columns: Sequence[Column]) -> bool:
    """Whether these columns may share a field."""
    numbers = {"number", "whole", "boolean", "date"}
    types, roles = {column.type for column in columns}, {column.role for column in columns}
    alike = types <= numbers or (len(types) == 1 and types <= {"category", "text", "pixels"})
    if roles == {"target"} and types & {"category", "text"}:
        return False
    if types == {"pixels"} and not any(len(columns) in (n * n, 3 * n * n) for n in _sides(len(columns))):
        return False
    return alike and len(roles) == 1 and roles <= {"feature", "target"}


def _sides(count: int) -> tuple[int, int]:
    return isqrt(count), isqrt(count // 3)


def _classes(column: Column, cells: pa.ChunkedArray) -> tuple[str, ...]:
    classes = column.classes or tuple(classes_of(cells)[0])
    if len(classes) > MAX_CLASSES:
        raise DataError(
            f"{column.name!r} has {len(classes):,} different values; a category may have {MAX_CLASSES:,}. Ignore that "
            "column, or make it a text.",
            "E_DATA_COLUMNS",
            column=column.name,
            classes=len(classes),
        )
    return classes


def _names(column: Column, cells: pa.ChunkedArray) -> tuple[str, ...]:
    from_cells = {name for cell in separated(words_of(cells)[0]) for name in cell}
    return column.classes or tuple(sorted(from_cells))


def _picture(name: str, column: Column, table: pa.Table) -> Field:
    """The reader may say how large they are, by the metadata "shape"; else it is known when they are read."""
    told = (table.schema.field(column.name).metadata or {}).get(b"shape")
    shape = tuple(json.loads(told)) if told else (None, None, 3)
    if column.role == "target":
        return Field(name, "class", shape[:2], classes=column.classes)
    return Field(name, "image", shape, low=0, high=255)


def _tensor(name: str, column: Column, cells: pa.ChunkedArray) -> Field:
    shape: Shape = tuple(cells.type.shape)
    values = cells.combine_chunks().to_numpy_ndarray()
    if len(shape) == 1 and column.type in ("category", "names"):
        classes = column.classes or tuple(map(str, range(values.shape[1])))
        return Field(name, "labels", shape, classes) if column.type == "names" else Field(name, "class", (), classes)
    if column.type == "category":
        classes = column.classes or tuple(str(code) for code in range(1 + int(values.max())))
        return Field(name, "class", shape[:2], classes=classes)
    finite = values if values.dtype.kind in "iub" else values[np.isfinite(values)]
    low, high = _around(float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if column.type == "pixels":
        return Field(name, "image", (*shape, 1) if len(shape) == 2 else shape, low=low, high=high)
    return Field(name, "vector" if len(shape) == 1 else "array", shape, low=low, high=high)


def _numbers(name: str, columns: Sequence[Column], table: pa.Table) -> Field:
    lows, highs, gaps = [], [], False
    for column in columns:
        amounts = amounts_of(table[column.name], dict(column))
        finite = amounts[np.abs(amounts) <= np.finfo("float32").max]
        gaps = gaps or bool(np.isnan(amounts).any())
        if len(finite):
            lows.append(float(finite.min()))
            highs.append(float(finite.max()))
    low, high = _around(min(lows, default=0.0), max(highs, default=1.0))
    if columns[0].type == "pixels":
        grey = isqrt(len(columns)) ** 2 == len(columns)
        side = isqrt(len(columns) if grey else len(columns) // 3)
        return Field(name, "image", (side, side, 1 if grey else 3), low=low, high=high)
    parts = tuple(column.name for column in columns)
    if columns[0].role == "target":
        if len(columns) > 1 and all(column.type == "boolean" for column in columns):
            return Field(name, "labels", (len(columns),), classes=parts)
        kind: FieldKind = "number" if len(columns) == 1 else "vector"
        return Field(name, kind, (len(columns),), low=low, high=high, parts=parts if len(columns) > 1 else ())
    rules = ("mean", "median", "zero")
    missing = tuple(column.missing if column.missing in rules else "" for column in columns)
    return Field(name, "vector", (len(columns),), low=low, high=high, parts=parts, missing=missing if gaps else ())


def _around(low: float, high: float) -> tuple[float, float]:
    """A range to three digits of its length, rounded outwards."""
    length = high - low or abs(high) or 1.0
    step = 10.0 ** (floor(log10(length)) - 2)
    return round(floor(low / step) * step, 12), round(ceil(high / step) * step, 12)
