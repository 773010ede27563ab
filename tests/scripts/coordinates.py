"""Coordinates beside the channels of a picture, and a mask over scores, of constants."""

import keras
import numpy as np
from keras import layers, ops


class AddCoords(layers.Layer):
    def __init__(self, with_r=False, **kwargs):
        super().__init__(**kwargs)
        self.with_r = with_r

    def call(self, x):
        b, h, w = ops.shape(x)[0], x.shape[1], x.shape[2]
        yy, xx = ops.meshgrid(ops.linspace(-1.0, 1.0, h), ops.linspace(-1.0, 1.0, w), indexing="ij")
        grid = ops.tile(ops.stack([yy, xx], axis=-1)[None], [b, 1, 1, 1])
        if self.with_r:
            grid = ops.concatenate([grid, ops.sqrt(ops.square(grid[..., :1]) + ops.square(grid[..., 1:]))], axis=-1)
        return ops.concatenate([x, grid], axis=-1)


inputs = keras.Input((10, 12, 3))
x = layers.Conv2D(4, 3)(AddCoords()(inputs))
x = layers.Conv2D(4, 3)(AddCoords(with_r=True)(x))
scores = layers.Lambda(lambda t: ops.mean(t, axis=-1))(x)
scores = layers.Softmax()(scores + (1.0 - np.tril(np.ones((6, 8)))) * -1e9)
model = keras.Model(inputs, scores)
