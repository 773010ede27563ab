"""Rows of a field as they are fed: at hand where they are few, else taken from their file when they are asked for."""

from typing import Any

import numpy as np

AT_HAND = 400_000_000
"""Bytes of a field's rows of one part that are kept in memory; what is more stays where it is."""
AHEAD = 8
"""Batches that are then read before they are needed."""


class Part:
    """Some rows of a field that stay in their file. What is asked for by place, such as `part[:8]`, comes as an array.

    values: anything that gives rows by an array of their numbers, and knows its shape and type.
    """

    def __init__(self, values: Any, rows: "np.ndarray[Any, Any]") -> None:
        self.values, self.rows = values, rows
        self.shape = (len(rows), *values.shape[1:])
        self.dtype = values.dtype

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, places: Any) -> "np.ndarray[Any, Any]":
        """In the order of the file, which is read faster, and then put as they were asked for."""
        rows = self.rows[places]
        if rows.ndim == 0:
            return np.asarray(self.values[rows], self.dtype)
        order = np.argsort(rows, kind="stable")
        taken = np.empty((len(rows), *self.shape[1:]), self.dtype)
        taken[order] = self.values[rows[order]]
        return taken

    def __array__(self, dtype: Any = None, copy: Any = None) -> "np.ndarray[Any, Any]":
        return self[:].astype(dtype or self.dtype, copy=False)


def taken(values: Any, rows: "np.ndarray[Any, Any]", at_hand: int = AT_HAND) -> Any:
    """These rows of a field, as an array where they find room in so many bytes, else as a Part."""
    each = int(np.prod(values.shape[1:], dtype=object)) * values.dtype.itemsize
    if getattr(values, "is_slow", False) or len(rows) * each > at_hand:
        return Part(values, rows)
    return np.asarray(values[rows])
