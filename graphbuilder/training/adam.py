"""Adam's update with what all of its variables share worked once a step, as small networks have as many as layers."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf


def share_rate(optimizer: keras.optimizers.Optimizer) -> None:
    """Has Adam or AdamW work its corrected rate once a step and not once more for every variable, which is half of the
    operations of an update. To the last digit what Keras does; what is not that simple Keras does itself.

    Source: the update of keras.optimizers.Adam; Kingma and Ba, "Adam: A Method for Stochastic Optimization", at the
    end of section 2.
    """
    if type(optimizer) not in (keras.optimizers.Adam, keras.optimizers.AdamW) or optimizer.amsgrad:
        return
    usual = optimizer._backend_update_step

    def update(gradients: Sequence[Any], variables: Sequence[Any], rate: Any) -> None:
        if optimizer.gradient_accumulation_steps or not all(map(_is_plain, gradients)):
            usual(gradients, variables, rate)
            return
        step = tf.cast(optimizer.iterations.value + 1, tf.float32)
        powers = [tf.pow(tf.constant(one, tf.float32), step) for one in (optimizer.beta_1, optimizer.beta_2)]
        alpha = tf.cast(rate, tf.float32) * tf.sqrt(1 - powers[1]) / (1 - powers[0])
        for gradient, variable in zip(gradients, variables, strict=True):
            at = optimizer._get_variable_index(variable)
            mean, square = optimizer._momentums[at].value, optimizer._velocities[at].value
            mean = mean.assign_add((gradient - mean) * (1 - optimizer.beta_1), read_value=True)
            square = square.assign_add((tf.square(gradient) - square) * (1 - optimizer.beta_2), read_value=True)
            variable.value.assign_sub(mean * alpha / (tf.sqrt(square) + optimizer.epsilon), read_value=False)

    optimizer._backend_update_step = update


def _is_plain(gradient: Any) -> bool:
    """Not of a few rows alone, as an Embedding's is."""
    return isinstance(gradient, tf.Tensor) and gradient.dtype == tf.float32
