"""Places told by sines and cosines in tables, in the ways in which public code makes them."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def by_halves(length, depth):
    depth = depth / 2
    positions = np.arange(length)[:, np.newaxis]
    depths = np.arange(depth)[np.newaxis, :] / depth
    angles = positions * (1 / (10000**depths))
    return tf.cast(np.concatenate([np.sin(angles), np.cos(angles)], axis=-1), dtype=tf.float32)


def by_turns(position, d_model):
    i = np.arange(d_model)[np.newaxis, :]
    angles = np.arange(position)[:, np.newaxis] / np.power(10000, (2 * (i // 2)) / np.float32(d_model))
    angles[:, 0::2] = np.sin(angles[:, 0::2])
    angles[:, 1::2] = np.cos(angles[:, 1::2])
    return tf.cast(angles[np.newaxis, ...], dtype=tf.float32)


class PositionalEmbedding(layers.Layer):
    def __init__(self, words, features):
        super().__init__()
        self.features = features
        self.embedding = layers.Embedding(words, features)
        self.table = by_halves(2048, features)

    def call(self, x):
        length = tf.shape(x)[1]
        x = self.embedding(x)
        x *= tf.math.sqrt(tf.cast(self.features, tf.float32))
        return x + self.table[tf.newaxis, :length, :]


class Angles(layers.Layer):
    def __init__(self, places, features):
        super().__init__()
        place = tf.range(places, dtype=tf.float32)[:, tf.newaxis]
        i = tf.range(features, dtype=tf.float32)[tf.newaxis, :]
        angles = place * tf.cast(1 / tf.pow(500.0, (2 * (i // 2)) / tf.cast(features, tf.float32)), tf.float32)
        self.table = tf.concat([tf.sin(angles[:, 0::2]), tf.cos(angles[:, 1::2])], axis=-1)[tf.newaxis, ...]

    def call(self, inputs):
        return inputs + self.table[:, : tf.shape(inputs)[1], :]


inputs = keras.Input((None,), dtype="int32")
x = layers.Dense(8, activation="tanh")(PositionalEmbedding(50, 8)(inputs))
of_any_length = keras.Model(inputs, x)

inputs = keras.Input((24, 8))
x = layers.Dense(8)(inputs + by_turns(1000, 8)[:, :24, :])
x = layers.Dense(8)(Angles(50, 8)(x))
rows = np.array([[p / np.power(10000, 2 * (j // 2) / 8) for j in range(8)] if p else np.zeros(8) for p in range(24)])
rows[1:, 0::2] = np.sin(rows[1:, 0::2])
x = layers.Dense(8)(x) + rows.astype("float32")
zeros = np.zeros((24, 8))
zeros[:, 0::2] = np.sin(np.arange(24)[:, None] * np.exp(np.arange(0, 8, 2) * -(np.log(10000.0) / 8)))
x = layers.Add()([x, tf.constant(zeros[None], dtype=tf.float32)])
of_one_length = keras.Model(inputs, x)
