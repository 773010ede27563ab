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
    y = {"digit": data["digit"][rows]}
    return x, y


def places_of(x):
    """0, 1, 2, ... for the steps of x, whatever stands there."""
    ones = keras.ops.ones_like(x[:, :, 0], dtype="int32")
    return keras.ops.cumsum(ones, axis=1) - 1


def build_transformer_block(x_2, name):
    """A part of the network. name: what the names of its layers begin with."""
    norm_1 = layers.LayerNormalization(name=f"{name}.norm_1")(x_2)
    looks_at_all = layers.MultiHeadAttention(
        num_heads=4, key_dim=8, name=f"{name}.looks_at_all"
    )(norm_1, norm_1)
    sum_1 = layers.Add(name=f"{name}.sum_1")([x_2, looks_at_all])
    norm_2 = layers.LayerNormalization(name=f"{name}.norm_2")(sum_1)
    widen = layers.Dense(units=64, activation="gelu", name=f"{name}.widen")(norm_2)
    narrow = layers.Dense(units=32, activation="linear", name=f"{name}.narrow")(widen)
    sum_2 = layers.Add(name=f"{name}.sum_2")([sum_1, narrow])
    return sum_2


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    image = keras.Input(shape=(8, 8, 1), name="image")
    to_0_to_1 = layers.Rescaling(scale=0.0625, name="to_0_to_1")(image)
    patches_of_22 = layers.Conv2D(
        filters=32,
        kernel_size=(2, 2),
        strides=(2, 2),
        activation="linear",
        name="patches_of_22",
    )(to_0_to_1)
    in_a_row = layers.Reshape(target_shape=(16, 32), name="in_a_row")(patches_of_22)
    places = layers.Embedding(
        input_dim=16,
        output_dim=32,
        embeddings_initializer="random_uniform",
        name="places",
    )(places_of(in_a_row))
    with_places = layers.Add(name="with_places")([places, in_a_row])
    transformer = with_places
    for number in range(1, 3):
        transformer = build_transformer_block(transformer, f"transformer.{number}")
    mean = layers.GlobalAveragePooling1D(name="mean")(transformer)
    scores = layers.Dense(units=10, activation="linear", name="scores")(mean)
    return keras.Model(inputs={"image": image}, outputs={"digit": scores})


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.002, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
        loss={"digit": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        loss_weights={"digit": 1.0},
        metrics={"digit": [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]},
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
