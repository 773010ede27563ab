"""Shapes and the sums that operators do with them.

A shape leaves out the batch axis. (8, 8, 1) is an image of 8 rows, 8 columns and one channel; None is a size that is
known only with the data, such as the steps of a sequence: (None, 16). An empty shape () is a single number, what a loss
gives.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import log10, prod
from string import Formatter
from types import MappingProxyType
from typing import Any, Self, TypeGuard, overload

Axis = int | None
Shape = tuple[Axis, ...]
KnownShape = tuple[int, ...]
"""A shape whose sizes are all known."""

LONGEST = 2**63 - 1
"""Of an axis: TensorFlow counts places in 64 bits."""

UNKNOWN = "?"
"""A size that is known only with the data, as people read it."""


def size(shape: Shape) -> int:
    """How many numbers a value of this shape holds; of one step, where there are axes of unknown size."""
    return prod([axis for axis in shape if axis is not None])


def is_known(shape: Shape) -> TypeGuard[KnownShape]:
    """Every size is."""
    return None not in shape


def joined(shapes: Sequence[Shape]) -> Shape | None:
    """The one shape that these all are, or may turn out to be once the data are known; None where they cannot be."""
    first = shapes[0]
    if all(shape == first for shape in shapes):
        return first
    if len({len(shape) for shape in shapes}) > 1:
        return None
    axes = [{*sizes} for sizes in zip(*shapes, strict=True)]
    if any(len(sizes - {None}) > 1 for sizes in axes):
        return None
    return tuple(None if None in sizes else sizes.pop() for sizes in axes)


def broadcast(shapes: Sequence[Shape]) -> Shape | None:
    """The one shape in which values of these shapes meet place by place; None where they do not.

    Axes are set beside each other from the last one on; where one has size 1 or is missing, its value is repeated.
    Source: NumPy's rule, with sizes that are not known yet as Keras takes them (layers.Merge).
    """
    made = shapes[0]
    for shape in shapes[1:]:
        longer, shorter = (made, shape) if len(made) >= len(shape) else (shape, made)
        start = len(longer) - len(shorter)
        pairs = list(zip(longer[start:], shorter, strict=True))
        if any(1 not in pair and None not in pair and len({*pair}) > 1 for pair in pairs):
            return None
        made = (*longer[:start], *(None if None in pair else max(a or 0, b or 0) for pair in pairs for a, b in [pair]))
    return made


def show(shape: Shape) -> str:
    """The shape as people write it: 8 × 8 × 1, or ? × 16."""
    return " × ".join(UNKNOWN if axis is None else str(axis) for axis in shape) if shape else "one number"


def whole(number: int) -> str:
    """A count with its thousands apart: 61,706; from 10^15 on only how large it is: 1.2 × 10^21."""
    if abs(number) < 10**15:
        return f"{number:,}"
    if number < 0:
        return f"-{whole(-number)}"
    tens = int(log10(number))  # of a whole number, however large
    first = f"{number // 10 ** (tens - 6) / 10**6:.1f}"
    return f"{first} × 10^{tens}" if first != "10.0" else f"1.0 × 10^{tens + 1}"


class _Filled(Formatter):
    def format_field(self, value: Any, spec: str) -> str:
        if isinstance(value, tuple):
            return ", ".join(value) if value and isinstance(value[0], str) else show(value)
        return whole(value) if spec == "," else str(super().format_field(value, spec))


def filled(sentence: str, facts: Mapping[str, Any]) -> str:
    """A sentence with its facts put in where their {names} stand: shapes and lists of names as people write them, and
    with {name:,} a count."""
    return _Filled().vformat(sentence, (), facts)


class Phrase(str):
    """Words with places for facts, and the facts that are given: as a text the words with the facts put in."""

    __slots__ = ("given", "says")
    says: str
    given: Mapping[str, Any]

    def __new__(cls, says: str, /, **given: Any) -> Self:
        made = super().__new__(cls, filled(says, given))
        object.__setattr__(made, "says", says)
        object.__setattr__(made, "given", MappingProxyType(given))
        return made

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a phrase is frozen; {name} cannot be set")

    def __reduce__(self) -> tuple[Callable[[], "Phrase"], tuple[()]]:
        return partial(Phrase, self.says, **self.given), ()

    def as_json(self) -> dict[str, Any]:
        """The words and what is given by its name; a phrase that is given in the same manner."""
        own = {name: fact.as_json() if isinstance(fact, Phrase) else fact for name, fact in self.given.items()}
        return {"says": self.says, **own}


@overload
def window_steps(length: int, window: int, stride: int, padding: str) -> int: ...
@overload
def window_steps(length: Axis, window: int, stride: int, padding: str) -> Axis: ...
def window_steps(length: Axis, window: int, stride: int, padding: str) -> Axis:
    """How many positions a window takes along one axis, which is the size of the output there.

    Source: Dumoulin and Visin (2016), "A guide to convolution arithmetic for deep learning", relationships 5 and 6;
    with padding "same" as TensorFlow defines it; "causal" puts as many zeros in front as the window is longer than one.
    The result is 0 or less where the window does not fit, and unknown for an unknown length.
    """
    if length is None:
        return None
    if padding in ("same", "causal"):
        return -(-length // stride)
    return (length - window) // stride + 1


def window_sum(length: Axis, window: int, stride: int, padding: str) -> str:
    """The line of arithmetic behind `window_steps`, with the numbers put in."""
    steps, shown = window_steps(length, window, stride, padding), UNKNOWN if length is None else length
    ends = UNKNOWN if steps is None else steps
    if padding in ("same", "causal"):
        return f"⌈{shown} / {stride}⌉ = {ends}"
    if stride == 1:
        return f"{shown} - {window} + 1 = {ends}"
    return f"⌊({shown} - {window}) / {stride}⌋ + 1 = {ends}"
