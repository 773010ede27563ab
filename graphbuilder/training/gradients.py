"""Looks at what moves a network: weights, their gradients and updates, and how the gradient flows back.

Everything is worked out inside one TensorFlow graph, on the same few training rows each time, and nothing of the
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
from graphbuilder.records.events import Batch, Distribution, Layers, Variable
from graphbuilder.training.budget import rows_within
from graphbuilder.training.compiled import Compiled, compiled
from graphbuilder.training.parts import Parts, length_of

ROWS = 256
"""So many training rows are looked at, in parts of a batch's size from LEAST to MOST rows; fewer where their outputs
would be more than AT_ONCE_BYTES."""
PARTS, LEAST, MOST = 8, 16, 64
AT_ONCE_BYTES = 25_000_000
BINS = 32
SAMPLED = 20_000
"""Of a variable so many numbers are looked at, evenly spread over it; all of a smaller one."""
AT_ONCE = 50
"""Of a larger network the variables of so many nodes are told in turn."""
_FARTHEST = 2.0**100
_DIGITS = 5


class Gradients:
    """Looks at the trained variables of a compiled model."""

    def __init__(self, model: keras.Model, plan: Plan, parts: Parts, initial: Iterable[Any]) -> None:
        """initial: the model's variables before the first step, in their order, and maybe others behind them."""
        inside, owned = opened(model, plan)
        names = {id(one): (node, name) for node, layer in owned.items() for name, one in _named(layer)}
        self._places = [names[id(one)] for one in model.trainable_variables]
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
        trained = Trained(model, inside, self._nodes)
        self._sample = Compiled(partial(trained.sampled, [one.value for one in self._weights]))
        self._sample.trace()
        self._initial = trained.sampled(self._first)
        self._function = partial(_look_function, trained, fed, self._size, self._parts, self._initial)
        self.built_anew()

    def built_anew(self) -> "Gradients":
        """Itself, traced with the numbers that layers have now."""
        self._look = self._function()
        self._look.trace([tf.TensorSpec(one.shape, one.dtype) for one in self._weights], self._initial)
        return self

    def sample(self) -> Any:
        """The weights as they are now, for the next look to tell what has changed since."""
        return self._sample()

    def look_first(self) -> tuple[Layers, Batch]:
        """At the initial weights; once, since they are forgotten then, and those there are take their place."""
        weights, self._first = self._first or self._read(), []
        return self._told(0, 0.0, self._look(weights, self._initial), False)

    def _read(self) -> list[Any]:
        return [one.value.read_value() for one in self._weights]

    def look(self, step: int, seconds: float, before: Any = None) -> tuple[Layers, Batch]:
        """before: the sample of just before the last step; None where there was none."""
        found = self._look(self._read(), self._initial if before is None else before)
        return self._told(step, seconds, found, before is not None)

    def _told(self, step: int, seconds: float, found: Mapping[str, Any], updated: bool) -> tuple[Layers, Batch]:
        found = {name: value.numpy() for name, value in found.items()}
        group = self._groups[self._next]
        self._next = (self._next + 1) % len(self._groups)
        seen: dict[str, dict[str, Variable]] = {}
        count = len(self._places)
        for place, (node, name) in enumerate(self._places):
            if node in group:
                weight, gradient, update = (_distribution(found, part * count + place) for part in range(3))
                known = update if updated else None
                ratio = _rounded(update.rms / weight.rms) if known and weight.rms > 0 else None
                moved = _rounded(found["moved"][place])
                seen.setdefault(node, {})[name] = Variable(weight, gradient, known, ratio, moved)
        norms = zip(self._nodes, found["flow"], found["reached"], strict=True)
        flow = {id: _rounded(norm) for id, norm, there in norms if there}
        loss, penalty, inference, norm, squares = map(_rounded, found["batch"])
        rows = self._size * self._parts
        noise = self._noise(norm**2, squares)
        return Layers(step, seconds, seen, flow), Batch(step, seconds, rows, loss, penalty, inference, norm, noise)

    def _noise(self, squared_norm: float, squares: float) -> float | None:
        """The variance of a batch's gradient over the squared norm of the mean, from the mean of the squared norms over
        the parts. Source: McCandlish et al. (2018), "An Empirical Model of Large-Batch Training", appendix A."""
        if self._parts < 2 or not squared_norm > 0:
            return None
        variance = max(0.0, squares - squared_norm) * self._parts / (self._parts - 1) * self._size / self.batch
        return _rounded(variance / squared_norm)


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
        self.sizes = [_sampled_size(self._weights[place].shape) for place in self._places]

    def of(self, weights: Sequence[Any]) -> list[Any]:
        """The trained ones."""
        return [weights[place] for place in self._places]

    def sampled(self, weights: Sequence[Any]) -> Any:
        return _sampled(self.of(weights))

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


def _look_function(trained: Trained, fed: Sequence[Any], size: int, parts: int, initial: Any) -> Any:
    count = 3 * len(trained.sizes)
    ids = tf.constant(np.repeat(np.arange(count), trained.sizes * 3).astype("int32"))
    own = ids[: sum(trained.sizes)]

    @compiled()
    def look(weights: Any, before: Any) -> Mapping[str, Any]:
        reached: list[bool] = []

        def one(place: Any, gradients: Any, flow: Any, told: Any) -> Any:
            rows = tf.range(place * size, (place + 1) * size)
            batch = [{name: tf.gather(value, rows) for name, value in part.items()} for part in fed]
            done = trained.back(weights, batch)
            reached[:] = [one is not None for one in done.back]
            squares = tf.add_n([_squares(part) for part in done.gradients])
            told += tf.stack([done.loss, done.penalty, trained.inference_loss(weights, batch), squares]) / parts
            mean = [
                total + tf.cast(part, tf.float32) / parts for total, part in zip(gradients, done.gradients, strict=True)
            ]
            return place + 1, mean, flow + done.flow / parts, told

        none = [tf.zeros(value.shape) for value in trained.of(weights)]
        begun = tf.constant(0), none, tf.zeros(len(trained.nodes)), tf.zeros(4)
        _, gradients, flow, told = tf.while_loop(lambda place, *_: place < parts, one, begun)
        now = trained.sampled(weights)
        return {
            **_described(tf.concat([now, _sampled(gradients), now - before], 0), ids, count),
            "moved": tf.sqrt(tf.math.segment_mean(tf.square(now - initial), own)),
            "flow": flow,
            "reached": tf.constant(reached),
            "batch": tf.stack(
                [told[0], told[1], told[2], tf.sqrt(tf.add_n([_squares(part) for part in gradients])), told[3]]
            ),
        }

    return look


def _squares(values: Any) -> Any:
    return tf.reduce_sum(tf.square(tf.cast(values, tf.float32)))


def _norm(gradient: Any) -> Any:
    """Of each row's own loss, where that of the batch is the mean over rows; the mean of the norms."""
    if gradient is None:
        return tf.constant(0.0)
    gradient = tf.cast(tf.convert_to_tensor(gradient), tf.float32)
    return tf.reduce_sum(tf.norm(tf.reshape(gradient, [tf.shape(gradient)[0], -1]), axis=1))


def _described(numbers: Any, ids: Any, count: int) -> dict[str, Any]:
    """Of each run of equal ids, which go up from 0 to `count`."""
    counted = tf.clip_by_value(tf.where(tf.math.is_nan(numbers), 0.0, numbers), -_FARTHEST, _FARTHEST)
    mean = tf.math.segment_mean(numbers, ids)
    least, most = tf.math.segment_min(counted, ids), tf.math.segment_max(counted, ids)
    reach = power_of_two(tf.maximum(tf.abs(least), tf.abs(most)))
    low, high = tf.where(least < 0, -reach, 0.0), tf.where((most > 0) | (least >= 0), reach, 0.0)
    start, width = tf.gather(low, ids), tf.gather((high - low) / BINS, ids)
    bins = tf.clip_by_value(tf.cast((counted - start) / width, tf.int32), 0, BINS - 1)
    return {
        "mean": mean,
        "spread": tf.sqrt(tf.math.segment_mean(tf.square(numbers - tf.gather(mean, ids)), ids)),
        "rms": tf.sqrt(tf.math.segment_mean(tf.square(numbers), ids)),
        "low": low,
        "high": high,
        "counts": tf.reshape(tf.math.bincount(ids * BINS + bins, minlength=count * BINS), [count, BINS]),
        "zero": tf.math.segment_mean(tf.cast(tf.equal(numbers, 0.0), tf.float32), ids),
    }


def power_of_two(reach: Any, least: float = 2.0**-60) -> Any:
    """The least power of two that is not below `reach`, so that ranges stay put while values drift a little."""
    return tf.pow(2.0, tf.math.ceil(tf.math.log(tf.maximum(reach, least)) / tf.math.log(2.0)))


def _sampled(values: Sequence[Any]) -> Any:
    return tf.concat([tf.cast(tf.reshape(one, [-1])[:: _stride(one.shape)], tf.float32) for one in values], 0)


def _stride(shape: Any) -> int:
    return -(-int(np.prod(shape)) // SAMPLED)


def _sampled_size(shape: Any) -> int:
    return len(range(0, int(np.prod(shape)), _stride(shape)))


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


def _distribution(found: Mapping[str, Any], place: int) -> Distribution:
    mean, spread, rms, low, high, zero = (
        float(found[name][place]) for name in ("mean", "spread", "rms", "low", "high", "zero")
    )
    counts = tuple(found["counts"][place].tolist())
    return Distribution(_rounded(mean), _rounded(spread), _rounded(rms), low, high, counts, _rounded(zero))


def _rounded(value: Any) -> float:
    """Digits that nobody sees would only be sent."""
    return float(f"{float(value):.{_DIGITS}g}")
