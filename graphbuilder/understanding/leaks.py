"""Features that give the target away: a copy of it, a sum, difference, product or quotient of two, a sum of several, or
a category that tells the class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

FIXES = 0.9995
"""From this correlation on a number fixes another: what is left may be rounding."""
MOST = 40
"""Columns of numbers that are tried in pairs."""
LEAST = 20
"""Rows, of which each tells more than chance would."""


@dataclass(frozen=True)
class Leak:
    """columns: that fix the target; how: which of them is done to them, in words."""

    columns: tuple[str, ...]
    how: str


def of_numbers(target: Array, numbers: Mapping[str, Array]) -> Leak | None:
    """What fixes a target of amounts; rows with a gap are left out. All arrays are of some thousand rows."""
    names = [name for name, values in numbers.items() if np.isfinite(values).mean() > 0.5][:MOST]
    alone = {name: _correlation(target, numbers[name]) for name in names}
    best = max(alone, key=lambda name: alone[name], default="")
    if best and alone[best] >= FIXES:
        exact = np.array_equal(numbers[best], target, equal_nan=True)
        return Leak((best,), "is a copy of" if exact else "is a straight line of")
    for first, second in combinations(names, 2):
        a, b = numbers[first], numbers[second]
        for how, values in _combined(a, b):
            if _correlation(target, values) >= FIXES:
                swapped = how in _SWAPPED
                return Leak((second, first) if swapped else (first, second), _SWAPPED.get(how, how))
    return _of_several(target, {name: numbers[name] for name in names})


_SWAPPED = {"the quotient, turned,": "the quotient"}


def _combined(a: Array, b: Array) -> list[tuple[str, Array]]:
    with np.errstate(all="ignore"):
        return [
            ("the sum", a + b),
            ("the difference", a - b),
            ("the product", a * b),
            ("the quotient", a / b),
            ("the quotient, turned,", b / a),
        ]


def _correlation(a: Array, b: Array) -> float:
    """Of the rows where both are; 0 where one does not vary."""
    there = np.isfinite(a) & np.isfinite(b)
    if there.sum() < max(LEAST, len(a) / 4):
        return 0.0
    a, b = a[there] - a[there].mean(), b[there] - b[there].mean()
    length = np.sqrt((a @ a) * (b @ b))
    return float(abs(a @ b) / length) if length > 0 else 0.0


def _varies(values: Array) -> bool:
    finite = values[np.isfinite(values)]
    return len(finite) > 1 and bool(finite.std() > 0)


def _of_several(target: Array, numbers: Mapping[str, Array]) -> Leak | None:
    """A weighted sum of three or more that leaves nothing over."""
    names = [name for name, values in numbers.items() if _varies(values)]
    if len(names) < 3:
        return None
    table = np.column_stack([numbers[name] for name in names])
    there = np.isfinite(table).all(axis=1) & np.isfinite(target)
    if there.sum() < 5 * len(names) + LEAST:
        return None
    table, told = table[there], target[there]
    table = (table - table.mean(axis=0)) / table.std(axis=0).clip(1e-12)
    told = told - told.mean()
    weights, *_ = np.linalg.lstsq(table, told, rcond=None)
    left = told - table @ weights
    if not told @ told or left @ left > 1e-6 * (told @ told):
        return None
    heavy = [name for name, weight in zip(names, weights, strict=True) if abs(weight) > 1e-3 * np.abs(weights).max()]
    return Leak(tuple(heavy), "a weighted sum") if len(heavy) >= 3 else None


def of_classes(codes: Array, categories: Mapping[str, Array], numbers: Mapping[str, Array]) -> Leak | None:
    """What fixes a target of classes: a category of which each value goes with one class alone, or a number that parts
    the classes without overlap. categories: codes from 0."""
    classes = len(np.unique(codes))
    if classes < 2 or len(codes) < LEAST:
        return None
    for name, values in categories.items():
        distinct, pairs = len(np.unique(values)), len(np.unique(values * (codes.max() + 1) + codes))
        if pairs == distinct <= len(codes) / 5:
            return Leak((name,), "each value goes with one class")
    for name, values in numbers.items():
        if np.isfinite(values).all() and _parts_classes(codes, values, classes):
            return Leak((name,), "its ranges of the classes do not overlap")
    return None


def _parts_classes(codes: Array, values: Array, classes: int) -> bool:
    order = np.lexsort((codes, values))
    changes = np.flatnonzero(np.diff(codes[order])) + 1
    if len(changes) != classes - 1:
        return False
    ends = values[order]
    return bool((ends[changes] > ends[changes - 1]).all())


def sampled(rows: int, most: int) -> Array:
    """Rows spread evenly over all."""
    return np.linspace(0, rows - 1, min(rows, most)).astype("int64")


def correlations(numbers: Mapping[str, Array]) -> tuple[tuple[str, ...], Sequence[Sequence[float]]]:
    """Of each pair of columns that vary, over the rows where both are."""
    names = tuple(name for name, values in numbers.items() if _varies(values))
    table = np.ma.masked_invalid(np.array([numbers[name] for name in names]))
    if len(names) < 2:
        return names, [[1.0]] * len(names)
    found = np.ma.corrcoef(table).filled(0.0)  # type: ignore[no-untyped-call]
    return names, np.round(found, 4).tolist()
