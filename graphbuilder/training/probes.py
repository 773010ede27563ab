"""Looks into a network while it trains: how the outputs of every node are distributed over a few fixed rows.

Everything is worked out inside one TensorFlow graph, so that only the histograms come out of it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.compiler import Arrays, values_of
from graphbuilder.plan import Plan
from graphbuilder.records.events import Activations
from graphbuilder.training.budget import rows_within
from graphbuilder.training.compiled import compiled

ROWS = 256
"""So many are looked at; fewer where the outputs of these would be more than AT_ONCE_BYTES."""
AT_ONCE_BYTES = 50_000_000
BINS = 64
_FARTHEST = 2.0**100
AT_ONCE = 50
"""Of a larger network this many nodes are looked at in turn."""

SATURATED = 0.05 / 4
"""A sigmoid's slope where it is a twentieth of its greatest; of a value u from 0 to 1 it is u (1 - u)."""

Span = tuple[float, float]
_NAN = float("nan")
"""Of what is not told of a node."""
_NONE: Mapping[str, Span] = MappingProxyType({})


class Probes:
    """Looks at the nodes of a model on the same rows each time, in inference mode."""

    def __init__(
        self, model: keras.Model, plan: Plan, x: Arrays, relu: frozenset[str], bounded: Mapping[str, Span] = _NONE
    ) -> None:
        """x: what the Inputs are fed, of which at most ROWS rows are looked at. relu: ids of the nodes that end with
        ReLU. bounded: of nodes that end with a function of two bounds, these."""
        values = values_of(model, plan)
        rows = rows_within(AT_ONCE_BYTES, values.values(), ROWS)
        values = {node: value for node, value in values.items() if value.dtype != "string"}
        self._x = {name: tf.constant(fed[:rows]) for name, fed in x.items()}
        first = [*values.items()]
        groups = [dict(first[start : start + AT_ONCE]) for start in range(0, len(first), AT_ONCE)]
        self._groups = [_group(model, group, relu, bounded) for group in groups]
        self._next = 0
        self.count = len(first)

    def look(self) -> dict[str, Activations]:
        """The activations of the next group of nodes, by node id."""
        group = self._groups[self._next]
        self._next = (self._next + 1) % len(self._groups)
        found = {name: values.numpy() for name, values in group.look(self._x).items()}
        return {id: activations_of(_of_one(found, place)) for place, id in enumerate(group.nodes)}

    def look_at_all(self) -> dict[str, Activations]:
        found: dict[str, Activations] = {}
        for _ in self._groups:
            found |= self.look()
        return found


def activations_of(found: Mapping[str, Any]) -> Activations:
    dead, saturated = (float(found[name]) for name in ("dead", "saturated"))
    return Activations(
        mean=float(found["mean"]),
        spread=float(found["spread"]),
        low=float(found["low"]),
        high=float(found["high"]),
        counts=tuple(np.asarray(found["counts"]).tolist()),
        dead=None if math.isnan(dead) else dead,
        saturated=None if math.isnan(saturated) else saturated,
    )


@dataclass(frozen=True)
class _Group:
    """Some nodes, and what describes what they give."""

    nodes: Sequence[str]
    look: Callable[[Any], Mapping[str, Any]]


def _group(model: keras.Model, outputs: dict[str, Any], relu: frozenset[str], bounded: Mapping[str, Span]) -> _Group:
    """outputs: tensors of the model by node id."""
    inside = keras.Model(model.input, outputs)

    @compiled()
    def look(x: Any) -> Mapping[str, Any]:
        answered = inside(x, training=False)
        return _described([(answered[node], node in relu, bounded.get(node)) for node in outputs])

    return _Group([*outputs], look)


def describe(values: Any, relu: bool, bounds: Span | None) -> dict[str, Any]:
    """What `activations_of` reads, of the values of one node; as tensors."""
    return _of_one(_described([(values, relu, bounds)]), 0)


def _of_one(found: Mapping[str, Any], place: int) -> dict[str, Any]:
    return {name: values[place] for name, values in found.items()}


def _described(nodes: Sequence[tuple[Any, bool, Span | None]]) -> dict[str, Any]:
    """Of every node its values, whether it ends with ReLU, and its bounds: a value each, or a row of the counts. What
    is for all nodes at once takes fewer operations, and so less time until the first look."""
    all_values = [tf.cast(values, tf.float32) for values, *_ in nodes]
    # TensorFlow's histogram ends the process on what is no number, which values become when a training diverges
    counted = [
        tf.clip_by_value(tf.where(tf.math.is_nan(values), 0.0, values), -_FARTHEST, _FARTHEST) for values in all_values
    ]
    least, most = (tf.stack([edge(values) for values in counted]) for edge in (tf.reduce_min, tf.reduce_max))
    reach = tf.maximum(_power_of_two(tf.maximum(tf.abs(least), tf.abs(most))), 2.0**-20)
    low, high = tf.where(least < 0, -reach, 0.0), tf.where((most > 0) | (least >= 0), reach, 0.0)
    ranges = tf.unstack(tf.stack([low, high], axis=1), num=len(nodes))
    means = [tf.reduce_mean(values) for values in all_values]
    squares = [tf.reduce_mean(tf.square(values - mean)) for values, mean in zip(all_values, means, strict=True)]
    given = [*zip(all_values, nodes, strict=True)]
    return {
        "mean": tf.stack(means),
        "spread": tf.sqrt(tf.stack(squares)),
        "low": low,
        "high": high,
        "counts": tf.stack(
            [tf.histogram_fixed_width(values, at, nbins=BINS) for values, at in zip(counted, ranges, strict=True)]
        ),
        "dead": tf.stack([_dead(values, relu) for values, (_, relu, _) in given]),
        "saturated": tf.stack([_saturated(values, bounds) for values, (*_, bounds) in given]),
    }


def _dead(values: Any, relu: bool) -> Any:
    """The share of units that gave nothing for any row."""
    if not relu:
        return _NAN
    units = tf.reshape(values, [-1, values.shape[-1]])
    return tf.reduce_mean(tf.cast(tf.reduce_all(tf.equal(units, 0.0), axis=0), tf.float32))


def _saturated(values: Any, bounds: Span | None) -> Any:
    """The share of values where the function's slope is small."""
    if bounds is None:
        return _NAN
    share = (values - bounds[0]) / (bounds[1] - bounds[0])
    return tf.reduce_mean(tf.cast(share * (1 - share) < SATURATED, tf.float32))


def _power_of_two(reach: Any) -> Any:
    """The least power of two that is not below `reach`, so that ranges stay put while values drift a little."""
    return tf.pow(2.0, tf.math.ceil(tf.math.log(tf.maximum(reach, 1e-30)) / tf.math.log(2.0)))
