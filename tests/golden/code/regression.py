# -*- coding: utf-8 -*-
"""A Keras model, drawn with graphbuilder. Running this file trains it.

Made for these versions:

    pip install keras==* numpy==* scikit-learn==* tensorflow==*
"""

import keras
import numpy as np
from keras import layers
from sklearn.datasets import load_diabetes

SEED = 1
BATCH_SIZE = 32
EPOCHS = 120


def load_data():
    diabetes = load_diabetes(scaled=False)
    return {
        "measurements": diabetes.data.astype("float32"),
        "progression": diabetes.target.reshape(-1, 1).astype("float32"),
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
    y = {"progression": data["progression"][rows]}
    return x, y


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    measurements = keras.Input(shape=(10,), name="measurements")
    standardize = layers.Normalization(name="standardize")(measurements)
    hidden = layers.Dense(
        units=16,
        activation="relu",
        kernel_regularizer=keras.regularizers.L1L2(l1=0.0, l2=0.01),
        name="hidden",
    )(standardize)
    prediction = layers.Dense(units=1, activation="linear", name="prediction")(hidden)
    return keras.Model(
        inputs={"measurements": measurements}, outputs={"progression": prediction}
    )


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.02, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
        loss={"progression": keras.losses.MeanSquaredError()},
        loss_weights={"progression": 1.0},
        metrics={
            "progression": [
                keras.metrics.MeanAbsoluteError(name="mae"),
                keras.metrics.R2Score(name="r2"),
            ],
        },
    )


def main():
    keras.utils.set_random_seed(SEED)
    data = load_data()
    train, validation, test = split_rows(
        len(data["measurements"]), None, validation=0.2, test=0.2, seed=0
    )
    x, y = prepare(data, train)

    model = build_model()
    adapt(model, ["standardize"], x)
    compile_model(model)
    model.summary()
    stopping = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=15, min_delta=0.0, restore_best_weights=True
    )
    model.fit(
        x,
        y,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation_data=prepare(data, validation),
        callbacks=[stopping],
    )
    x, y = prepare(data, test)
    print("Test:", model.evaluate(x, y, return_dict=True, verbose=0))


if __name__ == "__main__":
    main()
