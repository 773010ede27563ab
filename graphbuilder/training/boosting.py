"""Members of a boosted ensemble: what each learns from those before it, and what it leaves to the next."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from graphbuilder.compiler import Arrays, split
from graphbuilder.ensembles import RATE
from graphbuilder.plan import Plan
from graphbuilder.readers import DataError
from graphbuilder.training.joining import Numbers, samme
from graphbuilder.training.parts import Parts
from graphbuilder.training.results import answers
from graphbuilder.training.surface import likeliest

Left = Mapping[str, Numbers]
"""What a member leaves to the next: of a class how much each training row counts, of amounts what all members so far
answer for the rows of training and of validation."""


def is_of_class(plan: Plan) -> bool:
    return plan.source.fields()[plan.outputs[0].target].kind == "class"


def to_learn(plan: Plan, fed: Parts, left: Left) -> Parts:
    """What the next member is fed."""
    name = plan.outputs[0].name
    if is_of_class(plan):
        counts = left["weights"] * len(left["weights"])
        own = fed.w.get(name, np.ones(len(counts), "float32"))
        of_validation = fed.w_val or {name: np.ones(fed.rows[1], "float32")}
        return replace(fed, w={name: (own * counts).astype("float32")}, w_val=of_validation)
    y, y_val = (_at_hand(part[name]) for part in (fed.y, fed.y_val))
    return replace(
        fed,
        y={name: (y - RATE * left["train"].reshape(y.shape)).astype(y.dtype)},
        y_val={name: (y_val - RATE * left["validation"].reshape(y_val.shape)).astype(y_val.dtype)},
    )


def _at_hand(values: Any) -> Numbers:
    if not isinstance(values, np.ndarray):
        raise DataError("The target is too large to be held in memory, which boosting needs.", "E_DATA_SIZE")
    return values


def left_by(model: keras.Model, plan: Plan, fed: Parts, data: Arrays, before: Left | None) -> tuple[Left, float, float]:
    """What a member leaves, how much it counts, and its share of mistakes (of amounts 1 and nan). A count of 0, or no
    mistakes, ends the boosting."""
    output = plan.outputs[0]
    batch = min(256, max(32, plan.batch_size))
    if not is_of_class(plan):
        told = {
            part: answers(model, x, batch)[output.name] for part, x in (("train", fed.x), ("validation", fed.x_val))
        }
        so_far = before or {part: np.zeros_like(values) for part, values in told.items()}
        return {part: so_far[part] + values for part, values in told.items()}, 1.0, float("nan")
    train = split(plan, data)[0]
    right = np.asarray(data[output.target][train]).reshape(-1)
    wrong = likeliest(output, answers(model, fed.x, batch)[output.name]).reshape(-1) != right
    weights = before["weights"] if before else np.full(len(right), 1 / len(right))
    classes = len(plan.source.fields()[output.target].classes)
    weights, count, error = samme(weights, wrong, classes)
    return {"weights": weights}, count, error
