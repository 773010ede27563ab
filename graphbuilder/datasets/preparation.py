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


def equal_rows(fields, groups=None):
    """A number for each row, which is that of all rows equal to it in these fields, and
    where there are groups, of all those of its group."""
    from hashlib import blake2b

    known, numbers = {}, np.empty(len(fields[0]), "int64")
    for begin in range(0, len(numbers), 1000):
        some = [np.asarray(field[begin : begin + 1000]) for field in fields]
        some = [one + 0 if one.dtype.kind == "f" else one for one in some]
        for place in range(len(some[0])):
            key = blake2b(digest_size=16)
            for one in some:
                cell = np.asarray(one[place])
                word = cell.dtype.kind in "OUS"
                key.update(repr(cell.tolist()).encode() if word else cell.tobytes())
            numbers[begin + place] = known.setdefault(key.digest(), len(known))
    if groups is None:
        return numbers
    equal, groups = numbers, np.unique(groups, return_inverse=True)[1]
    before = None
    while not np.array_equal(before, numbers):  # the least number goes on through both
        before = numbers
        for which in (groups, equal):
            least = np.full(which.max() + 1, len(numbers))
            np.minimum.at(least, which, numbers)
            numbers = least[which]
    return numbers


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


SPLITTING = split_rows_by, commonest, placed
"""What goes with `split_rows` where more is asked than that knows."""


def zero_one(classes):
    """Each class, 0 or 1, in a row of its own, for a loss on one output."""
    return classes[..., np.newaxis].astype("float32")


def one_hot(classes, count):
    """A row for each class with a single 1, for a loss on one output a class."""
    return np.eye(count, dtype="float32")[classes]


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


def balanced(classes, count):
    """A weight for each class, with which all that are there weigh alike together."""
    rows = np.bincount(classes.reshape(-1), minlength=count)
    there = rows > 0
    weights = rows.sum() / (there.sum() * np.maximum(rows, 1))
    return np.where(there, weights, 0).astype("float32")


def adapt(model, names, x):
    """Lets layers measure what reaches them from x, where an empty text is none."""
    import keras

    for name in names:
        layer = model.get_layer(name)
        before = keras.Model(model.input, layer.input)
        values = before.predict(x, verbose=0)
        layer.adapt(values[values != b""] if values.dtype == object else values)
