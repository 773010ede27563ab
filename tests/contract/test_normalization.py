"""What several parameters together say of a normalization, against Keras."""

from typing import Any

import numpy as np
import pytest

from graphbuilder.operators import OPERATORS
from graphbuilder.operators.families import AUGMENTATION
from graphbuilder.tensors import Inputs
from tests.contract.test_operator_contracts import answer_of, hold_to_keras, sample_of

GIVEN = {"mean": (1.0, 2.0, -1.0, 0.5), "variance": (4.0, 1.0, 0.25, 9.0)}


@pytest.mark.parametrize("params", [GIVEN, {"mean": (2.0,), "variance": (4.0,)}])
def test_a_normalization_by_given_numbers_has_no_weights_and_does_what_they_say(params: dict[str, Any]) -> None:
    operator, inputs = OPERATORS["Normalization"](params), Inputs.shaped((6, 4))
    assert (operator.adapts(), list(operator.parameter_faults())) == (False, [])
    hold_to_keras(operator, inputs)
    sample = sample_of(inputs.specs[0])
    came = answer_of(operator, inputs, [sample])
    mean, variance = np.array(params["mean"]), np.array(params["variance"])
    assert np.allclose(came, (sample - mean) / np.sqrt(variance), atol=1e-6)
    span = operator.span(float(sample.min()), float(sample.max()))
    assert span and span[0] <= came.min() and came.max() <= span[1]


@pytest.mark.parametrize("kind", ["LayerNormalization", "UnitNormalization", "RMSNormalization"])
def test_normalizing_over_all_axes_looks_at_all_of_the_grid(kind: str) -> None:
    inputs = Inputs.shaped((5, 4))
    assert OPERATORS[kind]().looks(inputs) is not None
    whole = OPERATORS[kind]({"axis": (-2, -1)})
    assert whole.looks(inputs) is None
    hold_to_keras(whole, inputs)


@pytest.mark.parametrize("slope", [0.0, 0.5])
def test_a_relu_reaches_as_far_as_its_values(slope: float) -> None:
    for most in (None, 2.0):
        operator = OPERATORS["ReLU"]({"negative_slope": slope, "threshold": 1.0, "max_value": most})
        inputs = Inputs.shaped((400,))
        sample = 3 * sample_of(inputs.specs[0])
        came = answer_of(operator, inputs, [sample])
        low, high = operator.reach([(float(sample.min()), float(sample.max()))])
        assert low <= came.min() and came.max() <= high
        assert [low, high] == pytest.approx([came.min(), came.max()], abs=0.2)


def test_what_is_random_draws_in_training_and_leaves_values_alone_in_use() -> None:
    import keras

    from graphbuilder.compiler import evaluate_call

    for kind, operator in OPERATORS.items():
        if not (operator.is_random and operator.keeps_values) or operator.family is AUGMENTATION:
            continue  # an image of ones stays one when turned: test_preprocessing has those
        shape = {"1D": (6, 4), "3D": (4, 4, 4, 2)}.get(kind[-2:], (6, 6, 4))
        call = operator({"seed": 3} if "seed" in operator.parameters else None).call("layer")
        assert call
        layer, sample = evaluate_call(call, {}), keras.ops.ones((1, *shape))
        assert np.allclose(layer(sample, training=False), 1), kind
        assert not np.allclose(layer(sample, training=True), 1), kind


def test_values_share_a_draw_along_an_axis_that_noise_shape_names() -> None:
    import keras

    from graphbuilder.compiler import evaluate_call

    for kind in ("Dropout", "AlphaDropout"):
        call = OPERATORS[kind]({"noise_shape": (1, None)}).call("layer")
        assert call
        came = np.asarray(evaluate_call(call, {})(keras.ops.ones((4, 50, 8)), training=True))
        assert (came == came[:, :1]).all() and len(np.unique(came)) == 2
