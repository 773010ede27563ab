"""What convolution and pooling share: a window that slides over a grid of any rank: a sequence, an image, a volume.

A grid has its axes first and its channels last. The size of an axis may be unknown; the channels are known.
"""

from collections.abc import Iterator, Sequence

from graphbuilder.fields import Fields
from graphbuilder.operators.fitting import as_image
from graphbuilder.operators.operator import ShapeFault, known_size
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import UNKNOWN, Axis, KnownShape, Shape, window_steps, window_sum
from graphbuilder.tensors import Inputs

PADDINGS = {"valid": "Valid: windows stay inside", "same": "Same: over the edge"}
CONVOLUTION_SUMS = "Sizes: Dumoulin and Visin (2016), A guide to convolution arithmetic for deep learning"
AXES = {1: ("steps",), 2: ("rows", "columns"), 3: ("slices", "rows", "columns")}
"""What the axes of a grid are called, by its rank."""
_GRIDS = {1: "a sequence", 2: "an image", 3: "a volume"}


def axis_names(shape: Shape) -> tuple[str, ...]:
    """What the axes of a value are called, by how many there are."""
    rank = len(shape) - 1
    return (*AXES.get(rank, tuple(f"axis {place}" for place in range(1, len(shape)))), "channels")[: len(shape)]


def grid_in(inputs: Inputs, fields: Fields, rank: int = 2) -> tuple[Shape, int]:
    """The one input, held to be a grid of this rank: the sizes of its axes, and its channels."""
    (grid,) = inputs
    if len(grid) != rank + 1:
        raise _no_grid(grid, fields, rank)
    return grid[:-1], known_size(grid, -1, "channels")


def _no_grid(came: Shape, fields: Fields, rank: int) -> ShapeFault:
    axes = [*AXES[rank], "channels"]
    repairs, fix = [], f"A Reshape to ({', '.join(axes)}) makes {_GRIDS[rank]} of it."
    if rank == 2:
        repairs = as_image(came)
        if fields and not repairs and all(field.kind != "image" for field in fields.values()):
            fix = "This data set has no images; Linear takes its values as they are."
    what = f"{_GRIDS[rank]} of {' × '.join(axes)}"
    return ShapeFault("needs {what}; received {came}.", fix, repairs=repairs, what=what, came=came)


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
                window=_by(window),
                padding=padding,
                grid=_by(grid),
                length=length,
                span=span,
                left=length - span + 1,
                what=name,
            )
    return tuple(steps)


def _by(sizes: Shape) -> str:
    return "×".join(UNKNOWN if one is None else str(one) for one in sizes)


def _fitting(length: Axis, window: int, gap: int) -> int:
    """The most weights in a row that an axis has room for."""
    return ((window if length is None else min(length, window)) - 1) // gap + 1


def window_sums(grid: Shape, window: KnownShape, strides: KnownShape, padding: str) -> Iterator[str]:
    for name, length, span, stride in zip(AXES[len(grid)], grid, window, strides, strict=True):
        yield f"{name}: {window_sum(length, span, stride, padding)}"


def stepping(strides: Sequence[int], usual: Sequence[int]) -> str:
    """For a card's line, as papers write it: " /2" or " /2×1", and nothing for the usual strides."""
    alike = len({*strides}) == 1
    return "" if tuple(strides) == tuple(usual) else f" /{strides[0] if alike else _by(tuple(strides))}"
