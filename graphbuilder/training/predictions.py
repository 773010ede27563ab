"""What a trained network answers for every row of a part, as a CSV file that is written row by row."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import IO, Any

import keras
import numpy as np

from graphbuilder.blocks import labels
from graphbuilder.checks import Report
from graphbuilder.compiler import Arrays, inputs_of
from graphbuilder.fields import Field
from graphbuilder.plan import Output, Plan
from graphbuilder.records.tables import cell
from graphbuilder.training.samples import columns_of, is_tabular
from graphbuilder.training.surface import likeliest, probabilities

MOST_BYTES = 100_000_000
PLACES = 64
"""Steps, places or numbers of a row that have columns of their own or stand in one; of more only how well they were
told."""
CLASSES = 1_000
"""Whose probabilities have columns."""
ROWS = 256
Cells = list[Any]


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows a file has, and of how many: fewer where all would be more than MOST_BYTES."""

    rows: int
    of: int


def write_predictions(
    file: IO[bytes],
    model: keras.Model,
    report: Report,
    plan: Plan,
    data: Arrays,
    rows: Any,
    numbers: Any = None,
    goes_on: Callable[[], None] = lambda: None,
    most: int = MOST_BYTES,
) -> Written:
    """A line for each row: its number, what is right and what was answered of every Loss, and what came in where that
    is a table or a text.

    numbers: of each row of the data its number in the source; None where they are numbered from 1. goes_on: called now
    and then.
    """
    fields, called = plan.source.fields(), labels(report.document)
    several = len(plan.outputs) > 1
    columns = [
        _columns(output, fields[output.target], f"{called[output.node]}: " if several else "")
        for output in plan.outputs
    ]
    entered = [fields[name] for name in dict.fromkeys(plan.inputs.values()) if _is_told(fields[name])]
    head = ["row", *(name for names, _ in columns for name in names)]
    head += [f"in: {name}" for field in entered for name in _names_in(field)]
    written = file.write(_line(head))
    x = inputs_of(plan, data, rows)
    for done in range(0, len(rows), ROWS):
        goes_on()
        some = rows[done : done + ROWS]
        answers = model.predict_on_batch({name: part[done : done + ROWS] for name, part in x.items()})
        cells = [
            tell(np.asarray(answers[output.name]), np.asarray(data[output.target][some]))
            for output, (_, tell) in zip(plan.outputs, columns, strict=True)
        ]
        came = [_came(data[field.name][some], field) for field in entered]
        for at, row in enumerate(some.tolist()):
            number = row + 1 if numbers is None else int(numbers[row])
            line = _line([number, *(value for part in (*cells, *came) for value in part[at])])
            if written + len(line) > most:
                return Written(done + at, len(rows))
            written += file.write(line)
    return Written(len(rows), len(rows))


def _line(cells: Cells) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerow([cell(one) for one in cells])
    return text.getvalue().encode()


def _is_told(field: Field) -> bool:
    return field.kind == "text" or is_tabular(field)


def _names_in(field: Field) -> list[str]:
    return [field.name] if field.kind == "text" else columns_of(field)


def _came(values: Any, field: Field) -> list[Cells]:
    values = np.asarray(values).reshape(len(values), -1)
    return [[_number(one) for one in row] for row in values[:, : len(_names_in(field))].tolist()]


def _number(value: Any) -> Any:
    """A number with seven digits; empty for one that is missing."""
    if isinstance(value, float):
        return float(f"{value:.7g}") if np.isfinite(value) else ""
    return value


Tell = Callable[[Any, Any], list[Cells]]


def _columns(output: Output, target: Field, before: str) -> tuple[list[str], Tell]:
    """The columns of one Loss, and what fills them from what was answered and what is right, of some rows."""
    size = int(np.prod([axis or 1 for axis in target.shape]))
    named = [f"{before}{name}" for name in ("right", "answer")]
    if target.kind == "class" and not output.names_classes:
        return [f"{before}right"], lambda _, right: [[_word(one, target)] for one in right.reshape(len(right), -1)]
    if target.kind == "class" and target.shape == ():
        words = target.classes[:CLASSES]
        return [*named, *(f"{before}p {word}" for word in words)], lambda *pair: _of_class(output, target, *pair)
    if target.kind == "class" and size <= PLACES:
        return named, lambda *pair: _of_steps(output, target, *pair)
    if target.kind == "class":
        return [f"{before}share right"], lambda *pair: _of_places(output, *pair)
    if target.kind == "labels":
        shares = [f"{before}p {word}" for word in target.classes]
        return [*named, *shares], lambda *pair: _of_names(output, target, *pair)
    if size > PLACES:
        return [f"{before}mean absolute error"], lambda *pair: _missed(output, *pair)
    names = columns_of(target) if size > 1 else [""]
    heads = [f"{before}{word} {name}".rstrip() for name in names for word in ("right", "answer", "residual")]
    return heads, lambda *pair: _of_amounts(output, *pair)


def _word(classes: Any, target: Field) -> str:
    return " ".join(target.classes[one] for one in np.ravel(classes).tolist())


def _of_class(output: Output, target: Field, answered: Any, right: Any) -> list[Cells]:
    sure, best = probabilities(output, answered), likeliest(output, answered)
    return [
        [target.classes[truth], target.classes[told], *map(_number, shares[:CLASSES])]
        for truth, told, shares in zip(right.tolist(), best.tolist(), sure.tolist(), strict=True)
    ]


def _of_steps(output: Output, target: Field, answered: Any, right: Any) -> list[Cells]:
    best = likeliest(output, answered)
    return [[_word(truth, target), _word(told, target)] for truth, told in zip(right, best, strict=True)]


def _of_places(output: Output, answered: Any, right: Any) -> list[Cells]:
    hits = (likeliest(output, answered) == right).reshape(len(right), -1).mean(axis=1)
    return [[_number(one)] for one in hits.tolist()]


def _of_names(output: Output, target: Field, answered: Any, right: Any) -> list[Cells]:
    count = len(target.classes)
    scores, there = _amounts(output, answered).reshape(-1, count), right.reshape(-1, count) > 0.5
    said = scores > (0 if output.reading == "margins" else 0.5)

    def named(places: Any) -> str:
        return "; ".join(target.classes[one] for one in np.flatnonzero(places))

    return [
        [named(truth), named(told), *map(_number, shares)]
        for truth, told, shares in zip(there, said, scores.tolist(), strict=True)
    ]


def _of_amounts(output: Output, answered: Any, right: Any) -> list[Cells]:
    told, truth = (values.reshape(len(right), -1).astype(float) for values in (_amounts(output, answered), right))
    cells = np.stack([truth, told, truth - told], axis=2).reshape(len(right), -1)
    return [[_number(one) for one in row] for row in cells.tolist()]


def _missed(output: Output, answered: Any, right: Any) -> list[Cells]:
    told = _amounts(output, answered).reshape(right.shape)
    errors = np.abs(told - right.astype(float)).reshape(len(right), -1).mean(axis=1)
    return [[_number(one)] for one in errors.tolist()]


def _amounts(output: Output, answered: Any) -> Any:
    """As the loss reads them."""
    answered = answered.astype(float)
    return 1 / (1 + np.exp(-np.clip(answered, -80, 80))) if output.from_logits else answered
