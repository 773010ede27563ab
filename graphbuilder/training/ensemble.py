"""What several trained networks answer together for the validation part, beside what each answers alone."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from graphbuilder.blocks import labels
from graphbuilder.checks import Report
from graphbuilder.compiler import Arrays, inputs_of, split
from graphbuilder.ensembles import PASSES, RATE, How
from graphbuilder.operators import KINDS
from graphbuilder.plan import Plan
from graphbuilder.training.joining import of_classes, of_values
from graphbuilder.training.results import answers
from graphbuilder.training.surface import probabilities


class NoEnsemble(ValueError):
    """Why these cannot answer together, in words."""


def ensemble(
    model: keras.Model,
    report: Report,
    plan: Plan,
    data: Arrays,
    members: Sequence[list[Any]],
    how: How,
    counts: Sequence[float] = (),
    signs: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """As JSON values. members: the weights of each; of dropout of one, which answers PASSES times. counts: of boosted
    members, by which they vote. signs: is called between two members. Raises NoEnsemble."""
    rows = split(plan, data)[1]
    x = inputs_of(plan, data, rows)
    batch = min(256, max(32, plan.batch_size))
    told: list[dict[str, Any]] = []
    plain = None
    if how == "dropout":
        model.set_weights(members[0])
        plain = answers(model, x, batch)
        for _ in range(PASSES):
            told.append(with_dropout(model, x, batch))
            signs()
    for weights in members if how != "dropout" else ():
        model.set_weights(weights)
        told.append(answers(model, x, batch))
        signs()
    called = labels(report.document)
    outputs = []
    for output in plan.outputs:
        target = plan.source.fields()[output.target]
        right = np.asarray(data[output.target][rows])
        answered = np.array([one[output.name] for one in told])
        head = {"output": output.name, "label": called[output.node], "target": output.target}
        if target.kind == "class" and output.names_classes:
            count = len(target.classes)
            sure = [probabilities(output, one).reshape(-1, max(2, one.shape[-1]))[:, :count] for one in answered]
            found = of_classes(np.array(sure), right.reshape(-1), counts or None)
            if plain is not None:
                alone = probabilities(output, plain[output.name]).reshape(-1, sure[0].shape[-1])
                found["plain"] = float((alone.argmax(axis=1) == right.reshape(-1)).mean())
        elif target.kind in ("number", "vector", "array", "image"):
            found = of_values(answered, right, RATE if how == "boosting" else None)
            if plain is not None:
                found["plain"] = of_values(plain[output.name][None], right)["joint"]
        outputs.append(head | found)
    if not outputs:
        raise NoEnsemble("An ensemble is told of classes and amounts, and this network answers neither.")
    return {"how": how, "members": len(told), "outputs": outputs}


_MEASURES = frozenset(kind for kind, one in KINDS.items() if one.measures_batch)


def with_dropout(model: keras.Model, x: Arrays, batch: int) -> dict[str, Any]:
    """One answer with dropout left on. Batch normalization stays as it is when it answers: it is not trained here."""
    normalizing = [one for one in model._flatten_layers() if type(one).__name__ in _MEASURES]
    were = [one.trainable for one in normalizing]
    rows = len(next(iter(x.values())))
    try:
        for one in normalizing:
            one.trainable = False
        found = [
            model({name: part[start : start + batch] for name, part in x.items()}, training=True)
            for start in range(0, rows, batch)
        ]
    finally:
        for one, was in zip(normalizing, were, strict=True):
            one.trainable = was
    return {name: np.concatenate([np.asarray(one[name]) for one in found]) for name in found[0]}
