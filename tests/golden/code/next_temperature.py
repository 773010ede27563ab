# -*- coding: utf-8 -*-
"""A Keras model, drawn with graphbuilder. Running this file trains it.

Made for these versions:

    pip install keras==* numpy==* pyarrow==* tensorflow==*
"""

from importlib.util import find_spec

import keras
import numpy as np
import pyarrow.csv
from keras import layers

SEED = 1
BATCH_SIZE = 64
EPOCHS = 10


def load_data(window, ahead):
    there = find_spec("vega_datasets")
    if there is None:
        raise ImportError("no vega_datasets", name="vega_datasets")
    path = f"{there.submodule_search_locations[0]}/_data/seattle-temps.csv"
    table = pyarrow.csv.read_csv(path)
    dates = [date.replace("/", "-") for date in table["date"].to_pylist()]
    hours = np.array(dates, "M8[h]")
    celsius = (table["temp"].to_numpy() - 32) / 1.8
    last = window + ahead - 1
    starts = np.arange(len(hours) - last)
    starts = starts[(hours[starts + last] - hours[starts]).astype(int) == last]
    past = celsius[starts[:, np.newaxis] + np.arange(window)]
    return {
        "past": past[..., np.newaxis].astype("float32"),
        "temperature": celsius[starts + last].reshape(-1, 1).astype("float32"),
        "hour": hours[starts + last].astype("M8[s]").astype("float64"),
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


def split_rows_by(
    rows,
    classes,
    validation,
    test,
    seed,
    groups=None,
    time=None,
    part=None,
    folds=0,
    fold=1,
    share=1.0,
    bootstrap=0,
):
    """Row numbers of training, validation and test, as `split_rows` gives them, but for
    what is asked here.

    groups: rows of one group are in one part. time: validation is later than training,
    and the test is last. part: 0, 1 or 2 where a row's part is given; one without any
    row is taken from training. folds: so many times all but the test are parted for
    validation, of which this is one; by time, each trains on what is before. share: of
    training. bootstrap: seed by which as many rows are drawn from training with
    replacement; 0 takes each once.
    """
    random = np.random.default_rng(seed)
    classes = np.zeros(rows, "int64") if classes is None else classes
    units = np.arange(rows)
    if groups is not None:
        units = np.unique(groups, return_inverse=True)[1]
    if part is not None:
        units = np.unique(3 * units + part, return_inverse=True)[1]
    given = np.full(units.max() + 1, -1)
    if part is not None:
        given[units] = part
    elif groups is None and time is None:
        for number, own in enumerate(split_rows(rows, classes, validation, test, seed)):
            given[own] = number
    sizes, kinds = np.bincount(units), commonest(units, classes)
    order = random.permutation(len(sizes))
    if time is not None:
        latest = np.full(len(sizes), -np.inf)
        np.maximum.at(latest, units, time)
        order, kinds = np.argsort(-latest, kind="stable"), np.zeros(len(sizes), "int64")

    place, first = placed(order, kinds, sizes)
    tested = given == 2
    if not tested.any():
        tested = place < test
    left = order[~tested[order]]
    place, first = placed(left, kinds, sizes)
    validated = given == 1
    if folds > 1 and time is None:
        dealt = left[np.lexsort((-sizes[left], kinds[left]))]
        validated = np.zeros(len(sizes), bool)
        validated[dealt[np.arange(len(dealt)) % folds == fold - 1]] = True
    elif folds > 1:
        block = np.floor((1 - place) * (folds + 1))
        tested, validated, unused = tested, block == fold, block > fold
        left = left[~unused[left]]
    elif not validated.any():
        validated = first | (place < validation * rows / sizes[left].sum())
    left = left[~(tested | validated)[left]]
    place, first = placed(left, kinds, sizes)
    trained = first | (place < share)

    parts = [np.flatnonzero(own[units]) for own in (trained, validated, tested)]
    if time is None:
        parts = [random.permutation(own) for own in parts]
    else:
        parts = [own[np.argsort(time[own], kind="stable")] for own in parts]
    if bootstrap and len(parts[0]):
        drawn = np.random.default_rng(bootstrap)
        parts[0] = parts[0][drawn.integers(0, len(parts[0]), len(parts[0]))]
    return tuple(parts)


def commonest(units, classes):
    """The class that most rows of each unit have."""
    several = classes.max(initial=0) + 1
    pairs, count = np.unique(units * several + classes, return_counts=True)
    order = np.lexsort((count, pairs // several))
    last = np.append(np.diff(pairs[order] // several) > 0, True)
    return pairs[order][last] % several


def placed(order, kinds, sizes):
    """Of each unit how far into the rows of its kind its middle lies, from 0 to 1; and
    which is the first of several. Those not in the order are at infinity."""
    place, first = np.full(len(sizes), np.inf), np.zeros(len(sizes), bool)
    sorted_ = order[np.argsort(kinds[order], kind="stable")]
    kind, size = kinds[sorted_], sizes[sorted_]
    begins = np.append(True, kind[1:] != kind[:-1])[: len(kind)]
    ends = np.cumsum(size)
    before = np.maximum.accumulate(np.where(begins, ends - size, 0))
    place[sorted_] = (ends - size / 2 - before) / np.bincount(kind, size)[kind]
    first[sorted_] = begins & ~np.append(begins[1:], True)[: len(kind)]
    return place, first


def adapt(model, names, x):
    """Lets layers measure what reaches them from x, where an empty text is none."""
    for name in names:
        layer = model.get_layer(name)
        before = keras.Model(model.input, layer.input)
        values = before.predict(x, verbose=0)
        layer.adapt(values[values != b""] if values.dtype == object else values)


def prepare(data, rows):
    """What the model is fed and what it is to answer, by name."""
    x = {"past": data["past"][rows]}
    y = {"temperature": data["temperature"][rows]}
    return x, y


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    past = keras.Input(shape=(24, 1), name="past")
    the_last_hour = past[:, -1:]
    standardize = layers.Normalization(name="standardize")(past)
    as_it_is_now = layers.Flatten(name="as_it_is_now")(the_last_hour)
    reads_a_day = layers.GRU(units=24, name="reads_a_day")(standardize)
    how_it_will_change = layers.Dense(
        units=1, activation="linear", name="how_it_will_change"
    )(reads_a_day)
    now_and_the_change = layers.Add(name="now_and_the_change")(
        [as_it_is_now, how_it_will_change]
    )
    return keras.Model(
        inputs={"past": past}, outputs={"temperature": now_and_the_change}
    )


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.005, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
        loss={"temperature": keras.losses.MeanSquaredError()},
        loss_weights={"temperature": 1.0},
        metrics={
            "temperature": [
                keras.metrics.MeanAbsoluteError(name="mae"),
                keras.metrics.R2Score(name="r2"),
            ],
        },
    )


def main():
    keras.utils.set_random_seed(SEED)
    data = load_data(window=24, ahead=6)
    train, validation, test = split_rows_by(
        len(data["past"]), None, validation=0.2, test=0.2, seed=0, time=data["hour"]
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
