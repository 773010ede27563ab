"""What a data set offers: named fields. An Input takes one as its values, a Loss compares with one as its target."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from graphbuilder.shapes import Shape
from graphbuilder.tensors import Numbers, TensorSpec

FieldKind = Literal["image", "vector", "number", "class"]


@dataclass(frozen=True, slots=True)
class Field:
    """One named column of values.

    shape: of one sample; (1,) for a number, () for a class, which is a whole number from 0; a class a step is (steps,).
    classes: the names of the classes, for the kind "class" alone.
    low, high: the range that the raw values lie in, rounded outwards.
    parts: the names of a vector's components, where they have names.
    numbers: of what kind; vocabulary: of whole numbers that name something, how many names there are.
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

    @property
    def spec(self) -> TensorSpec:
        """The field as an Input gives it."""
        return TensorSpec(self.shape, self.numbers, self.vocabulary)


Fields = Mapping[str, Field]


def enterable(fields: Fields) -> list[str]:
    """What an Input may usefully take: images and vectors; numbers, which are there to be compared with, only where
    there is nothing else."""
    found = [name for name, field in fields.items() if field.kind in ("image", "vector")]
    return found or [name for name, field in fields.items() if field.kind == "number"]
