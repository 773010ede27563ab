"""Layers that are made in `build`, by the shape of what comes in, and in `call`."""

import keras
from keras import layers


class Unit(layers.Layer):
    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.width = width
        self.joined = layers.Add()

    def build(self, input_shape):
        self.first = layers.Conv1D(16, self.width, padding="same", activation="relu")
        self.second = layers.Conv1D(input_shape[-1], self.width, padding="same")
        super().build(input_shape)

    def call(self, inputs):
        return self.joined([inputs, self.second(self.first(inputs))])


class Gated(Unit):
    def call(self, inputs):
        return keras.activations.get("tanh")(super().call(inputs))


inputs = keras.Input((50, 8))
x = Unit(3)(inputs)
x = Gated(5)(x)
model = keras.Model(inputs, layers.Dense(1)(layers.GlobalMaxPooling1D()(x)))
