"""The activation functions against Keras' own: values, slopes, bounds, and that none is left out."""

import numpy as np
import pytest

from graphbuilder.activations import ACTIVATIONS

OF_SEVERAL_NUMBERS = {"glu", "threshold"}
"""Operators of their own: one halves its input, the other cannot do without numbers."""
CURVES = {name: kind for name, kind in ACTIVATIONS.items() if kind.function}
KINKS = (0.5, 1.0, 3.0, 6.0, 0.0)


def test_every_activation_of_keras_is_there() -> None:
    from keras.src.activations import ALL_OBJECTS_DICT

    aliases = {"swish", "hard_swish"}
    assert {*ALL_OBJECTS_DICT} - aliases - OF_SEVERAL_NUMBERS == {*ACTIVATIONS}


@pytest.mark.parametrize("name", CURVES)
def test_values_and_slopes_are_those_of_keras(name: str) -> None:
    import keras
    import tensorflow as tf

    kind = CURVES[name]
    assert kind.function is not None
    xs = tf.constant(
        [x for x in np.linspace(-9, 9, 361) if min(abs(abs(x) - kink) for kink in KINKS) > 0.01], tf.float64
    )
    with tf.GradientTape() as tape:
        tape.watch(xs)
        values = keras.activations.get(name)(xs)
    own = np.array([kind.function(float(x)) for x in xs])
    assert np.allclose(values, own, atol=1e-5)
    assert kind.low - 1e-9 <= own.min() and own.max() <= kind.high + 1e-9
    slopes = tape.gradient(values, xs)
    measured = [(kind.function(x + 1e-6) - kind.function(x - 1e-6)) / 2e-6 for x in map(float, xs)]
    assert np.allclose(slopes, measured, atol=1e-4)
    at_zero = float(keras.activations.get(name)(tf.zeros(1, tf.float64))[0])
    with tf.GradientTape() as tape:
        zero = tf.zeros(1, tf.float64)
        tape.watch(zero)
        bent = keras.activations.get(name)(zero)
    assert kind.silent == (at_zero == 0 and float(tape.gradient(bent, zero)[0]) == 0)
    assert kind.keeps_positive == all(kind.function(x) == x for x in (0.0, 0.3, 1.0, 7.0))
    falls = bool((np.diff(own) < -1e-12).any())
    assert falls == (kind.turns is not None)
    if kind.turns is not None:
        assert abs(float(xs[int(np.argmin(own))]) - kind.turns) < 0.1
        assert kind.low <= own.min() < kind.low + 0.002


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name not in CURVES])
def test_what_takes_several_values_at_once_stays_within_its_bounds(name: str) -> None:
    import keras

    kind = ACTIVATIONS[name]
    came = np.asarray(keras.activations.get(name)(np.random.default_rng(0).normal(size=(40, 5)) * 3))
    assert kind.low <= came.min() and came.max() <= kind.high + 1e-6
