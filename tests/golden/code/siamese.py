# -*- coding: utf-8 -*-
"""A Keras model, drawn with graphbuilder. Running this file trains it.

Made for these versions:

    pip install keras==* numpy==* scikit-learn==* tensorflow==*
"""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_digits

SEED = 1
BATCH_SIZE = 32
EPOCHS = 15


def load_data():
    digits = load_digits()
    order = np.random.default_rng(1).permutation(len(digits.target))
    alike, others = [], []
    for digit in range(10):
        own = order[digits.target[order] == digit]
        half = len(own) // 4 * 2
        alike += own[:half].reshape(-1, 2).tolist()
        others += own[half:].tolist()
    half = len(others) // 2
    apart = zip(others[:half], others[half : 2 * half], strict=True)
    pairs = np.array([*alike, *apart])
    pairs = pairs[np.random.default_rng(2).permutation(len(pairs))]
    images = digits.images[..., np.newaxis].astype("float32")
    same = digits.target[pairs[:, 0]] == digits.target[pairs[:, 1]]
    return {
        "first": images[pairs[:, 0]],
        "second": images[pairs[:, 1]],
        "same": same.astype("int64"),
    }


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
    x = {"first": data["first"][rows], "second": data["second"][rows]}
    y = {"same": zero_one(data["same"][rows])}
    return x, y


def build_tower(name):
    """Makes the layers of a part of the network, and gives what applies them."""
    to_0_to_1_layer = layers.Rescaling(scale=0.0625, name=f"{name}.to_0_to_1")
    c1_layer = layers.Conv2D(
        filters=16,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name=f"{name}.c1",
    )
    s2_layer = layers.MaxPooling2D(pool_size=(2, 2), strides=(2, 2), name=f"{name}.s2")
    c3_layer = layers.Conv2D(
        filters=32,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name=f"{name}.c3",
    )
    s4_layer = layers.MaxPooling2D(pool_size=(2, 2), strides=(2, 2), name=f"{name}.s4")
    flatten_layer = layers.Flatten(name=f"{name}.flatten")
    code_layer = layers.Dense(units=32, activation="linear", name=f"{name}.code")

    def apply(x_2):
        to_0_to_1 = to_0_to_1_layer(x_2)
        c1 = c1_layer(to_0_to_1)
        s2 = s2_layer(c1)
        c3 = c3_layer(s2)
        s4 = s4_layer(c3)
        flatten = flatten_layer(s4)
        code = code_layer(flatten)
        return code

    return apply


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    first = keras.Input(shape=(8, 8, 1), name="first")
    second = keras.Input(shape=(8, 8, 1), name="second")
    tower_block = build_tower("tower")
    tower = tower_block(first)
    the_same_tower = tower_block(second)
    difference = layers.Subtract(name="difference")([tower, the_same_tower])
    squared = layers.Multiply(name="squared")([difference, difference])
    judge = layers.Dense(units=1, activation="linear", name="judge")(squared)
    return keras.Model(
        inputs={"first": first, "second": second}, outputs={"same": judge}
    )


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.003, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
        loss={"same": keras.losses.BinaryCrossentropy(from_logits=True)},
        loss_weights={"same": 1.0},
        metrics={
            "same": [keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)],
        },
    )


def main():
    keras.utils.set_random_seed(SEED)
    data = load_data()
    train, validation, test = split_rows(
        len(data["first"]), data["same"], validation=0.2, test=0.2, seed=0
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
