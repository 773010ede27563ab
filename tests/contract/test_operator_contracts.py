"""Every registered operator, loss and optimizer against Keras: being registered is being tested.

Each is tried with its defaults and with every parameter moved off its default, on every input shape that it takes.
"""

import inspect
from collections.abc import Iterator
from itertools import combinations, product
from math import prod
from typing import Any

import pytest

from graphbuilder.calls import Call
from graphbuilder.codegen import expression
from graphbuilder.losses import LOSSES
from graphbuilder.operators import OPERATORS, Operator
from graphbuilder.operators.operator import REQUIRED, ShapeFault
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import (
    Choice,
    Declared,
    Number,
    Parameter,
    Penalty,
    Regularizer,
    ShapeOf,
    Sizes,
    Whole,
    YesNo,
)
from graphbuilder.shapes import Shape

SHAPES: tuple[Shape, ...] = ((64,), (8, 8, 4), (9, 7, 4), (8, 8, 1), (6, 4), (3, 4, 4, 2))
LAYERS = {kind: operator for kind, operator in OPERATORS.items() if operator.inputs and operator.outputs}


def moved(parameter: Parameter[Any]) -> Iterator[Any]:
    """Values off the default and within bounds, by the parameter's kind."""
    default = parameter.default
    match parameter:
        case Choice():
            yield from (choice for choice in parameter.choices if choice != default)
        case Whole() if parameter.high - parameter.low < 20:
            yield from (n for n in range(parameter.low, parameter.high + 1) if n != default)
        case Whole():
            yield from (default + 1, max(parameter.low, 2 * default))
        case Number():
            yield from (value for value in (0.25, 0.75) if value != default)
        case YesNo():
            yield not default
        case Sizes():
            yield tuple(n + 1 for n in default)
            yield (default[0] + 1, *default[1:])
            yield (*default[:-1], default[-1] + 2)
        case ShapeOf():
            yield from ((4, 16), (-1, 4), (2, -1, 2), (64,), (4, 4, 2, 2))
        case Regularizer():
            yield from (Penalty(0.01, 0.0), Penalty(0.0, 0.02), Penalty(0.01, 0.02))
        case _:
            raise NotImplementedError(f"say how to move {parameter.kind}")


def one_moved(declared: type[Declared]) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = [{}]
    return changes + [{name: value} for name, p in declared.parameters.items() for value in moved(p)]


def taken(operator: Operator) -> Iterator[tuple[Shape, ...]]:
    """The input shapes, of those above, that the operator takes; several of one shape where it takes several."""
    count = operator.inputs[0].least
    for shape in SHAPES:
        for inputs in {(shape,) * count, (shape,) * (3 if operator.inputs[0].many else 1)}:
            try:
                operator.output_shape(inputs, {})
            except ShapeFault:
                continue
            yield inputs


def hold_to_keras(operator: Operator, inputs: tuple[Shape, ...]) -> None:
    """Shape, counts and printed code of the operator are those of the Keras layer that is compiled."""
    import keras

    from graphbuilder.compiler import evaluate_call

    layer = evaluate_call(operator.call("layer"), {})
    tensors = [keras.Input(shape) for shape in inputs]
    built = layer(tensors if len(tensors) > 1 else tensors[0])
    output = operator.output_shape(inputs, {})
    counts = operator.counts(inputs, output)
    trainable, fixed = (sum(prod(w.shape) for w in ws) for ws in (layer.trainable_weights, layer.non_trainable_weights))
    fixed -= sum(prod(w.shape) for w in layer.non_trainable_weights if "seed" in w.path)
    kernel = getattr(layer, "kernel", None)
    told = (output, counts.trainable, counts.fixed, counts.multiply_adds)
    multiply_adds = prod(kernel.shape) * prod(built.shape[1:-1]) if kernel is not None else 0
    assert told == (built.shape[1:], trainable, fixed, multiply_adds)
    printed = eval(expression(operator.call("layer")), {"keras": keras, "layers": keras.layers})
    assert printed.get_config() == layer.get_config()


@pytest.mark.parametrize("kind", LAYERS)
def test_shape_counts_and_code_are_those_of_keras(kind: str) -> None:
    for change in one_moved(LAYERS[kind]):
        operator = LAYERS[kind](change)
        tried = 0
        if next(operator.parameter_faults(), None) is None:
            for inputs in taken(operator):
                hold_to_keras(operator, inputs)
                tried += 1
        assert tried or change == {"axis": 0}, f"no input shape goes with {change}"


def test_convolutions_of_two_parameters_moved_together_are_those_of_keras() -> None:
    convolution = LAYERS["Conv2D"]
    names = ("filters", "kernel_size", "strides", "padding", "dilation_rate", "groups", "use_bias")
    tried = 0
    for first, second in combinations(names, 2):
        for a, b in product(moved(convolution.parameters[first]), moved(convolution.parameters[second])):
            operator = convolution({first: a, second: b})
            if next(operator.parameter_faults(), None):
                continue
            try:
                operator.output_shape(((8, 8, 4),), {})
            except ShapeFault:
                with pytest.raises(ValueError, match="zero or negative"):
                    hold_to_keras(operator, ((8, 8, 4),))
                continue
            hold_to_keras(operator, ((8, 8, 4),))
            tried += 1
    assert tried > 70


@pytest.mark.parametrize("kind", LAYERS)
def test_a_default_left_out_of_the_code_is_keras_own(kind: str) -> None:
    import keras

    signature = inspect.signature(getattr(keras.layers, kind).__init__).parameters
    for name, parameter in LAYERS[kind].parameters.items():
        if name == "shared_axes" or parameter.keras_default is REQUIRED:
            continue
        real = signature[name].default
        assert (tuple(real) if isinstance(real, list) else real) == parameter.keras_default, name


@pytest.mark.parametrize(("name", "from_logits"), product(LOSSES, (True, False)))
def test_a_loss_as_printed_is_the_loss_as_compiled(name: str, from_logits: bool) -> None:
    import keras

    from graphbuilder.compiler import evaluate_call

    call = LOSSES[name].call(from_logits)
    compiled = evaluate_call(call, {})
    assert type(compiled).__name__ == LOSSES[name].keras
    assert eval(expression(Call(f"keras.{call.callee}", call.args, call.kwargs)), {"keras": keras}).get_config() == (
        compiled.get_config()
    )
    if LOSSES[name].probabilities:
        assert compiled.get_config()["from_logits"] is from_logits


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_as_printed_is_the_optimizer_as_compiled(name: str) -> None:
    import keras

    from graphbuilder.compiler import evaluate_call

    for change in one_moved(OPTIMIZERS[name]):
        call = OPTIMIZERS[name](change).call()
        compiled = evaluate_call(call, {}).get_config()
        asked = {**OPTIMIZERS[name].defaults(), **change, **OPTIMIZERS[name].fixed}
        assert {key: compiled[key] for key in asked} == pytest.approx(asked)
        named = Call(call.callee, call.args, {**call.kwargs, "name": compiled["name"]})
        assert eval(expression(named), {"keras": keras}).get_config() == compiled


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_keeps_as_many_numbers_a_weight_as_it_says(name: str) -> None:
    import keras

    from graphbuilder.compiler import evaluate_call

    optimizer = evaluate_call(OPTIMIZERS[name]().call(), {})
    optimizer.build([keras.Variable([[1.0, 2.0]])])
    assert sum(v.shape == (1, 2) for v in optimizer.variables) == OPTIMIZERS[name].slots


# A check that has never failed is not known to work


def test_a_shape_rule_that_ignores_its_units_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LAYERS["Dense"], "output_shape", lambda self, inputs, fields: (*inputs[0][:-1], 64))
    with pytest.raises(AssertionError):
        test_shape_counts_and_code_are_those_of_keras("Dense")


def test_a_forgotten_use_bias_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = LAYERS["Conv2D"].counts

    def with_bias(self: Any, inputs: Any, output: Any) -> Any:
        return counts(LAYERS["Conv2D"]({**self.params, "use_bias": True}), inputs, output)

    monkeypatch.setattr(LAYERS["Conv2D"], "counts", with_bias)
    with pytest.raises(AssertionError):
        test_shape_counts_and_code_are_those_of_keras("Conv2D")
