# -*- coding: utf-8 -*-
"""A Keras model, drawn with graphbuilder. Running this file trains it.

Made for these versions:

    pip install keras==* matplotlib==* numpy==* tensorflow==*
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from matplotlib.colors import XKCD_COLORS, rgb_to_hsv, to_rgb

SEED = 1
BATCH_SIZE = 32
EPOCHS = 40


def load_data():
    bad = ("shit", "poo", "puke", "vomit", "snot", "piss", "barf", "booger", "diarrhea")
    colours = {
        name.removeprefix("xkcd:"): to_rgb(colour)
        for name, colour in XKCD_COLORS.items()
        if not any(word in name for word in bad)
    }
    hue, saturation, value = rgb_to_hsv(list(colours.values())).T
    # red, orange, yellow, green, turquoise, blue, purple, pink; beside them brown, grey
    family = np.digitize(360 * hue, [20, 45, 70, 170, 200, 255, 300, 345]) % 8
    family[(family == 1) & (value < 0.8)] = 8
    family[saturation < 0.2] = 9
    return {
        "name": np.array([[name] for name in colours], object),
        "family": family.astype("int64"),
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
    x = {"name": tf.constant(data["name"][rows])}
    y = {"family": data["family"][rows]}
    return x, y


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    name = keras.Input(shape=(1,), dtype="string", name="name")
    letters_and_runs_of_them = layers.TextVectorization(
        max_tokens=3000,
        split="character",
        ngrams=4,
        output_sequence_length=80,
        name="letters_and_runs_of_them",
    )(name)
    a_vector_each = layers.Embedding(
        input_dim=3000,
        output_dim=32,
        embeddings_initializer="random_uniform",
        mask_zero=True,
        name="a_vector_each",
    )(letters_and_runs_of_them)
    their_mean = layers.GlobalAveragePooling1D(name="their_mean")(a_vector_each)
    dropout = layers.Dropout(rate=0.5, name="dropout")(their_mean)
    scores = layers.Dense(units=10, activation="linear", name="scores")(dropout)
    return keras.Model(inputs={"name": name}, outputs={"family": scores})


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.01, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
        loss={"family": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        loss_weights={"family": 1.0},
        metrics={"family": [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]},
    )


def main():
    keras.utils.set_random_seed(SEED)
    data = load_data()
    train, validation, test = split_rows(
        len(data["name"]), data["family"], validation=0.2, test=0.2, seed=0
    )
    x, y = prepare(data, train)

    model = build_model()
    adapt(model, ["letters_and_runs_of_them"], x)
    compile_model(model)
    model.summary()
    stopping = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=5, min_delta=0.0, restore_best_weights=True
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
