"""Tokens and their places, in a layer of the script's own that makes the places itself."""

import keras
from keras import layers, ops


class WithPlaces(layers.Layer):
    def __init__(self, length, words, features):
        super().__init__()
        self.word = layers.Embedding(words, features)
        self.place = layers.Embedding(length, features)

    def call(self, x):
        places = ops.arange(0, ops.shape(x)[-1], 1)
        return self.word(x) + self.place(places)


LENGTH = 40
inputs = keras.Input((LENGTH,))
x = WithPlaces(LENGTH, 500, 16)(inputs)
x = layers.GlobalAveragePooling1D()(x)
model = keras.Model(inputs, layers.Dense(2, activation="softmax")(x))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
