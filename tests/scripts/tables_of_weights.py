"""Places and a class token of weights that layers of the script's own make, and queries, keys and values made together
and taken apart, as vision transformers have them."""

import keras
from keras import layers, ops


class AddPlaces(layers.Layer):
    def build(self, input_shape):
        self.places = self.add_weight(shape=(1, input_shape[1], input_shape[2]), initializer="random_normal")

    def call(self, x):
        return x + self.places[:, : x.shape[1]]


class ClassToken(layers.Layer):
    def build(self, input_shape):
        self.size = input_shape[-1]
        self.token = self.add_weight(shape=(1, 1, self.size), initializer="zeros", trainable=True)

    def call(self, inputs):
        token = ops.broadcast_to(self.token, [ops.shape(inputs)[0], 1, self.size])
        return ops.concatenate([token, inputs], 1)


class Places(layers.Layer):
    def __init__(self, length):
        super().__init__()
        self.length = length

    def build(self, input_shape):
        self.table = self.add_weight(shape=[self.length, input_shape[-1]], initializer="glorot_uniform")

    def call(self, inputs, start=0):
        shape = ops.shape(inputs)
        table = ops.slice(ops.convert_to_tensor(self.table), (start, 0), (shape[-2], shape[-1]))
        return ops.broadcast_to(table, shape)


class SelfAttention(layers.Layer):
    def __init__(self, size, heads, by):
        super().__init__()
        self.size, self.heads, self.by = size, heads, by
        self.together, self.out = layers.Dense(3 * size), layers.Dense(size)

    def call(self, x):
        _, steps, size = x.shape
        parts = ops.reshape(self.together(x), (-1, steps, 3, self.heads, size // self.heads))
        parts = ops.transpose(parts, (2, 0, 3, 1, 4))
        if self.by == "place":
            q, k, v = parts[0], parts[1], parts[2]
        else:
            q, k, v = ops.unstack(parts, 3, axis=0)
        scores = q * (size // self.heads) ** -0.5 @ ops.transpose(k, (0, 1, 3, 2))
        gathered = ops.transpose(keras.activations.softmax(scores, axis=-1) @ v, (0, 2, 1, 3))
        return self.out(ops.reshape(gathered, (-1, steps, size)))


inputs = keras.Input((9, 8))
x = ClassToken()(inputs)
x = AddPlaces()(x)
x = x + SelfAttention(8, 2, "place")(x)
x = x + SelfAttention(8, 4, "unstack")(x)
x = x + Places(10)(x)
model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x)))
