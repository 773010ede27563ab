"""Text of each row, kept in a file."""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np


class Texts:
    """Rows of it are taken as arrays of str, of the shape that was written."""

    dtype = np.dtype(object)

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _columns(self) -> Any:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.ipc  # noqa: PLC0415

        return pa.ipc.open_file(pa.memory_map(str(self._path))).read_all().columns

    def __len__(self) -> int:
        return len(self._columns[0])

    @property
    def shape(self) -> tuple[int, int]:
        return len(self), len(self._columns)

    def __getitem__(self, rows: Any) -> "np.ndarray[Any, Any]":
        import pyarrow as pa  # noqa: PLC0415

        places = np.arange(len(self))[rows]
        some = pa.array(np.atleast_1d(places))
        each = [column.take(some).to_numpy(zero_copy_only=False).astype(object) for column in self._columns]
        return np.stack(each, axis=-1).reshape(*np.shape(places), len(each))

    @staticmethod
    def write(values: "np.ndarray[Any, Any]", path: Path) -> None:
        """values: of str, a row each or (rows, columns)."""
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.ipc  # noqa: PLC0415

        columns = values.reshape(len(values), -1).T
        table = pa.table({f"text_{place}": pa.array(one, pa.large_string()) for place, one in enumerate(columns)})
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
