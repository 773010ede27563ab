"""Looks into a network while it trains: how the outputs of every node are distributed over a few fixed rows.

Everything is worked out inside one TensorFlow graph, so that only the histograms come out of it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from graphbuilder.compiler import Arrays, values_of
from graphbuilder.plan import Plan
from graphbuilder.records.events import Activations
from graphbuilder.training.budget import rows_within

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
_NONE: Mapping[str, Span] = MappingProxyType({})
Statistics = Mapping[str, Mapping[str, Any]]


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
        self._groups = [_statistics(model, group, relu, bounded) for group in groups]
        self._next = 0
        self.count = len(first)

    def look(self) -> dict[str, Activations]:
        """The activations of the next group of nodes, by node id."""
        group = self._groups[self._next]
        self._next = (self._next + 1) % len(self._groups)
        return {id: activations_of(found) for id, found in group(self._x).items()}

    def look_at_all(self) -> dict[str, Activations]:
        found: dict[str, Activations] = {}
        for _ in self._groups:
            found |= self.look()
        return found


def activations_of(found: Mapping[str, Any]) -> Activations:
    dead, saturated = found.get("dead"), found.get("saturated")
    return Activations(
        mean=float(found["mean"]),
        spread=float(found["spread"]),
        low=float(found["low"]),
        high=float(found["high"]),
        counts=tuple(np.asarray(found["counts"]).tolist()),
        dead=None if dead is None else float(dead),
        saturated=None if saturated is None else float(saturated),
    )


def _statistics(
    model: keras.Model, outputs: dict[str, Any], relu: frozenset[str], bounded: Mapping[str, Span]
) -> Callable[[Any], Statistics]:
    """outputs: tensors of the model by node id."""
    inside = keras.Model(model.input, outputs)

    @tf.function  # type: ignore[untyped-decorator]
    def look(x: Any) -> Statistics:
        answered = inside(x, training=False).items()
        return {node: describe(values, node in relu, bounded.get(node)) for node, values in answered}

    return look  # type: ignore[no-any-return]


def describe(values: Any, relu: bool, bounds: Span | None) -> dict[str, Any]:
    """What `activations_of` reads, of the values of one node."""
    values = tf.cast(values, tf.float32)
    # TensorFlow's histogram ends the process on what is no number, which values become when a training diverges
    counted = tf.clip_by_value(tf.where(tf.math.is_nan(values), 0.0, values), -_FARTHEST, _FARTHEST)
    least, most = tf.reduce_min(counted), tf.reduce_max(counted)
    reach = tf.maximum(_power_of_two(tf.maximum(tf.abs(least), tf.abs(most))), 2.0**-20)
    low, high = tf.where(least < 0, -reach, 0.0), tf.where((most > 0) | (least >= 0), reach, 0.0)
    described = {
        "mean": tf.reduce_mean(values),
        "spread": tf.math.reduce_std(values),
        "low": low,
        "high": high,
        "counts": tf.histogram_fixed_width(counted, [low, high], nbins=BINS),
    }
    if relu:
        units = tf.reshape(values, [-1, values.shape[-1]])
        silent = tf.reduce_all(tf.equal(units, 0.0), axis=0)
        described["dead"] = tf.reduce_mean(tf.cast(silent, tf.float32))
    if bounds:
        share = (values - bounds[0]) / (bounds[1] - bounds[0])
        described["saturated"] = tf.reduce_mean(tf.cast(share * (1 - share) < SATURATED, tf.float32))
    return described


def _power_of_two(reach: Any) -> Any:
    """The least power of two that is not below `reach`, so that ranges stay put while values drift a little."""
    return tf.pow(2.0, tf.math.ceil(tf.math.log(tf.maximum(reach, 1e-30)) / tf.math.log(2.0)))
