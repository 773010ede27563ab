"""From loaded fields to what a model is fed: the split, and how classes are written for a loss.

These functions run here and are printed into exported code as they stand, so what trains and what is exported agree.
"""

import numpy as np


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


def one_hot(classes, count):
    """A row for each class with a single 1, for a loss on one output a class."""
    return np.eye(count, dtype="float32")[classes]


def balanced(classes, count):
    """A weight for each class, with which all that are there weigh alike together."""
    rows = np.bincount(classes.reshape(-1), minlength=count)
    there = rows > 0
    weights = rows.sum() / (there.sum() * np.maximum(rows, 1))
    return np.where(there, weights, 0).astype("float32")


def adapt(model, names, x):
    """Lets normalization layers measure what reaches them from the inputs x."""
    import keras

    for name in names:
        layer = model.get_layer(name)
        before = keras.Model(model.input, layer.input)
        layer.adapt(before.predict(x, verbose=0))
