"""Values put beside each other, and edges put round them."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from graphbuilder.importing.model import MOST_NUMBERS, Ref, Tree
from graphbuilder.importing.settings import Unread
from graphbuilder.importing.works.numbers import array_of, standing
from graphbuilder.importing.works.steps import (
    Given,
    ShapeOf,
    Step,
    Steps,
    Work,
    alone,
    hold_known,
    is_number,
    plain,
    refs_of,
)
from graphbuilder.shapes import Shape


def _concatenate(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("xs", "axis"))
    axis, parts = given.get("axis", 0), given.get("xs")
    values = [one for one in parts if isinstance(one, Ref)] if isinstance(parts, tuple) else []
    if not values or not isinstance(parts, tuple) or len(values) == len(parts):
        return [Step("Concatenate", {"axis": axis}, refs_of(parts))]
    shape, steps, came = shape_of(values[0]), list[Step](), list[Ref | int]()
    for one in parts:
        if isinstance(one, Ref):
            came.append(one)
            continue
        steps += standing(_beside(one, shape, axis), values[0], len(steps))
        came.append(len(steps) - 1)
    return [*steps, Step("Concatenate", {"axis": axis}, tuple(came))]


def _beside(tree: Tree, shape: Shape | None, axis: Tree) -> "np.ndarray[Any, Any]":
    """Numbers of the file as they are joined to a value of this shape: along its axis as they stand, else as long as
    the value. Raises Unread."""
    told = array_of(tree)
    place = axis - (axis > 0) if isinstance(axis, int) and axis else None
    if told is None or shape is None or place is None or None in shape or told.ndim > len(shape) + 1:
        raise Unread("E_FUNCTION", "joins numbers that stand in the file in a way that cannot be said here")
    told = told[0] if told.ndim == len(shape) + 1 and len(told) == 1 else told
    sizes = [one or 1 for one in shape]
    sizes[place] = told.shape[place]
    if told.ndim < len(sizes) or math.prod(sizes) > MOST_NUMBERS:
        raise Unread("E_FUNCTION", "joins numbers that stand in the file in a way that cannot be said here")
    try:
        return np.broadcast_to(told, sizes)
    except ValueError:
        raise Unread("E_FUNCTION", "joins numbers that stand in the file and are more than its values") from None


def _stack(given: Given, shape_of: ShapeOf) -> Steps:
    return alone(given, "Stack", {"axis": given.get("axis", 0)}, ("x", "axis"))


def _pad(given: Given, shape_of: ShapeOf) -> Steps:
    widths, fill = plain(given.get("pad_width")), given.get("constant_values")
    mode = str(given.get("mode") or "constant").lower()
    if mode in ("reflect", "symmetric") and isinstance(widths, list) and widths[:1] == [[0, 0]]:
        return mirrored(given, widths, 1 if mode == "reflect" else 0)
    if mode != "constant" or not isinstance(widths, list) or not (fill is None or is_number(fill)):
        raise Unread("E_FUNCTION", "pads otherwise than with one number or a mirror image, which cannot be said here")
    if fill:
        zeros = _pad({**given, "constant_values": 0}, shape_of)
        before = Step("Rescaling", {"scale": 1.0, "offset": -float(fill)}, zeros[0].came)
        later = [replace(one, came=tuple(at + 1 for at in one.came if isinstance(at, int))) for one in zeros[1:]]
        steps = [before, replace(zeros[0], came=(0,)), *later]
        return [*steps, Step("Rescaling", {"scale": 1.0, "offset": float(fill)}, (len(steps) - 1,))]
    axes = len(widths) - 2
    if widths[:1] == [[0, 0]] and axes in (1, 2) and not any(map(any, widths[1:-1])):
        return _with_more_channels(given, widths[-1])
    ends = widths[:1] + widths[-1:]
    if any(one != [0, 0] for one in ends) or axes not in (1, 2, 3):
        raise Unread("E_FUNCTION", "pads samples or channels, which cannot be said here")
    padding = [one for pair in widths[1:-1] for one in pair]
    return alone(given, f"ZeroPadding{axes}D", {"padding": padding}, ("x", "pad_width", "mode", "constant_values"))


def mirrored(given: Given, widths: list[list[int]], edge: int) -> Steps:
    """Each axis with its ends mirrored. edge: 1 where what lies at the very end is not repeated."""
    hold_known(given, ("x", "pad_width", "mode", "constant_values"))
    (came,), steps = (*refs_of(given.get("x")),), list[Step]()
    value: Ref | int = came
    for axis, (before, behind) in enumerate(widths):
        parts: list[Ref | int] = [value]
        for count, start, stop, place in (
            (before, edge, before + edge, 0),
            (behind, -behind - edge, -edge or None, len(parts) + 1),
        ):
            if count:
                steps.append(Step("Slice", {"axis": axis, "start": start, "stop": stop}, (value,)))
                steps.append(Step("Flip", {"axis": [axis]}, (len(steps) - 1,)))
                parts.insert(place, len(steps) - 1)
        if len(parts) > 1:
            steps.append(Step("Concatenate", {"axis": axis}, tuple(parts)))
            value = len(steps) - 1
    return steps or [Step("Slice", {"axis": 1}, (came,))]


def _with_more_channels(given: Given, more: list[int]) -> Steps:
    """Channels are padded as rows of an image, or steps of a sequence, that is turned round."""
    axes = len(plain(given.get("pad_width"))) - 2
    there, back = ([2, 1], [2, 1]) if axes == 1 else ([3, 1, 2], [2, 3, 1])
    padding = more if axes == 1 else [*more, 0, 0]
    return [
        Step("Permute", {"dims": there}, refs_of(given.get("x"))),
        Step(f"ZeroPadding{axes}D", {"padding": padding}, (0,)),
        Step("Permute", {"dims": back}, (1,)),
    ]


OWN: Mapping[str, Work] = {
    "concatenate": _concatenate,
    "stack": _stack,
    "pad": _pad,
}
