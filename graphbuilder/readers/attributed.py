"""Tables whose values say what they belong to: LIBSVM (svmlight), of the values that are not zero, and ARFF of Weka.

Both are text too; this module is loaded before that of tables as text, so that what is asked first is these.
"""

import re
from pathlib import Path
from typing import Any

from graphbuilder.readers.bounds import called, checked
from graphbuilder.readers.cells import column_names
from graphbuilder.readers.reader import DataError, Guess, Reader


def read_libsvm(path):
    """A file of LIBSVM as a table: the target, and x1, x2, ... with zeros where a row names none."""
    import pyarrow as pa
    from sklearn.datasets import load_svmlight_file

    x, y = load_svmlight_file(str(path), dtype="float32")
    if x.shape[1] > 20_000 or x.shape[0] * x.shape[1] > 2**29:
        raise ValueError(f"{x.shape[0]:,} rows of {x.shape[1]:,} numbers are more than can be held")
    y = y.astype("int64") if (y == y.round()).all() else y
    columns = {f"x{number}": values for number, values in enumerate(x.toarray().T, 1)}
    return pa.table({"target": y, **columns})


def read_arff(path):
    """A file of ARFF as a table: names of nominal attributes as text, what is missing as null."""
    import pyarrow as pa
    from scipy.io import arff  # type: ignore[import-untyped]

    with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123  # printed, where a path is text
        rows, about = arff.loadarff(file)
    columns = []
    for name in about.names():
        values = rows[name]
        if values.dtype.kind == "S":
            told = [value.decode("utf-8", "replace") for value in values]
            columns.append(pa.array([None if one == "?" else one for one in told], pa.string()))
        else:
            columns.append(pa.array(values, from_pandas=True))
    return pa.table(columns, column_names(about.names()))


def _explain(path: Path, options: dict[str, Any], fault: BaseException) -> DataError:
    why = str(fault).splitlines()[0][:200] if str(fault) else type(fault).__name__
    told = f"{called(path)} cannot be read: {why}"
    return DataError(f"{told}. Save it as CSV, or mend the line that is named.", file=path.name)


def _before(path: Path, options: dict[str, Any]) -> None:
    """Nothing: the libraries stop where a file is not what it says."""


_LINE = re.compile(rb"[-+.\deE]+(,[-+.\deE]+)*( qid:\d+)?((?:[ \t]+\d+:[-+.\deE]+)*)[ \t]*(#.*)?\r?")
_PAIRS = 3
"""A line has at the least, since 12:30 may be a time of day."""


def is_libsvm(head: bytes) -> bool:
    """Whether each whole line of a file's begin is a target with numbered values behind it."""
    lines = [line for line in head.split(b"\n")[: -1 if len(head) > 1000 else None] if line.strip()][:50]
    found = [_LINE.fullmatch(line) for line in lines if not line.startswith(b"#")]
    return bool(found) and all(found) and any(one[3].count(b":") >= _PAIRS for one in found if one)


class Libsvm(Reader, name="libsvm", title="LIBSVM"):
    suffixes = (".libsvm", ".svmlight", ".svm")
    read = staticmethod(checked(read_libsvm, _explain, _before))

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        return is_libsvm(head)

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        told = (
            "Each row is a target and numbered values, as LIBSVM writes them; those that a row does not name are zero."
        )
        return Guess(cls.defaults(), told=(told,))


class Arff(Reader, name="arff", title="ARFF"):
    suffixes = (".arff",)
    read = staticmethod(checked(read_arff, _explain, _before))
    uses = (column_names,)

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        lines = (line.strip().lower() for line in head.split(b"\n"))
        first = next((line for line in lines if line and not line.startswith(b"%")), b"")
        return first.startswith(b"@relation") and b"@attribute" in head.lower()

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        return Guess(cls.defaults(), told=("The attributes and their kinds are as the file declares them.",))
