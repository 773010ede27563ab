"""The same numbers in another shape or order of axes."""

from collections.abc import Mapping
from math import prod
from typing import Any

from graphbuilder.importing.model import Ref, Tree
from graphbuilder.importing.settings import Unread
from graphbuilder.importing.works.steps import (
    Given,
    ShapeOf,
    Step,
    Steps,
    Work,
    alone,
    axes_of,
    hold_known,
    plain,
    refs_of,
)
from graphbuilder.shapes import Shape


def _reshape(given: Given, shape_of: ShapeOf) -> Steps:
    shape = given.get("newshape")
    if not isinstance(shape, tuple) or len(shape) < 2 or not all(isinstance(one, int | None) for one in shape):
        raise Unread("E_FUNCTION", "reshapes to what is not known before there are data")
    if shape[0] not in (-1, None):
        raise Unread("E_FUNCTION", "reshapes the samples too, which cannot be said here")
    target = [-1 if one is None else one for one in shape[1:]]
    if isinstance(value := given.get("x"), Ref):
        _hold_samples(shape_of(value), target)
    return alone(given, "Reshape", {"target_shape": target}, ("x", "newshape"))


def _hold_samples(came: Shape | None, target: list[Any]) -> None:
    """Refuses what makes several samples of one, or one of several."""
    if came is None or None in came or -1 in target or 0 in target:
        return
    parts, more = divmod(prod(one or 0 for one in came), prod(target))
    if parts > 1 and not more:
        told = f"makes {parts} samples of each, as windows are, which cannot be said here"
        raise Unread("E_FUNCTION", told, tuple(target))
    if not parts:
        raise Unread("E_FUNCTION", "joins several samples to one, which cannot be said here", tuple(target))


def _transpose(given: Given, shape_of: ShapeOf) -> Steps:
    axes = given.get("axes")
    if not isinstance(axes, tuple) or not axes or axes[0] != 0:
        raise Unread("E_FUNCTION", "moves the samples' axis, which cannot be said here")
    told = {name: one for name, one in given.items() if name != "conjugate"}
    return alone(told, "Permute", {"dims": list(axes[1:])}, ("x", "axes"))


def _swapaxes(given: Given, shape_of: ShapeOf) -> Steps:
    shape = shape_of(refs_of(given.get("x"))[0])
    pair = given.get("axis1"), given.get("axis2")
    if shape is None or not all(isinstance(one, int) and one for one in pair):
        raise Unread("E_FUNCTION", "swaps axes that are not known")
    dims = list(range(1, len(shape) + 1))
    one, other = (axis - 1 if axis > 0 else axis for axis in pair if isinstance(axis, int))
    dims[one], dims[other] = dims[other], dims[one]
    return alone(given, "Permute", {"dims": dims}, ("x", "axis1", "axis2"))


def _expand_dims(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("x", "axis"))
    axes = axes_of(plain(given.get("axis")))
    whole = [one for one in axes if isinstance(one, int) and one]
    if len(whole) < len(axes) or len({one > 0 for one in whole}) > 1:
        raise Unread("E_FUNCTION", "adds axes that are not known, or one before the samples")
    order = sorted(whole) if whole[0] > 0 else sorted(whole, reverse=True)
    came: list[Ref | int] = [*refs_of(given.get("x")), *range(len(order))]
    return [Step("ExpandDims", {"axis": axis}, (came[place],)) for place, axis in enumerate(order)]


def _moveaxis(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("x", "source", "destination"))
    shape = shape_of(refs_of(given.get("x"))[0])
    pair = [_flat_axis(given.get(name)) for name in ("source", "destination")]
    if shape is None or not all(isinstance(one, int) and one for one in pair):
        raise Unread("E_FUNCTION", "moves axes that are not known")
    start, end = (one if one > 0 else len(shape) + 1 + one for one in pair if isinstance(one, int))
    dims = [axis for axis in range(1, len(shape) + 1) if axis != start]
    dims.insert(end - 1, start)
    return alone(given, "Permute", {"dims": dims}, ("x", "source", "destination"))


def _flat_axis(value: Tree) -> Any:
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


OWN: Mapping[str, Work] = {
    "reshape": _reshape,
    "transpose": _transpose,
    "swapaxes": _swapaxes,
    "expand_dims": _expand_dims,
    "moveaxis": _moveaxis,
}
