"""Whether one column alone says what is to be found out: a leak of the target, which a name does not show."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from graphbuilder.fields import Field
from graphbuilder.plan import Plan

COLUMNS = 500
"""Looked at, at most."""
_ROWS = 40
"""At least: of fewer, two columns may go together by chance."""
_EXACT = 0.997
"""R² of one column alone, by values or by ranks: a copy with noise of an eighteenth of the spread. What is measured in
the world has more: even the best of many columns seldom has more than 0.98."""
_PURE = 0.995
"""Share of rows whose class follows from the column's value, which has few values: a code of the class."""
_FEW = 2
"""Values for each class, at most: of very many each has one row and so one class."""
_EACH = 10
"""Rows, at least, on each side of a bound, and of each word of a code in words."""
_FEW_WORDS = 8
"""Words for each class, at most, where they are a code of it: a note made afterwards has several for one outcome."""
_TOLD = 0.9
"""Of the rows, that have such a word which as many others have as `_EACH` asks for."""
_NEAR, _THIN = 8, 3.0
"""Steps on both sides of a bound, and times the usual step beside it that they are at most; the step across it is twice
as many. Where two bells of 300 rows meet without touching, steps are ten times as long as amid them."""

_GRAIN = 0.05
"""Spread within a class over the way to the next: of two clouds that is twenty spreads apart."""


def columns(plan: Plan, x: Mapping[str, Any], rows: Any) -> dict[str, Any]:
    """The columns of tables that are entered, by their names; pictures, series and texts have none that could."""
    fields, found = plan.source.fields(), dict[str, Any]()
    for name, entered in plan.inputs.items():
        field = fields[entered]
        if field.kind not in ("vector", "number", "category") or len(field.shape) != 1:
            continue
        values = np.asarray(x[name])[rows].reshape(len(rows), -1)
        for place, called in zip(range(values.shape[1]), _names(field, values.shape[1]), strict=True):
            if len(found) < COLUMNS:
                found[called] = values[:, place]
    return found


def _names(field: Field, count: int) -> list[str]:
    if len(field.parts) == count:
        return [*field.parts]
    return [field.name] if count == 1 else [f"{field.name}[{place}]" for place in range(count)]


def giveaway(columns: Mapping[str, Any], y: Any, target: Field) -> str | None:
    """The column from which alone the target of each row can be read, if there is one beside others: where there is but
    one column, to find the rule is the task."""
    if len(columns) < 2 or len(y) < _ROWS:
        return None
    if target.kind == "class" and target.shape == ():
        return next((name for name, values in columns.items() if _names_class(values, y)), None)
    if np.asarray(y).size == len(y):
        amounts = np.asarray(y, float).reshape(-1)
        return next((name for name, values in columns.items() if _gives_amount(values, amounts)), None)
    return None


def as_words(values: Any) -> "np.ndarray[Any, Any]":
    """Texts as they come, of which TensorFlow makes bytes of UTF-8, as words of NumPy, in the same shape."""
    found = np.asarray(values, object)
    words = [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in found.ravel()]
    return np.array(words, str).reshape(found.shape)


def _names_class(values: Any, y: Any) -> bool:
    return _is_code(values, y) or _is_cut(values, y) or _is_grainy_code(values, y)


def _is_cut(values: Any, y: Any) -> bool:
    """The column goes up, and the class changes once or twice for each of them, in the midst of other values: the class
    was made of it by a bound. Clouds that lie apart by nature are thin where they end, or leave a gap."""
    if values.dtype.kind not in "fiu":
        return False
    kinds, classes = np.unique(y, return_inverse=True)
    order = np.argsort(values, kind="stable")
    column, classes = values[order].astype(float), classes[order]
    bounds = np.flatnonzero(np.diff(classes))
    runs = np.diff([0, *bounds + 1, len(y)])
    if not len(kinds) <= len(runs) <= _FEW * len(kinds) or runs.min() < _EACH:
        return False
    if np.any(column[bounds] == column[bounds + 1]):
        return False  # rows of one value and of two classes
    levels, at = np.unique(column, return_inverse=True)
    steps, ends = np.diff(levels), at[bounds]  # step n leads from level n to the next
    sides = [0, *ends + 1, len(levels)]
    inside = [steps[low : high - 1] for low, high in pairwise(sides)]
    for end, (before, behind) in zip(ends, pairwise(inside), strict=True):
        usual = max((np.median(one) for one in (before, behind) if len(one)), default=0.0)
        near = np.median(steps[max(0, end - _NEAR) : end + _NEAR + 1])
        if near > _THIN * usual or steps[end] > 2 * _THIN * usual:
            return False
    return True


def _is_grainy_code(values: Any, y: Any) -> bool:
    """Each class has a number of its own, with a little grain: far less than what differs from thing to thing."""
    kinds = np.unique(y)
    if values.dtype.kind not in "fiu" or len(kinds) < 2:
        return False
    each = [values[y == kind].astype(float) for kind in kinds]
    apart = np.diff(np.sort([one.mean() for one in each])).min()
    spread = max(one.std() for one in each)
    return bool(min(len(one) for one in each) >= _EACH and spread <= _GRAIN * apart and apart > 0)


def _is_code(values: Any, y: Any) -> bool:
    in_words = values.dtype.kind in "OSU"
    _, codes, rows = np.unique(as_words(values) if in_words else values, return_inverse=True, return_counts=True)
    kinds, classes = np.unique(y, return_inverse=True)
    count = int(codes.max()) + 1
    usual = len(kinds) <= count <= _FEW * len(kinds)
    of_words = (
        in_words and len(kinds) <= count <= _FEW_WORDS * len(kinds) and rows[rows >= _EACH].sum() >= _TOLD * len(y)
    )
    if len(kinds) < 2 or not (usual or of_words):
        return False
    met = np.zeros((count, len(kinds)))
    np.add.at(met, (codes, classes), 1)
    return bool(met.max(axis=1).sum() >= _PURE * len(y) and len({*met.argmax(axis=1)}) == len(kinds))


def _gives_amount(values: Any, amounts: Any) -> bool:
    if values.dtype.kind not in "fiu" or values.std() == 0 or amounts.std() == 0:
        return False
    return any(_r2(one(values), one(amounts)) >= _EXACT for one in (np.asarray, _ranks))


def _ranks(values: Any) -> Any:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable")


def _r2(one: Any, other: Any) -> float:
    with np.errstate(invalid="ignore"):
        return float(np.corrcoef(one.astype(float), other.astype(float))[0, 1] ** 2)
