# -*- coding: utf-8 -*-
"""A Keras model, drawn with graphbuilder. Running this file trains it.

Made for these versions:

    pip install keras==* numpy==* pyarrow==* tensorflow==*
"""

from importlib.util import find_spec

import keras
import numpy as np
import pyarrow.csv
import tensorflow as tf
from keras import layers

SEED = 1
BATCH_SIZE = 32
EPOCHS = 30


def load_data():
    there = find_spec("palmerpenguins")
    if there is None:
        raise ImportError("no palmerpenguins", name="palmerpenguins")
    path = f"{there.submodule_search_locations[0]}/data/penguins.csv"
    gaps = pyarrow.csv.ConvertOptions(null_values=["NA"], strings_can_be_null=True)
    table = pyarrow.csv.read_csv(path, convert_options=gaps)
    measured = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    columns = [table[name].cast("float64").to_numpy() for name in measured]
    names = ["Adelie", "Chinstrap", "Gentoo"]
    island = [[word] for word in table["island"].to_pylist()]
    sex = [[word or ""] for word in table["sex"].to_pylist()]
    species = [names.index(name) for name in table["species"].to_pylist()]
    return {
        "measurements": np.stack(columns, axis=1).astype("float32"),
        "island": np.array(island, object),
        "sex": np.array(sex, object),
        "species": np.array(species, "int64"),
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


def imputed(values, rows, train, rules):
    """These rows of the values, with what stands in where one is missing: the mean or
    median of a component over the rows to train on, or 0. A component without a rule
    stays as it is."""
    known, values = np.asarray(values[train], "float64"), np.array(values[rows])
    measure = {"mean": np.mean, "median": np.median, "zero": lambda _: 0.0}
    for place, rule in enumerate(rules):
        there = known[~np.isnan(known[:, place]), place]
        if rule:
            missing = np.isnan(values[:, place])
            values[missing, place] = measure[rule](there) if len(there) else 0.0
    return values


def adapt(model, names, x):
    """Lets layers measure what reaches them from x, where an empty text is none."""
    for name in names:
        layer = model.get_layer(name)
        before = keras.Model(model.input, layer.input)
        values = before.predict(x, verbose=0)
        layer.adapt(values[values != b""] if values.dtype == object else values)


def prepare(data, rows, train):
    """What the model is fed and what it is to answer, by name."""
    x = {
        "measurements": imputed(
            data["measurements"], rows, train, ["mean", "mean", "mean", "mean"]
        ),
        "island": tf.constant(data["island"][rows]),
        "sex": tf.constant(data["sex"][rows]),
    }
    y = {"species": data["species"][rows]}
    return x, y


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    measurements = keras.Input(shape=(4,), name="measurements")
    island = keras.Input(shape=(1,), dtype="string", name="island")
    sex = keras.Input(shape=(1,), dtype="string", name="sex")
    standardize = layers.Normalization(name="standardize")(measurements)
    island_as_0_and_1 = layers.StringLookup(
        max_tokens=4,
        output_mode="one_hot",
        pad_to_max_tokens=True,
        name="island_as_0_and_1",
    )(island)
    sex_as_0_and_1 = layers.StringLookup(
        max_tokens=3,
        output_mode="one_hot",
        pad_to_max_tokens=True,
        name="sex_as_0_and_1",
    )(sex)
    side_by_side = layers.Concatenate(name="side_by_side")(
        [standardize, island_as_0_and_1, sex_as_0_and_1]
    )
    hidden = layers.Dense(units=16, activation="relu", name="hidden")(side_by_side)
    scores = layers.Dense(units=3, activation="linear", name="scores")(hidden)
    return keras.Model(
        inputs={"measurements": measurements, "island": island, "sex": sex},
        outputs={"species": scores},
    )


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.01, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
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
    x, y = prepare(data, train, train)

    model = build_model()
    adapt(model, ["standardize", "island_as_0_and_1", "sex_as_0_and_1"], x)
    compile_model(model)
    model.summary()
    model.fit(
        x,
        y,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation_data=prepare(data, validation, train),
    )
    x, y = prepare(data, test, train)
    print("Test:", model.evaluate(x, y, return_dict=True, verbose=0))


if __name__ == "__main__":
    main()
