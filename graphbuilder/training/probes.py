"""Looks into a network while it trains: how the outputs of every node are distributed over a few fixed rows.

TensorFlow works out the values alone: a graph of what describes them would take longer to make than all of it takes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import keras
import tensorflow as tf

from graphbuilder.compiler import Arrays, values_of
from graphbuilder.plan import Plan
from graphbuilder.records.events import Activations
from graphbuilder.training.budget import rows_within
from graphbuilder.training.compiled import compiled
from graphbuilder.training.distributions import Span, activations

ROWS = 256
"""So many are looked at; fewer where the outputs of these would be more than AT_ONCE_BYTES."""
AT_ONCE_BYTES = 50_000_000
AT_ONCE = 50
"""Of a larger network this many nodes are looked at in turn."""

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
        self._groups = [_group(model, group) for group in groups]
        self._relu, self._bounded = relu, bounded
        self._next = 0
        self.count = len(first)

    def look(self) -> dict[str, Activations]:
        """The activations of the next group of nodes, by node id."""
        group = self._groups[self._next]
        self._next = (self._next + 1) % len(self._groups)
        given = group.values(self._x)
        return {id: activations(given[id].numpy(), id in self._relu, self._bounded.get(id)) for id in group.nodes}

    def look_at_all(self) -> dict[str, Activations]:
        found: dict[str, Activations] = {}
        for _ in self._groups:
            found |= self.look()
        return found


@dataclass(frozen=True)
class _Group:
    """Some nodes, and a function that tells what each of them gives."""

    nodes: Sequence[str]
    values: Callable[[Any], Mapping[str, Any]]


def _group(model: keras.Model, outputs: dict[str, Any]) -> _Group:
    """outputs: tensors of the model by node id."""
    inside = keras.Model(model.input, outputs)

    @compiled()
    def values(x: Any) -> Mapping[str, Any]:
        return {node: tf.cast(given, tf.float32) for node, given in inside(x, training=False).items()}

    return _Group([*outputs], values)
