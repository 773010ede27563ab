"""What a trained network answers for one part of the data, set beside what was right.

Everything comes as JSON values of bounded size, for the pages that show it.
"""

from math import isfinite
from typing import Any

import keras
import numpy as np

from graphbuilder.blocks import labels
from graphbuilder.checks import Report
from graphbuilder.compiler import Arrays, class_weights, inputs_of, split, targets_of, weights_of
from graphbuilder.datasets.feed import Part
from graphbuilder.fields import Field
from graphbuilder.plan import Output, Plan
from graphbuilder.training.scores import Judge
from graphbuilder.training.surface import likeliest, probabilities

WRONG = 40
PAIRS = 600
PICTURES = 12


def judged(model: keras.Model, plan: Plan, data: Arrays, rows: Any) -> dict[str, float | None]:
    """Loss and metrics over these rows, by the names that training shows them under; None for what is no number."""
    fed = inputs_of(plan, data, rows), targets_of(plan, data, rows), weights_of(plan, data, rows)
    scores = Judge(model, plan, *fed).scores()
    return {name: value if isfinite(value) else None for name, value in scores.items()}


def results(model: keras.Model, report: Report, plan: Plan, data: Arrays, rows: Any) -> list[dict[str, Any]]:
    """For every Loss: what was answered beside what was right."""
    x = inputs_of(plan, data, rows)
    answers = _answers(model, x, min(256, max(32, plan.batch_size)))
    fields = plan.source.fields()
    called = labels(report.document)
    image = next((field for field in fields.values() if field.kind == "image"), None)
    found = []
    train = split(plan, data)[0] if plan.weighs_rows else None
    for output in plan.outputs:
        target, answered = fields[output.target], answers[output.name]
        if output.from_logits and target.kind != "class":
            answered = 1 / (1 + np.exp(-np.clip(answered, -500, 500)))  # as the loss reads them
        right = np.asarray(data[output.target][rows])
        told = {"output": output.name, "label": called[output.node], "target": output.target, "rows": len(rows)}
        weights = None if train is None else class_weights(output, data, train)
        if weights is not None:
            told["class_weights"] = [[name, _digits(one)] for name, one in zip(target.classes, weights, strict=True)]
        if target.kind == "class" and not output.names_classes:
            told["kind"] = "unnamed"
        elif target.kind == "class":
            told |= _classes(output, target, answered, right, image, data, rows)
        elif target.kind == "image":
            told |= _pictures(target, answered, right)
        else:
            told |= _values(answered, right)
        found.append(told)
    return found


def _answers(model: keras.Model, x: Arrays, batch: int) -> dict[str, Any]:
    """What each output answers, in batches where x stays in its file."""
    if not any(isinstance(values, Part) for values in x.values()):
        return model.predict(x, verbose=0, batch_size=batch)  # type: ignore[no-any-return]
    rows = len(next(iter(x.values())))
    fed = ({name: part[start : start + batch] for name, part in x.items()} for start in range(0, rows, batch))
    answers = [model.predict_on_batch(one) for one in fed]
    return {name: np.concatenate([one[name] for one in answers]) for name in answers[0]}


def _classes(
    output: Output, target: Field, answered: Any, right: Any, image: Field | None, data: Arrays, rows: Any
) -> dict[str, Any]:
    """Counts of every answer for every class, and the mistakes that were made most surely first. Of a class at each
    step or place every one counts by itself."""
    count = len(target.classes)
    sure = probabilities(output, answered).reshape(-1, max(2, answered.shape[-1]))
    best, right = likeliest(output, answered).reshape(-1), right.reshape(-1)
    places = len(right) // max(1, len(rows))
    confusion = np.zeros((count, count), int)
    np.add.at(confusion, (right, best), 1)
    mistakes = np.flatnonzero(best != right)
    mistakes = mistakes[np.argsort(-sure[mistakes, best[mistakes]], kind="stable")]
    wrong = [
        {
            "row": int(rows[at // places]),
            **({"place": int(at % places) + 1} if places > 1 else {}),
            "right": int(right[at]),
            "answers": [[int(c), _hundredth(sure[at, c])] for c in np.argsort(-sure[at], kind="stable")[:3]],
            **({"image": _pixels(data[image.name][rows[at]], image)} if image and places == 1 else {}),
        }
        for at in mistakes[:WRONG]
    ]
    return {
        "kind": "classes",
        "classes": list(target.classes),
        "confusion": confusion.tolist(),
        "mistakes": len(mistakes),
        "rows": len(right),
        "wrong": wrong,
    }


def _values(answered: Any, right: Any) -> dict[str, Any]:
    """Pairs of what was right and what was answered, evenly taken from all."""
    flat, truth = answered.reshape(-1), right.reshape(-1)
    some = np.unique(np.linspace(0, len(flat) - 1, min(PAIRS, len(flat))).astype(int))
    return {"kind": "values", "pairs": [[_digits(truth[at]), _digits(flat[at])] for at in some]}


def _pictures(target: Field, answered: Any, right: Any) -> dict[str, Any]:
    """Pictures beside what was made of them."""
    pairs = [[_pixels(right[at], target), _pixels(answered[at], target)] for at in range(min(PICTURES, len(right)))]
    return {"kind": "pictures", "pairs": pairs}


def _pixels(image: Any, field: Field) -> list[list[int]]:
    """Rows of grey values from 0 to 255; of several channels their mean."""
    grey = np.asarray(image, float).mean(axis=-1)
    return np.nan_to_num(np.clip(255 * grey / field.high, 0, 255)).astype(int).tolist()  # type: ignore[no-any-return]


def _hundredth(value: Any) -> float:
    return round(float(np.nan_to_num(value)), 4)


def _digits(value: Any) -> float | None:
    number = float(value)
    return float(f"{number:.6g}") if np.isfinite(number) else None
