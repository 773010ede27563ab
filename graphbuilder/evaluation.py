"""How good answers are, in the field's numbers: precision, recall and F1 of each class, ROC and precision-recall
curves, calibration. Plain arithmetic over counts and scores; what is not defined is None, and is left out of means."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

POINTS = 120
"""Of a curve that is kept, at most."""
BINS = 10
Values = Any
"""An array of numbers."""


@dataclass(frozen=True, slots=True)
class Score:
    """Of one class, one against all others. support: how many rows are of it. precision: 0 where it was never
    answered, recall: 0 where no row is of it, as scikit-learn has it; iou: intersection over union."""

    precision: float
    recall: float
    f1: float
    iou: float
    support: float

    @classmethod
    def of(cls, found: float, missed: float, said: float) -> "Score":
        """said: how often it was answered where it is not."""
        return cls(
            _share(found, found + said),
            _share(found, found + missed),
            _share(2 * found, 2 * found + missed + said),
            _share(found, found + missed + said),
            found + missed,
        )


def of_classes(confusion: Sequence[Sequence[int]]) -> list[Score | None]:
    """confusion: a row for each right class, a column for each answer. None for a class that neither is nor was
    answered."""
    counts = np.asarray(confusion, float)
    found = counts.diagonal()
    return _scores(np.stack([found, counts.sum(axis=1) - found, counts.sum(axis=0) - found], axis=1))


def of_names(counts: Sequence[Sequence[int]]) -> list[Score | None]:
    """counts: of each name how often it was found, missed, and said where it is not."""
    return _scores(np.asarray(counts, float))


def _scores(counts: Values) -> list[Score | None]:
    return [Score.of(*one) if sum(one) else None for one in counts.tolist()]


def macro(scores: Sequence[Score | None]) -> Score | None:
    """The mean over classes, each counting alike."""
    return _mean(scores, lambda _: 1.0)


def weighted(scores: Sequence[Score | None]) -> Score | None:
    """The mean over classes, each counting by its rows."""
    return _mean(scores, lambda one: one.support)


def _mean(scores: Sequence[Score | None], weight: Any) -> Score | None:
    there = [one for one in scores if one]
    weights = [weight(one) for one in there]
    if not sum(weights):
        return None
    each = [(one.precision, one.recall, one.f1, one.iou) for one in there]
    precision, recall, f1, iou = np.average(each, axis=0, weights=weights).tolist()
    return Score(precision, recall, f1, iou, sum(one.support for one in there))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class Curve:
    """x, y: where it goes. area: of ROC the area under it (AUC), of precision over recall the average precision
    (AP)."""

    x: Values
    y: Values
    area: float

    def thinned(self, most: int = POINTS) -> "Curve":
        """With so many points at most, spread evenly along it; both ends stay."""
        if len(self.x) <= most:
            return self
        along = np.cumsum(np.abs(np.diff(self.x, prepend=self.x[0])) + np.abs(np.diff(self.y, prepend=self.y[0])))
        some = np.searchsorted(along, np.linspace(0, along[-1], most - 1))
        some = np.unique([*np.clip(some, 0, len(along) - 1), len(along) - 1])
        return Curve(self.x[some], self.y[some], self.area)


def roc(is_one: Values, scores: Values) -> Curve | None:
    """True positive rate over false positive rate, for every threshold. None where all are of the class, or none."""
    hits, falses = _counted(is_one, scores)
    if not hits[-1] or not falses[-1]:
        return None
    x, y = falses / falses[-1], hits / hits[-1]
    return Curve(x, y, float(np.trapezoid(y, x)))


def precision_recall(is_one: Values, scores: Values) -> Curve | None:
    """Precision over recall, for every threshold, from recall 0. None where no row is of the class."""
    hits, falses = _counted(is_one, scores)
    if not hits[-1]:
        return None
    recall = hits / hits[-1]
    precision = np.concatenate([[1.0], hits[1:] / (hits[1:] + falses[1:])])
    return Curve(recall, precision, float(np.sum(np.diff(recall) * precision[1:])))


def _counted(is_one: Values, scores: Values) -> tuple[Values, Values]:
    """Hits and false alarms where all with at least a score are taken, from the highest score down; from none."""
    order = np.argsort(-scores, kind="stable")
    one, scores = np.asarray(is_one, bool)[order], scores[order]
    last = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1) if len(scores) else np.zeros(0, int)
    hits = np.cumsum(one)[last]
    return np.append(0.0, hits), np.append(0.0, last + 1 - hits)


@dataclass(frozen=True, slots=True)
class Calibration:
    """bins: of answers that were about as sure, the mean of how sure, the share that was right, and how many; those
    without any are left out. error: expected calibration error, the mean distance of the two over all answers."""

    bins: list[tuple[float, float, int]]
    error: float


def calibration(sure: Values, was_right: Values, bins: int = BINS) -> Calibration | None:
    """sure: from 0 to 1. Bins of equal width, each with its upper end. None where there are no answers."""
    if not len(sure):
        return None
    place = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], sure)
    rows = np.bincount(place, minlength=bins)
    told, right = (np.bincount(place, values, minlength=bins) for values in (sure, np.asarray(was_right, float)))
    there = rows > 0
    mean, share = told[there] / rows[there], right[there] / rows[there]
    error = float(np.average(np.abs(mean - share), weights=rows[there]))
    return Calibration(list(zip(mean.tolist(), share.tolist(), rows[there].tolist(), strict=True)), error)
