"""What is odd about a table, each kind of finding beside the check that looks for it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from graphbuilder.datasets.description import Column
from graphbuilder.datasets.fielding import day_of, days_come_first, group_of, is_tensor, parsed
from graphbuilder.understanding.finding import Finding, Findings, Wrong, listed, share
from graphbuilder.understanding.leaks import Leak
from graphbuilder.understanding.measures import ColumnFacts
from graphbuilder.understanding.repeats import PARTS, parted
from graphbuilder.understanding.suggesting import CODES, FEW, NUMBERS, Look

Array = np.ndarray[Any, Any]

FEWEST = 10
"""Rows, below which nothing can be learned and judged."""
SCARCE = 100
"""Rows, below which a score owes much to luck."""
_IGNORE = {"role": "ignore"}


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A table as the checks see it. kept: which of its rows stay; codes: the class of each of these; parts: places in
    what stays, of training, validation and test. series: rows are cut into windows."""

    table: pa.Table
    looks: Mapping[str, Look]
    columns: Sequence[Column]
    told: Sequence[ColumnFacts]
    kept: Array
    target: Column | None
    series: bool
    classes: Sequence[tuple[str, int]]
    codes: Array | None
    parts: Sequence[Array]
    split: Mapping[str, Any]
    copies: int
    copied: Mapping[str, int]
    leak: Leak | None

    @property
    def features(self) -> list[ColumnFacts]:
        return [one for one in self.told if one.role == "feature"]

    @property
    def used(self) -> list[ColumnFacts]:
        return [one for one in self.told if one.role in ("feature", "target", "weight", "time")]


class NoTarget(Finding):
    code = "W_DATA_NO_TARGET"
    message = "No column is the target: what a network is to tell."
    fix = "Give a column the role target; without one, a network can only learn to give back what it is fed."


class NoFeature(Wrong):
    code = "E_DATA_NO_FEATURE"
    message = "No column is a feature: there is nothing to learn from."
    fix = "Give a column the role feature; of a series, make windows."


def roles(looked: Looked) -> Findings:
    if looked.target is None:
        yield NoTarget()
    if not looked.features and not (looked.series and looked.target):
        yield NoFeature()


class EmptyColumn(Finding):
    """ignored: whether it is already."""

    code = "W_DATA_EMPTY_COLUMN"
    column: str
    ignored: bool

    @property
    def message(self) -> str:
        return f"{self.column!r} has no value in any row{', and is ignored' if self.ignored else ''}."

    @property
    def fix(self) -> str:
        return "" if self.ignored else "Ignore it."


class Unreadable(Finding):
    """kind: of the values, as Arrow calls it."""

    code = "W_DATA_UNREADABLE"
    column: str
    kind: str

    @property
    def message(self) -> str:
        return f"{self.column!r} holds values that no network is fed with ({self.kind}), and is ignored."


class ConstantColumn(Finding):
    code = "W_DATA_CONSTANT"
    column: str
    value: str
    ignored: bool

    @property
    def message(self) -> str:
        ending = ", and is ignored" if self.ignored else ""
        return f"{self.column!r} has one value in all rows, {self.value!r}{ending}."

    @property
    def fix(self) -> str:
        return "" if self.ignored else "Ignore it: nothing can be learned of what never varies."


class SparseColumn(Finding):
    code = "W_DATA_SPARSE"
    column: str
    missing: int
    rows: int
    fix = "Ignore it, unless it says much where it is there."

    @property
    def message(self) -> str:
        return f"{self.column!r} is missing in {share(self.missing, self.rows)} rows."


MISSING_MOST = 0.6
"""Share of rows without a value from which a column is sparse."""


def little_said(looked: Looked) -> Findings:
    for one in looked.told:
        if is_tensor(looked.table[one.name]) or one.type in ("picture", "pixels"):
            continue
        look = looked.looks[one.name]
        if not look.readable:
            yield Unreadable(column=one.name, kind=str(look.cells.type), columns=(one.name,))
            continue
        ignored, change = one.role in ("ignore", "id"), {one.name: _IGNORE}
        if one.type == "empty" or one.missing == one.rows:
            yield EmptyColumn(column=one.name, ignored=ignored, columns=(one.name,), change={} if ignored else change)
        elif one.distinct == 1 and not one.missing and one.role not in ("target", "part", "weight"):
            yield ConstantColumn(
                column=one.name,
                value=(one.examples or ("",))[0],
                ignored=ignored,
                columns=(one.name,),
                change={} if ignored else change,
            )
        elif one.role == "feature" and one.missing > MISSING_MOST * one.rows:
            yield SparseColumn(column=one.name, missing=one.missing, rows=one.rows, columns=(one.name,), change=change)


class MissingWithoutRule(Wrong):
    code = "E_DATA_MISSING"
    column: str
    missing: int
    rows: int
    fix = "Say what is done there: fill in the median, the mean or 0, or drop these rows."

    @property
    def message(self) -> str:
        return f"{self.column!r} is missing in {share(self.missing, self.rows)} rows, and a network needs a number."


class Infinite(Wrong):
    code = "E_DATA_INFINITE"
    column: str
    infinite: int
    rows: int
    fix = "Say what is done where a value is missing, which holds for these too, or ignore the column."

    @property
    def message(self) -> str:
        return (
            f"{self.column!r} has infinite numbers, or such as are too large for a network (3.4e38), in "
            f"{share(self.infinite, self.rows)} rows."
        )


class TargetMissing(Finding):
    code = "W_DATA_TARGET_MISSING"
    column: str
    missing: int
    rows: int

    @property
    def message(self) -> str:
        return f"The target {self.column!r} is missing in {share(self.missing, self.rows)} rows, which are left out."


class Digits(Finding):
    code = "W_DATA_DIGITS"
    column: str
    high: float
    fix = "If it names something, make it a category or an id; if it is an amount, such digits seldom matter."

    @property
    def message(self) -> str:
        return f"{self.column!r} has whole numbers up to {self.high:.0f}; float32 loses digits from 16,777,216 on."


_WHOLE_MOST = 2.0**24


def gaps(looked: Looked) -> Findings:
    for one in looked.used:
        about: Any = {"column": one.name, "rows": one.rows, "columns": (one.name,)}
        if one.infinite and not one.rule:
            yield Infinite(**about, infinite=one.infinite, change={one.name: {"missing": "median"}})
        if one.role == "target" and one.missing:
            yield TargetMissing(**about, missing=one.missing)
        elif one.role == "feature" and one.type in NUMBERS and one.missing and not one.rule:
            yield MissingWithoutRule(**about, missing=one.missing, change={one.name: {"missing": "median"}})
        largest = max(abs(one.low or 0), abs(one.high or 0))
        if one.role == "feature" and one.type == "whole" and largest > _WHOLE_MOST and not one.infinite:
            yield Digits(column=one.name, high=largest, columns=(one.name,))


class Mixed(Wrong):
    """numbers: cells that are numbers; row, value: the first that is none."""

    code = "E_DATA_MIXED"
    column: str
    what: str
    numbers: int
    others: int
    row: int
    value: str

    @property
    def message(self) -> str:
        return (
            f"{self.column!r} is {self.what} in {self.numbers:,} rows and something else in {self.others:,}, such as "
            f"{self.value!r} in row {self.row:,}."
        )

    @property
    def fix(self) -> str:
        kind = "dates" if self.what == "a date" else "numbers"
        return f"Take it as {kind}, and what is none as missing; or take it as text, or ignore it."


class CountedAsMissing(Finding):
    code = "W_DATA_ODD_CELLS"
    column: str
    odd: int
    row: int
    value: str

    @property
    def message(self) -> str:
        cells = "cell" if self.odd == 1 else "cells"
        return (
            f"{self.column!r} has {self.odd:,} {cells} that count as missing, since they are no value of its type: "
            f"{self.value!r} in row {self.row:,}."
        )


def types(looked: Looked) -> Findings:
    for one in looked.used:
        look = looked.looks[one.name]
        if one.odd:
            row, value = one.odd_cells[0]
            yield CountedAsMissing(column=one.name, odd=one.odd, row=row, value=value, columns=(one.name,))
        elif look.is_text and one.type == "category" and len(look.words[0]) > FEW:
            yield from _mixed(one, look)


def _mixed(one: ColumnFacts, look: Look) -> Findings:
    if look.mixed is None:
        return
    words, each = look.words
    good, filled = ~np.isnan(parsed(words, look.mixed))[each], np.array([bool(word) for word in words])[each]
    row = int(np.flatnonzero(~good & filled)[0])
    yield Mixed(
        column=one.name,
        what=f"a {look.mixed}",
        numbers=int(good.sum()),
        others=int((~good & filled).sum()),
        row=row + 1,
        value=words[each[row]][:80],
        columns=(one.name,),
        change={one.name: {"type": look.mixed, "missing": "median"}},
    )


class DatesAsText(Finding):
    code = "W_DATA_DATES"
    column: str
    example: str
    read_as: str
    sure: bool

    @property
    def message(self) -> str:
        return f"{self.column!r} holds dates as text: {self.example!r} is read as {self.read_as}."

    @property
    def fix(self) -> str:
        return "" if self.sure else "Nothing tells whether the day or the month is first: look whether that is right."


class NamedByNumbers(Finding):
    """category: whether it is taken as one."""

    code = "W_DATA_NUMBER_NAMES"
    column: str
    distinct: int
    category: bool

    @property
    def message(self) -> str:
        taken = "and is taken as a category" if self.category else "but is taken as an amount"
        return f"{self.column!r} is a whole number that seems to name something ({self.distinct:,} different), {taken}."

    @property
    def fix(self) -> str:
        return "" if self.category else "Make it a category: that 4 is twice 2 means nothing for names."


class LikeAnId(Finding):
    code = "W_DATA_ID"
    column: str
    distinct: int
    rows: int
    fix = "Give it the role id, so that it is left out."

    @property
    def message(self) -> str:
        return (
            f"{self.column!r} is different in almost every row ({share(self.distinct, self.rows)}): it can be learned "
            "by heart, and says nothing of a new row."
        )


def meanings(looked: Looked) -> Findings:
    for one in looked.used:
        look = looked.looks[one.name]
        if one.type == "date" and look.is_text:
            yield from _dates(one, look)
        if one.role != "feature" or not one.distinct:
            continue
        whole = pa.types.is_integer(look.cells.type)
        if whole and one.distinct > 2 and one.type in ("category", "whole") and CODES & set(look.tokens):
            category = one.type == "category"
            change = {} if category else {one.name: {"type": "category"}}
            yield NamedByNumbers(
                column=one.name, distinct=one.distinct, category=category, columns=(one.name,), change=change
            )
        filled = one.rows - one.missing
        unlike = one.distinct > max(FEW, filled / 2)
        named = one.type == "category" and not (look.is_text and look.mixed)
        if unlike and (named or (whole and look.is_sorted and one.distinct == one.rows)):
            change = {one.name: {"role": "id"}}
            yield LikeAnId(column=one.name, distinct=one.distinct, rows=filled, columns=(one.name,), change=change)


def _dates(one: ColumnFacts, look: Look) -> Findings:
    """But for those that begin with the year and have the month behind it, which are read in one way alone."""
    words = [word for word in look.words[0] if word and not re.match(r"\d{4}[./-]\d{1,2}", word)]
    if not words:
        return
    first = days_come_first(words)
    example = next((word for word in words if not np.isnan(day_of(word, first))), "")
    date = np.datetime64("1970-01-01T00:00") + np.timedelta64(round(day_of(example, first) * 86_400_000), "ms")
    numbered = [word for word in words if re.match(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}", word)]
    sure = not numbered or any(max(map(int, re.split(r"[./-]", word)[:2])) > 12 for word in numbered)
    read_as = str(date).removesuffix("T00:00:00.000").replace("T", " ").removesuffix(".000")
    yield DatesAsText(column=one.name, example=example, read_as=read_as, sure=sure, columns=(one.name,))


class OneClass(Wrong):
    code = "E_DATA_ONE_CLASS"
    column: str
    name: str
    rows: int
    fix = "Choose another target, or add rows of another class."

    @property
    def message(self) -> str:
        return f"All {self.rows:,} rows are of one class of {self.column!r}, {self.name!r}: none is to be told apart."


class OneRowEach(Wrong):
    code = "E_DATA_ONE_ROW_EACH"
    column: str
    classes: int
    rows: int
    fix = "Add rows of each class, or choose a target with fewer."

    @property
    def message(self) -> str:
        return (
            f"{self.column!r} has {self.classes:,} classes for {self.rows:,} rows: most have one, which cannot be both "
            "learned from and judged by."
        )


class SmallClasses(Finding):
    code = "W_DATA_SMALL_CLASSES"
    column: str
    names: tuple[str, ...]
    rows: tuple[int, ...]
    fix = "Add rows, or leave these classes out."

    @property
    def message(self) -> str:
        have = "has" if len(self.names) == 1 else "have"
        rows = " and ".join(sorted({str(rows) for rows in self.rows}))
        unit = "row" if self.rows == (1,) else "rows"
        return (
            f"{listed(self.names)} of {self.column!r} {have} {rows} {unit}: too few to be in training, validation and "
            "test."
        )


class MissingInPart(Finding):
    code = "W_DATA_CLASS_NOT_IN_PART"
    column: str
    names: tuple[str, ...]
    part: str

    @property
    def message(self) -> str:
        is_ = "is" if len(self.names) == 1 else "are"
        return f"{listed(self.names)} of {self.column!r} {is_} in no row of the {self.part} part."

    @property
    def fix(self) -> str:
        if self.part == "training":
            return "It will never be told: split at random, or add rows."
        return "Its score says nothing of it: split at random, or add rows."


class Unbalanced(Finding):
    code = "W_DATA_UNBALANCED"
    column: str
    name: str
    accuracy: float
    fix = "Judge by the balanced accuracy or F1, and try class weights."

    @property
    def message(self) -> str:
        return (
            f"{self.name!r} is the class of {self.accuracy:.1%} of the rows: whoever always says it has that accuracy. "
            "A network is good only above it."
        )


class SortedByClass(Finding):
    """by: how the rows are parted."""

    code = "W_DATA_SORTED"
    column: str
    by: str

    @property
    def message(self) -> str:
        return f"The rows are sorted by {self.column!r}: the last of them are all of one class."

    @property
    def fix(self) -> str:
        if self.by == "random":
            return "They are drawn at random, so this does no harm; in code of your own, shuffle them."
        return "Split at random: else the test part has classes that training has not."


_THIRDS = 3
"""Rows that a class needs to be in three parts."""


def classes(looked: Looked) -> Findings:
    if looked.target is None or looked.codes is None or len(looked.codes) < FEWEST:
        return
    name, codes = looked.target.name, looked.codes
    there = [(one, rows) for one, rows in looked.classes if rows]
    if len(there) == 1:
        yield OneClass(column=name, name=there[0][0], rows=there[0][1], columns=(name,))
        return
    if np.median([rows for _, rows in there]) < 2:
        yield OneRowEach(column=name, classes=len(there), rows=len(codes), columns=(name,))
        return
    small = [(one, rows) for one, rows in there if rows < _THIRDS]
    if small:
        names, rows = zip(*small, strict=True)
        yield SmallClasses(column=name, names=names, rows=rows, columns=(name,))
    for part, own in zip(PARTS, looked.parts, strict=True):
        found = set(codes[own].tolist())
        gone = tuple(one for code, (one, rows) in enumerate(looked.classes) if rows >= _THIRDS and code not in found)
        if len(own) and gone:
            yield MissingInPart(column=name, names=gone, part=part, columns=(name,))
    largest, most = max(there, key=lambda one: one[1])
    least = min(rows for _, rows in there)
    if most / len(codes) >= (0.7 if len(there) == 2 else 0.5) or most >= 10 * least:
        yield Unbalanced(column=name, name=largest, accuracy=most / len(codes), columns=(name,))
    if len(codes) >= 5 * len(there) and int((np.diff(codes) != 0).sum()) == len(there) - 1:
        by, (train, _, test) = _parted_by(looked), looked.parts
        if by != "given" or set(codes[test].tolist()) - set(codes[train].tolist()):
            yield SortedByClass(column=name, by=by, columns=(name,))


def _parted_by(looked: Looked) -> str:
    roles = {column.role for column in looked.columns}
    by = str(looked.split["by"])
    if by == "data":
        return "given" if "part" in roles else "time" if "time" in roles else "random"
    return by


class FewRows(Finding):
    code = "W_DATA_FEW_ROWS"
    rows: int
    training: int
    numbers: int
    fix = "Take a small network and early stopping, and judge by folds; better, get more rows."

    @property
    def message(self) -> str:
        than = f", and {self.numbers:,} values in each" if self.numbers > self.training else ""
        return (
            f"There are {self.rows:,} rows, {self.training:,} to train on{than}: of so few, a score owes much to luck."
        )


class TooFewRows(Wrong):
    code = "E_DATA_FEW_ROWS"
    rows: int
    least: int
    fix = "Get more rows."

    @property
    def message(self) -> str:
        rows = "is 1 row" if self.rows == 1 else f"are {self.rows:,} rows"
        return f"There {rows} with all that is needed; training, validation and test need {self.least}."


def amount(looked: Looked) -> Findings:
    rows, split = int(looked.kept.sum()), looked.split
    training = round(rows * (1 - split["validation"] - split["test"]))
    numbers = sum(1 for one in looked.features if one.type in NUMBERS)
    if rows < FEWEST:
        yield TooFewRows(rows=rows, least=FEWEST)
    elif training < SCARCE or numbers > training:
        yield FewRows(rows=rows, training=training, numbers=numbers)


class Leaked(Finding):
    """how: what of the columns fixes the target."""

    code = "W_DATA_LEAK"
    target: str
    names: tuple[str, ...]
    how: str
    fix = "If that is known only when the target is, ignore it: the score would promise what cannot be kept."

    @property
    def message(self) -> str:
        names = listed(self.names, 6)
        if self.how.startswith("is "):
            return f"The target {self.target!r} {self.how} {names}: a network need only copy it."
        if self.how.startswith("the ") or self.how.startswith("a "):
            return f"The target {self.target!r} is fixed by {self.how} of {names}."
        return f"{names} tells the target {self.target!r} by itself: {self.how}."


def leaks(looked: Looked) -> Findings:
    if looked.leak and looked.target:
        names, how = looked.leak.columns, looked.leak.how
        change = dict.fromkeys(names, _IGNORE)
        target = looked.target.name
        yield Leaked(target=target, names=names, how=how, columns=(*names, target), change=change)


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
    """copies: rows of validation and test that are like one of training, with how many rows the part has."""

    code = "W_DATA_COPIES_BETWEEN_PARTS"
    copies: Mapping[str, tuple[int, int]]
    fix = "Remove the copies, or give them one group: what was learned by heart is no proof."

    @property
    def message(self) -> str:
        told = " and ".join(f"the {part} part ({share(*count)})" for part, count in self.copies.items())
        return f"Rows of training are in {told}, too."


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
    for column in looked.columns:
        look = looked.looks[column.name]
        if column.role == "group" or (column.role in ("feature", "id", "ignore") and _is_group(looked, look, column)):
            groups = group_of(look.cells)[looked.kept]
            count = parted(groups, looked.parts)
            if count:
                part = next((one.name for one in looked.columns if one.role == "part"), "")
                given = part if column.role == "group" and _parted_by(looked) == "given" else ""
                change = {given: _IGNORE} if given else {column.name: {"role": "group"}}
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
        if gaps > len(forward) / 10:  # months and years are of many lengths, and some times follow no step
            gaps = 0
        if gaps or repeated:
            longest = float(forward.max() / usual)
            yield Gaps(column=one.name, gaps=gaps, longest=longest, repeated=repeated, columns=(one.name,))


CHECKS: tuple[Callable[[Looked], Iterable[Finding]], ...] = (
    roles, amount, types, gaps, classes, leaks, repeats, little_said, meanings, times, outliers,
)  # fmt: skip


def find(looked: Looked) -> list[Finding]:
    """All that is odd, what keeps from training first."""
    found = [one for check in CHECKS for one in check(looked)]
    return sorted(found, key=lambda one: not one.keeps_from_training)
