"""A mask of what came before that a script works out, also for sequences of any length; ends that are padded by their
mirror image; a function that is worked for each sample."""

import keras
import tensorflow as tf
from keras import layers, ops


def looks_back(batch_size, n_dest, n_src, dtype):
    i = tf.range(n_dest)[:, None]
    j = tf.range(n_src)
    mask = tf.cast(i >= j - n_src + n_dest, dtype)
    mask = tf.reshape(mask, [1, n_dest, n_src])
    mult = tf.concat([tf.expand_dims(batch_size, -1), tf.constant([1, 1], dtype=tf.int32)], 0)
    return tf.tile(mask, mult)


class Block(layers.Layer):
    def __init__(self, size, heads):
        super().__init__()
        self.att = layers.MultiHeadAttention(heads, size)
        self.norm = layers.LayerNormalization(epsilon=1e-6)

    def call(self, inputs):
        input_shape = tf.shape(inputs)
        batch_size, seq_len = input_shape[0], input_shape[1]
        mask = looks_back(batch_size, seq_len, seq_len, tf.bool)
        return self.norm(inputs + self.att(inputs, inputs, attention_mask=mask))


class Mirrored(layers.Layer):
    def __init__(self, by, how):
        super().__init__()
        self.by, self.how = by, how

    def call(self, x):
        return tf.pad(x, [[0, 0], [self.by, self.by], [self.by, 0], [0, 0]], mode=self.how)


inputs = keras.Input((6, 8))
of_the_past = keras.Model(inputs, Block(8, 2)(inputs))
pictures = keras.Input((7, 6, 3))
x = Mirrored(3, "REFLECT")(pictures)
x = layers.Conv2D(4, 3)(x)
x = Mirrored(2, "SYMMETRIC")(x)
of_mirrors = keras.Model(pictures, ops.pad(x, [[0, 0], [1, 1], [0, 2], [0, 0]], constant_values=2.5))
scores = ops.matmul(inputs, ops.transpose(inputs, (0, 2, 1)))
of_each = keras.Model(inputs, layers.Lambda(lambda x: tf.map_fn(lambda one: one / 3.0, x))(scores))
