"""What somebody without a network answers, and how well they do: the least that a network has to beat.

Of a class it is always the commonest, of several names each as it mostly is, of amounts the mean; of what goes on a
series the last value again, and of a picture that is made of another the other as it came. All of it is measured on the
training part, and scored by the metrics that are shown for the network.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from graphbuilder.compiler import Arrays, encoded, evaluate_call
from graphbuilder.fields import Field
from graphbuilder.plan import Output, Plan

MOST = 20_000
"""Rows of the training part that are looked at."""
BATCH = 256
SURE = 20.0
"""The logit of what is said for sure."""

Rows = Any
"""Numbers of rows, or an array with as many rows."""


@dataclass(frozen=True)
class Guess:
    """words: what is answered, behind "Baseline:". scores: by metric, None for what is no number."""

    words: str
    scores: dict[str, float | None]


def guess(output: Output, plan: Plan, data: Arrays, rows: Rows, train: Rows) -> Guess | None:
    """Scored over these rows; None where nothing is shown beside the loss."""
    if not output.metrics or not len(rows) or not len(train):
        return None
    words, answer = _answer(output, plan, data, train)
    metrics = {name: evaluate_call(call, {}) for name, call in output.metrics.items()}
    for some in _batches(rows):
        right = encoded(output, np.asarray(data[output.target][some]))
        answered = answer(some).astype("float32")
        for metric in metrics.values():
            metric.update_state(right, answered)
    scores = {name: float(np.asarray(metric.result())) for name, metric in metrics.items()}
    return Guess(words, {name: value if isfinite(value) else None for name, value in scores.items()})


def _batches(rows: Rows) -> Iterator[Rows]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _answer(output: Output, plan: Plan, data: Arrays, train: Rows) -> tuple[str, Callable[[Rows], Rows]]:
    """In words, and what it is for these rows, as the loss reads answers."""
    target = plan.source.fields()[output.target]
    looked = train[np.unique(np.linspace(0, len(train) - 1, min(MOST, len(train))).astype(int))]
    if target.kind == "class":
        return _commonest(output, target, data, looked)
    if latest := plan.source.latest(target.name):
        field, column = latest
        return "the last value again", lambda some: np.broadcast_to(
            np.asarray(data[field][some])[:, -1, column].reshape(-1, *(1 for _ in target.shape)),
            (len(some), *(size or 1 for size in target.shape)),
        )
    if came := came_as(plan, target):
        return "the picture as it came", lambda some: _read(output, np.asarray(data[came.name][some]))
    total = sum(np.asarray(data[target.name][some], "float64").sum(axis=0) for some in _batches(looked))
    mean = np.asarray(total / len(looked))
    if target.kind == "labels":
        return "each name as it mostly is", _always(_read(output, (mean >= 0.5).astype(float)))
    return "always the mean", _always(_read(output, mean))


def came_as(plan: Plan, target: Field) -> Field | None:
    """The picture that comes in where another one of its size is made of it."""
    fields = plan.source.fields()
    came = [fields[name] for name in plan.inputs.values() if name != target.name]
    alike = (one for one in came if one.kind == target.kind == "image")
    return next((one for one in alike if (one.shape, one.high) == (target.shape, target.high)), None)


def _commonest(output: Output, target: Field, data: Arrays, looked: Rows) -> tuple[str, Callable[[Rows], Rows]]:
    count = len(target.classes)
    seen = np.zeros(count, int)
    for some in _batches(looked):
        seen += np.bincount(np.asarray(data[target.name][some]).reshape(-1), minlength=count)
    best = int(seen.argmax())
    one = np.array([float(best)]) if output.encoding == "zero_one" else np.eye(count)[best]
    places = tuple(size or 1 for size in target.shape)
    words = f"{'everywhere' if places else 'always'} “{target.classes[best]}”"
    return words, _always(_read(output, np.broadcast_to(one, (*places, len(one)))))


def _always(answer: Rows) -> Callable[[Rows], Rows]:
    return lambda some: np.broadcast_to(answer, (len(some), *answer.shape))


def _read(output: Output, shares: Rows) -> Rows:
    """As the loss reads what is a share or an amount."""
    if output.reading == "logits":
        with np.errstate(divide="ignore"):
            return np.clip(np.log(shares) - np.log1p(-np.clip(shares, None, 1)), -SURE, SURE)
    return 2 * shares - 1 if output.reading == "margins" else shares
