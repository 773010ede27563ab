"""Rows that are alike: copies, and those of one group that a split has parted."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from graphbuilder.datasets.description import Column
from graphbuilder.datasets.fielding import is_tensor, words_of

Array = np.ndarray[Any, Any]
ENOUGH = 8
"""Columns of amounts that are not alike by chance."""
PARTS = ("training", "validation", "test")


def row_keys(cells: Iterable[pa.ChunkedArray], rows: int) -> Array:
    """A whole number for each row, alike where all cells are; unlike ones are alike by chance once in 10**19."""
    keys = np.zeros(rows, "uint64")
    for column in cells:
        for code in _codes(column):
            keys = _mixed(keys, code)
    return keys


def copies(keys: Array) -> int:
    """How many rows are like one before them."""
    return len(keys) - len(np.unique(keys))


def shared(keys: Array, parts: Sequence[Array]) -> dict[str, int]:
    """How many rows of validation and test are like one of training, by the part's name."""
    training = np.unique(keys[parts[0]])
    return {name: int(np.isin(keys[part], training).sum()) for name, part in zip(PARTS[1:], parts[1:], strict=True)}


def parted(groups: Array, parts: Sequence[Array]) -> int:
    """How many groups have rows in more than one part."""
    pairs = np.unique(np.concatenate([3 * groups[part] + number for number, part in enumerate(parts)]))
    return int((np.bincount(pairs // 3) > 1).sum())


def _codes(cells: pa.ChunkedArray) -> Iterable[Array]:
    """Numbers that tell the cells of a column apart."""
    if is_tensor(cells):
        values = cells.combine_chunks().to_numpy_ndarray()
        flat = np.ascontiguousarray(values).reshape(len(values), -1).view("uint8")
        pad = -flat.shape[1] % 8
        words = np.pad(flat, ((0, 0), (0, pad))).view("uint64") if pad else flat.view("uint64")
        return words.T
    form = cells.type
    if pa.types.is_nested(form) and not pa.types.is_list(form):
        return ()  # of records and maps nothing is read
    if pa.types.is_floating(form) and not cells.null_count:
        return ((cells.to_numpy().astype("float64") + 0.0).view("uint64"),)  # + 0.0: -0 is 0
    if pa.types.is_integer(form) and not cells.null_count:
        return (cells.to_numpy().astype("int64").view("uint64"),)
    return (words_of(cells)[1].astype("uint64"),)


def _mixed(keys: Array, code: Array) -> Array:
    """By the finisher of MurmurHash3, which lets each bit change all."""
    keys = (keys * np.uint64(0x9E3779B97F4A7C15)) ^ code
    keys = (keys ^ (keys >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    return np.asarray(keys ^ (keys >> np.uint64(33)))


def used(columns: Sequence[Column], table: pa.Table) -> list[pa.ChunkedArray]:
    """The cells of features and targets, where there are so many that rows are not alike by chance; else none."""
    own = [column for column in columns if column.role in ("feature", "target")]
    rich = any(column.type in ("pixels", "array", "picture", "text") for column in own)
    many = sum(column.type == "number" for column in own) >= ENOUGH
    return [table[column.name] for column in own] if rich or many else []
