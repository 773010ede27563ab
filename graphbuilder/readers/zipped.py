"""A table of text in a zip, as data sets are often handed out."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path, PurePosixPath
from typing import Any

from graphbuilder.parameters import Formula
from graphbuilder.readers.bounds import called
from graphbuilder.readers.delimited import Delimited, read_delimited
from graphbuilder.readers.members import Contents, Zipped, contents, is_zip, shown, told_of
from graphbuilder.readers.reader import DataError, Guess, told_by_name

TABLES = (".csv", ".tsv", ".tab", ".psv", ".data")
_UNLIKELY = ("test", "sample", "submission", "example", "names", "dictionary", "metadata")
"""Words of tables that are seldom those to learn from."""
_BEGIN = 2**21
"""Bytes that tell how a table is written."""


def read_zipped(path, member, **options):
    """A table of text that is a member of a zip."""
    import shutil
    import tempfile
    import zipfile

    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        with archive.open(member) as packed, open(f"{folder}/table", "wb") as file:  # noqa: PTH123
            shutil.copyfileobj(packed, file)
        return read_delimited(f"{folder}/table", **options)


@wraps(read_zipped)
def _read(path: Path, member: str, **options: Any) -> Any:
    """Within the bounds of zips and tables; faults are told by the name of the member."""
    name = called(Path(path))
    with _unpacked(Path(path), name, member) as table:
        return Delimited.read(table, **options)


@contextmanager
def _unpacked(path: Path, name: str, member: str, most: int | None = None) -> Iterator[Path]:
    """The member as a file, or its begin of so many bytes as far as the lines in it go. A fault is told by its name."""
    if member not in {info.filename for info in contents(path, name).kept(TABLES)}:
        told = f"{name} has no table {shown(member)!r}. Choose one that it has."
        raise DataError(told, "E_DATA_OPTION", file=path.name, option="member")
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table"
        try:
            with zipfile.ZipFile(path) as archive, archive.open(member) as packed, table.open("wb") as file:
                begin = packed.read(most) if most else b""
                file.write(begin[: begin.rfind(b"\n") + 1] if most and len(begin) == most else begin)
                if most is None:
                    shutil.copyfileobj(packed, file)
        except (RuntimeError, NotImplementedError, zipfile.BadZipFile, EOFError) as fault:
            told = f"{shown(member)} of {name} cannot be unpacked: it is damaged or locked. Fetch or pack it again."
            raise DataError(told, file=path.name) from fault
        try:
            yield table
        except DataError as fault:
            raise told_by_name(fault, table, PurePosixPath(member).name) from fault


class ZippedTable(Delimited, Zipped, name="zipped", title="A table in a zip"):
    suffixes = (".zip",)
    read = staticmethod(_read)
    uses = (*Delimited.uses, read_delimited)

    member = Formula(
        "data.csv",
        form=r"[^\x00-\x1f]{1,300}",
        needed="the name of a table in the zip",
        others=(),
        longest=300,
        help="Which of the tables in the zip is read.",
    )

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        return is_zip(head)

    @classmethod
    def likeness(cls, inside: Contents) -> float:
        tables = inside.kept(TABLES)
        return 0.7 if tables and not inside.pictures and len(inside.texts) <= 2 * len(tables) else 0.0

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        inside = contents(path, name)
        tables = sorted(inside.kept(TABLES), key=lambda info: (_is_unlikely(info.filename), -info.file_size))
        if not tables:
            raise DataError(f"{name} holds no table that is text.", "E_DATA_EMPTY", file=name)
        names = tuple(info.filename for info in tables)
        with _unpacked(path, name, names[0], _BEGIN) as table:
            found = Delimited.guess(table, PurePosixPath(names[0]).name)
        told = (f"It is {shown(names[0])} that is read.", *found.told, *told_of(inside.left_out(tables, TABLES)))
        choices = {**found.choices, **({"member": names} if len(names) > 1 else {})}
        return Guess({**cls.defaults(), **found.options, "member": names[0]}, choices, told)

    @classmethod
    def examined(cls, path: Path, options: Any, *_: Any, **__: Any) -> Guess:
        return Guess(options)


def _is_unlikely(name: str) -> bool:
    words = PurePosixPath(name).name.lower()
    return any(word in words for word in _UNLIKELY) and "train" not in words
