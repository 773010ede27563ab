"""Axes as Keras counts them, found in a shape, which leaves out the batch."""

from collections.abc import Sequence

from graphbuilder.operators.operator import Look, ShapeFault
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape
from graphbuilder.tensors import Inputs


def place_of(axis: int, shape: Shape, parameter: str = "axis") -> int:
    """Where in the shape the axis stands: 1 is its first, -1 its last. Raises ShapeFault where it has no such axis."""
    place = axis - 1 if axis > 0 else len(shape) + axis
    if axis == 0 or not 0 <= place < len(shape):
        raise ShapeFault(
            "along axis {axis} needs that axis; received {came}.",
            "Use axis -1, which is the last.",
            parameter,
            repairs=[SetParameter(parameter, -1)],
            axis=axis,
            came=shape,
        )
    return place


def places_of(axes: tuple[int, ...], shape: Shape, parameter: str = "axis") -> tuple[int, ...]:
    """The same of several, in the order of the shape. Raises ShapeFault where two are one."""
    places = {_place_in(axis, shape, parameter) for axis in axes}
    if len(places) < len(axes):
        raise ShapeFault(
            "names one axis twice: {axes}; received {came}.",
            "Name each axis once.",
            parameter,
            repairs=[SetParameter(parameter, sorted(place + 1 for place in places))],
            axes=named(axes),
            came=shape,
        )
    return tuple(sorted(places))


def _place_in(axis: int, shape: Shape, parameter: str) -> int:
    """As `place_of`; what helps is a list."""
    try:
        return place_of(axis, shape, parameter)
    except ShapeFault as fault:
        fault.repairs = (SetParameter(parameter, [-1]),)
        raise


def looks_along(axes: tuple[int, ...], inputs: Inputs) -> Sequence[Look] | None:
    """How far a value looks that is made of all that stands along these axes: nowhere further along the grid where they
    are the last one alone, else at all of it."""
    last = len(inputs[0]) - 1
    return [Look()] * last if places_of(axes, inputs[0]) == (last,) else None


def named(axes: tuple[int, ...]) -> str:
    return ", ".join(map(str, axes))
