"""What reads files: one class a kind of file, with its options declared.

`read` stands alone, since its source is printed into exported code: it needs numpy as np and the imports on its first
lines, takes a path and the options, and gives a pyarrow Table. Whatever a file holds comes as columns of one table:

- numbers, whole numbers, booleans, dates and text as pyarrow's own types, what is missing as null;
- an array a row as a fixed-shape tensor (pyarrow.FixedShapeTensorArray);
- a picture as the name of its member in the archive, in a column whose field has the metadata {"is": "picture"}; of
  masks, "classes" as well, a list of names in JSON;
- where a file says which part of the split a row is in, a column named "part" of "train", "validation" and "test",
  whose field has the metadata {"is": "part"};
- where some rows are to stay in one part, a column whose field has the metadata {"is": "group"}, alike in such rows.

What is wrong with a file is a ValueError in `read`, since printed code has no other; `telling` makes a DataError of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, ClassVar

from graphbuilder.parameters import Declared, Params

_registry: dict[str, type["Reader"]] = {}

HEAD = 65_536
"""Bytes of a file's begin that are enough to tell its kind."""


class DataError(RuntimeError):
    """Data that cannot be had, in words for a person: which file, row, column and value, and what to do. code: which
    kind of fault; facts: what the words say, as data."""

    def __init__(self, message: str, code: str = "E_DATA_FORMAT", **facts: Any) -> None:
        super().__init__(message)
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class Guess:
    """How a file is best read. options: of its reader. choices: what only a person can choose, such as a sheet, with
    what there is; the option is then what is likeliest. told: what was found in words, such as "Semicolons part the
    columns."."""

    options: Params
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told: tuple[str, ...] = ()


def told_by_name(fault: DataError, path: Path, file: str) -> DataError:
    """The fault, told of the name that the file came by: nobody knows it by the place where it lies."""
    facts = {key: file if value == path.name else value for key, value in fault.facts.items()}
    told = str(fault).replace(path.name, file)
    named = file + told.removeprefix(_UNNAMED) if told.startswith(_UNNAMED) else told
    return DataError(named, fault.code, **facts)


_UNNAMED = "The file"
"""What a reader calls one whose name is that of its content."""


def telling(read: Callable[..., Any]) -> Callable[..., Any]:
    """`read` with a DataError for each ValueError. Its source is still that of `read`."""

    @wraps(read)
    def told(path: Path, **options: Any) -> Any:
        try:
            return read(path, **options)
        except ValueError as fault:
            raise DataError(str(fault)) from fault

    return told


class Reader(Declared):
    """Base of all readers; a subclass given a `name` is registered under it."""

    name: ClassVar[str]
    title: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = ()
    read: ClassVar[Callable[..., Any]]
    """(path, **options) -> pyarrow.Table. Raises DataError where the file is not what the options say."""
    uses: ClassVar[tuple[Callable[..., Any], ...]] = ()
    """Functions that `read` calls, each standing alone as it does: printed beside it."""

    def __init_subclass__(cls, name: str = "", title: str = "") -> None:
        super().__init_subclass__()
        if name:
            cls.name, cls.title = name, title
            _registry[name] = cls

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        """Whether a file that begins so, and has this name, is of this kind. The content counts, not the name alone."""
        raise NotImplementedError

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        """How this file is best read, within a second whatever its size. Raises DataError where it cannot be."""
        raise NotImplementedError

    @classmethod
    def closer(cls, path: Path, name: str) -> type["Reader"]:
        """Which of the readers that take this file fits it best, where its begin does not tell. Raises DataError where
        none does."""
        return cls

    @classmethod
    def examined(
        cls, path: Path, options: Params, progress: Callable[[float], None] = lambda share: None, seconds: float = 60
    ) -> Guess:
        """What only a look at all of the file tells, with the options changed accordingly: in a job, for at most so
        many seconds. progress: is told the share that is done, from 0 to 1."""
        return Guess(options)


def registered() -> dict[str, type[Reader]]:
    return dict(_registry)
