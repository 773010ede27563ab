"""What is odd about rows: how many, which come twice, which lie far out, and when they are."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graphbuilder.datasets.description import Column
from graphbuilder.datasets.fielding import group_of, is_tensor
from graphbuilder.readers.series import REPEATED
from graphbuilder.understanding.finding import Finding, Findings, share
from graphbuilder.understanding.looked import FEWEST, IGNORE, Looked, parted_by
from graphbuilder.understanding.repeats import PARTS, parted
from graphbuilder.understanding.suggesting import FEW, NUMBERS, Look

SCARCE = 100
"""Rows, below which a score owes much to luck."""


class FewRows(Finding):
    code = "W_DATA_FEW_ROWS"
    rows: int
    training: int
    numbers: int
    fix = "Take a small network and early stopping, and judge by folds; better, get more rows."

    @property
    def message(self) -> str:
        if self.rows < FEWEST:
            return f"Only {self.rows} rows have all that is needed: of so few nothing is learned that holds for others."
        than = f", and {self.numbers:,} values in each" if self.numbers > self.training else ""
        return (
            f"There are {self.rows:,} rows, {self.training:,} to train on{than}: of so few, a score owes much to luck."
        )


def amount(looked: Looked) -> Findings:
    rows, split = int(looked.kept.sum()), looked.split
    training = round(rows * (1 - split["validation"] - split["test"]))
    numbers = sum(1 for one in looked.features if one.type in NUMBERS)
    if training < SCARCE or numbers > training:
        yield FewRows(rows=rows, training=training, numbers=numbers)


class Copies(Finding):
    code = "W_DATA_COPIES"
    copies: int
    rows: int
    fix = "Look whether they are one thing told twice; if so, remove them."

    @property
    def message(self) -> str:
        one = self.copies == 1
        return f"{self.copies:,} of {self.rows:,} rows {'is a copy' if one else 'are copies'} of one before."


class CopiesBetweenParts(Finding):
    """copies: rows of validation and test that are like one of training, with how many rows the part has. Data are
    looked at before a network reads them: the split is that of a new project, which lets equal rows part."""

    code = "W_DATA_COPIES_BETWEEN_PARTS"
    copies: Mapping[str, tuple[int, int]]
    fix = (
        "In each project that reads these data, switch on Together in its split, unless it is on; or remove the "
        "copies here, or give them one group: what was learned by heart is no proof."
    )

    @property
    def message(self) -> str:
        told = " and ".join(f"the {part} part ({share(*count)})" for part, count in self.copies.items())
        return f"By the split that a new project begins with, rows of training are in {told}, too."


class GroupsParted(Finding):
    """groups: that have rows in several parts; of: all groups. given: the column that parts the rows, "" for none."""

    code = "W_DATA_GROUPS_PARTED"
    column: str
    groups: int
    of: int
    given: str = ""

    @property
    def fix(self) -> str:
        if self.given:
            return f"{self.given!r} parts them so. Ignore it to keep rows of one together: a network knows such rows."
        return "Give it the role group, so that rows of one stay together: a network would know those in the test part."

    @property
    def message(self) -> str:
        return (
            f"Several rows are of one {self.column!r}, and {share(self.groups, self.of)} of these have rows in more "
            "than one part."
        )


def repeats(looked: Looked) -> Findings:
    if looked.copies:
        yield Copies(copies=looked.copies, rows=looked.table.num_rows)
    sizes = {part: len(own) for part, own in zip(PARTS, looked.parts, strict=True)}
    copied = {part: (count, sizes[part]) for part, count in looked.copied.items() if count}
    if copied:
        yield CopiesBetweenParts(copies=copied)
    told = {name for one in panels(looked) for name in (one.column, one.key)}
    for column in looked.columns:
        look = looked.looks[column.name]
        if column.name in told:
            continue
        if column.role == "group" or (column.role in ("feature", "id", "ignore") and _is_group(looked, look, column)):
            groups = group_of(look.cells)[looked.kept]
            count = parted(groups, looked.parts)
            if count:
                part = next((one.name for one in looked.columns if one.role == "part"), "")
                given = part if column.role == "group" and parted_by(looked) == "given" else ""
                change = {given: IGNORE} if given else {column.name: {"role": "group"}}
                change = {} if column.role == "group" and not given else change
                yield GroupsParted(
                    column=column.name, groups=count, of=len(np.unique(groups)), given=given, columns=(column.name,),
                    change=change,
                )  # fmt: skip


def _is_group(looked: Looked, look: Look, column: Column) -> bool:
    """Named as one, or as many rows of each value one behind the other."""
    if column.type not in ("whole", "category") or is_tensor(look.cells) or look.marks:
        return False
    if any(other.role == "group" for other in looked.columns) or not look.distinct_beyond(FEW):
        return False
    if look.is_called_as_group:
        return bool(2 * look.distinct <= look.rows)
    codes = look.words[1] if look.is_text else look.plain
    runs = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1])))
    lengths = np.diff(np.append(runs, len(codes)))
    return len(runs) == look.distinct and len(codes) > len(runs) and len(set(lengths.tolist())) == 1


class Panel(Finding):
    """Rows of several things, each at several times. key: the column that names the things."""

    code = "W_DATA_PANEL"
    column: str
    key: str
    times: int

    @property
    def message(self) -> str:
        return (
            f"Each {self.key!r} has rows at several of the {self.times:,} times of {self.column!r}: parted at random, "
            "a network is judged by what lies between what it learned."
        )

    @property
    def fix(self) -> str:
        return (
            f"Give {self.column!r} the role time, to be judged by the latest rows; or {self.key!r} the role group, to "
            "be judged by others."
        )


_TIMES = frozenset({"year", "date", "day", "week", "month", "time", "timestamp", "quarter", "period", "hour"})
_SEVERAL = 3
"""Times of each thing, and things at each time."""
_BEGIN = 50_000
"""Rows that tell."""


def panels(looked: Looked) -> Iterator[Panel]:
    if parted_by(looked) != "random" or any(one.role in ("group", "time") for one in looked.columns):
        return
    kept = np.flatnonzero(looked.kept)[:_BEGIN]
    for column in looked.columns:
        time = looked.looks[column.name]
        named = column.type == "date" or (column.type == "whole" and _TIMES & set(time.tokens))
        if column.role != "feature" or not named:
            continue
        moments = np.unique(time.amounts[kept], return_inverse=True)[1]
        count = int(moments.max(initial=0)) + 1
        for other in looked.columns if count >= _SEVERAL and 2 * count <= len(kept) else ():
            if other is not column and _is_of_each(looked.looks[other.name], other, moments, kept):
                change = {column.name: {"role": "time"}}
                yield Panel(column=column.name, key=other.name, times=count, columns=(column.name,), change=change)
                return


def _is_of_each(look: Look, column: Column, moments: "np.ndarray[Any, Any]", kept: "np.ndarray[Any, Any]") -> bool:
    """Whether nearly each row is the only one of its value at its time."""
    if _TIMES & set(look.tokens) or column.role not in ("feature", "id"):
        return False
    if column.type not in ("category", "whole") or is_tensor(look.cells):
        return False
    own = np.unique((look.words[1] if look.is_text else look.plain)[kept], return_inverse=True)[1]
    count = int(own.max(initial=0)) + 1
    if count < 2 or _SEVERAL * count > len(kept):
        return False
    return len(np.unique(own * (int(moments.max()) + 1) + moments)) >= 0.99 * len(kept)


class FarOut(Finding):
    code = "W_DATA_FAR_OUT"
    column: str
    far: int
    rows: int
    low: float
    high: float
    median: float
    fix = "Look whether they are mistakes; if not, a logarithm brings them nearer."

    @property
    def message(self) -> str:
        values = "value lies" if self.far == 1 else "values lie"
        return (
            f"{self.far:,} {values} far out in {self.column!r}: it goes from {self.low:g} to {self.high:g}, with half "
            f"of the rows below {self.median:g}."
        )


def outliers(looked: Looked) -> Findings:
    for one in looked.used:
        if one.role in ("feature", "target") and one.type in ("number", "whole") and one.far:
            if one.low is None or one.high is None or one.median is None:
                continue
            yield FarOut(
                column=one.name,
                far=one.far,
                rows=one.rows,
                low=one.low,
                high=one.high,
                median=one.median,
                columns=(one.name,),
            )


class Gaps(Finding):
    """step: seconds between most rows; longest: the largest gap, in steps."""

    code = "W_DATA_TIME_GAPS"
    column: str
    gaps: int
    longest: float
    repeated: int

    @property
    def message(self) -> str:
        told = []
        if self.gaps:
            told.append(
                f"{self.gaps:,} {'gap' if self.gaps == 1 else 'gaps'}, the longest of {self.longest:,.0f} steps"
            )
        if self.repeated:
            told.append(f"{self.repeated:,} {'time' if self.repeated == 1 else 'times'} given twice")
        return f"The times of {self.column!r} have {' and '.join(told)}."


def times(looked: Looked) -> Findings:
    for one in looked.told:
        if one.role != "time":
            continue
        moments = np.sort(looked.looks[one.name].amounts)
        steps = np.diff(moments[np.isfinite(moments)])
        forward = steps[steps > 0]
        if not len(forward):
            continue
        usual = float(np.median(forward))
        gaps, repeated = int((forward > 1.5 * usual).sum()), int((steps == 0).sum())
        if repeated > REPEATED * len(steps):  # of several things
            repeated = 0
        if gaps > len(forward) / 10:  # months and years are of many lengths, and some times follow no step
            gaps = 0
        if gaps or repeated:
            longest = float(forward.max() / usual)
            yield Gaps(column=one.name, gaps=gaps, longest=longest, repeated=repeated, columns=(one.name,))
