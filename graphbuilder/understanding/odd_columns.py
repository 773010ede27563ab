"""What is odd about single columns: what they are for, what is missing, their types and what they mean."""

import re
from typing import Any

import numpy as np
import pyarrow as pa

from graphbuilder.datasets.fielding import day_of, days_come_first, is_tensor, parsed
from graphbuilder.understanding.finding import Finding, Findings, Wrong, listed, share
from graphbuilder.understanding.looked import IGNORE, Looked
from graphbuilder.understanding.measures import ColumnFacts
from graphbuilder.understanding.suggesting import CODES, FEW, NUMBERS, TARGETS, Look


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


class SeveralTargets(Finding):
    """names: of columns that seem to be told, too."""

    code = "W_DATA_SEVERAL_TARGETS"
    target: str
    names: tuple[str, ...]

    @property
    def message(self) -> str:
        seem = "seems" if len(self.names) == 1 else "seem"
        return f"{listed(self.names)} {seem} to be told as {self.target!r} is, and would be fed to the network."

    @property
    def fix(self) -> str:
        return (
            "Make them targets, too; or ignore them." if len(self.names) > 1 else "Make it a target, too; or ignore it."
        )


def several(looked: Looked) -> Findings:
    """Columns that are called as the target is, or, beside a text or a picture, are of 0 and 1 as it is."""
    if looked.target is None or sum(one.role == "target" for one in looked.columns) > 1:
        return
    name, plain = looked.target.name, [one for one in looked.features if one.type in (*NUMBERS, "category")]
    stem = _stem(looked.looks[name])
    alike = [one.name for one in plain if stem and _stem(looked.looks[one.name]) == stem]
    change: dict[str, dict[str, str]] = {one: {"role": "target"} for one in (*alike, name)}
    seen = {"text", "picture", "pixels", "array"} & {one.type for one in looked.features}
    if seen and not alike and all(_is_flag(looked.looks[one]) for one in (name, *(one.name for one in plain))):
        alike = [one.name for one in plain]
        change = {one: {"role": "target", "type": "boolean"} for one in (*alike, name)}
    if alike:
        yield SeveralTargets(target=name, names=tuple(alike), columns=(*alike, name), change=change)


def _stem(look: Look) -> tuple[str, ...]:
    """The words of the name of a target before a number or a letter, as of "y2" and "target_a"; empty of others."""
    *begin, end = look.tokens or ("",)
    return tuple(begin) if (end.isdigit() or len(end) == 1) and set(begin) & set(TARGETS) else ()


def _is_flag(look: Look) -> bool:
    if is_tensor(look.cells) or look.is_text or look.distinct_beyond(2):
        return False
    return set(np.unique(look.plain).tolist()) == {0.0, 1.0}


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
        ignored, change = one.role in ("ignore", "id"), {one.name: IGNORE}
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
            f"{self.value!r} in row {self.row:,}: it is taken as a category."
        )

    @property
    def fix(self) -> str:
        kind = "dates" if self.what == "a date" else "numbers"
        return f"Unless it names something, take it as {kind}, and what is none as missing."


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
        elif look.is_text and one.type == "category" and len(look.words[0]) > FEW and one.name not in looked.settled:
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
        change={one.name: {"type": look.mixed, "missing": "" if one.role == "target" else "median"}},
        instead={one.name: {"type": "category"}},
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
        unlike = one.distinct > max(FEW, filled / 2) and len(looked.features) > 1
        waits = look.is_text and look.mixed and one.name not in looked.settled
        named = one.type == "category" and not waits
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
