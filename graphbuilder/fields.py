"""What a data set offers: named fields. An Input takes one as its values, a Loss compares with one as its target."""

from collections.abc import Mapping
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from graphbuilder.shapes import Shape
from graphbuilder.tensors import Numbers, TensorSpec

FieldKind = Literal[
    "image", "vector", "number", "class", "category", "text", "labels", "array", "weight", "group", "time", "part"
]
"""image: height × width × channels. vector: several numbers. number: one amount. class: a whole number that names a
class, also one a step or a place. category: a word out of a few. text: words. labels: 0 or 1 for each of several names.
array: numbers of any other shape, such as a window of a series. The others are no values of a network but say
something of the row: weight, how much it counts; group, what belongs to one part; time, what comes before what; part,
in which part of the split it is."""

ENTERABLE: tuple[FieldKind, ...] = ("image", "vector", "array", "category", "text")
"""What an Input usefully takes."""
OF_ROWS: Mapping[FieldKind, str] = {
    "weight": "how much each row counts",
    "group": "what must stay in one part",
    "time": "what comes before what",
    "part": "in which part each row is",
}
"""What says something of the row, and is neither input nor target."""


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Field:
    """One named column of values.

    shape: of one sample; (1,) for a number, a category and a text, () for a class, which is a whole number from 0; a
    class a step is (steps,). classes: the names of the classes, categories or labels.
    low, high: the range that the raw values lie in, rounded outwards.
    parts: the names of a vector's components, where they have names.
    numbers: of what kind; vocabulary: of whole numbers that name something, how many names there are.
    missing: what stands in for a number that is not there, for each component: "mean", "median" or "zero", measured on
    the training part; empty where nothing is missing.
    """

    name: str
    kind: FieldKind
    shape: Shape
    classes: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    parts: tuple[str, ...] = ()
    numbers: Numbers = Numbers.FLOAT
    vocabulary: int | None = None
    missing: tuple[str, ...] = ()

    @property
    def spec(self) -> TensorSpec:
        """The field as an Input gives it."""
        return TensorSpec(self.shape, self.numbers, self.vocabulary)


Fields = Mapping[str, Field]


def enterable(fields: Fields) -> list[str]:
    """What an Input may usefully take; numbers, which are there to be compared with, only where there is nothing
    else."""
    found = [name for name, field in fields.items() if field.kind in ENTERABLE]
    return found or [name for name, field in fields.items() if field.kind == "number"]
