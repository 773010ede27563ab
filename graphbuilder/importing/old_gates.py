"""Gates of recurrent layers by the hard_sigmoid of Keras' second version, x / 5 + 1 / 2, said by that of its third,
x / 6 + 1 / 2: what comes to a gate is a product with its weights, so that weights 6 / 5 as large answer the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from graphbuilder.operators import Operator
from graphbuilder.operators.inner import operator_of
from graphbuilder.parameters.values import Inner

_OLDER, _TIMES = "hard_sigmoid", 1.2
_GATES: Mapping[str, tuple[bool, ...]] = {
    "SimpleRNN": (False,), "GRU": (True, True, False), "LSTM": (True, True, False, True),
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), (True, True, False, True)),
}  # fmt: skip
"""By kind, in Keras' order: which parts of the weights go through the recurrent activation."""
_OF_PRODUCTS = ("SimpleRNN", "GRU")
"""Where the other activation works on products with weights alone; elsewhere on what the cell remembers as well."""

Arrays = Sequence["np.ndarray[Any, Any]"]


def as_they_were(operator: Operator, arrays: Arrays) -> list["np.ndarray[Any, Any]"] | None:
    """A layer's weights in Keras' order, so that it answers as before; None where weights alone cannot do that."""
    ways = [*_recurrent(operator)]
    factors = [_factors(one) for one in ways]
    if not ways or len(arrays) % len(ways):
        return None
    each = len(arrays) // len(ways)
    found = [_scaled(array, factors[place // each]) for place, array in enumerate(arrays)]
    return None if any(one is None for one in found) else [one for one in found if one is not None]


def _recurrent(operator: Operator) -> Iterator[Operator]:
    """The recurrent layers that a layer is or holds; of both ways through a sequence, one for each."""
    held = operator.params.get("layer")
    if isinstance(held, Inner):
        for _ in range(2 if operator.kind == "Bidirectional" else 1):
            yield from _recurrent(operator_of(held))
    elif operator.kind in _GATES:
        yield operator


def _factors(operator: Operator) -> list[float] | None:
    """Of each part of the weights."""
    of_gates = operator.params.get("recurrent_activation") == _OLDER
    of_rest = operator.params.get("activation") == _OLDER
    if of_rest and operator.kind not in _OF_PRODUCTS:
        return None
    return [_TIMES if (of_gates if is_gate else of_rest) else 1.0 for is_gate in _GATES[operator.kind]]


def _scaled(array: "np.ndarray[Any, Any]", factors: list[float] | None) -> "np.ndarray[Any, Any] | None":
    if factors is None or array.shape[-1:] == () or array.shape[-1] % len(factors):
        return None
    wide = np.repeat(np.asarray(factors, array.dtype), array.shape[-1] // len(factors))
    return np.asarray(array * wide, array.dtype)
