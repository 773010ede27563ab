"""Other settings for a model that is being trained.

Keras reads an optimizer's and a layer's numbers while it builds a step, and builds them in: so most of what is set here
acts when the step is built anew, and then to the last digit as if it had been set at the beginning. The learning rate
is a variable, and some are dials (dials.py): these act at once.
"""

from operator import ge
from typing import Any

import keras
import numpy as np
from keras.regularizers import Regularizer

from graphbuilder.calls import EPOCHS, STEPS, USUAL_STEPS, Call
from graphbuilder.changes import differing
from graphbuilder.compiler import calls_of, evaluate_call
from graphbuilder.plan import Plan
from graphbuilder.training.dials import turn
from graphbuilder.training.surface import kernels_and_biases


def retune(model: keras.Model, before: Plan, after: Plan) -> bool:
    """Gives a model the numbers that a plan has otherwise than the one before; whether its steps have to be built
    anew. The plans are of one network (changes.py)."""
    assert before.optimizer and after.optimizer, "a plan has one"
    names = differing(before.optimizer, after.optimizer)
    length = {STEPS: USUAL_STEPS, EPOCHS: after.epochs}  # of a schedule, which stays
    fresh = evaluate_call(after.optimizer, length) if names else None
    stale = False
    for name in names:
        if name == "learning_rate":
            model.optimizer.learning_rate = after.optimizer.kwargs[name]
        else:
            stale |= turn(model.optimizer, name, getattr(fresh, name))
    ours, theirs = calls_of(before), calls_of(after)
    layers = {name: theirs[name] for name in ours if ours[name] != theirs[name]}
    for name, call in layers.items():
        stale |= _retune_layer(model.get_layer(name), call, differing(ours[name], call))
    return stale


def weighed(model: keras.Model, plan: Plan, name: str, number: float) -> float | None:
    """Puts a number in the place of one weight, and gives back the one that it had; None where there is no such weight.
    name: as `Command` has it."""
    node, _, place = name.partition(".")
    variable, _, at = place.partition(".")
    known = kernels_and_biases(model, plan).get(node, {}).get(variable)
    places = tuple(map(int, at.split("."))) if all(one.isdecimal() for one in at.split(".")) else ()
    if known is None or len(places) != len(known.shape) or any(map(ge, places, known.shape)):
        return None
    values = known.numpy()
    before = float(values[places])
    values[places] = number
    known.assign(values)
    return before


def rate_of(optimizer: Any) -> float:
    """The learning rate of the last step, in the fewest digits that tell it from other numbers of its kind: 0.1 and
    not 0.10000000149."""
    rate = optimizer._learning_rate  # `learning_rate` is that of the next one
    if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        rate = rate(max(0, int(optimizer._iterations) - 1))
    return float(str(np.float32(float(rate))))


def _retune_layer(layer: Any, call: Call, names: list[str]) -> bool:
    fresh = evaluate_call(call, {})
    stale = False
    for name in names:
        for ours, theirs in ((layer, fresh), (getattr(layer, "cell", None), getattr(fresh, "cell", None))):
            if name in getattr(ours, "__dict__", {}) and not isinstance(getattr(ours, name), Regularizer):
                stale |= turn(ours, name, getattr(theirs, name))
        if name.endswith("_regularizer") and name != "activity_regularizer":
            owner = getattr(layer, "cell", layer)
            stale |= _penalize(owner, name, getattr(getattr(fresh, "cell", fresh), name))
    if {"l1", "l2"} & {*names}:
        layer.activity_regularizer = fresh.activity_regularizer
        stale = True
    return stale


def _penalize(owner: Any, name: str, penalty: Any) -> bool:
    """Keras asks each variable for its penalty, and saves that of the layer. name: of the penalty, as the layer calls
    it."""
    setattr(owner, name, penalty)
    weight = name.removesuffix("_regularizer")
    variable = getattr(owner, f"_{weight}", None)
    variable = getattr(owner, weight, None) if variable is None else variable
    if variable is None:
        return False
    before = variable.regularizer
    if type(before) is not type(penalty):
        variable.regularizer = penalty
        return True
    setattr(owner, name, before)
    turned = [turn(before, one, value) for one, value in penalty.get_config().items()]
    return any(turned)
