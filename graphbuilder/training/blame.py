"""Which value of a network was the first that was no number: of which layer, and of what kind.

What is asked here takes one step apart in the order in which it is worked: the data, the outputs of the layers, the
losses and penalties, the gradients, the weights behind it. Each answer is empty where all are numbers.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import keras
import tensorflow as tf

from graphbuilder.compiler import evaluate_call, values_of
from graphbuilder.plan import Plan

Batch = tuple[Mapping[str, Any], ...]
"""What a step takes: the inputs, what is right and, where there are any, the weights of the rows."""


def of_output(model: keras.Model, plan: Plan, batch: Batch, called: Callable[[str], str], training: bool = True) -> str:
    """Of the data, or what a layer gives. called: what people call a node, by its path."""
    for name, values in batch[0].items():
        if trouble := _trouble(values):
            return f"the data for {name!r} {trouble}"
    values = {node: value for node, value in values_of(model, plan).items() if value.dtype != "string"}
    given = keras.Model(model.input, values)(dict(batch[0]), training=training)
    node = _first(given.items())
    return f"the output of {called(node[0])!r} was the first that {node[1]}" if node else ""


def of_loss(model: keras.Model, plan: Plan, batch: Batch, training: bool = True) -> str:
    """Of a Loss, or a penalty, where all outputs are numbers."""
    answered = model(dict(batch[0]), training=training)
    for output in plan.outputs:
        loss = evaluate_call(output.loss, {})
        if trouble := _trouble(loss(batch[1][output.name], answered[output.name])):
            return f"the loss of {output.name!r} was the first that {trouble}, while all outputs were numbers"
    if any(_trouble(penalty) for penalty in model.losses):
        return "a penalty was the first that was no number, while all outputs were numbers"
    return ""


def of_gradient(model: keras.Model, batch: Batch) -> str:
    """The first on the way back, where the loss is a number."""
    x, y, *w = batch
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x, y, model(dict(x), training=True), *w, training=True)
    if _trouble(loss):
        return ""
    variables = model.trainable_variables[::-1]
    found = _first(zip(variables, tape.gradient(loss, [one.value for one in variables]), strict=True))
    return f"the gradient of {_name(found[0])} was the first that {found[1]}" if found else ""


def of_weight(model: keras.Model) -> str:
    found = _first((one, one.value) for one in model.weights)
    return f"{_name(found[0])} was the first weight that {found[1]}" if found else ""


def _first(values: Iterable[tuple[Any, Any]]) -> tuple[Any, str] | None:
    return next(((key, trouble) for key, value in values if value is not None and (trouble := _trouble(value))), None)


def _trouble(values: Any) -> str:
    values = tf.convert_to_tensor(values)
    if not values.dtype.is_floating or bool(tf.reduce_all(tf.math.is_finite(values))):
        return ""
    return "was no number" if bool(tf.reduce_any(tf.math.is_nan(values))) else "was too large for a number (infinite)"


def _name(variable: Any) -> str:
    layer, _, name = variable.path.rpartition("/")
    return f"{name} of {layer!r}" if layer else repr(name)
