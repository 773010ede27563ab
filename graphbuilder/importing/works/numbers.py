"""Values that meet numbers of the file: a row for all, one for each, or the sines and cosines of places."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from graphbuilder.importing.model import MOST_NUMBERS, Many, Ref, Tree
from graphbuilder.importing.settings import Raw, Unread
from graphbuilder.importing.works.function_names import ARITHMETIC
from graphbuilder.importing.works.steps import ShapeOf, Step, Steps, is_number, plain
from graphbuilder.shapes import Shape


def with_number(kind: str, one: Tree, other: Tree, shape_of: ShapeOf) -> Steps:
    turned = isinstance(other, Ref)
    value, number = (other, one) if turned else (one, other)
    if not isinstance(value, Ref):
        raise Unread("E_FUNCTION", "works on numbers that stand in the file, which cannot be said here")
    if not is_number(number):
        return with_numbers(kind, value, number, turned, shape_of)
    c = float(number)
    match kind:
        case "add":
            return [Step("Rescaling", {"scale": 1.0, "offset": c}, (value,))]
        case "multiply":
            return [Step("Rescaling", {"scale": c}, (value,))]
        case "subtract":
            return [Step("Rescaling", {"scale": -1.0 if turned else 1.0, "offset": c if turned else -c}, (value,))]
        case "maximum" if not c:
            return [Step("Activation", {"activation": "relu"}, (value,))]
        case "maximum" | "minimum":  # c + relu(x - c), and c - relu(c - x)
            sign = 1.0 if kind == "maximum" else -1.0
            moved = Step("Rescaling", {"scale": sign, "offset": -sign * c}, (value,))
            back = Step("Rescaling", {"scale": sign, "offset": c}, (1,))
            return [moved, Step("Activation", {"activation": "relu"}, (0,)), back]
    raise Unread("E_FUNCTION", f"takes the {kind} of values and {c:g}, which cannot be said here")


def row_of(tree: Tree) -> list[float] | None:
    """Numbers that stand in the file, one for each channel."""
    while isinstance(tree, tuple) and len(tree) == 1 and isinstance(tree[0], tuple):
        tree = tree[0]
    if not isinstance(tree, tuple) or not tree:
        return None
    numbers = [float(one) for one in tree if is_number(one)]
    return numbers if len(numbers) == len(tree) else None


def with_numbers(kind: str, value: Ref, tree: Tree, turned: bool, shape_of: ShapeOf) -> Steps:
    """With a number for each channel, or for each value of a sample, which is laid in one row for it."""
    if row := row_of(tree):
        return _with_row(kind, value, row, turned)
    if kind == "add" and (waves := _as_waves(value, tree, shape_of)):
        return waves
    if (beside := _beside(tree, value, shape_of)) is not None:
        return _repeated(kind, value, beside, turned)
    shape, row = for_each(tree, value, shape_of)
    inner = _with_row(kind, 0, row, turned)
    return in_one_row(value, shape, inner)


def _beside(tree: Tree, value: Ref, shape_of: ShapeOf) -> "np.ndarray[Any, Any] | None":
    """Numbers of the file along axes of which the value has one place, so that it is repeated for them; None of
    others."""
    told, shape = array_of(tree), shape_of(value)
    if told is None or shape is None or None in shape or told.size > MOST_NUMBERS:
        return None
    if told.ndim == len(shape) + 1 and len(told) == 1:
        told = told[0]
    if told.ndim > len(shape):
        return None
    told = told.reshape((1,) * (len(shape) - told.ndim) + told.shape)
    fits = all(1 in (one, size) or one == size for one, size in zip(told.shape, shape, strict=True))
    return told if fits and any(one > (size or 1) for one, size in zip(told.shape, shape, strict=True)) else None


def _repeated(kind: str, value: Ref, numbers: "np.ndarray[Any, Any]", turned: bool) -> Steps:
    """A value that meets numbers which are more than its own: they stand as a value themselves."""
    if kind == "divide" and (turned or not numbers.all()):
        raise Unread("E_FUNCTION", "divides what stands in the file, or by nothing, which cannot be said here")
    steps = standing(1 / numbers if kind == "divide" else numbers, value, 0)
    pair = (value, len(steps) - 1)
    return [*steps, Step(ARITHMETIC.get(kind, "Multiply"), {}, pair[::-1] if turned else pair)]


_FEW_PLACES = 8
"""Tables of fewer places are numbers and no waves."""


def _as_waves(value: Ref, tree: Tree, shape_of: ShapeOf) -> Steps | None:
    """A table of sines and cosines that is added to a sequence, as what works such waves; None for other numbers. They
    lie by turns, or first all sines and then all cosines."""
    told, shape = array_of(tree), shape_of(value)
    while told is not None and told.ndim > 2 and len(told) == 1:
        told = told[0]
    if told is None or told.ndim != 2 or shape is None or len(shape) != 2 or told.shape[1] != shape[1]:
        return None
    places, features = told.shape
    if places < _FEW_PLACES or features < 4 or shape[0] not in (None, places):
        return None
    for column, by_halves in ((2, False), (1, True)):
        if not 0 < told[1, column] < 1 or (by_halves and features % 2):
            continue
        wavelength = round(math.asin(told[1, column]) ** (-features / 2))
        if not 2 <= wavelength <= 10**9:
            continue
        feature = np.arange(features)
        waves = np.arange(places)[:, None] * float(wavelength) ** -((feature - feature % 2) / features)
        waves = np.where(feature % 2, np.cos(waves), np.sin(waves))
        if by_halves:
            waves = np.concatenate([waves[:, ::2], waves[:, 1::2]], -1)
        if np.abs(waves - told).max() < _SAME_WAVE * places:
            return _waves(value, wavelength, by_halves)
    return None


_SAME_WAVE = 1e-6
"""How far a wave may be from another for each place: as far as numbers of 32 bits take it."""


def _waves(value: Ref, wavelength: int, by_halves: bool) -> Steps:
    made = Step("SinusoidalPosition", {"wavelength": wavelength}, (value,))
    if not by_halves:
        return [made, Step("Add", {}, (value, 0))]
    halves = [Step("Slice", {"axis": -1, "start": start, "stop": None, "step": 2}, (0,)) for start in (0, 1)]
    return [made, *halves, Step("Concatenate", {"axis": -1}, (1, 2)), Step("Add", {}, (value, 3))]


def in_one_row(value: Ref, shape: Shape, inner: Steps) -> Steps:
    """Steps on all values of a sample in one row. inner: of which the first reads step 0, and each other the one before
    it."""
    flat = Step("Reshape", {"target_shape": [-1]}, (value,))
    steps = [flat, *(replace(one, came=(place,)) for place, one in enumerate(inner))]
    return [*steps, Step("Reshape", {"target_shape": [*shape]}, (len(steps) - 1,))]


def for_each(tree: Tree, value: Ref, shape_of: ShapeOf) -> tuple[Shape, list[float]]:
    """The shape of a value, and numbers of a file as they meet it: one for each of a sample's values. Raises Unread."""
    told, shape = array_of(tree), shape_of(value)
    if told is None:
        raise Unread("E_FUNCTION", "works on what stands in the file and is no number, which cannot be said here")
    if shape is None or None in shape:
        raise Unread("E_FUNCTION", "works on numbers that stand in the file, with values of unknown shape")
    whole = tuple(one or 1 for one in shape)
    if math.prod(whole) > MOST_NUMBERS:
        raise Unread("E_FUNCTION", f"works on more than {MOST_NUMBERS:,} numbers that stand in the file")
    try:
        met = np.broadcast_to(told, (1, *whole))
    except ValueError:
        raise Unread("E_FUNCTION", "works on numbers that stand in the file and are more than its values") from None
    return shape, [float(one) for one in met.ravel()]


def standing(numbers: "np.ndarray[Any, Any]", like: Ref, first: int) -> Steps:
    """Numbers of the file as a value of their own, the same for each sample. like: a value, of which nothing is left.
    first: the number of the first step."""
    offsets = [float(one) for one in numbers.ravel()]
    steps: Steps = [
        Step("Reshape", {"target_shape": [-1]}, (like,)),
        Step("Slice", {"axis": -1, "start": 0, "stop": 1}, (first,)),
        Step("Reshape", {"target_shape": [1, 1]}, (first + 1,)),
        Step("UpSampling1D", {"size": [len(offsets)]}, (first + 2,)),
        Step("Reshape", {"target_shape": [len(offsets)]}, (first + 3,)),
        Step("Rescaling", {"scale": 0.0, "offsets": offsets}, (first + 4,)),
    ]
    return [*steps, Step("Reshape", {"target_shape": [*numbers.shape]}, (first + 5,))]


def array_of(tree: Tree) -> "np.ndarray[Any, Any] | None":
    """Numbers that stand in the file."""
    if isinstance(tree, Many):
        return tree.numbers
    try:
        told = np.array(plain(tree), "float64")
    except (TypeError, ValueError):
        return None
    return told if told.size else None


def _with_row(kind: str, value: Ref | int, row: list[float], turned: bool) -> Steps:
    """With a number for each channel. value: what comes in, or the number of the step that gives it, 0."""
    below = [-one for one in row]
    match kind:
        case "add":
            params: Raw = {"offsets": row}
        case "multiply":
            params = {"scales": row}
        case "subtract":
            params = {"scale": -1.0, "offsets": row} if turned else {"offsets": below}
        case "divide" if not turned and all(row):
            params = {"scales": [1 / one for one in row]}
        case "maximum" | "minimum":
            sign = 1.0 if kind == "maximum" else -1.0
            return [
                Step("Rescaling", {"scale": sign, "offsets": below if sign > 0 else row}, (value,)),
                Step("Activation", {"activation": "relu"}, (0,)),
                Step("Rescaling", {"scale": sign, "offsets": row}, (1,)),
            ]
        case _:
            raise Unread("E_FUNCTION", "works on numbers that stand in the file, which cannot be said here")
    return [Step("Rescaling", {"scale": 1.0, **params}, (value,))]
