"""Data of a user's own as a document tells of them: what file they came from, how it is read, what each column is for,
and which fields come of it. Whoever lacks the file still knows every shape."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, PlainSerializer
from pydantic import Field as Declared

from graphbuilder.fields import Field
from graphbuilder.frozen import Frozen

MAX_COLUMNS = 20_000
MAX_CLASSES = 10_000

ColumnType = Literal[
    "number", "whole", "boolean", "category", "names", "text", "date", "picture", "pixels", "array", "empty"
]
"""whole: numbers without a fraction. names: several categories in one cell. picture: the name of a file among those
that came. pixels: a picture as numbers, all in one cell or one a column, line by line. array: numbers of a shape of
their own in each row. empty: no value in any row."""

Role = Literal["feature", "target", "ignore", "id", "group", "weight", "time", "part"]
"""group: rows of one group stay in one part of the split. time: what comes before what. part: which part of the split a
row is in. id: names the row, and is no feature since nothing can be learned of it."""

Missing = Literal["", "mean", "median", "zero", "category", "drop"]
"""What is done where a value is missing. category: being missing is a category of its own. drop: the row goes."""


def _frozen(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(value))


Settled = Annotated[
    Mapping[str, Any],
    AfterValidator(_frozen),
    PlainSerializer(dict),
    Declared(json_schema_extra={"type": "object"}),
]


class Column(Frozen):
    """What one column of a file is, and is for.

    field: of which field it is a part; columns of numbers share one. classes: of categories, in the order of their
    numbers.
    """

    name: str
    type: ColumnType
    role: Role = "feature"
    field: str = ""
    missing: Missing = ""
    classes: Annotated[tuple[str, ...], Declared(max_length=MAX_CLASSES, strict=False)] = ()


def is_used(column: Column) -> bool:
    """Whether anything comes of it."""
    return column.role not in ("ignore", "id")


class Description(Frozen):
    """title: what the user calls it. file: the name it came by. hash: SHA-256 of its content, in hexadecimal. reader,
    options: how it is read. rows: that are left when those that are dropped are gone.
    window: of a series, how it is cut, by the names of Windows; None for rows as they are. main_class: the field whose
    proportions each part of the split keeps, with the rows of each class. spreads: of each field that is a target of
    amounts, mean and standard deviation in the training part as it is usually split."""

    title: str
    file: str
    hash: Annotated[str, Declared(pattern="^[0-9a-f]{64}$")]
    reader: str
    options: Settled = Declared(default_factory=lambda: MappingProxyType({}))
    columns: Annotated[tuple[Column, ...], Declared(max_length=MAX_COLUMNS, strict=False)]
    fields: Annotated[tuple[Field, ...], Declared(max_length=MAX_COLUMNS, strict=False)]
    rows: Annotated[int, Declared(ge=0)]
    main_class: str = ""
    class_rows: Annotated[tuple[int, ...], Declared(max_length=MAX_CLASSES, strict=False)] = ()
    spreads: Annotated[
        Mapping[str, Annotated[tuple[float, float], Declared(strict=False)]],
        AfterValidator(_frozen),
        PlainSerializer(dict),
    ] = Declared(default_factory=lambda: MappingProxyType({}))
    window: Annotated[Settled | None, Declared(json_schema_extra={"type": "object"})] = None
    attribution: str = ""
