"""What a data set is: one class with its fields, its options and the function that loads it.

The function's own source is printed into exported code, so it stands alone: it needs numpy as np and the imports on its
first lines, and gives a dictionary of arrays by field name, one row a sample. Describing a set loads nothing.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from graphbuilder.fields import Field
from graphbuilder.parameters import Declared

_registry: dict[str, type["Source"]] = {}


class Source(Declared):
    """Base of all data sets; a subclass given a `name` is registered under it."""

    name: ClassVar[str]
    title: ClassVar[str]
    about: ClassVar[str]
    main_class: ClassVar[str | None] = None
    """The class field whose proportions every part of the split keeps."""
    load: ClassVar[Callable[..., dict[str, Any]]]

    def __init_subclass__(cls, name: str = "", title: str = "") -> None:
        super().__init_subclass__()
        if name:
            cls.name, cls.title = name, title
            cls.about = " ".join((cls.__doc__ or "").split())
            _registry[name] = cls

    def rows(self) -> int:
        raise NotImplementedError

    def class_rows(self) -> tuple[int, ...]:
        """How many rows each class of the main class has; all of them where there is none."""
        return (self.rows(),)

    def rows_to_train_on(self, validation: float, test: float) -> int:
        """How many rows `split_rows` leaves for training with these shares."""
        kept = ((rows, round(test * rows) + max(1, round(validation * rows))) for rows in self.class_rows())
        return sum(max(0, rows - gone) for rows, gone in kept)

    def fields(self) -> dict[str, Field]:
        raise NotImplementedError

    def describe(self) -> dict[str, Any]:
        """The set as JSON, for `graphbuilder data --json`."""
        return {
            "name": self.name,
            "title": self.title,
            "about": self.about,
            "rows": self.rows(),
            "fields": [
                {
                    "name": field.name,
                    "kind": field.kind,
                    "shape": list(field.shape),
                    "classes": list(field.classes),
                    "low": field.low,
                    "high": field.high,
                    "parts": list(field.parts),
                }
                for field in self.fields().values()
            ],
            "options": [p.describe() for p in self.parameters.values()],
        }


def by_name(*fields: Field) -> dict[str, Field]:
    return {field.name: field for field in fields}


def registered() -> dict[str, type[Source]]:
    return dict(_registry)
