"""Adam's update as it is worked here: to the last digit what Keras' own does."""

from typing import Any

import numpy as np
import pytest

SHAPES = ((3, 3, 1, 6), (6,), (40, 10), (10,))
HOW: dict[str, dict[str, Any]] = {
    "usual": {},
    "other numbers": {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-3, "learning_rate": 0.1},
    "decaying": {"weight_decay": 0.01},
    "averaged": {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 7},
    "gathered": {"gradient_accumulation_steps": 3},
    "clipped": {"global_clipnorm": 0.1},
    "its largest": {"amsgrad": True},
}


@pytest.mark.parametrize("how", HOW.values(), ids=HOW)
@pytest.mark.parametrize("kind", ["Adam", "AdamW"])
def test_every_variable_is_what_keras_makes_of_it(kind: str, how: dict[str, Any]) -> None:
    ours, keras = after(kind, how, shared=True), after(kind, how, shared=False)
    assert [np.array_equal(one, other) for one, other in zip(ours, keras, strict=True)] == [True] * len(keras)


def test_rows_of_an_embedding_and_a_falling_rate_are_as_keras_has_them() -> None:
    for kind in ("Adam", "AdamW"):
        ours, keras = (after(kind, {}, shared=shared, rows=True, falling=True) for shared in (True, False))
        assert [np.array_equal(one, other) for one, other in zip(ours, keras, strict=True)] == [True] * len(keras)


@pytest.mark.parametrize(("how", "shares"), [({}, True), ({"amsgrad": True}, False)])
def test_what_all_variables_share_is_worked_once(how: dict[str, Any], shares: bool) -> None:
    powers = [len([one for one in update(*drawn("Adam", how, shared))[1] if one == "Pow"]) for shared in (True, False)]
    assert powers == [2 if shares else 2 * len(SHAPES), 2 * len(SHAPES)]


def drawn(kind: str, how: dict[str, Any], shared: bool, falling: bool = False) -> tuple[Any, list[Any]]:
    """An optimizer, and variables for it."""
    import keras

    from graphbuilder.training.adam import share_rate

    numbers = np.random.default_rng(1)
    variables = [keras.Variable(numbers.normal(size=shape).astype("float32")) for shape in SHAPES]
    if falling:
        how = {**how, "learning_rate": keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)}
    optimizer = getattr(keras.optimizers, kind)(**how)
    if shared:
        share_rate(optimizer)
    optimizer.build(variables)
    return optimizer, variables


def update(optimizer: Any, variables: list[Any], rows: bool = False) -> tuple[Any, list[str]]:
    """A function that takes gradients and makes one update, and the kinds of its operations."""
    import tensorflow as tf

    @tf.function(autograph=False)  # type: ignore[untyped-decorator]
    def once(*gradients: Any) -> None:
        given = [*gradients]
        if rows:
            given[2] = tf.IndexedSlices(given[2][:5], tf.constant([3, 1, 4, 1, 5]), tf.constant(SHAPES[2]))
        optimizer.apply(given, variables)

    specs = [tf.TensorSpec(shape, tf.float32) for shape in SHAPES]
    return once, [one.type for one in once.get_concrete_function(*specs).graph.get_operations()]


def after(kind: str, how: dict[str, Any], shared: bool, rows: bool = False, falling: bool = False) -> list[Any]:
    """All variables after twenty updates."""
    import tensorflow as tf

    optimizer, variables = drawn(kind, how, shared, falling)
    once, _ = update(optimizer, variables, rows)
    numbers = np.random.default_rng(2)
    for _ in range(20):
        once(*(tf.constant(numbers.normal(size=shape), tf.float32) for shape in SHAPES))
    return [one.numpy() for one in (*variables, *optimizer.variables)]
