"""A call of Keras (or of one of our own small functions) as data: the compiler makes it, the code generator prints it.

Nothing else crosses from a document into code, so no text of a user's can become code: a callee is a name from our
declarations, an argument is a plain value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Union

Argument = Union[None, bool, int, float, str, tuple["Argument", ...], "Call", "Name", "Listed", "Along", "Epochs"]


@dataclass(frozen=True, slots=True)
class Name:
    """A variable of the printed code, or the value that the compiler keeps under that name."""

    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Several arguments as one list."""

    items: tuple["Argument", ...]


@dataclass(frozen=True, slots=True)
class Along:
    """Which places are taken along one axis: `start:stop:step`, all of them without any."""

    start: int | None = None
    stop: int | None = None
    step: int | None = None


STEPS, EPOCHS = "steps_per_epoch", "EPOCHS"
"""Names of what a length in epochs is worked out with."""
USUAL_STEPS = 1000
"""Of an epoch, where no data are known that would say."""


@dataclass(frozen=True, slots=True)
class Epochs:
    """A length of so many epochs, as steps: at least one. of_run: what is left of the whole run behind so many."""

    count: float
    of_run: bool = False

    def steps(self, known: Mapping[str, int]) -> int:
        count = known[EPOCHS] - self.count if self.of_run else self.count
        return max(1, round(count * known[STEPS]))

    @property
    def printed(self) -> str:
        """The same sum as Python code."""
        told = f"{self.count:.12g}"
        if self.of_run and not self.count:
            return f"{EPOCHS} * {STEPS}"
        if not self.of_run and self.count.is_integer() and self.count:
            return f"{told} * {STEPS}" if self.count > 1 else STEPS
        return f"max(1, round({f'({EPOCHS} - {told})' if self.of_run else told} * {STEPS}))"


ALL = Along()
REST = Name("...")
"""All axes that are not named."""
INDEXED = "[]"
"""As a callee: the first argument, of which the others say the places along its axes, or axis."""


COMPOSED = "composed."


@dataclass(frozen=True, slots=True)
class Call:
    """`callee(*args, **kwargs)`; a callee such as "layers.Dense" is found from the module keras, one that begins with
    COMPOSED is a function of composed.py."""

    callee: str
    args: tuple[Argument, ...] = ()
    kwargs: Mapping[str, Argument] = field(default_factory=lambda: MappingProxyType({}))

    def callees(self) -> Iterator[str]:
        """Of this call and of all in it."""
        yield self.callee
        ahead = [*self.args, *self.kwargs.values()]
        for argument in ahead:  # grows
            if isinstance(argument, Call):
                yield from argument.callees()
            elif isinstance(argument, Listed | tuple):
                ahead += argument.items if isinstance(argument, Listed) else argument

    def lengths(self) -> Iterator[Epochs]:
        """Of this call and of all in it."""
        ahead = [*self.args, *self.kwargs.values()]
        for argument in ahead:  # grows
            if isinstance(argument, Epochs):
                yield argument
            elif isinstance(argument, Call):
                yield from argument.lengths()
            elif isinstance(argument, Listed | tuple):
                ahead += argument.items if isinstance(argument, Listed) else argument


NEVER_TRAINED = frozenset({"layers.Pipeline", "layers.Discretization"})
"""Layers that have no weights, and that Keras makes without being told if they are trained."""
