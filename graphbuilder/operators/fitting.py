"""Ways from one shape to another by operators that are there, for what a fault offers as its repair."""

from collections.abc import Callable, Iterator, Sequence
from math import isqrt
from typing import Any

from graphbuilder.repair import PutBefore, Repair, SetOnBranches
from graphbuilder.shapes import KnownShape, Shape, is_known, size, window_steps

FLATTEN, RESHAPE, UPSAMPLING = "Flatten", "Reshape", "UpSampling2D"
LINEAR, CONVOLUTION, ACTIVATION, DROPOUT = "Dense", "Conv2D", "Activation", "Dropout"
POOLING, MEAN_OF_ALL = "MaxPooling2D", "GlobalAveragePooling2D"
CROPPING, ZEROS = "Cropping2D", "ZeroPadding2D"
ADD, CONCATENATE = "Add", "Concatenate"
RESCALING, MEASURED, BATCH = "Rescaling", "Normalization", "BatchNormalization"
INPUT, LOSS = "Input", "Loss"
"""The operators that repairs put in; no other file names them for that."""

MOST_UNITS = 10_000
"""Of a Linear that is put in to change a shape."""

LEAST_SIDE = 6
"""Of a square that values are taken for."""

_WANTED, _MOST_PUT = 6, 32
"""Of several inputs: shapes that the others are to be given, and others that operators are put before for that."""

New = tuple[str, dict[str, Any]]
"""A new operator: its kind and its parameters, as JSON has them."""


def ways(came: Shape, wanted: Shape) -> Iterator[list[New]]:
    """Chains of operators that make a value of one shape into one of the other, the most usual first; none where a size
    is known only with the data."""
    if not (is_known(came) and is_known(wanted)):
        return
    if len(came) == len(wanted) == 3:
        yield from _between_images(came, wanted)
    if len(wanted) == 1:
        if len(came) == 3:
            pooled: list[New] = [(MEAN_OF_ALL, {})]
            yield [(FLATTEN, {}), *_units(wanted[0], size(came))]
            yield pooled + _units(wanted[0], came[2])
        elif len(came) == 1:
            yield _units(wanted[0], came[0])
        else:
            yield [(FLATTEN, {}), *_units(wanted[0], size(came))]
    elif wanted and size(came) == size(wanted):
        yield [(RESHAPE, {"target_shape": list(wanted)})]
    elif wanted and size(wanted) <= MOST_UNITS:
        flat: list[New] = [(FLATTEN, {})] if len(came) > 1 else []
        yield [*flat, *_units(size(wanted), size(came)), (RESHAPE, {"target_shape": list(wanted)})]


def _units(wanted: int, came: int) -> list[New]:
    return [(LINEAR, {"units": wanted})] if wanted != came else []


def _between_images(came: Shape, wanted: Shape) -> Iterator[list[New]]:
    if not (is_known(came) and is_known(wanted)):
        return
    steps = shrinking(came, wanted)
    if steps == (1, 1):
        yield _channels(wanted[2], came[2])
    elif steps and came[2] != wanted[2]:
        yield [convolution(wanted[2], steps)]
    elif steps:
        yield [(POOLING, {"pool_size": list(steps), "strides": list(steps), "padding": "same"})]
        yield [convolution(wanted[2], steps)]
    elif grown := growing(came, wanted):
        yield [(UPSAMPLING, {"size": list(grown)}), *_channels(wanted[2], came[2])]
    if steps != (1, 1) and (edge := _edges(came, wanted)):
        yield [edge, *_channels(wanted[2], came[2])]


def _channels(wanted: int, came: int) -> list[New]:
    return [convolution(wanted, (1, 1))] if wanted != came else []


def _edges(came: KnownShape, wanted: KnownShape) -> New | None:
    """What cuts off or puts on rows and columns, the odd one at the bottom and right; None where one axis is to grow
    and the other to shrink, or where more than half would go or be put on."""
    sides = list(zip(came[:2], wanted[:2], strict=True))
    more = [there - here for here, there in sides]
    if min(more) < 0 < max(more) or any(2 * abs(there - here) > min(here, there) for here, there in sides):
        return None
    edges = [count for one in more for count in (abs(one) // 2, abs(one) - abs(one) // 2)]
    return (ZEROS, {"padding": edges}) if max(more) > 0 else (CROPPING, {"cropping": edges})


def convolution(filters: int, strides: Sequence[int]) -> New:
    """A 1×1 convolution: it mixes the channels of a place, and with strides leaves places out."""
    return CONVOLUTION, {"filters": filters, "kernel_size": [1, 1], "strides": list(strides), "padding": "same"}


def shrinking(came: KnownShape, wanted: KnownShape) -> tuple[int, int] | None:
    """The strides that make an image's rows and columns those that are wanted, with padding 'same'."""
    steps = [-(-here // there) for here, there in zip(came[:2], wanted[:2], strict=True)]
    fits = [
        window_steps(here, 1, step, "same") == there
        for here, there, step in zip(came[:2], wanted[:2], steps, strict=True)
    ]
    return (steps[0], steps[1]) if all(fits) else None


def growing(came: KnownShape, wanted: KnownShape) -> tuple[int, int] | None:
    """How often rows and columns are to be repeated, where that comes out even."""
    whole = all(there % here == 0 for here, there in zip(came[:2], wanted[:2], strict=True))
    return (wanted[0] // came[0], wanted[1] // came[1]) if whole else None


def put_before(way: Sequence[New], node: str = "", place: int | None = None) -> tuple[PutBefore, ...]:
    """The chain put into a node's input, in its order."""
    return tuple(PutBefore(kind, params, node, place) for kind, params in way)


def as_image(came: Shape) -> list[Repair]:
    """What makes an image of a value that is none: one axis more, or a square where that comes out. Of fewer values
    nothing is made: a row of measurements is no picture."""
    values, shapes = size(came), list[list[int]]()
    if not is_known(came):
        return []
    if len(came) == 2:
        shapes.append([*came, 1])
    for channels in (1, 3):
        side = isqrt(values // channels)
        if side * side * channels == values and side >= LEAST_SIDE:
            shapes.append([side, side, channels])
    return [PutBefore(RESHAPE, {"target_shape": shape}) for shape in shapes]


def one_shape(inputs: Sequence[Shape]) -> list[Repair]:
    """What makes several inputs one shape: for each shape among them, the largest first, the ways of the others. Images
    stay images as long as padding, strides or a convolution can make them equal."""
    known = {shape for shape in inputs if is_known(shape)}
    if len(known) < len({*inputs}):
        return []
    largest_first = sorted(known, key=lambda shape: (-size(shape), shape))[:_WANTED]
    wanted = [[shape] * len(inputs) for shape in largest_first]
    if any(len(shape) != 3 for shape in inputs):
        return _met(inputs, wanted, ways)
    return [
        SetOnBranches("padding", "same"),
        *_met(inputs, wanted, _between_images),
        SetOnBranches("strides", [1, 1]),
        *_met(inputs, wanted, ways),
    ]


def one_size(inputs: Sequence[Shape]) -> list[Repair]:
    """What makes rows and columns of several images equal and leaves their channels as they are."""
    known = {shape for shape in inputs if is_known(shape)}
    if len(known) < len({*inputs}):
        return []
    sizes = sorted({shape[:2] for shape in known})[:_WANTED]
    wanted: list[list[Shape]] = [[(*one, came[2]) for came in inputs] for one in sizes]
    alike: list[Repair] = [SetOnBranches("padding", "same"), SetOnBranches("strides", [1, 1])]
    return [*alike, *_met(inputs, wanted, _between_images)]


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
