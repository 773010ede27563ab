"""Layers whose convolutions are functions of weights that they make themselves, values that are stacked before their
samples, a class token that is repeated for each sample, layers that stand in several models, attention to the places of
an image, and a model with functions of numbers at every step."""

import keras
import tensorflow as tf
from keras import layers, ops


class Convolved(layers.Layer):
    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters

    def build(self, shape):
        self.kernel = self.add_weight(shape=(3, 3, shape[-1], self.filters), initializer="he_normal")
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros")
        self.depth = self.add_weight(shape=(3, 3, self.filters, 2), initializer="he_normal")

    def call(self, x):
        x = tf.nn.conv2d(x, self.kernel, strides=[1, 2, 2, 1], padding="SAME")
        x = tf.nn.relu(tf.nn.bias_add(x, self.bias))
        return ops.depthwise_conv(x, self.depth, padding="same")


class Along(layers.Layer):
    def build(self, shape):
        self.kernel = self.add_weight(shape=(5, shape[-1], 7), initializer="he_normal")
        self.bias = self.add_weight(shape=(7,), initializer="zeros")

    def call(self, x):
        return tf.cast(ops.conv(x, self.kernel, padding="valid", dilation_rate=2) + self.bias, x.dtype)


class Token(layers.Layer):
    def __init__(self, width):
        super().__init__()
        self.token = self.add_weight(shape=(1, 1, width), initializer="zeros")
        self.attention = layers.MultiHeadAttention(1, width)

    def call(self, x):
        token = tf.repeat(self.token, repeats=tf.shape(x)[0], axis=0)
        x = tf.concat([token, x], axis=1)
        x, scores = self.attention(query=x[:, 0:1], key=x, value=x, return_attention_scores=True)
        return layers.Flatten()(token + x)


of_pictures = keras.Input((12, 12, 3))
convolved = keras.Model(of_pictures, Convolved(4)(of_pictures))

of_steps = keras.Input((16, 6))
along = keras.Model(of_steps, Along()(of_steps))

token = keras.Model(of_steps, Token(6)(of_steps))

one, other = layers.Dense(5)(of_steps), layers.Dense(5)(of_steps)
turned = keras.Model(of_steps, ops.transpose(ops.stack([one, other]), (1, 0, 2, 3)))
mean = keras.Model(of_steps, ops.mean(ops.stack([one, other]), axis=0))
parts_of = ops.stack([one, other], axis=0)
apart = keras.Model(of_steps, parts_of[0] - 2.0 * parts_of[1])

parts = [layers.Dense(6, activation="tanh"), layers.LayerNormalization()]
shared = keras.Model(of_steps, keras.Sequential(parts)(keras.Sequential(parts)(of_steps)))

grid = keras.Model(of_pictures, layers.MultiHeadAttention(2, 4)(of_pictures, of_pictures))

of_parts = keras.Input((4, 16, 6))
own = keras.Input((16, 6))
shares = ops.exp(layers.Dense(1)(own))
shares = shares / (ops.sum(shares, axis=1, keepdims=True) + 1e-3)
gathered = keras.Model(own, ops.sum(own * shares, axis=1))
each = keras.Model(of_parts, layers.TimeDistributed(gathered)(of_parts))
