"""What a network with one input of two numbers answers all over the plane: its decision boundary, while it moves."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.compiler import Arrays
from graphbuilder.plan import Output, Plan
from graphbuilder.records.events import Boundary

SIZE = 48
"""Cells along a side."""

_MARGIN = 0.1


class Surface:
    """Looks at one output of a model over a grid that reaches a little beyond the points. Made by `surface`."""

    def __init__(self, model: keras.Model, output: Output, name: str, points: "np.ndarray[Any, Any]") -> None:
        low, high = points.min(axis=0), points.max(axis=0)
        reach = float((high - low).max()) * (0.5 + _MARGIN)
        middle = (low + high) / 2
        self._low, self._high = middle - reach, middle + reach
        step = 2 * reach / SIZE
        across = self._low[0] + step * (np.arange(SIZE) + 0.5)
        up = self._low[1] + step * (np.arange(SIZE) + 0.5)
        grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype("float32")
        cells = tf.constant(grid)
        self._output = output

        @tf.function  # type: ignore[untyped-decorator]
        def answer() -> Any:
            return model({name: cells}, training=False)[output.name]

        self._answer = answer

    def look(self, step: int) -> Boundary:
        answered = self._answer().numpy()
        best = likeliest(self._output, answered)
        likely = probabilities(self._output, answered)[np.arange(len(best)), best]
        sure = np.nan_to_num(likely * 100).round().astype(int)
        return Boundary(
            step,
            self._output.name,
            _corner(self._low),
            _corner(self._high),
            SIZE,
            tuple(best.tolist()),
            tuple(sure.tolist()),
        )


def _corner(at: "np.ndarray[Any, Any]") -> tuple[float, float]:
    return round(float(at[0]), 6), round(float(at[1]), 6)


def surface(model: keras.Model, plan: Plan, x: Arrays) -> Surface | None:
    """None for a network that is not of points in the plane and classes."""
    fields = plan.source.fields()
    classes = (one for one in plan.outputs if one.encoding != "value" and fields[one.target].shape == ())
    output = next((one for one in classes if one.names_classes), None)
    if output is None or len(x) != 1:
        return None
    name, points = next(iter(x.items()))
    return Surface(model, output, name, np.asarray(points)) if points.shape[1:] == (2,) else None


def likeliest(output: Output, answered: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """The number of the class that each row answers, or each place of it. Of several values the greatest, also where
    all are below zero."""
    several = answered.shape[-1] > 1
    return (answered if several else probabilities(output, answered)).argmax(axis=-1)  # type: ignore[no-any-return]


def probabilities(output: Output, answered: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """(rows, ..., classes) from what the model answers for a class: logits, probabilities or margins, one for each
    class or one. A margin of -1 or less is surely no, of 1 or more surely yes."""
    answered = answered.astype("float64")
    if output.reading == "margins":
        answered = (np.clip(answered, -1, 1) + 1) / 2
    if answered.shape[-1] == 1:
        one = 1 / (1 + np.exp(-np.clip(answered, -500, 500))) if output.from_logits else np.clip(answered, 0, 1)
        return np.concatenate([1 - one, one], axis=-1)
    if output.from_logits:
        powers = np.exp(answered - answered.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)  # type: ignore[no-any-return]
    total = np.clip(answered, 0, None).sum(axis=-1, keepdims=True)
    return np.clip(answered, 0, None) / np.where(total > 0, total, 1)  # type: ignore[no-any-return]
