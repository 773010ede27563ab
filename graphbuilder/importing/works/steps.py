"""What a function becomes: nodes, one behind the other, and how its arguments are read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard

from graphbuilder.importing.model import Ref, Tree
from graphbuilder.importing.settings import Raw, Unread
from graphbuilder.shapes import Shape
from graphbuilder.tensors import Numbers


@dataclass(frozen=True, slots=True)
class Step:
    """One node of several that do the work of a call. came: what enters at its ports in order, a value or the number of
    an earlier step; (step, port) of one that gives several. gives: which of the call's values it gives; None of a step
    on the way, and where the last one gives all of them."""

    kind: str
    params: Raw
    came: tuple[Ref | int | tuple[int, int], ...]
    gives: int | None = None


Steps = list[Step]
Given = Mapping[str, Tree]
MOST_STEPS = 64
"""How many nodes the work of one call may become."""


def alone(given: Given, kind: str, params: Raw, known: Sequence[str]) -> Steps:
    """One node on the first argument. Raises Unread where that is no value, or where others are given."""
    hold_known(given, known)
    return [Step(kind, {name: value for name, value in params.items() if value is not None}, refs_of(given.get("x")))]


def hold_known(given: Given, known: Sequence[str]) -> None:
    """Refuses arguments that are not known; what was not given may stand there as none."""
    for name, value in given.items():
        if name not in known and value is not None:
            raise Unread("E_FUNCTION", f"has the argument {name[:40]!r}, which is not known here")


def refs_of(tree: Tree) -> tuple[Ref, ...]:
    """The values that an argument is, all of it."""
    listed = tree if isinstance(tree, tuple) else (tree,)
    found = tuple(one for one in listed if isinstance(one, Ref))
    if not found or len(found) < len(listed):
        raise Unread("E_FUNCTION", "works on numbers that stand in the file, which cannot be said here")
    return found


def plain(tree: Tree) -> Any:
    return [plain(one) for one in tree] if isinstance(tree, tuple) else tree


def axes_of(axis: Any) -> list[Any]:
    if axis is None:
        raise Unread("E_FUNCTION", "goes over all axes, the samples too, which cannot be said here")
    return list(axis) if isinstance(axis, list | tuple) else [axis]


def is_number(tree: Tree) -> TypeGuard[int | float]:
    return isinstance(tree, int | float) and not isinstance(tree, bool)


class ShapeOf(Protocol):
    """What is known of a value."""

    def __call__(self, ref: Ref) -> Shape | None:
        """Its shape, without the batch."""

    def numbers(self, ref: Ref) -> Numbers | None:
        """Of which kind its numbers are."""

    def is_zero(self, ref: Ref) -> bool:
        """Whether it is 0 whatever comes in."""

    def kind(self, ref: Ref) -> str:
        """Which operator gives it."""


def axis_of(given: Given, usual: int | None = None) -> int:
    axis = plain(given.get("axis", usual))
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    if not isinstance(axis, int) or isinstance(axis, bool) or not axis:
        raise Unread("E_FUNCTION", "works along the samples, or along no one axis, which cannot be said here")
    return axis


def size_along(given: Given, axis: int, shape_of: ShapeOf) -> int | None:
    shape = shape_of(refs_of(given.get("x"))[0])
    place = axis - 1 if axis > 0 else axis
    return shape[place] if shape is not None and -len(shape) <= place < len(shape) else None


Work = Callable[[Given, ShapeOf], Steps]
"""What does the work of a function: the nodes that it becomes, of what it is given. Raises Unread."""
