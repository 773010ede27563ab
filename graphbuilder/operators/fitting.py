"""Ways from one shape to another by operators that are there, for what a fault offers as its repair.

A value of two to four axes is a grid: a sequence, an image or a volume, with its channels last.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from math import isqrt
from typing import Any

from graphbuilder.repair import PutBefore, Repair, SetOnBranches
from graphbuilder.shapes import KnownShape, Shape, is_known, size, window_steps

FLATTEN, RESHAPE, UPSAMPLING = "Flatten", "Reshape", "UpSampling2D"
LINEAR, CONVOLUTION, ACTIVATION = "Dense", "Conv2D", "Activation"
POOLING, MEAN_OF_ALL, MEAN_OF_STEPS = "MaxPooling2D", "GlobalAveragePooling2D", "GlobalAveragePooling1D"
CROPPING, ZEROS = "Cropping2D", "ZeroPadding2D"
ADD, CONCATENATE, MULTIPLY = "Add", "Concatenate", "Multiply"
ELEMENTWISE, SLICE = "Elementwise", "Slice"
RESCALING, MEASURED, BATCH = "Rescaling", "Normalization", "BatchNormalization"
ROW_BY_ROW, DROPOUT, NOISE = "LayerNormalization", "Dropout", "GaussianNoise"
INPUT, LOSS = "Input", "Loss"
WORD, WORDS, NAMED, STEPS = "StringLookup", "TextVectorization", "Embedding", "GRU"
"""The operators that repairs put in and that are drawn for data; no other file names them for that. Those on images
stand for those on other grids: `of_rank` has them."""

MOST_UNITS = 10_000
"""Of a Linear that is put in to change a shape."""

LEAST_SIDE = 6
"""Of a square that values are taken for."""

_WANTED, _MOST_PUT = 6, 32
"""Of several inputs: shapes that the others are to be given, and others that operators are put before for that."""

New = tuple[str, dict[str, Any]]
"""A new operator: its kind and its parameters, as JSON has them."""


def of_rank(kind: str, rank: int) -> str:
    """The operator on grids of a rank that this one is on those of another."""
    return re.sub(r"\dD", f"{rank}D", kind)


def rank_of(shape: Shape) -> int | None:
    """Of a grid; None for other values."""
    return len(shape) - 1 if 2 <= len(shape) <= 4 else None


def is_picture(shape: Shape) -> bool:
    """An image or a volume: places beside each other along two axes or three."""
    return len(shape) in (3, 4)


def ways(came: Shape, wanted: Shape) -> Iterator[list[New]]:
    """Chains of operators that make a value of one shape into one of the other, the most usual first; none where a size
    is known only with the data."""
    if not (is_known(came) and is_known(wanted)):
        return
    yield from _between_grids(came, wanted)
    if len(wanted) == 1:
        if len(came) == 1:
            yield _units(wanted[0], came[0])
        else:
            yield [(FLATTEN, {}), *_units(wanted[0], size(came))]
            yield from ([(mean, {}), *_units(wanted[0], came[-1])] for mean in mean_of_all(came))
    elif wanted and size(came) == size(wanted):
        yield [(RESHAPE, {"target_shape": list(wanted)})]
    elif wanted and size(wanted) <= MOST_UNITS:
        flat: list[New] = [(FLATTEN, {})] if len(came) > 1 else []
        yield [*flat, *_units(size(wanted), size(came)), (RESHAPE, {"target_shape": list(wanted)})]


def mean_of_all(came: Shape) -> list[str]:
    """The operator that leaves a grid's channels alone; none where there is no grid."""
    rank = rank_of(came)
    return [of_rank(MEAN_OF_ALL, rank)] if rank else []


def _units(wanted: int, came: int) -> list[New]:
    return [(LINEAR, {"units": wanted})] if wanted != came else []


def _between_grids(came: Shape, wanted: Shape) -> Iterator[list[New]]:
    rank = rank_of(came)
    if not (rank and len(came) == len(wanted) and is_known(came) and is_known(wanted)):
        return
    steps, still = shrinking(came, wanted), (1,) * rank
    if steps == still:
        yield _channels(wanted, came)
    elif steps and came[-1] != wanted[-1]:
        yield [convolution(wanted[-1], steps)]
    elif steps:
        pooled = {"pool_size": list(steps), "strides": list(steps), "padding": "same"}
        yield [(of_rank(POOLING, rank), pooled)]
        yield [convolution(wanted[-1], steps)]
    elif grown := growing(came, wanted):
        yield [(of_rank(UPSAMPLING, rank), {"size": list(grown)}), *_channels(wanted, came)]
    if steps != still and (edge := _edges(came, wanted)):
        yield [edge, *_channels(wanted, came)]


def _channels(wanted: KnownShape, came: KnownShape) -> list[New]:
    return [convolution(wanted[-1], (1,) * (len(came) - 1))] if wanted[-1] != came[-1] else []


def _edges(came: KnownShape, wanted: KnownShape) -> New | None:
    """What cuts off or puts on rows and columns, the odd one at the bottom and right; None where one axis is to grow
    and the other to shrink, or where more than half would go or be put on."""
    sides = list(zip(came[:-1], wanted[:-1], strict=True))
    more = [there - here for here, there in sides]
    if min(more) < 0 < max(more) or any(2 * abs(there - here) > min(here, there) for here, there in sides):
        return None
    edges = [count for one in more for count in (abs(one) // 2, abs(one) - abs(one) // 2)]
    kind, name = (ZEROS, "padding") if max(more) > 0 else (CROPPING, "cropping")
    return of_rank(kind, len(sides)), {name: edges}


def convolution(filters: int, strides: Sequence[int]) -> New:
    """A 1×1 convolution: it mixes the channels of a place, and with strides leaves places out."""
    sizes = {"kernel_size": [1] * len(strides), "strides": list(strides)}
    return of_rank(CONVOLUTION, len(strides)), {"filters": filters, **sizes, "padding": "same"}


def shrinking(came: KnownShape, wanted: KnownShape) -> KnownShape | None:
    """The strides that make a grid's axes those that are wanted, with padding 'same'."""
    axes = list(zip(came[:-1], wanted[:-1], strict=True))
    steps = tuple(-(-here // there) for here, there in axes)
    fits = [window_steps(here, 1, step, "same") == there for (here, there), step in zip(axes, steps, strict=True)]
    return steps if all(fits) else None


def growing(came: KnownShape, wanted: KnownShape) -> KnownShape | None:
    """How often the values along each axis are to be repeated, where that comes out even."""
    axes = list(zip(came[:-1], wanted[:-1], strict=True))
    return None if any(there % here for here, there in axes) else tuple(there // here for here, there in axes)


def put_before(way: Sequence[New], node: str = "", place: int | None = None) -> tuple[PutBefore, ...]:
    """The chain put into a node's input, in its order."""
    return tuple(PutBefore(kind, params, node, place) for kind, params in way)


def as_grid(came: Shape, rank: int) -> list[Repair]:
    """What makes a grid of a value that is none: one axis more; for a sequence, all places in a row; for an image, a
    square where that comes out. Of fewer values no image is made: a row of measurements is no picture."""
    if not is_known(came):
        return []
    values, shapes = size(came), list[list[int]]()
    if len(came) == rank:
        shapes.append([*came, 1])
    if rank == 1 and len(came) > 2:
        shapes.append([size(came[:-1]), came[-1]])
    for channels in (1, 3) if rank == 2 else ():
        side = isqrt(values // channels)
        if side * side * channels == values and side >= LEAST_SIDE:
            shapes.append([side, side, channels])
    return [PutBefore(RESHAPE, {"target_shape": shape}) for shape in shapes]


def one_shape(inputs: Sequence[Shape]) -> list[Repair]:
    """What makes several inputs one shape: for each shape among them, the largest first, the ways of the others. Grids
    stay grids as long as padding, strides or a convolution can make them equal."""
    known = {shape for shape in inputs if is_known(shape)}
    if len(known) < len({*inputs}):
        return []
    largest_first = sorted(known, key=lambda shape: (-size(shape), shape))[:_WANTED]
    wanted = [[shape] * len(inputs) for shape in largest_first]
    rank = _rank_of_all(inputs)
    if not rank:
        return _met(inputs, wanted, ways)
    return [
        SetOnBranches("padding", "same"),
        *_met(inputs, wanted, _between_grids),
        SetOnBranches("strides", [1] * rank),
        *_met(inputs, wanted, ways),
    ]


def one_size(inputs: Sequence[Shape]) -> list[Repair]:
    """What makes the axes of several grids equal and leaves their channels as they are."""
    known = {shape for shape in inputs if is_known(shape)}
    rank = _rank_of_all(inputs)
    if len(known) < len({*inputs}) or not rank:
        return []
    sizes = sorted({shape[:-1] for shape in known})[:_WANTED]
    wanted: list[list[Shape]] = [[(*one, came[-1]) for came in inputs] for one in sizes]
    alike: list[Repair] = [SetOnBranches("padding", "same"), SetOnBranches("strides", [1] * rank)]
    return [*alike, *_met(inputs, wanted, _between_grids)]


def _rank_of_all(inputs: Sequence[Shape]) -> int | None:
    """The rank that several grids share; None where they are not all of one."""
    ranks = {rank_of(shape) for shape in inputs}
    return ranks.pop() if len(ranks) == 1 else None


def _met(
    inputs: Sequence[Shape], wanted: Sequence[Sequence[Shape]], by: Callable[[Shape, Shape], Iterator[list[New]]]
) -> list[Repair]:
    """For each row of shapes that are wanted, the first way of each input to its own; none where one has no way."""
    found: list[Repair] = []
    for shapes in wanted:
        pairs = [*enumerate(zip(inputs, shapes, strict=True))]
        if sum(came != to for _, (came, to) in pairs) > _MOST_PUT:
            continue
        others = [(place, next(by(came, to), None)) for place, (came, to) in pairs if came != to]
        if all(way is not None for _, way in others):
            found.append(tuple(put for place, way in others for put in put_before(way or (), place=place)))
    return found
