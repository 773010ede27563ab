"""Initializers, penalties and constraints against Keras: what they are called, their defaults, and what they do."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from graphbuilder.calls import Call
from graphbuilder.parameters import CONSTRAINTS, INITIALIZERS, PENALTIES, constant_of
from graphbuilder.parameters.chosen import OneOf, Option
from graphbuilder.parameters.constraints import Constraint
from graphbuilder.parameters.initializers import Initializer
from graphbuilder.parameters.penalties import Regularizer
from graphbuilder.printing import expression
from tests.moves import moved

OF = {
    **{("initializers", name): Initializer(name, axes=2, help="") for name in INITIALIZERS},
    **{("regularizers", name): Regularizer(axes=2, help="") for name in PENALTIES},
    **{("constraints", name): Constraint(axes=2, help="") for name in CONSTRAINTS},
}


def each_moved(parameter: OneOf, name: str) -> Iterator[dict[str, Any]]:
    option = parameter.options[name]
    for part, own in option.parameters.items():
        for value in moved(own):
            params = {**option.defaults(), part: value}
            if parameter.fault(parameter.made(name, params)) is None:
                yield params


def holds(made: Any, params: dict[str, Any], option: type[Option]) -> None:
    """Keras' own object has what was asked for: what it writes of itself leaves some of it out."""
    for name, own in option.parameters.items():
        asked, came = own.argument(params[name]), getattr(made, name)
        assert (came == asked) if isinstance(asked, str | tuple) else (float(came) == pytest.approx(asked)), name


@pytest.mark.parametrize(("module", "name"), OF)
def test_what_is_chosen_is_what_keras_calls_so(module: str, name: str) -> None:
    import keras

    from graphbuilder.compiler import evaluate_call

    parameter, option = OF[module, name], OF[module, name].options[name]
    holds(getattr(getattr(keras, module), option.keras)(), option.defaults(), option)
    if module == "initializers":
        word = parameter.argument(name)
        made = evaluate_call(word, {}) if isinstance(word, Call) else keras.initializers.get(word)
        assert type(made).__name__ == option.keras
        holds(made, option.defaults(), option)
    for params in each_moved(parameter, name):
        call = parameter.argument(parameter.made(name, params))
        assert isinstance(call, Call)
        made = evaluate_call(call, {})
        holds(made, params, option)
        holds(eval(expression(call), {"keras": keras}), params, option)
        if module == "initializers":
            drawn = np.asarray(made((7, 5)))
            assert (constant_of(parameter.made(name, params)) is not None) == (np.ptp(drawn) == 0)
        else:
            assert np.isfinite(np.asarray(made(keras.ops.ones((7, 5))))).all()
