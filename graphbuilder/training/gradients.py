"""Looks at what moves a network: weights, their gradients and updates, and how the gradient flows back.

TensorFlow works out gradients on the same few training rows each time, NumPy what is told of them, and nothing of the
training is touched: a run that is looked at ends at the same weights.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.compiler import opened
from graphbuilder.plan import Plan
from graphbuilder.records.events import Batch, Layers, Variable
from graphbuilder.training.budget import rows_within
from graphbuilder.training.compiled import Compiled, compiled
from graphbuilder.training.distributions import distribution, rms, rounded
from graphbuilder.training.parts import Parts, length_of

ROWS = 256
"""So many training rows are looked at, in parts of a batch's size from LEAST to MOST rows; fewer where their outputs
would be more than AT_ONCE_BYTES."""
PARTS, LEAST, MOST = 8, 16, 64
AT_ONCE_BYTES = 25_000_000
SAMPLED = 20_000
"""Of a variable so many numbers are looked at, evenly spread over it; all of a smaller one."""
AT_ONCE = 50
"""Of a larger network the variables of so many nodes are told in turn."""

Sample = list["np.ndarray[Any, Any]"]
"""Numbers of each trained variable, in the model's order."""


class Gradients:
    """Looks at the trained variables of a compiled model."""

    def __init__(self, model: keras.Model, plan: Plan, parts: Parts, initial: Iterable[Any]) -> None:
        """initial: the model's variables before the first step, in their order, and maybe others behind them."""
        inside, owned = opened(model, plan)
        self._places = places_of(model, owned)
        nodes = differentiable(inside)
        self._nodes = [*nodes]
        self._groups = _in_turn([node for node, _ in self._places])
        self._next = 0
        self.batch = plan.batch_size
        rows = length_of(parts.x)
        self._size = rows_at_once(plan, nodes.values(), rows)
        self._parts = min(PARTS, ROWS // self._size, rows // self._size)
        chosen = np.random.default_rng(plan.seed).permutation(rows)[: self._size * self._parts]
        fed = rows_of(parts, chosen)
        self._weights = model.weights
        known = {id(one): value for one, value in zip(model.variables, initial, strict=False)}
        self._first = [tf.constant(known[id(one)]) for one in self._weights]
        self._trained = Trained(model, inside, self._nodes)
        self._initial = _sampled(self._trained.of(self._first))
        self._function = partial(_back_function, self._trained, fed, self._size, self._parts)
        self.built_anew()

    def built_anew(self) -> "Gradients":
        """Itself, traced with the numbers that layers have now."""
        self._back, self._reached = self._function()
        self._back.trace([tf.TensorSpec(one.shape, one.dtype) for one in self._weights])
        return self

    def look_first(self) -> tuple[Layers, Batch]:
        """At the initial weights; once, since they are forgotten then, and those there are take their place."""
        weights, self._first = self._first or self._read(), []
        return self._look(0, 0.0, weights, None)

    def look(self, step: int, seconds: float, before: "Sample | None" = None) -> tuple[Layers, Batch]:
        """before: the sample of just before the last step; None where there was none."""
        return self._look(step, seconds, self._read(), before)

    def _read(self) -> list[Any]:
        return [one.value.read_value() for one in self._weights]

    def _look(self, step: int, seconds: float, weights: Sequence[Any], before: "Sample | None") -> tuple[Layers, Batch]:
        gradients, flow, told = self._back(weights)
        group = self._groups[self._next]
        self._next = (self._next + 1) % len(self._groups)
        seen: dict[str, dict[str, Variable]] = {}
        now = self._trained.of(weights)
        for place, (node, name) in enumerate(self._places):
            if node in group:
                values = _thinned(now[place])
                weight, gradient = distribution(values), distribution(_thinned(gradients[place]))
                update = None if before is None else distribution(values - before[place])
                ratio = rounded(update.rms / weight.rms) if update and weight.rms > 0 else None
                moved = rounded(rms(values - self._initial[place]))
                seen.setdefault(node, {})[name] = Variable(weight, gradient, update, ratio, moved)
        norms = dict(zip(self._nodes, map(rounded, flow.numpy()), strict=True))
        loss, penalty, inference, norm, squares = map(rounded, told.numpy())
        rows = self._size * self._parts
        noise = self._noise(norm**2, squares)
        batch_told = Batch(step, seconds, rows, loss, penalty, inference, norm, noise)
        return Layers(step, seconds, seen, {id: norms[id] for id in self._reached}), batch_told

    def _noise(self, squared_norm: float, squares: float) -> float | None:
        """The variance of a batch's gradient over the squared norm of the mean, from the mean of the squared norms over
        the parts. Source: McCandlish et al. (2018), "An Empirical Model of Large-Batch Training", appendix A."""
        if self._parts < 2 or not squared_norm > 0:
            return None
        variance = max(0.0, squares - squared_norm) * self._parts / (self._parts - 1) * self._size / self.batch
        return rounded(variance / squared_norm)


@dataclass(frozen=True)
class _Pass:
    """Forward and back over some rows. values, back: of each node what it gives, and the gradient of the loss with
    respect to that, None where the loss does not reach it. flow: of each node."""

    loss: Any
    penalty: Any
    gradients: Sequence[Any]
    values: Sequence[Any]
    back: Sequence[Any]

    @property
    def flow(self) -> Any:
        return tf.stack([_norm(one) for one in self.back])


class Trained:
    """A model with any weights in it; its own stay as they are, and so does what layers keep by the way, such as moving
    means and seeds."""

    def __init__(self, model: keras.Model, inside: keras.Model, nodes: Sequence[str]) -> None:
        self._model, self._inside, self.nodes = model, inside, nodes
        self._weights = model.weights
        trained = {id(one) for one in model.trainable_variables}
        self._places = [place for place, one in enumerate(self._weights) if id(one) in trained]

    def of(self, weights: Sequence[Any]) -> list[Any]:
        """The trained ones."""
        return [weights[place] for place in self._places]

    def back(self, weights: Sequence[Any], batch: Any) -> _Pass:
        """In training mode."""
        values = self.of(weights)
        with tf.GradientTape() as tape:
            tape.watch([*values, *(one for one in batch[0].values() if one.dtype.is_floating)])
            found, loss, penalty = self._forward(weights, batch, training=True)
            total = loss + penalty
        given = [found["nodes"][node] for node in self.nodes]
        back = tape.gradient(total, [*values, *given])
        own, through = back[: len(values)], back[len(values) :]
        gradients = [
            tf.zeros_like(one) if to is None else tf.convert_to_tensor(to) for one, to in zip(values, own, strict=True)
        ]
        return _Pass(loss, penalty, gradients, given, through)

    def inference_loss(self, weights: Sequence[Any], batch: Any) -> Any:
        return self._forward(weights, batch, training=False)[1]

    def _forward(self, weights: Sequence[Any], batch: Any, training: bool) -> tuple[Any, Any, Any]:
        """What the model gives, the loss of the data, and the penalties."""
        x, y, *w = batch
        with keras.StatelessScope([*zip(self._weights, weights, strict=True)], collect_losses=True):
            found = self._inside(x, training=training)
            total = self._model.compute_loss(x, y, found["outputs"], *w, training=training)
            penalty = tf.add_n([tf.zeros(()), *(tf.cast(one, tf.float32) for one in self._model.losses)])
        return found, tf.cast(total, tf.float32) - penalty, penalty


def _back_function(trained: Trained, fed: Sequence[Any], size: int, parts: int) -> tuple[Compiled, list[str]]:
    """Of weights the means over the parts: the gradients, how the gradient flows, and a row of the loss, the penalty,
    the loss in inference, the gradient's norm and the squared norm of a part's. Beside it the nodes that the loss
    reaches, once it is traced."""
    reached: list[str] = []

    @compiled()
    def back(weights: Any) -> tuple[list[Any], Any, Any]:
        def one(place: Any, gradients: Any, flow: Any, told: Any) -> Any:
            rows = slice(place * size, (place + 1) * size)
            batch = [{name: value[rows] for name, value in part.items()} for part in fed]
            done = trained.back(weights, batch)
            reached[:] = [node for node, to in zip(trained.nodes, done.back, strict=True) if to is not None]
            parts_of = [done.loss, done.penalty, trained.inference_loss(weights, batch), _squares(done.gradients)]
            added = [total + tf.cast(own, tf.float32) for total, own in zip(gradients, done.gradients, strict=True)]
            return place + 1, added, flow + done.flow, told + tf.stack(parts_of)

        none = [tf.zeros(value.shape) for value in trained.of(weights)]
        begun = tf.constant(0), none, tf.zeros(len(trained.nodes)), tf.zeros(4)
        _, gradients, flow, told = tf.while_loop(lambda place, *_: place < parts, one, begun)
        gradients = [one / parts for one in gradients]
        loss, penalty, inference, squares = tf.unstack(told / parts)
        return gradients, flow / parts, tf.stack([loss, penalty, inference, tf.sqrt(_squares(gradients)), squares])

    return back, reached


def _squares(values: Sequence[Any]) -> Any:
    return tf.add_n([tf.reduce_sum(tf.square(tf.cast(one, tf.float32))) for one in values])


def _norm(gradient: Any) -> Any:
    """Of each row's own loss, where that of the batch is the mean over rows; the mean of the norms."""
    if gradient is None:
        return tf.constant(0.0)
    gradient = tf.cast(tf.convert_to_tensor(gradient), tf.float32)
    return tf.reduce_sum(tf.norm(tf.reshape(gradient, [tf.shape(gradient)[0], -1]), axis=1))


def sampled(model: keras.Model) -> "Sample":
    """The trained weights as they are now, for the next look to tell what has changed since."""
    return _sampled(one.value for one in model.trainable_variables)


def _sampled(values: Iterable[Any]) -> "Sample":
    return [_thinned(one) for one in values]


def _thinned(values: Any) -> "np.ndarray[Any, Any]":
    """SAMPLED numbers of a tensor at most, evenly spread over it, as a copy."""
    numbers = np.reshape(values.numpy(), -1)
    return numbers[:: -(-len(numbers) // SAMPLED) or 1].astype(np.float32)


def places_of(model: keras.Model, owned: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The node of each trained variable, in the model's order, and its name there. owned: layers by node."""
    names = {id(one): (node, name) for node, layer in owned.items() for name, one in _named(layer)}
    return [names[id(one)] for one in model.trainable_variables]


def _named(layer: Any) -> list[tuple[str, Any]]:
    """Trained variables of a layer by names that are its own: of a layer within a layer with that one's name."""
    variables = layer.trainable_variables
    short = [one.name for one in variables]
    return [
        (one.name if short.count(one.name) == 1 else "/".join(one.path.split("/")[1:]) or one.path, one)
        for one in variables
    ]


def _in_turn(nodes: Sequence[str]) -> list[frozenset[str]]:
    order = [*dict.fromkeys(nodes)]
    return [frozenset(order[start : start + AT_ONCE]) for start in range(0, len(order), AT_ONCE)] or [frozenset()]


def differentiable(inside: keras.Model) -> dict[str, Any]:
    """What nodes give, by path, where that is amounts."""
    return {id: value for id, value in inside.output["nodes"].items() if value.dtype.startswith(("float", "bfl"))}


def rows_at_once(plan: Plan, values: Iterable[Any], rows: int) -> int:
    """Of so many, as near a batch as it can be."""
    return min(max(LEAST, min(MOST, plan.batch_size)), rows_within(AT_ONCE_BYTES, values, MOST), rows)


def rows_of(parts: Parts, rows: Any) -> tuple[dict[str, Any], ...]:
    """These rows of the training part as a step takes them, as tensors."""
    return tuple(
        {
            name: tf.gather(values, rows) if tf.is_tensor(values) else tf.constant(values[rows])
            for name, values in part.items()
        }
        for part in (parts.x, parts.y, parts.w)
        if part
    )
