"""How a step comes to its rows: from arrays inside TensorFlow, or from a file, read ahead of the steps."""

from collections.abc import Mapping
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Any

import numpy as np
import tensorflow as tf

from graphbuilder.datasets.feed import AHEAD, Part

_PATIENCE = 0.2
"""Seconds after which a reader looks whether it is still wanted."""

Fed = Mapping[str, Any]
"""By name what rows can be taken of: tensors, or Streams."""


def fed(arrays: Mapping[str, Any]) -> Fed:
    """What a step takes rows of, as often as it likes."""
    return {
        name: Stream(values) if isinstance(values, Part) else tf.constant(np.ascontiguousarray(values))
        for name, values in arrays.items()
    }


def rows_of(arrays: Fed, rows: Any) -> dict[str, Any]:
    """These rows of each, as tensors. rows: a tensor of their numbers."""
    return {
        name: values.gather(rows) if isinstance(values, Stream) else tf.gather(values, rows)
        for name, values in arrays.items()
    }


def begin(arrays: Fed, order: "np.ndarray[Any, Any]", batch: int) -> None:
    """Lets each Stream read ahead: the rows will be asked for in this order, so many at a time."""
    for values in arrays.values():
        if isinstance(values, Stream):
            values.begin(order, batch)


class Stream:
    """Rows of a part that stays in its file."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._ahead: _Ahead | None = None

    def gather(self, rows: Any) -> Any:
        text = self._part.dtype == object
        values = tf.numpy_function(self._take, [rows], tf.string if text else tf.as_dtype(self._part.dtype))
        values.set_shape((None, *self._part.shape[1:]))
        return values

    def begin(self, order: "np.ndarray[Any, Any]", batch: int) -> None:
        if self._ahead:
            self._ahead.stop()
        self._ahead = _Ahead(self._part, order, batch)

    def _take(self, rows: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        found = self._ahead.take(rows) if self._ahead else None
        return self._part[rows] if found is None else found


class _Ahead:
    """Reads the batches of an epoch, one after the other, on a thread of its own."""

    def __init__(self, part: Part, order: "np.ndarray[Any, Any]", batch: int) -> None:
        self._part, self._order, self._batch = part, order, batch
        self._read: Queue[Any] = Queue(AHEAD)
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="feed", daemon=True)
        self._thread.start()

    def take(self, rows: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any] | None":
        """The next batch, where it is the one asked for; None where it is not, and where there is none any more."""
        while True:
            try:
                read, values = self._read.get(timeout=_PATIENCE)
            except Empty:
                if self._thread.is_alive():
                    continue
                return None
            if isinstance(values, Exception):
                raise values
            if np.array_equal(read, rows):
                return values  # type: ignore[no-any-return]
            self.stop()
            return None

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        for start in range(0, len(self._order), self._batch):
            rows = self._order[start : start + self._batch]
            try:
                values: Any = self._part[rows]
            except Exception as fault:  # told where the rows are wanted
                values = fault
            while not self._stopped.is_set():
                try:
                    self._read.put((rows, values), timeout=_PATIENCE)
                    break
                except Full:
                    pass
            if self._stopped.is_set():
                return
