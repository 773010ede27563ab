"""Parts that are taken out, repeated and put together again."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from graphbuilder.importing.model import Along, Ref, Rest, Tree
from graphbuilder.importing.settings import Raw, Unread
from graphbuilder.importing.works.steps import (
    MOST_STEPS,
    Given,
    ShapeOf,
    Step,
    Steps,
    Work,
    alone,
    axes_of,
    axis_of,
    hold_known,
    is_number,
    plain,
    refs_of,
    size_along,
)
from graphbuilder.shapes import Shape

_CUTS = ("indices_or_sections", "num_or_size_splits", "axis", "num")


def _split(given: Given, shape_of: ShapeOf) -> Steps:
    cuts, axis = given.get("indices_or_sections"), given.get("axis", 0)
    if isinstance(sizes := given.get("num_or_size_splits"), tuple):
        if not all(isinstance(one, int) and one > 0 for one in sizes):
            raise Unread("E_FUNCTION", "cuts where it is not known how large its parts are")
        return alone(given, "Chunk", {"sizes": list(sizes), "axis": axis}, ("x", "num_or_size_splits", "axis", "num"))
    cuts = given.get("num_or_size_splits", cuts)
    if isinstance(cuts, int) and not isinstance(cuts, bool):
        return alone(given, "Chunk", {"parts": cuts, "axis": axis}, ("x", *_CUTS))
    places: list[int] = [one for one in cuts if isinstance(one, int)] if isinstance(cuts, tuple) else []
    shape = shape_of(refs_of(given.get("x"))[0])
    if not places or shape is None or not isinstance(axis, int):
        raise Unread("E_FUNCTION", "cuts where it is not known how large its parts are")
    size = shape[axis - 1 if axis > 0 else axis]
    if size is None:
        raise Unread("E_FUNCTION", "cuts an axis of unknown size at given places")
    edges = [0, *places, size]
    parts = [stop - start for start, stop in itertools.pairwise(edges)]
    return alone(given, "Chunk", {"sizes": parts, "axis": axis}, ("x", *_CUTS))


def _get_item(given: Given, shape_of: ShapeOf) -> Steps:
    """An index of each axis: a part of it, one place of it, or a new axis. The first is that of the samples."""
    value, key = given.get("x"), given.get("key")
    keys = key if isinstance(key, tuple) else (key,)
    (ref,) = refs_of(value)
    if not keys or (keys[0] != Along() and not isinstance(keys[0], Rest)):
        raise Unread("E_FUNCTION", "takes some of the samples, which cannot be said here")
    placed = list(_placed(keys))
    steps: Steps = []
    dropped: list[int] = []
    for axis, one in placed:
        came = len(steps) - 1 if steps else ref
        if isinstance(one, Along) and one != Along():
            steps += _taken(axis, one, came, len(steps))
        elif isinstance(one, int) and not isinstance(one, bool):
            stop = one + 1 if one != -1 else None
            steps += _taken(axis, Along(one, stop), came, len(steps))
            dropped.append(axis)
        elif one is not None and one != Along():
            raise Unread("E_FUNCTION", "takes places that are values themselves, which cannot be said here")
    shape = shape_of(ref)
    for axis in _farthest_first(dropped):
        steps.append(_without(axis, len(steps) - 1, shape))
    new = [axis for axis, one in placed if one is None]
    if new and dropped:
        raise Unread("E_FUNCTION", "drops axes and adds others at once, which cannot be said here")
    for axis in sorted(new) if new and new[0] > 0 else sorted(new, reverse=True):
        steps.append(Step("ExpandDims", {"axis": axis}, (len(steps) - 1 if steps else ref,)))
    axis = -1 if not placed else min(placed[0][0], 0) or placed[-1][0]
    return steps or [Step("Slice", {"axis": axis}, (ref,))]


def _without(axis: int, came: int, shape: Shape | None) -> Step:
    """One place of an axis without that axis: where it is not known how long the axis is, as the sum of that place.
    shape: of what it was taken of."""
    place = axis - 1 if axis > 0 else axis
    if shape is not None and len(shape) > 1 and -len(shape) <= place < len(shape) and shape[place] is None:
        return Step("ReduceSum", {"axis": [axis], "keepdims": False}, (came,))
    return Step("Squeeze", {"axis": axis}, (came,))


def _farthest_first(axes: list[int]) -> list[int]:
    """Axes in an order in which none that is dropped moves one that is still to be."""
    return sorted((axis for axis in axes if axis > 0), reverse=True) + sorted(axis for axis in axes if axis < 0)


def _squeeze(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("x", "axis"))
    (value,) = refs_of(given.get("x"))
    told, known = plain(given.get("axis")), shape_of(value)
    if told is None and known:
        told = [axis for axis, size in enumerate(known, 1) if size == 1]
    axes = _farthest_first([axis for axis in axes_of(told) if isinstance(axis, int)])
    if not axes:
        return [Step("Activation", {"activation": "linear"}, (value,))]
    came: list[Ref | int] = [value, *range(len(axes))]
    return [Step("Squeeze", {"axis": axis}, (came[place],)) for place, axis in enumerate(axes)]


def _placed(keys: tuple[Tree, ...]) -> Iterator[tuple[int, Tree]]:
    """Each index with its axis: counted from the samples' on, or behind ... from the end. New axes are counted as they
    will stand, and others without them."""
    rest = next((place for place, one in enumerate(keys) if isinstance(one, Rest)), len(keys))
    axis = 0
    for place, one in enumerate(keys[:rest]):
        if one is None:
            yield place, one
        elif place:
            axis += 1
            yield axis, one
    behind = keys[rest + 1 :]
    old = -sum(one is not None for one in behind)
    for place, one in enumerate(behind):
        if one is None:
            yield place - len(behind), one
        else:
            yield old, one
            old += 1


def _taken(axis: int, along: Along, came: Ref | int, number: int) -> Steps:
    """number: of the first step."""
    step = along.step or 1
    if step > 0:
        params: Raw = {"axis": axis, "start": along.start or 0, "stop": along.stop, "step": step}
        return [Step("Slice", params, (came,))]
    if step < -1 and along.start is None and along.stop is None:
        back = Step("Flip", {"axis": [axis]}, (came,))
        return [back, Step("Slice", {"axis": axis, "start": 0, "stop": None, "step": -step}, (number,))]
    if step < -1 or -1 in (along.start, along.stop) or ((along.start or 0) < 0) != ((along.stop or 0) < 0):
        raise Unread("E_FUNCTION", "goes backwards along an axis in a way that cannot be said here")
    first = 0 if along.stop is None else along.stop + 1
    stop = None if along.start is None else along.start + 1
    if not first and stop is None:
        return [Step("Flip", {"axis": [axis]}, (came,))]
    taken = Step("Slice", {"axis": axis, "start": first, "stop": stop}, (came,))
    return [taken, Step("Flip", {"axis": [axis]}, (number,))]


def _diagonal(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("x", "offset", "axis1", "axis2"))
    axes, offset = (given.get("axis1", 0), given.get("axis2", 1)), given.get("offset") or 0
    (ref,) = refs_of(given.get("x"))
    taken = Step("Diagonal", {"offset": offset}, (ref,))
    if axes == (-2, -1):
        return [taken]
    shape = shape_of(ref)
    if shape is None or not all(isinstance(one, int) and one for one in axes):
        raise Unread("E_FUNCTION", "takes a diagonal that the samples lie along, which cannot be said here")
    count = len(shape)
    first, second = (one if one > 0 else count + 1 + one for one in axes if isinstance(one, int))
    if (first, second) == (count - 1, count):
        return [taken]
    dims = [axis for axis in range(1, count + 1) if axis not in (first, second)]
    return [Step("Permute", {"dims": [*dims, first, second]}, (ref,)), replace(taken, came=(0,))]


def _diag_part(given: Given, shape_of: ShapeOf) -> Steps:
    """As TensorFlow takes it, of the last two axes."""
    hold_known(given, ("x", "k"))
    return _diagonal({"x": given.get("x"), "offset": given.get("k"), "axis1": -2, "axis2": -1}, shape_of)


def _trace(given: Given, shape_of: ShapeOf) -> Steps:
    steps = _diagonal({name: one for name, one in given.items() if name != "dtype"}, shape_of)
    return [*steps, Step("ReduceSum", {"axis": [-1], "keepdims": False}, (len(steps) - 1,))]


def _take(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("x", "indices", "axis", "mode", "batch_dims"))
    axis, places = axis_of(given), given.get("indices")
    refs = refs_of(given.get("x"))
    if is_number(places):
        return [*_taken(axis, _one_place(places), refs[0], 0), _without(axis, 0, shape_of(refs[0]))]
    if not isinstance(places, tuple) or not places or not all(isinstance(one, int) for one in places):
        raise Unread("E_FUNCTION", "takes places that are values themselves, which cannot be said here")
    if len(places) > MOST_STEPS:
        raise Unread("E_FUNCTION", f"takes {len(places)} single places, which cannot be said here")
    steps: Steps = []
    for one in places:
        steps += _taken(axis, _one_place(one), refs[0], len(steps))
    if len(steps) > 1:
        steps.append(Step("Concatenate", {"axis": axis}, tuple(range(len(steps)))))
    return steps


def _one_place(place: Any) -> Along:
    return Along(place, place + 1 if place != -1 else None)


def _tile(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("x", "repeats"))
    times = given.get("repeats")
    if not isinstance(times, tuple) or not all(isinstance(one, int) and 0 < one <= MOST_STEPS for one in plain(times)):
        raise Unread("E_FUNCTION", "repeats as often as the data tell, which cannot be said here")
    shape = shape_of(refs_of(given.get("x"))[0])
    if times[0] != 1 or (shape is not None and len(times) != len(shape) + 1):
        raise Unread("E_FUNCTION", "repeats the samples, which cannot be said here")
    came: Ref | int = refs_of(given.get("x"))[0]
    steps: Steps = []
    for axis, count in enumerate(plain(times[1:]), start=1):
        if count > 1:
            steps.append(Step("Concatenate", {"axis": axis}, (came,) * count))
            came = len(steps) - 1
    return steps or [Step("Slice", {"axis": 1}, (came,))]


def _repeat(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("x", "repeats", "axis"))
    axis, count = axis_of(given), plain(given.get("repeats"))
    shape = shape_of(refs_of(given.get("x"))[0])
    if not isinstance(count, int) or not 0 < count <= MOST_STEPS or shape is None or shape.count(None) > 1:
        raise Unread("E_FUNCTION", "repeats as often as the data tell, which cannot be said here")
    place = axis - 1 if axis > 0 else len(shape) + axis
    target: list[int | None] = [*shape]
    size = target[place]
    target[place] = None if size is None else size * count
    behind = place + 2
    return [
        Step("ExpandDims", {"axis": behind}, refs_of(given.get("x"))),
        Step("Concatenate", {"axis": behind}, (0,) * count),
        Step("Reshape", {"target_shape": [-1 if one is None else one for one in target]}, (1,)),
    ]


_MOST_AXES = 8


def _later(came: Ref | int | tuple[int, int], by: int) -> Ref | int | tuple[int, int]:
    """A step's number, where others stand before."""
    if isinstance(came, Ref):
        return came
    return (came[0] + by, came[1]) if isinstance(came, tuple) else came + by


def _roll(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("x", "shift", "axis"))
    axes, shifts = plain(given.get("axis")), plain(given.get("shift"))
    if isinstance(axes, list) and isinstance(shifts, list) and 1 < len(axes) == len(shifts) <= _MOST_AXES:
        rolled: Steps = []
        for axis, shift in zip(axes, shifts, strict=True):
            last, before = len(rolled) - 1, len(rolled)
            for step in _roll({"x": given.get("x"), "axis": axis, "shift": shift}, shape_of):
                came = tuple(last if isinstance(one, Ref) and last >= 0 else _later(one, before) for one in step.came)
                rolled.append(replace(step, came=came))
        return rolled
    axis, shift = axis_of(given), shifts
    shift = shift[0] if isinstance(shift, list) and len(shift) == 1 else shift
    size = size_along(given, axis, shape_of)
    if not isinstance(shift, int) or size is None:
        raise Unread("E_FUNCTION", "turns values round an axis of unknown size")
    shift %= size
    refs = refs_of(given.get("x"))
    if not shift:
        return [Step("Slice", {"axis": axis}, refs)]
    return [
        Step("Slice", {"axis": axis, "start": size - shift, "stop": None}, refs),
        Step("Slice", {"axis": axis, "start": 0, "stop": size - shift}, refs),
        Step("Concatenate", {"axis": axis}, (0, 1)),
    ]


def _unstack(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("x", "num", "axis"))
    axis = axis_of(given)
    count = given.get("num") or size_along(given, axis, shape_of)
    if not isinstance(count, int) or not 0 < count <= MOST_STEPS // 2:
        raise Unread("E_FUNCTION", "takes apart an axis of unknown size")
    refs = refs_of(given.get("x"))
    if count == 1:
        return [Step("Squeeze", {"axis": axis}, refs, 0)]
    parts = (Step("Squeeze", {"axis": axis}, ((0, place),), place) for place in range(count))
    return [Step("Chunk", {"parts": count, "axis": axis}, refs), *parts]


OWN: Mapping[str, Work] = {
    "split": _split,
    "get_item": _get_item,
    "squeeze": _squeeze,
    "diagonal": _diagonal,
    "diag_part": _diag_part,
    "trace": _trace,
    "take": _take,
    "tile": _tile,
    "repeat": _repeat,
    "roll": _roll,
    "unstack": _unstack,
}
