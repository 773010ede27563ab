# -*- coding: utf-8 -*-
"""A Keras model, drawn with graphbuilder. Running this file trains it.

Made for these versions:

    pip install keras==* numpy==* scikit-learn==* tensorflow==*
"""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_iris

SEED = 1
BATCH_SIZE = 16
EPOCHS = 60


def load_data():
    iris = load_iris()
    return {
        "measurements": iris.data.astype("float32"),
        "species": iris.target.astype("int64"),
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


def adapt(model, names, x):
    """Lets layers measure what reaches them from x, where an empty text is none."""
    for name in names:
        layer = model.get_layer(name)
        before = keras.Model(model.input, layer.input)
        values = before.predict(x, verbose=0)
        layer.adapt(values[values != b""] if values.dtype == object else values)


def prepare(data, rows):
    """What the model is fed and what it is to answer, by name."""
    x = {"measurements": data["measurements"][rows]}
    y = {"species": data["species"][rows]}
    return x, y


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    measurements = keras.Input(shape=(4,), name="measurements")
    standardize = layers.Normalization(name="standardize")(measurements)
    scores = layers.Dense(units=3, activation="linear", name="scores")(standardize)
    return keras.Model(
        inputs={"measurements": measurements}, outputs={"species": scores}
    )


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.1),
        loss={"species": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        loss_weights={"species": 1.0},
        metrics={"species": [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]},
    )


def main():
    keras.utils.set_random_seed(SEED)
    data = load_data()
    train, validation, test = split_rows(
        len(data["measurements"]), data["species"], validation=0.2, test=0.2, seed=0
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
