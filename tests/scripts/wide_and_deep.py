"""Numbers and words, each one of a sample, as rows of 0 and 1 for what is wide and as vectors for what is deep."""

import keras
from keras import layers, ops

WORDS = {"work": ["private", "public"], "school": ["low", "middle", "high"]}
NUMBERS = ["age", "hours"]
inputs = {
    name: layers.Input(name=name, shape=(), dtype="float32" if name in NUMBERS else "int32")
    for name in [*NUMBERS, *WORDS]
}


def encoded(by_vectors):
    found = []
    for name, value in inputs.items():
        if name in NUMBERS:
            found.append(ops.expand_dims(value, -1))
        elif by_vectors:
            found.append(layers.Embedding(len(WORDS[name]), 4)(value))
        else:
            found.append(ops.one_hot(value, len(WORDS[name])))
    return layers.concatenate(found)


deep = layers.Dense(8, activation="relu")(encoded(True))
model = keras.Model(inputs, layers.Dense(2)(layers.concatenate([encoded(False), deep])))
