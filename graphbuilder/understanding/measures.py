"""What is measured of one column: how much is missing, how its values lie, and which are the most frequent."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from graphbuilder.datasets.description import Column, ColumnType, Missing, Role
from graphbuilder.datasets.fielding import amounts_of, is_tensor, lacks, words_of
from graphbuilder.understanding.leaks import sampled
from graphbuilder.understanding.suggesting import NUMBERS, Look

Array = np.ndarray[Any, Any]

LOOKED_AT = 200_000
"""Rows, spread over all, of which median, histogram and the number of different amounts are taken where there are
more."""
BINS = 20
FREQUENT = 10
EXAMPLES = 5
FAR = 20
"""Interquartile ranges from the median, from which on a value lies far out."""


@dataclass(frozen=True, kw_only=True)
class ColumnFacts:
    """One column. missing: rows without a value of its type. distinct: different values; None where there are more
    than a look at a part of the rows could count. low to deviation: of amounts; of dates in days since 1970. frequent:
    values with how many rows have them, the commonest first. odd: of cells that are not of the column's type, some
    with their rows, counted from 1."""

    name: str
    type: ColumnType
    role: Role
    field: str
    rule: Missing
    rows: int
    missing: int
    infinite: int = 0
    distinct: int | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    median: float | None = None
    deviation: float | None = None
    edges: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()
    far: int = 0
    frequent: tuple[tuple[str, int], ...] = ()
    examples: tuple[str, ...] = ()
    odd: int = 0
    odd_cells: tuple[tuple[int, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def measured(look: Look, column: Column) -> ColumnFacts:
    """The facts of a column that is taken as this says."""
    told: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "role": column.role,
        "field": column.field,
        "rule": column.missing,
        "rows": len(look.cells),
    }
    if is_tensor(look.cells):
        return ColumnFacts(**told, missing=int(look.cells.null_count))
    if not look.readable:
        return ColumnFacts(**told, missing=look.cells.null_count)
    told["examples"] = _examples(look)
    if column.type in NUMBERS and (column.type != "boolean" or column.role != "target"):
        amounts = _amounts(look, column)
        return ColumnFacts(**told, **_odd(look, amounts), **_of_amounts(amounts), frequent=_frequent(look, amounts))
    if column.type == "pixels":
        amounts = _amounts(look, column)
        return ColumnFacts(**told, missing=int(np.isnan(amounts).sum()), **_range(amounts))
    gone = lacks(look.cells, {**dict(column), "role": "feature"} if column.role != "target" else dict(column))
    words, each = look.words
    count = np.bincount(each, minlength=len(words))
    order = [place for place in np.argsort(-count, kind="stable") if words[place]]
    return ColumnFacts(
        **told,
        missing=int(gone.sum()),
        distinct=len({word for word in words if word}),
        frequent=tuple((words[place], int(count[place])) for place in order[:FREQUENT]),
    )


def _amounts(look: Look, column: Column) -> Array:
    """As they are read where nothing is said of what is missing, so that infinite ones are seen."""
    if column.type == look.type:
        return look.amounts
    return np.asarray(amounts_of(look.cells, {"type": column.type, "missing": ""}))


def _range(amounts: Array) -> dict[str, Any]:
    finite = amounts[np.isfinite(amounts)]
    return {"low": float(finite.min()), "high": float(finite.max())} if len(finite) else {}


def _of_amounts(amounts: Array) -> dict[str, Any]:
    missing, infinite = int(np.isnan(amounts).sum()), int((np.abs(amounts) > np.finfo("float32").max).sum())
    told: dict[str, Any] = {"missing": missing, "infinite": infinite}
    finite = amounts[np.abs(amounts) <= np.finfo("float32").max] if missing or infinite else amounts
    if not len(finite):
        return {**told, "distinct": 0}
    some = finite[sampled(len(finite), LOOKED_AT)]
    quarter, median, three = (float(one) for one in np.percentile(some, (25, 50, 75)))
    low, high = float(some.min()), float(some.max())
    bins = BINS if high - low > 2 * BINS * np.spacing(max(abs(low), abs(high))) else 1
    counts, edges = np.histogram(some, bins) if bins > 1 else ([len(some)], [low, high])
    distinct = len(np.unique(some))
    far = np.abs(finite - median) > FAR * (three - quarter) if three > quarter else np.zeros(1, bool)
    return {
        **told,
        "distinct": distinct if len(some) == len(finite) else _all_distinct(finite, distinct, len(some)),
        "low": float(finite.min()),
        "high": float(finite.max()),
        "mean": float(finite.mean()),
        "median": median,
        "deviation": float(finite.std()),
        "edges": tuple(float(edge) for edge in edges),
        "counts": tuple(int(count) for count in counts),
        "far": int(far.sum()),
    }


def _all_distinct(finite: Array, seen: int, looked_at: int) -> int | None:
    """Counted in full where there are few; amounts that hardly repeat are not."""
    return len(np.unique(finite)) if seen <= looked_at / 10 else None


def _frequent(look: Look, amounts: Array) -> tuple[tuple[str, int], ...]:
    """Of amounts that repeat."""
    if look.is_text or look.type == "date":
        words, each = words_of(look.sample)
        count = np.bincount(each, minlength=len(words))
        return _most([(words[place], int(count[place])) for place in np.argsort(-count, kind="stable") if words[place]])
    values, count = np.unique(amounts[sampled(len(amounts), LOOKED_AT)], return_counts=True)
    order = np.argsort(-count, kind="stable")[:FREQUENT]
    return _most([(f"{values[place]:.12g}", int(count[place])) for place in order if not np.isnan(values[place])])


def _most(found: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(found[:FREQUENT]) if found and found[0][1] > 1 else ()


def _examples(look: Look) -> tuple[str, ...]:
    """The first cells that differ."""
    words, _ = words_of(look.cells.slice(0, 100))
    return tuple(word[:80] for word in dict.fromkeys(words) if word)[:EXAMPLES]


def _odd(look: Look, amounts: Array) -> dict[str, Any]:
    """Text that is no amount where amounts are asked for."""
    if not look.is_text:
        return {}
    words, each = look.words
    filled = np.array([bool(word) for word in words], bool)[each]
    rows = np.flatnonzero(filled & np.isnan(amounts))
    return {"odd": len(rows), "odd_cells": tuple((int(row) + 1, words[each[row]][:80]) for row in rows[:EXAMPLES])}
