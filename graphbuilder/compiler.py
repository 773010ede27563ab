"""Runs a plan: a compiled Keras model, and the arrays it is fed. It imports Keras, so the screen never loads it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from graphbuilder.calls import Argument, Call, Listed, Name
from graphbuilder.datasets import preparation
from graphbuilder.plan import Architecture, Output, Plan, Step

Arrays = Mapping[str, "np.ndarray[Any, Any]"]


def evaluate_call(argument: Argument, names: Mapping[str, Any]) -> Any:
    """The value of an argument: a Call is made, a Name is looked up, anything else is itself."""
    if isinstance(argument, Name):
        return names[argument.name]
    if isinstance(argument, tuple):
        return tuple(evaluate_call(part, names) for part in argument)
    if isinstance(argument, Listed):
        return [evaluate_call(part, names) for part in argument.items]
    if not isinstance(argument, Call):
        return argument
    callee: Any = keras
    if hasattr(preparation, argument.callee):
        callee = getattr(preparation, argument.callee)
    else:
        for part in argument.callee.split("."):
            callee = getattr(callee, part)
    return _called(callee, argument, names)


def made_of(call: Call, layer: Any, values: Mapping[str, Any]) -> Any:
    """What a step's call gives: of a layer, or of the function that it names."""
    return evaluate_call(call, values) if layer is None else _called(layer, call, values)


def _called(callee: Any, call: Call, names: Mapping[str, Any]) -> Any:
    args = [evaluate_call(value, names) for value in call.args]
    return callee(*args, **{key: evaluate_call(value, names) for key, value in call.kwargs.items()})


def _apply(step: Step, layers: Mapping[str, Any], values: dict[str, Any]) -> None:
    """Adds what the step gives to the values."""
    _keep(step, made_of(step.call, layers[step.layer.name] if step.layer else None, values), values)


def _keep(step: Step, given: Any, values: dict[str, Any]) -> None:
    values.update(zip(step.values, given if len(step.values) > 1 else [given], strict=True))


def build_model(network: Architecture) -> keras.Model:
    """The functional model of a network. Its weights follow from Keras' seed at the time of the call."""
    values: dict[str, Any] = {}
    layers: dict[str, Any] = {}
    for step in network.steps:
        if step.layer and step.layer.name not in layers:
            layers[step.layer.name] = evaluate_call(step.layer.call, {})
        _apply(step, layers, values)
    return keras.Model(
        inputs={name: values[name] for name in network.shapes},
        outputs={output.name: values[output.value] for output in network.outputs},
    )


def values_of(model: keras.Model, network: Architecture) -> dict[str, Any]:
    """Every value that the network names, as a tensor of the model that was built of it."""
    values: dict[str, Any] = {}
    calls = Counter(step.layer.name for step in network.steps if step.layer)
    for step in network.steps:
        if step.name in network.shapes:
            values[step.name] = model.get_layer(step.name).output
        elif step.layer and calls[step.layer.name] == 1:
            _keep(step, model.get_layer(step.layer.name).output, values)
        else:  # called again, a layer has the same weights
            layers = {step.layer.name: model.get_layer(step.layer.name)} if step.layer else {}
            _apply(step, layers, values)
    return values


def compile_model(model: keras.Model, network: Architecture) -> None:
    assert network.optimizer, "there is one wherever there is a Loss"
    model.compile(
        optimizer=evaluate_call(network.optimizer, {}),
        loss={one.name: evaluate_call(one.loss, {}) for one in network.objectives},
        loss_weights={one.name: one.weight for one in network.objectives},
        metrics={
            one.name: [evaluate_call(metric, {}) for metric in one.metrics.values()] for one in network.objectives
        },
    )


def fresh_model(network: Architecture) -> keras.Model:
    """The model seeded and built, and compiled where it has a Loss: as the code of an architecture does it. What adapts
    to data has seen none, and leaves values as they are."""
    keras.utils.set_random_seed(network.seed)
    model = build_model(network)
    if network.objectives:
        compile_model(model, network)
    return model


def ready_model(plan: Plan, x: Arrays) -> keras.Model:
    """The model seeded, built, adapted to the inputs x of the training part, and compiled: as exported code does it."""
    keras.utils.set_random_seed(plan.seed)
    model = build_model(plan)
    preparation.adapt(model, plan.adapted, dict(x))  # type: ignore[no-untyped-call]
    compile_model(model, plan)
    return model


def inputs_of(plan: Plan, data: Arrays, rows: "np.ndarray[Any, Any]") -> dict[str, "np.ndarray[Any, Any]"]:
    """What the Inputs are fed, by their names, for these rows."""
    return {name: np.asarray(data[field][rows]) for name, field in plan.inputs.items()}


def targets_of(plan: Plan, data: Arrays, rows: "np.ndarray[Any, Any]") -> dict[str, "np.ndarray[Any, Any]"]:
    """What the Losses compare with, by their names, written as each wants it."""
    return {output.name: encoded(output, np.asarray(data[output.target][rows])) for output in plan.outputs}


def encoded(output: Output, values: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    if output.encode is None:
        return values
    return evaluate_call(output.encode, {output.target: values})  # type: ignore[no-any-return]


def split(plan: Plan, data: Arrays) -> tuple["np.ndarray[Any, Any]", ...]:
    """Row numbers of the training, validation and test part."""
    rows = plan.source.rows()
    stratify = plan.source.main_class
    classes = None if stratify is None else np.asarray(data[stratify])
    return preparation.split_rows(rows, classes, **plan.split)  # type: ignore[no-any-return, no-untyped-call]
