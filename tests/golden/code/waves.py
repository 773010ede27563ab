# -*- coding: utf-8 -*-
"""A Keras model, drawn with graphbuilder. Running this file trains it.

Made for these versions:

    pip install keras==* numpy==* tensorflow==*
"""

import keras
import numpy as np
from keras import layers

SEED = 1
BATCH_SIZE = 32
EPOCHS = 15


def load_data(size, noise, seed):
    random = np.random.default_rng(seed)
    kind = random.permutation(np.arange(size) % 3)
    pitch = random.uniform(2, 5, (size, 1))
    turn = (random.uniform(0, 1, (size, 1)) + pitch * np.linspace(0, 1, 64)) % 1
    sine, triangle = np.sin(2 * np.pi * turn), 4 * abs(turn - 0.5) - 1
    waves = np.stack([sine, triangle, np.sign(turn - 0.5)])
    wave = waves[kind, np.arange(size)] + random.normal(0, noise, (size, 64))
    wave = wave[..., np.newaxis].astype("float32")
    return {"wave": wave, "kind": kind.astype("int64")}


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


def adapt(model, names, x):
    """Lets layers measure what reaches them from x, where an empty text is none."""
    for name in names:
        layer = model.get_layer(name)
        before = keras.Model(model.input, layer.input)
        values = before.predict(x, verbose=0)
        layer.adapt(values[values != b""] if values.dtype == object else values)


def prepare(data, rows):
    """What the model is fed and what it is to answer, by name."""
    x = {"wave": data["wave"][rows]}
    y = {"kind": data["kind"][rows]}
    return x, y


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    wave = keras.Input(shape=(64, 1), name="wave")
    standardize = layers.Normalization(name="standardize")(wave)
    slopes = layers.Conv1D(
        filters=16, kernel_size=5, padding="same", activation="relu", name="slopes"
    )(standardize)
    half_as_long = layers.MaxPooling1D(pool_size=2, strides=2, name="half_as_long")(
        slopes
    )
    corners_and_jumps = layers.Conv1D(
        filters=32,
        kernel_size=5,
        padding="same",
        activation="relu",
        name="corners_and_jumps",
    )(half_as_long)
    a_quarter = layers.MaxPooling1D(pool_size=2, strides=2, name="a_quarter")(
        corners_and_jumps
    )
    from_first_to_last = layers.GRU(units=24, name="from_first_to_last")(a_quarter)
    scores = layers.Dense(units=3, activation="linear", name="scores")(
        from_first_to_last
    )
    return keras.Model(inputs={"wave": wave}, outputs={"kind": scores})


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.003, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
        loss={"kind": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        loss_weights={"kind": 1.0},
        metrics={"kind": [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]},
    )


def main():
    keras.utils.set_random_seed(SEED)
    data = load_data(size=900, noise=0.3, seed=0)
    train, validation, test = split_rows(
        len(data["wave"]), data["kind"], validation=0.2, test=0.2, seed=0
    )
    x, y = prepare(data, train)

    model = build_model()
    adapt(model, ["standardize"], x)
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
