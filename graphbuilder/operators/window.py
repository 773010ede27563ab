"""What convolution, pooling and padding share: a grid of any rank (a sequence, an image, a volume), and a window that
slides over it.

A grid has its axes first and its channels last, whatever Keras' `data_format` could say. The size of an axis may be
unknown; the channels are known.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from types import MappingProxyType
from typing import Any, ClassVar

from graphbuilder.fields import Fields
from graphbuilder.operators.fitting import as_grid, of_rank
from graphbuilder.operators.operator import REQUIRED, Family, Operator, ShapeFault, known_size, registered
from graphbuilder.parameters import Edges, OrNone, Parameter, Sizes
from graphbuilder.repair import Repair, Replace, SetParameter
from graphbuilder.shapes import UNKNOWN, Axis, KnownShape, Shape, show, window_steps, window_sum
from graphbuilder.tensors import Inputs
from graphbuilder.texts import started

PADDINGS = {"valid": "Valid: windows stay inside", "same": "Same: over the edge"}
CONVOLUTION_SUMS = "Sizes: Dumoulin and Visin (2016), A guide to convolution arithmetic for deep learning"
AXES = {1: ("steps",), 2: ("rows", "columns"), 3: ("slices", "rows", "columns")}
"""What the axes of a grid are called, by its rank."""
GRIDS = {1: "a sequence", 2: "an image", 3: "a volume"}


def axis_names(shape: Shape) -> tuple[str, ...]:
    """What the axes of a value are called, by how many there are."""
    rank = len(shape) - 1
    return (*AXES.get(rank, tuple(f"axis {place}" for place in range(1, len(shape)))), "channels")[: len(shape)]


class Grid(Operator):
    """An operator on a grid of its rank.

    What is declared of one axis (sizes, or two edges) a subclass that is given a rank has of all of its axes, which
    {axes} in a line of help names.
    """

    rank: ClassVar[int]
    absent = MappingProxyType(
        {"data_format": "channels are the last axis throughout; leave it out, and put a Permute where they come first"}
    )

    def __init_subclass__(cls, title: str = "", family: Family | None = None, rank: int = 0) -> None:
        if rank:
            cls.rank = rank
            own = {name: one for name, one in vars(cls).items() if isinstance(one, Parameter)}
            for name, parameter in {**cls.parameters, **own}.items():
                setattr(cls, name, _of_rank(parameter, rank))
        super().__init_subclass__(title, family)

    def grid(self, inputs: Inputs, fields: Fields) -> tuple[Shape, int]:
        """The one input, held to be a grid of this rank: the sizes of its axes, and its channels."""
        (came,) = inputs
        if len(came) != self.rank + 1:
            raise self._no_grid(came, fields)
        return came[:-1], known_size(came, -1, "channels")

    def _no_grid(self, came: Shape, fields: Fields) -> ShapeFault:
        axes, what = [*AXES[self.rank], "channels"], GRIDS[self.rank]
        fix = f"A Reshape to ({', '.join(axes)}) makes {what} of it."
        repairs: list[Repair] = [*as_grid(came, self.rank), *self._of_other_rank(len(came) - 1)]
        if self.rank == 2 and fields and not repairs and all(field.kind != "image" for field in fields.values()):
            fix = "This data set has no images; Linear takes its values as they are."
        what = f"{what} of {' × '.join(axes)}"
        return ShapeFault("needs {what}; received {came}.", fix, repairs=repairs, what=what, came=came)

    def _of_other_rank(self, rank: int) -> list[Repair]:
        """The same operator on grids of another rank, where there is one."""
        kind = of_rank(self.kind, rank)
        return [Replace(kind)] if kind in registered() and kind != self.kind else []


def _of_rank(parameter: Parameter[Any], rank: int) -> Parameter[Any]:
    names = AXES[rank]
    axes = f"{', '.join(names[:-1])} and {names[-1]}" if rank > 1 else names[0]
    made, told = copy(parameter), parameter.help.replace("{axes}", axes)
    made.help = started(told)
    if isinstance(made, OrNone):
        made.of = _of_rank(made.of, rank)
    elif isinstance(made, Sizes):
        each = made.default[: 2 if isinstance(made, Edges) else 1]
        made.default, made.length = each * rank, len(each) * rank
        if made.keras_default is not REQUIRED:
            made.keras_default = made.argument(made.default)
    return made


def slide(
    grid: Shape, window: KnownShape, strides: KnownShape, padding: str, parameter: str, gaps: KnownShape = ()
) -> Shape:
    """The sizes of the output's axes. Raises ShapeFault, with the sum, where the window does not fit.

    window: with its gaps; parameter: the one that sets its size without them.
    """
    steps = [window_steps(*axis, padding) for axis in zip(grid, window, strides, strict=True)]
    for length, span, taken, name in zip(grid, window, steps, AXES[len(grid)], strict=True):
        if length is not None and taken is not None and taken < 1:
            sizes = zip(grid, window, gaps or (1,) * len(grid), strict=True)
            raise ShapeFault(
                "with a window of {window}, padding {padding}, on {grid} leaves {length} - {span} + 1 = {left} {what}.",
                "Use padding 'same' or a smaller window.",
                parameter,
                repairs=[
                    SetParameter("padding", "same"),
                    SetParameter(parameter, [_fitting(*one) for one in sizes]),
                ],
                window=by(window),
                padding=padding,
                grid=by(grid),
                length=length,
                span=span,
                left=length - span + 1,
                what=name,
            )
    return tuple(steps)


def by(sizes: Shape) -> str:
    """As people write a window: 3×3."""
    return "×".join(UNKNOWN if one is None else str(one) for one in sizes)


def one(axis: Axis) -> str:
    return show((axis,))


def _fitting(length: Axis, window: int, gap: int) -> int:
    """The most weights in a row that an axis has room for."""
    return ((window if length is None else min(length, window)) - 1) // gap + 1


def window_sums(
    grid: Shape, window: KnownShape, strides: KnownShape, padding: str, axes: tuple[str, ...] = ()
) -> Iterator[str]:
    """A line for each axis, by its usual name or by one of `axes`."""
    for name, length, span, stride in zip(axes or AXES[len(grid)], grid, window, strides, strict=True):
        yield f"{name}: {window_sum(length, span, stride, padding)}"


def stepping(strides: Sequence[int], usual: Sequence[int], sign: str = "/") -> str:
    """For a card's line, as papers write it: " /2" or " /2×1", and nothing for the usual strides."""
    alike = len({*strides}) == 1
    return "" if tuple(strides) == tuple(usual) else f" {sign}{strides[0] if alike else by(tuple(strides))}"
