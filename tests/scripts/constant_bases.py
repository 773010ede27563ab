"""A forecast by blocks whose thetas meet bases of powers and waves (N-BEATS), worked out by TensorFlow of constants."""

import keras
import numpy as np
import tensorflow as tf
from keras.layers import Add, Dense, Input, Lambda, Subtract

BACK, FORE = 30, 90


def linear_space(length):
    return tf.range(0, length) / length


def seasonality(thetas, length):
    p = thetas.shape[-1]
    p1, p2 = (p // 2, p // 2) if p % 2 == 0 else (p // 2, p // 2 + 1)
    t = linear_space(length)
    s1 = tf.stack([tf.cos(2 * np.pi * i * t) for i in range(p1)])
    s2 = tf.stack([tf.sin(2 * np.pi * i * t) for i in range(p2)])
    s = s2 if p == 1 else tf.concat([s1, s2], axis=0)
    return tf.matmul(thetas, tf.cast(s, np.float32))


def trend(thetas, length):
    t = linear_space(length)
    t = tf.transpose(tf.stack([t**i for i in range(thetas.shape[-1])]))
    return keras.ops.dot(thetas, tf.transpose(tf.cast(t, np.float32)))


x = inputs = Input((BACK,))
y = None
for kind, count in (("trend", 3), ("seasonality", 5)):
    hidden = Dense(16, activation="relu")(Dense(16, activation="relu")(x))
    basis = trend if kind == "trend" else seasonality
    back = Lambda(basis, arguments={"length": BACK})(Dense(count, use_bias=False)(hidden))
    fore = Lambda(basis, arguments={"length": FORE})(Dense(count, use_bias=False)(hidden))
    x = Subtract()([x, back])
    y = fore if y is None else Add()([y, fore])
model = keras.Model(inputs, y)
