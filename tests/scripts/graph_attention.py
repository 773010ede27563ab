"""Attention over a graph by its dense matrix, each node with each, by weights of a layer of the script's own."""

import keras
from keras import layers, ops


class GraphAttention(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[0][-1], self.units), name="kernel")
        self.weighs = self.add_weight(shape=(self.units * 2, 1), name="weighs")

    def call(self, inputs):
        nodes, edges = inputs
        h = ops.matmul(nodes, self.kernel)
        n = h.shape[1]
        left = ops.repeat(ops.expand_dims(h, 2), n, axis=2)
        right = ops.tile(ops.expand_dims(h, 1), [1, n, 1, 1])
        scores = ops.leaky_relu(ops.matmul(ops.concatenate([left, right], axis=-1), self.weighs), negative_slope=0.2)
        scores = ops.where(edges > 0, ops.squeeze(scores, -1), -1e9)
        return ops.matmul(ops.softmax(scores, axis=-1), h)


class Heads(layers.Layer):
    def __init__(self, units, count, **kwargs):
        super().__init__(**kwargs)
        self.heads = [GraphAttention(units) for _ in range(count)]

    def call(self, inputs):
        nodes, edges = inputs
        return ops.relu(ops.concatenate([head([nodes, edges]) for head in self.heads], axis=-1))


nodes, edges = keras.Input((9, 5)), keras.Input((9, 9))
x = Heads(4, 3)([nodes, edges]) + layers.Dense(12)(nodes)
x = Heads(4, 2)([x, edges])
model = keras.Model([nodes, edges], layers.Dense(3)(layers.GlobalAveragePooling1D()(x)))
