"""A linear layer that makes its weights itself, in a row."""

import keras


class Linear(keras.layers.Layer):
    def __init__(self, units=32):
        super().__init__()
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="random_normal")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, inputs):
        return keras.ops.matmul(inputs, self.w) + self.b


model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), Linear(64), keras.layers.ReLU(), Linear(10)])
