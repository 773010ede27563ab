"""What a network with one input of two numbers answers all over the plane: its decision boundary, while it moves, and
what its units add to that."""

import math
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.compiler import Arrays, opened, values_of
from graphbuilder.figures import letters
from graphbuilder.plan import Output, Plan
from graphbuilder.records.events import Boundary, Units
from graphbuilder.training.compiled import compiled
from graphbuilder.training.tiles import digits

SIZE, UNIT_SIZE = 48, 20
"""Cells along a side: of the answer, and of a unit."""
MOST_NODES, MOST_UNITS = 16, 8
"""So many of them are looked at: those that make all features, six hidden layers and the answer are fifteen."""
MOST_WEIGHTS = 800
"""Numbers of all layers together, that are told."""

_MARGIN = 0.1
_ALIKE = 2.0
"""Axes of which one reaches at most so much farther are drawn on one scale, as a circle is to be a circle; of others,
such as a mass beside a length, each has its own."""
Array = np.ndarray[Any, Any]


class Surface:
    """Looks at one output of a model, and at its units, over a grid that reaches a little beyond the points. Made by
    `surface`."""

    def __init__(
        self,
        model: keras.Model,
        plan: Plan,
        output: Output,
        name: str,
        points: "np.ndarray[Any, Any]",
        span: tuple[float, float] | None = None,
    ) -> None:
        """span: of the amounts that the output answers; None where it answers a class."""
        self._low, self._high = span_of(points)
        cells, fewer = (tf.constant(grid_over(self._low, self._high, size)) for size in (SIZE, UNIT_SIZE))
        self._output, self._span = output, span
        inside = keras.Model(model.input, _vectors(model, plan))
        found = kernels_and_biases(model, plan)
        count = sum(math.prod(one.shape) for named in found.values() for one in named.values())
        self._weighing = found if count <= MOST_WEIGHTS else {}

        @compiled()
        def answer() -> Any:
            return model({name: cells}, training=False)[output.name]

        @compiled()
        def units() -> Any:
            return inside({name: fewer}, training=False)

        self._answer, self._units = answer, units

    def look(self, step: int) -> Boundary:
        answered = self._answer().numpy()
        if self._span:
            return self._boundary(step, values=self._along(answered))
        best = likeliest(self._output, answered)
        likely = probabilities(self._output, answered)[np.arange(len(best)), best]
        sure = np.nan_to_num(likely * 100).round().astype(int)
        return self._boundary(step, tuple(best.tolist()), tuple(sure.tolist()))

    def _along(self, answered: Array) -> tuple[int, ...]:
        """In hundredths of the way along the span. What is no number counts as half way."""
        assert self._span, "of amounts alone"
        low, high = self._span
        part = np.nan_to_num((answered.astype("float64").ravel() - low) / (high - low), nan=0.5)
        return tuple((100 * part.clip(-1, 2)).round().astype(int).tolist())

    def _boundary(
        self, step: int, best: tuple[int, ...] = (), sure: tuple[int, ...] = (), values: tuple[int, ...] = ()
    ) -> Boundary:
        corners = _corner(self._low), _corner(self._high)
        return Boundary(step, self._output.name, *corners, SIZE, best, sure, values, self._span)

    def look_at_units(self, step: int) -> Units:
        found = {id: values.numpy() for id, values in self._units().items()}
        return Units(
            step,
            UNIT_SIZE,
            {id: tuple(map(letters, values.T[:MOST_UNITS])) for id, values in found.items()},
            {id: values.shape[1] for id, values in found.items()},
            {id: tuple(digits(np.abs(one).max()) for one in values.T[:MOST_UNITS]) for id, values in found.items()},
            self._weights(),
        )

    def _weights(self) -> dict[str, dict[str, tuple[float | None, ...]]]:
        return {
            id: {name: tuple(map(digits, variable.numpy().ravel())) for name, variable in one.items()}
            for id, one in self._weighing.items()
        }


_WEIGHS = keras.layers.Dense


def kernels_and_biases(model: keras.Model, plan: Plan) -> dict[str, dict[str, Any]]:
    """The variables of layers that weigh each number that comes in for each unit, by node and then "kernel" and
    "bias"."""
    _, owned = opened(model, plan)
    layers = {id: layer for id, layer in owned.items() if isinstance(layer, _WEIGHS)}
    told = {id: {"kernel": one.kernel, "bias": one.bias} for id, one in layers.items()}
    return {id: {name: one for name, one in named.items() if one is not None} for id, named in told.items()}


def span_of(points: Array) -> tuple[Array, Array]:
    """The lower and the upper corner of what reaches a little beyond the points: a square, or each axis as far as its
    own points where they are of unlike scales."""
    low, high = points.min(axis=0), points.max(axis=0)
    reach = high - low
    if reach.max() <= _ALIKE * reach.min() or not reach.all():
        reach = np.full_like(reach, reach.max())
    middle, beyond = (low + high) / 2, reach * (0.5 + _MARGIN)
    return middle - beyond, middle + beyond


def grid_over(low: Array, high: Array, size: int) -> Array:
    """(size * size, 2): the middles of the cells, row by row from the lowest y up."""
    cells = np.arange(size) + 0.5
    across, up = (start + (end - start) / size * cells for start, end in zip(low, high, strict=True))
    return np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype("float32")


def _vectors(model: keras.Model, plan: Plan) -> dict[str, Any]:
    """The values of the first nodes that give a few numbers for a point, by id."""
    values = values_of(model, plan).items()
    vectors = {id: value for id, value in values if len(value.shape) == 2 and value.dtype.startswith("float")}
    return dict(list(vectors.items())[:MOST_NODES])


def _corner(at: "np.ndarray[Any, Any]") -> tuple[float, float]:
    return round(float(at[0]), 6), round(float(at[1]), 6)


def surface(model: keras.Model, plan: Plan, x: Arrays) -> Surface | None:
    """None for a network that is not of points in the plane, and classes or amounts."""
    fields = plan.source.fields()
    classes = (one for one in plan.outputs if one.encoding != "value" and fields[one.target].shape == ())
    amounts = (one for one in plan.outputs if one.encoding == "value" and fields[one.target].shape == (1,))
    output = next((one for one in classes if one.names_classes), None) or next(amounts, None)
    if output is None or len(x) != 1:
        return None
    name, points = next(iter(x.items()))
    if points.shape[1:] != (2,):
        return None
    told = fields[output.target]
    span = (told.low, told.high) if output.encoding == "value" else None
    if span and not span[0] < span[1]:
        return None
    return Surface(model, plan, output, name, np.asarray(points), span)


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
