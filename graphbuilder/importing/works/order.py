"""What is largest, next and in the middle, and what came so far."""

from collections.abc import Mapping

from graphbuilder.importing.settings import Raw, Unread
from graphbuilder.importing.works.steps import (
    Given,
    ShapeOf,
    Step,
    Steps,
    Work,
    axis_of,
    hold_known,
    refs_of,
    size_along,
)


def _so_far(kind: str, nothing: float) -> Work:
    """A sum or product along an axis; of TensorFlow's also from the end on, or without the place itself. nothing: what
    it begins with."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        hold_known(given, ("x", "axis", "exclusive", "reverse", "dtype"))
        axis, (ref,) = axis_of(given), refs_of(given.get("x"))
        found: Steps = []

        def then(kind: str, params: Raw) -> None:
            found.append(Step(kind, params, (len(found) - 1 if found else ref,)))

        if given.get("reverse"):
            then("Flip", {"axis": [axis]})
        then(kind, {"axis": axis})
        if given.get("exclusive"):
            whole = len(found) - 1
            then("Slice", {"axis": axis, "start": 0, "stop": -1})
            found.append(Step("Slice", {"axis": axis, "start": 0, "stop": 1}, (whole,)))
            then("Rescaling", {"scale": 0.0, "offset": nothing})
            found.append(Step("Concatenate", {"axis": axis}, (whole + 3, whole + 1)))
        if given.get("reverse"):
            then("Flip", {"axis": [axis]})
        return found

    return steps


def _top_k(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("x", "k", "sorted"))  # in any order is in this order, too
    if not isinstance(given.get("k", 1), int):
        raise Unread("E_FUNCTION", "takes as many of the largest as the data tell, which cannot be said here")
    return [Step("TopK", {"k": given.get("k", 1)}, refs_of(given.get("x")))]


def _sort(given: Given, shape_of: ShapeOf) -> Steps:
    hold_known(given, ("x", "axis", "direction"))
    axis = axis_of(given, -1)
    sort = Step("Sort", {"axis": axis}, refs_of(given.get("x")))
    return [sort, Step("Flip", {"axis": [axis]}, (0,))] if given.get("direction") == "DESCENDING" else [sort]


def _argsort(given: Given, shape_of: ShapeOf) -> Steps:
    """The places of the largest, of all of them: as TensorFlow has it."""
    hold_known(given, ("x", "axis", "direction", "stable"))
    axis, refs = axis_of(given, -1), refs_of(given.get("x"))
    shape, size = shape_of(refs[0]), size_along(given, axis, shape_of)
    if shape is None or size is None or axis not in (-1, len(shape)):
        raise Unread("E_FUNCTION", "finds an order along another axis than the last, or one of unknown size")
    places: Raw = {"axis": 1}
    if given.get("direction") == "DESCENDING":
        return [Step("TopK", {"k": size}, refs), Step("Slice", places, ((0, 1),))]
    turned = Step("Elementwise", {"function": "negative"}, refs)
    return [turned, Step("TopK", {"k": size}, (0,)), Step("Slice", places, ((1, 1),))]


def _median(given: Given, shape_of: ShapeOf) -> Steps:
    """Of values in order, the mean of the one or two in the middle."""
    hold_known(given, ("x", "axis", "keepdims"))
    axis = axis_of(given)
    size = size_along(given, axis, shape_of)
    if size is None:
        raise Unread("E_FUNCTION", "finds the middle of an axis of unknown size")
    keeps = bool(given.get("keepdims"))
    return [
        Step("Sort", {"axis": axis}, refs_of(given.get("x"))),
        Step("Slice", {"axis": axis, "start": (size - 1) // 2, "stop": size // 2 + 1}, (0,)),
        Step("ReduceMean", {"axis": [axis], "keepdims": keeps}, (1,)),
    ]


OWN: Mapping[str, Work] = {
    "cumsum": _so_far("CumulativeSum", 0.0),
    "cumprod": _so_far("CumulativeProduct", 1.0),
    "top_k": _top_k,
    "sort": _sort,
    "argsort": _argsort,
    "median": _median,
}
