"""What a trained network answers for one part of the data, set beside what was right.

Everything comes as JSON values of bounded size, for the pages that show it. Of many the worst come first.
"""

from dataclasses import asdict
from math import isfinite
from typing import Any

import keras
import numpy as np

from graphbuilder.blocks import labels
from graphbuilder.checks import Report
from graphbuilder.compiler import Arrays, class_weights, inputs_of, split, targets_of, weights_of
from graphbuilder.datasets.feed import Part
from graphbuilder.evaluation import Curve, calibration, precision_recall, roc
from graphbuilder.fields import Field
from graphbuilder.plan import Output, Plan
from graphbuilder.training.guessing import came_as, guess
from graphbuilder.training.samples import SIDE, Samples, columns_of, pixels
from graphbuilder.training.scores import Judge
from graphbuilder.training.surface import likeliest, probabilities

WRONG = 40
PAIRS = 600
PICTURES, MAPS = 12, 7
STEPS = 240
"""Of a series, that are shown one behind the other."""
BARS = 31
"""Of a histogram of residuals."""
CURVES = 12
"""Classes whose curves are kept: those that are told worst. Of the others the areas are."""
SCORES = 4_000_000
"""That curves and calibration are taken of; of more, rows spread evenly over all."""


def judged(model: keras.Model, plan: Plan, data: Arrays, rows: Any) -> dict[str, float | None]:
    """Loss and metrics over these rows, by the names that training shows them under; None for what is no number."""
    fed = inputs_of(plan, data, rows), targets_of(plan, data, rows), weights_of(plan, data, rows)
    scores = Judge(model, plan, *fed).scores(once=True)
    return {name: value if isfinite(value) else None for name, value in scores.items()}


def results(
    model: keras.Model, report: Report, plan: Plan, data: Arrays, rows: Any, numbers: Any = None
) -> list[dict[str, Any]]:
    """For every Loss: what was answered beside what was right. numbers: of each row of the data its number in the
    source; None where they are numbered from 1."""
    x = inputs_of(plan, data, rows)
    told_by = answers(model, x, min(256, max(32, plan.batch_size)))
    fields = plan.source.fields()
    called = labels(report.document)
    entered = [fields[name] for name in plan.inputs.values()]
    found = []
    train = split(plan, data)[0]
    for output in plan.outputs:
        target, answered = fields[output.target], told_by[output.name]
        if output.from_logits and target.kind != "class":
            answered = 1 / (1 + np.exp(-np.clip(answered.astype(float), -80, 80)))  # as the loss reads them
        right = np.asarray(data[output.target][rows])
        told = {"output": output.name, "label": called[output.node], "target": output.target, "rows": len(rows)}
        weights = class_weights(output, data, train) if plan.weighs_rows else None
        if weights is not None:
            told["class_weights"] = [[name, _digits(one)] for name, one in zip(target.classes, weights, strict=True)]
        if guessed := guess(output, plan, data, rows, train):
            told["baseline"] = asdict(guessed)
        shown = Samples(entered, data, rows, numbers)
        if target.kind == "class" and not output.names_classes:
            told["kind"] = "unnamed"
        elif target.kind == "class":
            told |= _classes(output, target, answered, right, shown)
        elif target.kind == "labels":
            told |= _names(output, target, answered, right, shown)
        elif target.kind == "image":
            told |= _pictures(target, came_as(plan, target), answered, right, shown)
        elif plan.source.latest(target.name):
            told |= _series(answered, right) | _residuals(target, answered, right, shown)
        else:
            told |= _values(answered, right) | _residuals(target, answered, right, shown)
        found.append(told)
    return found


def answers(model: keras.Model, x: Arrays, batch: int) -> dict[str, Any]:
    """What each output answers, in batches where x stays in its file."""
    if not any(isinstance(values, Part) for values in x.values()):
        return model.predict(x, verbose=0, batch_size=batch)  # type: ignore[no-any-return]
    rows = len(next(iter(x.values())))
    fed = ({name: part[start : start + batch] for name, part in x.items()} for start in range(0, rows, batch))
    found = [model.predict_on_batch(one) for one in fed]
    return {name: np.concatenate([one[name] for one in found]) for name in found[0]}


def _classes(output: Output, target: Field, answered: Any, right: Any, shown: Samples) -> dict[str, Any]:
    """Counts of every answer for every class, and the mistakes that were made most surely first. Of a class at each
    step or place every one counts by itself; of a picture's places the whole is shown."""
    count, rows = len(target.classes), len(right)
    sure = probabilities(output, answered).reshape(-1, max(2, answered.shape[-1]))
    best = likeliest(output, answered)
    maps = _maps(target, best, right, shown) if right.ndim == 3 else []
    best, right = best.reshape(-1), right.reshape(-1)
    places = len(right) // max(1, rows)
    confusion = np.zeros((count, count), int)
    np.add.at(confusion, (right, best), 1)
    mistakes = np.flatnonzero(best != right)
    mistakes = mistakes[np.argsort(-sure[mistakes, best[mistakes]], kind="stable")]
    wrong = [
        {
            **(shown.beside(at) if places == 1 else {**shown.number(at // places), "place": at % places + 1}),
            "right": int(right[at]),
            "answers": [[int(c), _hundredth(sure[at, c])] for c in np.argsort(-sure[at], kind="stable")[:3]],
        }
        for at in mistakes[:WRONG].tolist()
    ]
    some = _some(len(right), sure.shape[1])
    certain = np.nan_to_num(sure[some])
    likely = certain[np.arange(len(some)), best[some]], best[some] == right[some]
    return {
        "kind": "classes",
        "classes": list(target.classes),
        "confusion": confusion.tolist(),
        "mistakes": len(mistakes),
        "rows": len(right),
        "curves": _curves(right[some][:, np.newaxis] == np.arange(count), certain),
        **(_calibrated(*likely) if output.reading in ("logits", "shares") else {}),
        **({"maps": maps} if maps else {"wrong": wrong}),
    }


_AREAS = 6
"""Decimals that are kept of what is told of all rows: it is rounded once, where it is shown."""


def _some(rows: int, classes: int) -> Any:
    """The rows that curves are taken of."""
    return np.unique(np.linspace(0, rows - 1, min(rows, max(1, SCORES // classes))).astype(int))


def _curves(is_one: Any, scores: Any) -> dict[str, Any]:
    """Of every class against all others, the areas; and the curves of those that are told worst."""
    rocs = [roc(*pair) for pair in zip(is_one.T, scores.T, strict=False)]
    curves = [precision_recall(*pair) for pair in zip(is_one.T, scores.T, strict=False)]
    areas = [(one.area, place) for place, one in enumerate(curves) if one]
    worst = [place for _, place in sorted(areas)[:CURVES]]
    return {
        "areas": [[one and round(one.area, _AREAS) for one in pair] for pair in zip(rocs, curves, strict=True)],
        "roc": {str(place): _drawn(one) for place in sorted(worst) if (one := rocs[place])},
        "pr": {str(place): _drawn(one) for place in sorted(worst) if (one := curves[place])},
    }


def _drawn(curve: Curve) -> list[Any]:
    thin = curve.thinned()
    return [np.round(thin.x, 4).tolist(), np.round(thin.y, 4).tolist()]


def _calibrated(sure: Any, was_right: Any) -> dict[str, Any]:
    found = calibration(sure, was_right)
    if found is None:
        return {}
    bins = [[_hundredth(mean), _hundredth(share), rows] for mean, share, rows in found.bins]
    return {"calibration": {"bins": bins, "error": round(found.error, _AREAS)}}


def _maps(target: Field, best: Any, right: Any, shown: Samples) -> list[dict[str, Any]]:
    """Of the pictures with the lowest IoU what came in, and the class of each place: the right one and the answer."""
    thin = max(1, -(-max(right.shape[1:]) // SIDE))
    overlap = _overlaps(best, right, len(target.classes))
    return [
        {
            **shown.beside(at),
            "iou": _hundredth(overlap[at]),
            "right": right[at, ::thin, ::thin].tolist(),
            "answer": best[at, ::thin, ::thin].tolist(),
        }
        for at in np.argsort(overlap, kind="stable")[:MAPS].tolist()
    ]


def _overlaps(best: Any, right: Any, classes: int) -> Any:
    """Of each picture the mean IoU of the classes that are in it or were answered."""
    summed, there = np.zeros(len(right)), np.zeros(len(right))
    for one in range(classes):
        is_one, told = right == one, best == one
        either = (is_one | told).sum(axis=(1, 2))
        summed += (is_one & told).sum(axis=(1, 2)) / np.maximum(either, 1)
        there += either > 0
    return summed / there


def _names(output: Output, target: Field, answered: Any, right: Any, shown: Samples) -> dict[str, Any]:
    """Of each name how often it was found, missed and said where it is not; and the rows with most that is wrong."""
    there = right.reshape(-1, len(target.classes)) > 0.5
    scores = answered.reshape(there.shape)
    said = scores > (0 if output.reading == "margins" else 0.5)
    wrong = (there != said).sum(axis=1)
    worst = np.argsort(-wrong, kind="stable")
    some = _some(len(there), len(target.classes))
    certain = np.nan_to_num(scores[some].astype(float))
    return {
        "kind": "names",
        "names": list(target.classes),
        "counts": np.stack([there & said, there & ~said, said & ~there]).sum(axis=1).T.tolist(),
        "mistakes": int((wrong > 0).sum()),
        "curves": _curves(there[some], certain),
        **(_calibrated(certain.ravel(), there[some].ravel()) if output.reading in ("logits", "shares") else {}),
        "wrong": [
            {**shown.beside(at), "right": np.flatnonzero(there[at]).tolist(), "said": np.flatnonzero(said[at]).tolist()}
            for at in worst[: min(WRONG, int((wrong > 0).sum()))].tolist()
        ],
    }


def _values(answered: Any, right: Any) -> dict[str, Any]:
    """Pairs of what was right and what was answered, evenly taken from all."""
    flat, truth = answered.reshape(-1), right.reshape(-1)
    some = np.unique(np.linspace(0, len(flat) - 1, min(PAIRS, len(flat))).astype(int))
    return {"kind": "values", "pairs": [[_digits(truth[at]), _digits(flat[at])] for at in some]}


def _series(answered: Any, right: Any) -> dict[str, Any]:
    """The last of what each row tells, beside what was right, in the order of the rows."""
    told, truth = (values.reshape(len(values), -1)[:STEPS, -1] for values in (answered, right))
    return {"kind": "series", "pairs": [[_digits(a), _digits(b)] for a, b in zip(truth, told, strict=True)]}


def _residuals(target: Field, answered: Any, right: Any, shown: Samples) -> dict[str, Any]:
    """Right minus answer: how it is spread over all rows, and the rows with the largest, of several numbers each with
    the one that was missed by most. What is no number comes first."""
    told, truth = (values.reshape(len(values), -1).astype(float) for values in (answered, right))
    missed = truth - told
    known = missed[np.isfinite(missed)]
    size = np.where(np.isfinite(missed), np.abs(missed), np.inf)
    part = size.argmax(axis=1)
    worst = np.argsort(-size.max(axis=1), kind="stable")[:WRONG].tolist()
    called = columns_of(target)
    if len(called) != missed.shape[1]:  # a size that the data alone know
        called = [f"{target.name} {place}" for place in range(1, missed.shape[1] + 1)]
    found: dict[str, Any] = {
        "worst": [
            {
                **shown.beside(at),
                **({"part": called[part[at]]} if len(called) > 1 else {}),
                "right": _digits(truth[at, part[at]]),
                "answer": _digits(told[at, part[at]]),
            }
            for at in worst
        ]
    }
    if len(known):
        counts, edges = np.histogram(known, BARS)
        found["residuals"] = {
            "edges": [_digits(one) for one in edges],
            "counts": counts.tolist(),
            "mean": _digits(known.mean()),
            "spread": _digits(known.std()),
        }
    return found


def _pictures(target: Field, came: Field | None, answered: Any, right: Any, shown: Samples) -> dict[str, Any]:
    """Pictures beside what was made of them, those that were missed by most first; where they are made of others,
    those before them."""
    missed = np.nan_to_num(_missed(answered, right), nan=np.inf)
    worst = np.argsort(-missed, kind="stable")[:PICTURES].tolist()
    pairs = []
    for at in worst:
        before = [] if came is None else [pixels(shown.data[came.name][shown.rows[at]], came)]
        pairs.append([*before, pixels(right[at], target), pixels(answered[at], target)])
    errors = [_digits(missed[at]) for at in worst]
    return {"kind": "pictures", "pairs": pairs, "errors": errors, "of": [shown.number(at) for at in worst]}


def _missed(answered: Any, right: Any) -> Any:
    """The mean squared error of each row."""
    each = (np.mean((np.asarray(a, float) - b) ** 2) for a, b in zip(answered, right, strict=True))
    return np.fromiter(each, float, len(right))


def _hundredth(value: Any) -> float:
    return round(float(np.nan_to_num(value)), 4)


def _digits(value: Any) -> float | None:
    number = float(value)
    return float(f"{number:.6g}") if np.isfinite(number) else None
