"""Weights that are put aside while a training goes on."""

import math
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

IN_MEMORY = 16_000_000
"""Bytes. More than that goes into a file, so that a large network is in memory once."""


class Aside:
    """One set of arrays, written and read in turn. Its file has no name and goes with the process.

    folder: where the file is made; None stands for that of temporary files.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(folder) if folder else None)  # noqa: SIM115
        self._forms: list[tuple[Any, tuple[int, ...]]] = []

    def put(self, arrays: Iterable[Any]) -> None:
        """Puts these in the place of what was there."""
        self._file.seek(0)
        self._file.truncate()
        self._forms = []
        for one in arrays:
            array = np.ascontiguousarray(one)
            self._forms.append((array.dtype, np.shape(one)))
            if array.nbytes > IN_MEMORY:
                self._file.rollover()  # else it would be in memory first
            self._file.write(array.reshape(-1).view(np.uint8).data)

    def __iter__(self) -> Iterator["np.ndarray[Any, Any]"]:
        self._file.seek(0)
        for dtype, shape in self._forms:
            yield np.frombuffer(self._file.read(dtype.itemsize * math.prod(shape)), dtype).reshape(shape)
