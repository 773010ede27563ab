"""What a data set is: one class with its fields, its options and the function that loads it.

The function's own source is printed into exported code, so it stands alone: it needs numpy as np and the imports on its
first lines, and gives a dictionary of arrays by field name, one row a sample. Describing a set loads nothing.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from graphbuilder.datasets.roles import parted_by
from graphbuilder.fields import Field
from graphbuilder.parameters import Declared

_registry: dict[str, type["Source"]] = {}


class Source(Declared):
    """Base of all data sets; a subclass given a `name` is registered under it."""

    name: str
    title: str
    about: str
    main_class: str | None = None
    """The class field whose proportions every part of the split keeps."""
    is_curved: bool = False
    """No straight line parts its classes."""
    needs: str = ""
    """What it comes by that is not always there: a package, or the internet."""
    targets: tuple[str, ...] = ()
    """What is learned of it, where that is not its first class or, without any, its numbers."""
    load: ClassVar[Callable[..., dict[str, Any]]]
    uses: ClassVar[tuple[Callable[..., Any], ...]] = ()
    """The functions that `load` calls."""

    def __init_subclass__(cls, name: str = "", title: str = "") -> None:
        super().__init_subclass__()
        if name:
            cls.name, cls.title = name, title
            cls.about = " ".join([*(cls.__doc__ or "").split(), *([f"Needs {cls.needs}."] if cls.needs else [])])
            _registry[name] = cls

    def rows(self) -> int:
        raise NotImplementedError

    def told(self) -> list[Any]:
        """What the arrays follow from, as JSON: the same is the same set."""
        return [self.name, dict(self.params)]

    def arrays(self, home: Path) -> dict[str, Any]:
        """The set itself, loaded. home: where files of users are kept. Raises DataError where it cannot be had."""
        return type(self).load(**self.arguments())

    def numbered(self, home: Path) -> "tuple[dict[str, Any], np.ndarray[Any, Any] | None]":
        """The set itself and, as `row_numbers` has them, its rows' numbers, by one reading."""
        return self.arrays(home), None

    def row_numbers(self, home: Path) -> "np.ndarray[Any, Any] | None":
        """Of each row its number in the file that it comes from, from 1; None where rows are numbered as they are."""
        return None

    def arguments(self) -> dict[str, Any]:
        """What `load` is called with."""
        return dict(self.params)

    def latest(self, target: str) -> tuple[str, int] | None:
        """Of a target that goes on a series: the field of what came before, and which column of it is the same
        quantity. None for any other."""
        return None

    def class_rows(self) -> tuple[int, ...]:
        """How many rows each class of the main class has; all of them where there is none."""
        return (self.rows(),)

    def rows_to_train_on(self, validation: float, test: float) -> int:
        """How many rows `split_rows` leaves for training with these shares."""
        kept = ((rows, round(test * rows) + max(1, round(validation * rows))) for rows in self.class_rows())
        return sum(max(0, rows - gone) for rows, gone in kept)

    def split_fields(self, split: Mapping[str, Any]) -> dict[str, str]:
        """The fields that say which rows are parted how, by the argument of `split_rows_by` that takes each."""
        return parted_by(split, {field.kind: name for name, field in self.fields().items()})

    def parts(self, split: Mapping[str, Any]) -> tuple[int, int]:
        """How many rows there are to train on and to validate with; about so many where groups or parts are given."""
        rows, test, folds, share = self.rows(), split["test"], split["folds"], split["share"]
        tested = round(test * rows)
        train = self.rows_to_train_on(split["validation"], test)
        if folds > 1:
            blocks = folds + 1 if "time" in self.split_fields(split) else folds
            before = split["fold"] if blocks > folds else folds - 1
            train, validation = (rows - tested) * before // blocks, (rows - tested) // blocks
        else:
            validation = rows - train - tested
        return max(min(1, train), round(share * train)) if share < 1 else train, validation

    def fields(self) -> dict[str, Field]:
        raise NotImplementedError

    def thumbnail(self) -> "np.ndarray[Any, Any] | None":
        """(points, 3): of a few points x and y, and from 0 to 1 which of two colours each has; None where a set is
        none of points, or takes long to load."""
        return None

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
    """Every set by name, those first that need nothing."""
    return dict(sorted(_registry.items(), key=lambda one: bool(one[1].needs)))
