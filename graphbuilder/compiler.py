"""Runs a plan: a compiled Keras model, and the arrays it is fed. It imports Keras, so the screen never loads it."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from graphbuilder.calls import Argument, Call, Name
from graphbuilder.datasets import preparation
from graphbuilder.plan import Architecture, Output, Plan

Arrays = Mapping[str, "np.ndarray[Any, Any]"]


def evaluate_call(argument: Argument, names: Mapping[str, Any]) -> Any:
    """The value of an argument: a Call is made, a Name is looked up, anything else is itself."""
    if isinstance(argument, Name):
        return names[argument.name]
    if isinstance(argument, tuple):
        return tuple(evaluate_call(part, names) for part in argument)
    if not isinstance(argument, Call):
        return argument
    callee: Any = keras
    if hasattr(preparation, argument.callee):
        callee = getattr(preparation, argument.callee)
    else:
        for part in argument.callee.split("."):
            callee = getattr(callee, part)
    args = [evaluate_call(value, names) for value in argument.args]
    return callee(*args, **{key: evaluate_call(value, names) for key, value in argument.kwargs.items()})


def build_model(network: Architecture) -> keras.Model:
    """The functional model of a network. Its weights follow from Keras' seed at the time of the call."""
    values: dict[str, Any] = {}
    for step in network.steps:
        made = evaluate_call(step.call, {})
        read = [values[name] for name in step.inputs]
        values[step.name] = made(read if len(read) > 1 else read[0]) if read else made
    return keras.Model(
        inputs={name: values[name] for name in network.shapes},
        outputs={output.name: values[output.value] for output in network.outputs},
    )


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
