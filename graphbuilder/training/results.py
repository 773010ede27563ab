"""What a trained network answers for one part of the data, set beside what was right.

Everything comes as JSON values of bounded size, for the pages that show it.
"""

from dataclasses import asdict, dataclass
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
from graphbuilder.training.guessing import came_as, guess
from graphbuilder.training.scores import Judge
from graphbuilder.training.surface import likeliest, probabilities

WRONG = 40
PAIRS = 600
PICTURES, MAPS = 12, 7
STEPS = 240
"""Of a series, that are shown one behind the other."""
SIDE = 64
"""Pixels along a side up to which a picture is kept as it is; of a larger one every other, or fewer."""
LETTERS = 60
"""Of a text beside an answer."""


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
    entered = [fields[name] for name in plan.inputs.values()]
    found = []
    train = split(plan, data)[0]
    for output in plan.outputs:
        target, answered = fields[output.target], answers[output.name]
        if output.from_logits and target.kind != "class":
            answered = 1 / (1 + np.exp(-np.clip(answered, -80, 80)))  # as the loss reads them
        right = np.asarray(data[output.target][rows])
        told = {"output": output.name, "label": called[output.node], "target": output.target, "rows": len(rows)}
        weights = class_weights(output, data, train) if plan.weighs_rows else None
        if weights is not None:
            told["class_weights"] = [[name, _digits(one)] for name, one in zip(target.classes, weights, strict=True)]
        if guessed := guess(output, plan, data, rows, train):
            told["baseline"] = asdict(guessed)
        shown = Shown(entered, data, rows)
        if target.kind == "class" and not output.names_classes:
            told["kind"] = "unnamed"
        elif target.kind == "class":
            told |= _classes(output, target, answered, right, shown)
        elif target.kind == "labels":
            told |= _names(output, target, answered, right, shown)
        elif target.kind == "image":
            told |= _pictures(target, came_as(plan, target), answered, right, shown)
        elif plan.source.latest(target.name):
            told |= _series(answered, right)
        else:
            told |= _values(answered, right)
        found.append(told)
    return found


@dataclass(frozen=True)
class Shown:
    """What came in, to be shown beside an answer."""

    entered: list[Field]
    data: Arrays
    rows: Any

    def beside(self, at: int) -> dict[str, Any]:
        """The row's number, and its picture or its text where one came in."""
        told: dict[str, Any] = {"row": int(self.rows[at])}
        for field in self.entered:
            if field.kind == "image" and "image" not in told:
                told["image"] = _pixels(self.data[field.name][self.rows[at]], field)
            if field.kind == "text" and "text" not in told:
                text = str(np.asarray(self.data[field.name][self.rows[at]]).ravel()[0])
                told["text"] = text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"
        return told


def _answers(model: keras.Model, x: Arrays, batch: int) -> dict[str, Any]:
    """What each output answers, in batches where x stays in its file."""
    if not any(isinstance(values, Part) for values in x.values()):
        return model.predict(x, verbose=0, batch_size=batch)  # type: ignore[no-any-return]
    rows = len(next(iter(x.values())))
    fed = ({name: part[start : start + batch] for name, part in x.items()} for start in range(0, rows, batch))
    answers = [model.predict_on_batch(one) for one in fed]
    return {name: np.concatenate([one[name] for one in answers]) for name in answers[0]}


def _classes(output: Output, target: Field, answered: Any, right: Any, shown: Shown) -> dict[str, Any]:
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
            **(shown.beside(at) if places == 1 else {"row": int(shown.rows[at // places]), "place": at % places + 1}),
            "right": int(right[at]),
            "answers": [[int(c), _hundredth(sure[at, c])] for c in np.argsort(-sure[at], kind="stable")[:3]],
        }
        for at in mistakes[:WRONG].tolist()
    ]
    return {
        "kind": "classes",
        "classes": list(target.classes),
        "confusion": confusion.tolist(),
        "mistakes": len(mistakes),
        "rows": len(right),
        **({"maps": maps} if maps else {"wrong": wrong}),
    }


def _maps(target: Field, best: Any, right: Any, shown: Shown) -> list[dict[str, Any]]:
    """Of some pictures what came in, and the class of each place: the right one and the answer."""
    thin = max(1, -(-max(right.shape[1:]) // SIDE))
    return [
        {
            **shown.beside(at),
            "right": right[at, ::thin, ::thin].tolist(),
            "answer": best[at, ::thin, ::thin].tolist(),
        }
        for at in range(min(MAPS, len(right)))
    ]


def _names(output: Output, target: Field, answered: Any, right: Any, shown: Shown) -> dict[str, Any]:
    """Of each name how often it was found, missed and said where it is not; and the rows with most that is wrong."""
    there = right.reshape(-1, len(target.classes)) > 0.5
    said = answered.reshape(there.shape) > (0 if output.reading == "margins" else 0.5)
    wrong = (there != said).sum(axis=1)
    worst = np.argsort(-wrong, kind="stable")
    return {
        "kind": "names",
        "names": list(target.classes),
        "counts": np.stack([there & said, there & ~said, said & ~there]).sum(axis=1).T.tolist(),
        "mistakes": int((wrong > 0).sum()),
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


def _pictures(target: Field, came: Field | None, answered: Any, right: Any, shown: Shown) -> dict[str, Any]:
    """Pictures beside what was made of them; where they are made of others, those first."""
    pairs = []
    for at in range(min(PICTURES, len(right))):
        before = [] if came is None else [_pixels(shown.data[came.name][shown.rows[at]], came)]
        pairs.append([*before, _pixels(right[at], target), _pixels(answered[at], target)])
    return {"kind": "pictures", "pairs": pairs}


def _pixels(image: Any, field: Field) -> list[Any]:
    """Rows of values from 0 to 255, three for a pixel in colour; of any other number of channels their mean."""
    values = np.asarray(image, float)
    thin = max(1, -(-max(values.shape[:2]) // SIDE))
    values = values[::thin, ::thin]
    if values.shape[-1] != 3:
        values = values.mean(axis=-1)
    return np.nan_to_num(np.clip(255 * values / field.high, 0, 255)).astype(int).tolist()  # type: ignore[no-any-return]


def _hundredth(value: Any) -> float:
    return round(float(np.nan_to_num(value)), 4)


def _digits(value: Any) -> float | None:
    number = float(value)
    return float(f"{number:.6g}") if np.isfinite(number) else None
