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
    return {
        "image": digits.images[..., np.newaxis].astype("float32"),
        "pixels": digits.data.astype("float32"),
        "digit": digits.target.astype("int64"),
        "is_even": (digits.target % 2 == 0).astype("int64"),
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
    x = {"image": data["image"][rows], "pixels": data["pixels"][rows]}
    y = {"digit": data["digit"][rows], "is_even": zero_one(data["is_even"][rows])}
    return x, y


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    image = keras.Input(shape=(8, 8, 1), name="image")
    pixels = keras.Input(shape=(64,), name="pixels")
    image_to_0_to_1 = layers.Rescaling(scale=0.0625, name="image_to_0_to_1")(image)
    pixels_to_0_to_1 = layers.Rescaling(scale=0.0625, name="pixels_to_0_to_1")(pixels)
    patterns = layers.Conv2D(
        filters=16,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="patterns",
    )(image_to_0_to_1)
    whole = layers.Dense(units=32, activation="relu", name="whole")(pixels_to_0_to_1)
    smaller = layers.MaxPooling2D(pool_size=(2, 2), strides=(2, 2), name="smaller")(
        patterns
    )
    flatten = layers.Flatten(name="flatten")(smaller)
    both = layers.Concatenate(name="both")([flatten, whole])
    hidden = layers.Dense(units=64, activation="relu", name="hidden")(both)
    digit_scores = layers.Dense(units=10, activation="linear", name="digit_scores")(
        hidden
    )
    even_score = layers.Dense(units=1, activation="linear", name="even_score")(hidden)
    return keras.Model(
        inputs={"image": image, "pixels": pixels},
        outputs={"digit": digit_scores, "is_even": even_score},
    )


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.002, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
        loss={
            "digit": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "is_even": keras.losses.BinaryCrossentropy(from_logits=True),
        },
        loss_weights={"digit": 1.0, "is_even": 0.5},
        metrics={
            "digit": [keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
            "is_even": [keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)],
        },
    )


def main():
    keras.utils.set_random_seed(SEED)
    data = load_data()
    train, validation, test = split_rows(
        len(data["image"]), data["digit"], validation=0.2, test=0.2, seed=0
    )
    x, y = prepare(data, train)

    model = build_model()
    compile_model(model)
    model.summary()
    # Judged as one batch: in the parts of the loss, Keras counts a smaller last batch
    # in full. In those of training it still does; the loss itself is always right.
    model.fit(
        x,
        y,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation_data=prepare(data, validation),
        validation_batch_size=len(validation),
    )
    x, y = prepare(data, test)
    print(
        "Test:", model.evaluate(x, y, batch_size=len(test), return_dict=True, verbose=0)
    )


if __name__ == "__main__":
    main()
