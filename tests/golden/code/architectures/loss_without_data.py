# -*- coding: utf-8 -*-
"""A Keras model, drawn with graphbuilder. Running this file builds it.

Made for these versions:

    pip install keras==* tensorflow==*
"""

import keras
from keras import layers

SEED = 1


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    in_2 = keras.Input(shape=(8, 8, 1), name="in_2")
    flat = layers.Flatten(name="flat")(in_2)
    scores = layers.Dense(units=10, activation="linear", name="scores")(flat)
    size = layers.Dense(units=1, activation="relu", name="size")(flat)
    return keras.Model(inputs={"in_2": in_2}, outputs={"kind": scores, "off": size})


def compile_model(model):
    """The optimizer, and for every output its loss and its weight."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
        loss={
            "kind": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "off": keras.losses.MeanAbsoluteError(),
        },
        loss_weights={"kind": 1.0, "off": 0.5},
    )


def main():
    keras.utils.set_random_seed(SEED)
    model = build_model()
    compile_model(model)
    model.summary()

    x = {"in_2": keras.random.uniform((1, 8, 8, 1))}
    y = model(x)
    print("kind:", y["kind"].shape)
    print("off:", y["off"].shape)


if __name__ == "__main__":
    main()
