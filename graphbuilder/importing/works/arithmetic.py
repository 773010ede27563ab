"""Sums, products, powers and bounds, with remainder or without."""

import math
from collections.abc import Mapping

from graphbuilder.importing.model import Ref
from graphbuilder.importing.settings import Raw, Unread
from graphbuilder.importing.works.function_names import ARITHMETIC, ELEMENTWISE
from graphbuilder.importing.works.numbers import row_of, with_number, with_numbers
from graphbuilder.importing.works.steps import (
    Given,
    ShapeOf,
    Step,
    Steps,
    Work,
    alone,
    axis_of,
    hold_known,
    is_number,
    refs_of,
)
from graphbuilder.tensors import Numbers


def _arithmetic(kind: str) -> Work:
    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        hold_known(given, ("x1", "x2"))
        one, other = given.get("x1"), given.get("x2")
        if isinstance(one, Ref) and isinstance(other, Ref):
            return [Step(ARITHMETIC[kind], {}, (one, other))]
        return with_number(kind, one, other, shape_of)

    return steps


def _divide(given: Given, shape_of: ShapeOf) -> Steps:
    one, other = given.get("x1"), given.get("x2")
    if isinstance(one, Ref) and is_number(other) and other:
        return [Step("Rescaling", {"scale": 1 / float(other)}, (one,))]
    if isinstance(one, Ref) and isinstance(other, tuple):
        return with_numbers("divide", one, other, False, shape_of)
    if not isinstance(other, Ref):
        raise Unread("E_FUNCTION", "divides by what stands in the file, which cannot be said here")
    below = Step("Elementwise", {"function": "reciprocal"}, (other,))
    if isinstance(one, Ref):
        return [below, Step("Multiply", {}, (one, 0))]
    if not is_number(one):
        raise Unread("E_FUNCTION", "divides what stands in the file, which cannot be said here")
    return [below] if one == 1 else [below, Step("Rescaling", {"scale": float(one)}, (0,))]


def _power(given: Given, shape_of: ShapeOf) -> Steps:
    one, other = given.get("x1"), given.get("x2")
    if is_number(one) and one > 0 and isinstance(other, Ref):
        return _to_the_power(float(one), other)
    if not isinstance(one, Ref) or not is_number(other):
        raise Unread("E_FUNCTION", "raises to a power that is no number, which cannot be said here")
    squares = other == 2 and isinstance(other, int)
    params: Raw = {"function": "square"} if squares else {"function": "power", "exponent": float(other)}
    return [Step("Elementwise", params, (one,))]


def _to_the_power(base: float, value: Ref) -> Steps:
    raised = Step("Rescaling", {"scale": math.log(base)}, (value,))
    return [raised, Step("Elementwise", {"function": "exp"}, (0,))]


def _filled(number: float) -> Work:
    """One number everywhere."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        hold_known(given, ("x",))
        return [Step("Rescaling", {"scale": 0.0, "offset": number}, refs_of(given.get("x")))]

    return steps


def _full(given: Given, shape_of: ShapeOf) -> Steps:
    number = given.get("fill_value")
    hold_known(given, ("x", "fill_value"))
    if not is_number(number):
        raise Unread("E_FUNCTION", "fills with what is no number, which cannot be said here")
    return _filled(float(number))({"x": given.get("x")}, shape_of)


def _diff(given: Given, shape_of: ShapeOf) -> Steps:
    """What each place along an axis is more than the one before it, so many times."""
    hold_known(given, ("a", "n", "axis"))
    axis, times = axis_of(given, -1), given.get("n", 1)
    if not isinstance(times, int) or not 0 < times <= _MOST_TIMES:
        raise Unread("E_FUNCTION", f"takes differences {str(times)[:20]} times over, which cannot be said here")
    steps: Steps = []
    came: tuple[Ref | int, ...] = refs_of(given.get("a"))
    for time in range(times):
        before = came if not time else (3 * time - 1,)
        later = Step("Slice", {"axis": axis, "start": 1, "stop": None}, before)
        earlier = Step("Slice", {"axis": axis, "start": 0, "stop": -1}, before)
        steps += [later, earlier, Step("Subtract", {}, (3 * time, 3 * time + 1))]
    return steps


_MOST_TIMES = 8


def _clip(given: Given, shape_of: ShapeOf) -> Steps:
    low, high = given.get("x_min"), given.get("x_max")
    if not (is_number(low) and is_number(high)):
        raise Unread("E_FUNCTION", "clips to what is no number, which cannot be said here")
    params = {"function": "clip", "low": float(low), "high": float(high)}
    return alone(given, "Elementwise", params, ("x", "x_min", "x_max"))


def _round(given: Given, shape_of: ShapeOf) -> Steps:
    if given.get("decimals") not in (None, 0):
        raise Unread("E_FUNCTION", "rounds to decimals, which cannot be said here")
    return alone(given, "Elementwise", {"function": ELEMENTWISE["round"]}, ("x", "decimals"))


def _floored(gives: str) -> Work:
    """How often a value fits into another, or what is left then."""

    def steps(given: Given, shape_of: ShapeOf) -> Steps:
        hold_known(given, ("x1", "x2"))
        one, other = given.get("x1"), given.get("x2")
        if isinstance(one, Ref) and is_number(other) and other:
            return [Step("FloorDivision", {"gives": gives, "value": float(other)}, (one,))]
        if isinstance(one, Ref) and isinstance(other, Ref):
            if shape_of.numbers(other) is not Numbers.WHOLE:
                return [Step("FloorDivision", {"gives": gives}, (one, other))]
            amounts = Step("Rescaling", {"scale": 1.0}, (other,))
            return [amounts, Step("FloorDivision", {"gives": gives}, (one, 0))]
        met, stands, is_turned = (one, other, False) if isinstance(one, Ref) else (other, one, True)
        if not isinstance(met, Ref):
            raise Unread("E_FUNCTION", "works on numbers that stand in the file, which cannot be said here")
        numbers = row_of(stands) if isinstance(stands, tuple) else [float(stands)] if is_number(stands) else None
        if not numbers or not (is_turned or all(numbers)):
            raise Unread("E_FUNCTION", "divides with a remainder what stands in the file, which cannot be said here")
        told: Raw = {"offsets": numbers} if len(numbers) > 1 else {"offset": numbers[0]}
        filled = Step("Rescaling", {"scale": 0.0, **told}, (met,))
        return [filled, Step("FloorDivision", {"gives": gives}, (0, met) if is_turned else (met, 0))]

    return steps


def _squared_difference(given: Given, shape_of: ShapeOf) -> Steps:
    steps = _arithmetic("subtract")(given, shape_of)
    return [*steps, Step("Elementwise", {"function": "square"}, (len(steps) - 1,))]


OWN: Mapping[str, Work] = {
    **{kind: _arithmetic(kind) for kind in ARITHMETIC},
    "divide": _divide,
    "power": _power,
    "clip": _clip,
    "full_like": _full,
    "diff": _diff,
    "zeros_like": _filled(0.0),
    "ones_like": _filled(1.0),
    "floor_divide": _floored("quotient"),
    "mod": _floored("remainder"),
    "round": _round,
    "squared_difference": _squared_difference,
}
