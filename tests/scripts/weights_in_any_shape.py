"""Layers that make weights themselves and join them with values number by number: in any shape, on either side, of one
number for all, of one for each step, and the same weights for two values."""

import keras
import tensorflow as tf
from keras import layers, ops


class Attention(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.W = self.add_weight(name="att_weight", shape=(input_shape[-1], 1), initializer="normal")
        self.b = self.add_weight(name="att_bias", shape=(input_shape[1], 1), initializer="zeros")
        super().build(input_shape)

    def call(self, x):
        et = ops.squeeze(ops.tanh(ops.dot(x, self.W) + self.b), axis=-1)
        at = ops.softmax(et)
        at = ops.expand_dims(at, axis=-1)
        output = x * at
        return ops.sum(output, axis=1)


class Gamma(layers.Layer):
    def build(self, shape):
        self.gamma = self.add_weight(shape=(), initializer="zeros")
        self.shift = self.add_weight(shape=(shape[-1],), initializer="ones")
        self.beta = self.add_weight(shape=(1, 1, 1, shape[-1]), initializer="zeros")

    def call(self, x):
        y = tf.nn.relu(x) * self.gamma + x
        return self.beta / (ops.square(y - self.shift) + 1.0) - self.shift


class Times(layers.Layer):
    def __init__(self, k):
        super().__init__()
        self.k = k

    def build(self, shape):
        self.wb = self.add_weight(name="wb", shape=(shape[1],), initializer="uniform")
        self.bb = self.add_weight(name="bb", shape=(shape[1],), initializer="uniform")
        self.wa = self.add_weight(name="wa", shape=(1, shape[1], self.k), initializer="uniform")
        self.ba = self.add_weight(name="ba", shape=(1, shape[1], self.k), initializer="uniform")

    def call(self, inputs):
        bias = self.wb * inputs + self.bb
        dp = ops.expand_dims(inputs, -1) * 1.0
        dp = ops.repeat(dp, self.k, axis=-1) * self.wa + self.ba
        wgts = ops.sin(dp)
        return ops.concatenate([ops.expand_dims(bias, -1), wgts], -1)


class Twice(layers.Layer):
    def __init__(self, u):
        super().__init__()
        self.u = u

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[0][-1], self.u), initializer="glorot_uniform")
        self.bias = self.add_weight(shape=(self.u,), initializer="zeros")
        self.limit = self.add_weight(shape=(1, 1), initializer="ones")
        self.v = self.add_weight(shape=(self.u,), initializer="glorot_uniform")

    def call(self, ins):
        a, b = ins
        a = ops.matmul(a, self.w) + self.bias
        b = ops.matmul(b, self.w) + self.bias
        s = ops.dot(ops.tanh(a * b), ops.expand_dims(self.v, -1))
        return ops.concatenate([a, ops.subtract(self.limit, s)], -1)


class Up(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(5,), initializer="uniform")
        self.b = self.add_weight(shape=(5,), initializer="uniform")

    def call(self, x):
        return ops.cos(x * self.w + self.b)


class OfRows(layers.Layer):
    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def build(self, shape):
        self.size = shape[-1]
        self.w = self.add_weight(shape=(shape[-1],), initializer="glorot_uniform")
        self.b = self.add_weight(shape=(shape[1],), initializer="zeros")

    def call(self, x):
        rows = ops.reshape(x, (-1, self.size))
        scores = ops.reshape(ops.tanh(ops.dot(rows, ops.reshape(self.w, (rows.shape[1], 1)))), (-1, self.steps))
        scores = ops.exp(ops.tanh(scores + self.b))
        return ops.sum(x * ops.expand_dims(scores / (ops.sum(scores, axis=1, keepdims=True) + 1e-7), -1), axis=1)


i, j = keras.Input((6, 4)), keras.Input((6, 4))
p, o = keras.Input((8, 8, 3)), keras.Input((7, 1))
of_steps = keras.Model(i, Attention()(layers.LSTM(5, return_sequences=True)(i)))
of_one = keras.Model(p, Gamma()(layers.Conv2D(3, 3)(p)))
i2 = keras.Input((6,))
of_places = keras.Model(i2, Times(3)(i2))
of_both = keras.Model([i, j], Twice(5)([i, j]))
of_more = keras.Model(o, Up()(o))
of_rows = keras.Model(i, OfRows(6)(i))
