"""What flows along wires: a shape, the kind of its numbers, and what is known of their range."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from graphbuilder.shapes import Shape


class Numbers(StrEnum):
    """What a value is made of. float: amounts. whole: numbers that count or name something. text: words."""

    FLOAT = "float"
    WHOLE = "whole"
    TEXT = "text"


TITLES = {Numbers.FLOAT: "amounts", Numbers.WHOLE: "whole numbers", Numbers.TEXT: "text"}
"""As messages name what came."""


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A value as it is known before there is any data.

    vocabulary: of whole numbers that name something, how many names there are: they run from 0 to below it.
    """

    shape: Shape
    numbers: Numbers = Numbers.FLOAT
    vocabulary: int | None = None


class Inputs(tuple[Shape, ...]):
    """The shapes that come into a node, in the order of its ports and of the wires into each; `on` has those of one
    port, with all that is known of them."""

    specs: tuple[TensorSpec, ...]
    ports: tuple[str, ...]

    @classmethod
    def of(cls, came: Iterable[tuple[str, TensorSpec]]) -> Self:
        """came: port and value of each wire, in order."""
        ports, specs = tuple(zip(*came, strict=True)) or ((), ())
        made = cls([spec.shape for spec in specs])
        made.ports, made.specs = ports, specs
        return made

    @classmethod
    def shaped(cls, *shapes: Shape) -> Self:
        """Values of numbers in these shapes, on the port that most operators have."""
        return cls.of(("in", TensorSpec(shape)) for shape in shapes)

    def on(self, port: str) -> tuple[TensorSpec, ...]:
        return tuple(spec for name, spec in zip(self.ports, self.specs, strict=True) if name == port)

    def shape_on(self, port: str) -> Shape | None:
        """The shape on a port of one wire; None where nothing comes."""
        return next((spec.shape for spec in self.on(port)), None)
