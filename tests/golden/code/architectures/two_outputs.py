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
    point = keras.Input(shape=(2,), name="point")
    flat = layers.Flatten(name="flat")(in_2)
    norm = layers.Normalization(name="norm")(point)
    both = layers.Concatenate(name="both")([flat, norm])
    model_2 = layers.Dense(units=3, activation="softmax", name="model_2")(both)
    x_2 = layers.Dense(units=1, activation="linear", name="x_2")(both)
    return keras.Model(
        inputs={"in_2": in_2, "point": point}, outputs={"model_2": model_2, "x_2": x_2}
    )


def adapt(model, names, x):
    """Lets layers measure what reaches them from x, where an empty text is none."""
    for name in names:
        layer = model.get_layer(name)
        before = keras.Model(model.input, layer.input)
        values = before.predict(x, verbose=0)
        layer.adapt(values[values != b""] if values.dtype == object else values)


def main():
    keras.utils.set_random_seed(SEED)
    model = build_model()
    model.summary()

    # Call adapt before you train: what normalizes has measured no data yet.
    x = {
        "in_2": keras.random.uniform((1, 8, 8, 1)),
        "point": keras.random.uniform((1, 2)),
    }
    y = model(x)
    print("model_2:", y["model_2"].shape)
    print("x_2:", y["x_2"].shape)


if __name__ == "__main__":
    main()
