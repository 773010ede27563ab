"""What is odd about the target: its classes, and what tells it too well."""

import numpy as np

from graphbuilder.understanding.finding import Finding, Findings, Wrong, listed
from graphbuilder.understanding.looked import FEWEST, IGNORE, Looked, parted_by
from graphbuilder.understanding.repeats import PARTS


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
            f"{self.column!r} has {self.classes:,} classes for {self.rows:,} rows: none is left to learn from, "
            "since one of each class judges."
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
        unit = "row" if {*self.rows} == {1} else "rows"
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
    if looked.target is None or looked.codes is None or not len(looked.codes):
        return
    name, codes = looked.target.name, looked.codes
    there = [(one, rows) for one, rows in looked.classes if rows]
    if len(there) == 1:
        yield OneClass(column=name, name=there[0][0], rows=there[0][1], columns=(name,))
        return
    if not len(looked.parts[0]):
        yield OneRowEach(column=name, classes=len(there), rows=len(codes), columns=(name,))
    if len(codes) < FEWEST or not len(looked.parts[0]):
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
        by, (train, _, test) = parted_by(looked), looked.parts
        if by != "given" or set(codes[test].tolist()) - set(codes[train].tolist()):
            yield SortedByClass(column=name, by=by, columns=(name,))


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
        change = dict.fromkeys(names, IGNORE)
        target = looked.target.name
        yield Leaked(target=target, names=names, how=how, columns=(*names, target), change=change)
