# -*- coding: utf-8 -*-
"""A Keras model, drawn with graphbuilder. Running this file trains it.

Made for these versions:

    pip install keras==* numpy==* tensorflow==*
"""

import keras
import numpy as np
from keras import layers

SEED = 1
BATCH_SIZE = 10
EPOCHS = 1500


def load_data(size, noise, seed):
    random = np.random.default_rng(seed)
    label = np.arange(size) % 2
    angle = random.uniform(0, 2 * np.pi, size)
    radius = np.where(label == 0, 1.0, 0.4)
    point = radius[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    point += random.normal(0, noise, point.shape)
    return {"point": point.astype("float32"), "class": label.astype("int64")}


def split_rows(rows, classes, validation, test, seed):
    """Row numbers of training, validation and test, with equal shares of each class."""
    random = np.random.default_rng(seed)
    classes = np.zeros(rows) if classes is None else classes
    parts = ([], [], [])
    for label in np.unique(classes):
        group = random.permutation(np.flatnonzero(classes == label))
        last = round(test * len(group))
        middle = last + max(1, round(validation * len(group)))
        parts[0].append(group[middle:])
        parts[1].append(group[last:middle])
        parts[2].append(group[:last])
    return tuple(random.permutation(np.concatenate(part)) for part in parts)


def zero_one(classes):
    """Each class, 0 or 1, in a row of its own, for a loss on one output."""
    return classes[..., np.newaxis].astype("float32")


def prepare(data, rows):
    """What the model is fed and what it is to answer, by name."""
    x = {"point": data["point"][rows]}
    y = {"color": zero_one(data["class"][rows])}
    return x, y


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    point = keras.Input(shape=(2,), name="point")
    hidden_1 = layers.Dense(units=8, activation="tanh", name="hidden_1")(point)
    hidden_2 = layers.Dense(units=8, activation="tanh", name="hidden_2")(hidden_1)
    score = layers.Dense(units=1, activation="linear", name="score")(hidden_2)
    return keras.Model(inputs={"point": point}, outputs={"color": score})


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.03),
        loss={"color": keras.losses.BinaryCrossentropy(from_logits=True)},
        loss_weights={"color": 1.0},
        metrics={
            "color": [keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)],
        },
    )


def main():
    keras.utils.set_random_seed(SEED)
    data = load_data(size=500, noise=0.1, seed=0)
    train, validation, test = split_rows(
        len(data["point"]), data["class"], validation=0.2, test=0.2, seed=0
    )
    x, y = prepare(data, train)

    model = build_model()
    compile_model(model)
    model.summary()
    model.fit(
        x,
        y,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation_data=prepare(data, validation),
    )
    x, y = prepare(data, test)
    print("Test:", model.evaluate(x, y, return_dict=True, verbose=0))


if __name__ == "__main__":
    main()
