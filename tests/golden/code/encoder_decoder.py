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
EPOCHS = 20


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


def prepare(data, rows):
    """What the model is fed and what it is to answer, by name."""
    x = {"image": data["image"][rows]}
    y = {"same_image": data["image"][rows]}
    return x, y


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    image = keras.Input(shape=(8, 8, 1), name="image")
    to_0_to_1 = layers.Rescaling(scale=0.0625, name="to_0_to_1")(image)
    encode_1 = layers.Conv2D(
        filters=16,
        kernel_size=(3, 3),
        strides=(2, 2),
        padding="same",
        activation="relu",
        name="encode_1",
    )(to_0_to_1)
    encode_2 = layers.Conv2D(
        filters=8,
        kernel_size=(3, 3),
        strides=(2, 2),
        padding="same",
        activation="relu",
        name="encode_2",
    )(encode_1)
    decode_1 = layers.Conv2DTranspose(
        filters=16,
        kernel_size=(3, 3),
        strides=(2, 2),
        padding="same",
        activation="relu",
        name="decode_1",
    )(encode_2)
    decode_2 = layers.Conv2DTranspose(
        filters=8,
        kernel_size=(3, 3),
        strides=(2, 2),
        padding="same",
        activation="relu",
        name="decode_2",
    )(decode_1)
    one_channel = layers.Conv2D(
        filters=1,
        kernel_size=(3, 3),
        padding="same",
        activation="sigmoid",
        name="one_channel",
    )(decode_2)
    to_0_to_16 = layers.Rescaling(scale=16.0, name="to_0_to_16")(one_channel)
    return keras.Model(inputs={"image": image}, outputs={"same_image": to_0_to_16})


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.003, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
        loss={"same_image": keras.losses.MeanSquaredError()},
        loss_weights={"same_image": 1.0},
        metrics={"same_image": [keras.metrics.MeanAbsoluteError(name="mae")]},
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
