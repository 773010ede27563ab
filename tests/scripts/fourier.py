"""Blocks that mix steps and features by a Fourier transform (FNet), in a Sequential that is applied to a sequence."""

import keras
from keras import layers, ops


class FNetLayer(layers.Layer):
    def __init__(self, size):
        super().__init__()
        self.ffn = keras.Sequential([layers.Dense(2 * size, activation="gelu"), layers.Dense(size)])
        self.norm = layers.LayerNormalization(epsilon=1e-6)

    def call(self, inputs):
        x = ops.fft2((inputs, ops.zeros_like(inputs)))[0]
        return self.ffn(self.norm(x + inputs))


blocks = keras.Sequential([FNetLayer(6) for _ in range(2)])
inputs = keras.Input((9, 6))
model = keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling1D()(blocks(inputs))))
