"""All that is shown of a table before it is learned from: each column, the classes, what goes together, which rows are
alike, and what is odd."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from graphbuilder.datasets.description import Column
from graphbuilder.datasets.fielding import amounts_of, classes_of, field_of, is_tensor, kept_rows
from graphbuilder.datasets.preparation import split_rows, split_rows_by
from graphbuilder.datasets.roles import parted_by
from graphbuilder.settings import Split
from graphbuilder.understanding.finding import Finding
from graphbuilder.understanding.findings import find
from graphbuilder.understanding.leaks import Leak, correlations, of_classes, of_numbers, sampled
from graphbuilder.understanding.looked import Looked
from graphbuilder.understanding.measures import ColumnFacts, measured
from graphbuilder.understanding.repeats import copies, row_keys, shared, used
from graphbuilder.understanding.suggesting import NUMBERS, Look, suggest

Array = np.ndarray[Any, Any]

RELATED = 30
"""Columns of numbers whose correlations are worked out, of some thousand rows."""
SOME = 5_000


@dataclass(frozen=True, kw_only=True)
class Facts:
    """rows: in the table; left: with those that are dropped gone. classes: of the target, with the rows of each.
    baseline: the accuracy of whoever always says the commonest, or of amounts the root of the mean squared error of
    whoever says the mean. parts: rows of training, validation and test. related: columns with their correlations.
    copies: rows that are like one before them; copied: rows of validation and test that are like one of training.
    spreads: mean and standard deviation of each target of amounts in the training part."""

    rows: int
    left: int
    columns: tuple[ColumnFacts, ...]
    classes: tuple[tuple[str, int], ...]
    baseline: float | None
    parts: tuple[int, int, int]
    related: tuple[str, ...]
    correlations: Sequence[Sequence[float]]
    copies: int
    copied: Mapping[str, int]
    spreads: Mapping[str, tuple[float, float]]
    findings: tuple[Finding, ...]

    @property
    def keeps_from_training(self) -> bool:
        return any(found.keeps_from_training for found in self.findings)

    def as_json(self) -> dict[str, Any]:
        return {
            **{name: value for name, value in vars(self).items() if name not in ("columns", "findings")},
            "columns": [column.as_json() for column in self.columns],
            "findings": [found.as_json() for found in self.findings],
        }


def facts(
    table: pa.Table,
    columns: Sequence[Column] | None = None,
    split: Mapping[str, Any] | None = None,
    series: bool = False,
    settled: Collection[str] = (),
) -> Facts:
    """All facts of a table whose columns are taken so, by default as `suggest` says, and parted so. series: rows are
    cut into windows, which hold the target too. settled: names of columns whose type or role a person chose."""
    looks = {name: Look(name, table[name], table.schema.field(name)) for name in table.column_names}
    columns = tuple(
        column if looks[column.name].readable else column.model_copy(update={"type": "empty", "role": "ignore"})
        for column in (suggest(table) if columns is None else columns)
    )
    given = [dict(column) for column in columns]
    kept = kept_rows(table, given)
    rows = np.flatnonzero(kept)
    told = tuple(measured(looks[column.name], column) for column in columns)
    target = next((column for column in columns if column.role == "target"), None)
    classes, codes = _classes(target, table, kept)
    parts = _parts(table, columns, codes, kept, {**Split.defaults(), **(split or {})})
    whole = row_keys(table.columns, table.num_rows)
    telling = used(columns, table)
    keys = row_keys(telling, table.num_rows) if telling else whole
    related, matrix = _related(columns, looks)
    counts = tuple(np.bincount(codes, minlength=len(classes)).tolist()) if codes is not None else ()
    looked = Looked(
        table=table,
        looks=looks,
        columns=columns,
        told=told,
        kept=kept,
        target=target,
        series=series,
        settled=settled,
        classes=tuple(zip(classes, counts, strict=True)),
        codes=codes,
        parts=parts,
        split=split or Split.defaults(),
        copies=copies(whole),
        copied=shared(keys[rows], parts),
        leak=_leak(target, codes, columns, looks, rows),
    )
    return Facts(
        rows=table.num_rows,
        left=len(rows),
        columns=told,
        classes=tuple(looked.classes),
        baseline=_baseline(target, told, counts),
        parts=(len(parts[0]), len(parts[1]), len(parts[2])),
        related=related,
        correlations=matrix,
        copies=looked.copies,
        copied=looked.copied,
        spreads=dict(_spreads(columns, looks, rows[parts[0]])),
        findings=tuple(find(looked)),
    )


def _classes(target: Column | None, table: pa.Table, kept: Array) -> tuple[tuple[str, ...], Array | None]:
    """The classes of the target and the code of each row that stays; none where it has none."""
    if target is None or target.type not in ("category", "boolean", "text"):
        return (), None
    if is_tensor(table[target.name]) and len(table[target.name].type.shape) > 1:
        return (), None
    classes, codes = classes_of(table[target.name], target.classes)
    return tuple(classes), codes[kept]


def _baseline(target: Column | None, told: Sequence[ColumnFacts], counts: Sequence[int]) -> float | None:
    if counts:
        return max(counts) / max(1, sum(counts))
    return next((one.deviation for one in told if target and one.name == target.name), None)


def _parts(
    table: pa.Table, columns: Sequence[Column], codes: Array | None, kept: Array, split: Mapping[str, Any]
) -> tuple[Array, Array, Array]:
    """As `split_rows_by` will part the rows."""
    rows = int(kept.sum())
    if rows < 2:
        nothing = np.empty(0, "int64")
        return np.arange(rows), nothing, nothing
    by_name = {column.name: column for column in columns}
    told: dict[str, Any] = {}
    for argument, name in parted_by(split, {column.role: column.name for column in columns}).items():
        told[argument] = field_of([table[name].filter(kept)], [dict(by_name[name])], rows)
    shares: tuple[Any, ...] = (split["validation"], split["test"], split["seed"])
    if not told and split["folds"] < 2 and split["share"] == 1:
        return split_rows(rows, codes, *shares)  # type: ignore[no-any-return, no-untyped-call]
    more: dict[str, Any] = {name: split[name] for name in ("folds", "fold", "share")}
    return split_rows_by(rows, codes, *shares, **{**told, **more})  # type: ignore[no-any-return, no-untyped-call]


def _amounts(look: Look, column: Column, rows: Array) -> Array:
    cells = look.cells if len(rows) == len(look.cells) else look.cells.take(pa.array(rows))
    return np.asarray(amounts_of(cells, {"type": column.type, "missing": "without those too large"}), "float64")


def _spreads(
    columns: Sequence[Column], looks: Mapping[str, Look], rows: Array
) -> Iterator[tuple[str, tuple[float, float]]]:
    """rows: of training."""
    for one in columns:
        if one.role == "target" and one.type in NUMBERS and not is_tensor(looks[one.name].cells):
            amounts = _amounts(looks[one.name], one, rows)
            amounts = amounts[np.isfinite(amounts)]
            if len(amounts):
                yield one.name, (float(amounts.mean()), float(amounts.std()))


def _related(columns: Sequence[Column], looks: Mapping[str, Look]) -> tuple[tuple[str, ...], Sequence[Sequence[float]]]:
    chosen = [one for one in columns if one.role in ("feature", "target") and one.type in NUMBERS][:RELATED]
    if len(chosen) < 2:
        return (), []
    rows = sampled(len(looks[chosen[0].name].cells), 4 * SOME)
    return correlations({column.name: _amounts(looks[column.name], column, rows) for column in chosen})


def _leak(
    target: Column | None, codes: Array | None, columns: Sequence[Column], looks: Mapping[str, Look], rows: Array
) -> Leak | None:
    if target is None:
        return None
    places = sampled(len(rows), SOME) if len(rows) else rows
    some = rows[places]
    features = [column for column in columns if column.role == "feature"]
    numbers = {one.name: _amounts(looks[one.name], one, some) for one in features if one.type in NUMBERS}
    if codes is not None:
        named = [one for one in features if one.type == "category" and not is_tensor(looks[one.name].cells)]
        categories = {one.name: classes_of(looks[one.name].cells.take(pa.array(some)))[1] for one in named}
        few = {name: np.unique(values, return_inverse=True)[1] for name, values in numbers.items()}
        return of_classes(codes[places], {**categories, **few}, numbers)
    if target.type not in NUMBERS:
        return None
    return of_numbers(_amounts(looks[target.name], target, some), numbers)
