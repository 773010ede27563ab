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
EPOCHS = 20


def load_data(size, noise, seed):
    random = np.random.default_rng(seed)
    down, across = np.mgrid[:32, :32]
    images = np.zeros((size, 32, 32, 3), "float32")
    masks = np.zeros((size, 32, 32), "int64")
    for image, mask in zip(images, masks, strict=True):
        image[:] = random.uniform(0, 110, 3)
        for kind in random.permutation(3)[: random.integers(1, 4)]:
            y, x = random.integers(7, 25, 2)
            reach = random.integers(4, 8)
            if kind == 0:
                inside = (down - y) ** 2 + (across - x) ** 2 <= reach**2
            elif kind == 1:
                inside = (abs(down - y) <= reach) & (abs(across - x) <= reach)
            else:
                inside = (down <= y + reach) & (down >= y - reach)
                inside &= abs(across - x) <= (down - y + reach) / 2
            image[inside] = random.uniform(140, 255, 3)
            mask[inside] = kind + 1
    images += random.normal(0, 255 * noise, images.shape)
    images = np.clip(np.round(images), 0, 255).astype("float32")
    seen = [(masks == kind).any(axis=(1, 2)) for kind in (1, 2, 3)]
    return {
        "image": images,
        "mask": masks,
        "seen": np.stack(seen, axis=1).astype("float32"),
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
    y = {"seen": data["seen"][rows]}
    return x, y


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    image = keras.Input(shape=(32, 32, 3), name="image")
    to_0_to_1 = layers.Rescaling(scale=0.00392156862745098, name="to_0_to_1")(image)
    edges = layers.Conv2D(
        filters=16, kernel_size=(3, 3), padding="same", activation="relu", name="edges"
    )(to_0_to_1)
    half_the_size = layers.MaxPooling2D(
        pool_size=(2, 2), strides=(2, 2), name="half_the_size"
    )(edges)
    corners = layers.Conv2D(
        filters=32,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="corners",
    )(half_the_size)
    a_quarter = layers.MaxPooling2D(pool_size=(2, 2), strides=(2, 2), name="a_quarter")(
        corners
    )
    forms = layers.Conv2D(
        filters=32, kernel_size=(3, 3), padding="same", activation="relu", name="forms"
    )(a_quarter)
    wherever_they_are = layers.GlobalMaxPooling2D(name="wherever_they_are")(forms)
    one_answer_a_form = layers.Dense(
        units=3, activation="linear", name="one_answer_a_form"
    )(wherever_they_are)
    return keras.Model(inputs={"image": image}, outputs={"seen": one_answer_a_form})


class ClassScore(keras.metrics.Metric):
    """A score of how often each class was taken for each: of yes by one output and a
    threshold, else the mean over the classes that there are.

    score: "precision", "recall", "f1" or "zero_one", the share of wrong answers."""

    def __init__(self, score, classes=2, threshold=None, name=None, **kwargs):
        super().__init__(name=name or score, **kwargs)
        self.score, self.classes, self.threshold = score, classes, threshold
        self.counts = self.add_variable((classes, classes), "zeros", name="counts")

    def update_state(self, y_true, y_pred, sample_weight=None):
        """y_true: numbers of classes, rows with one 1, or 0 and 1 of one output."""
        ops = keras.ops
        if self.threshold is not None:
            answered = y_pred > self.threshold
        else:
            answered = ops.argmax(y_pred, axis=-1)
            if len(y_true.shape) == len(y_pred.shape):
                y_true = ops.argmax(y_true, axis=-1)
        right = ops.reshape(ops.cast(y_true, "int32"), (-1,))
        answered = ops.reshape(ops.cast(answered, "int32"), (-1,))
        pairs = ops.bincount(right * self.classes + answered, minlength=self.classes**2)
        pairs = ops.reshape(pairs, (self.classes, self.classes))
        self.counts.assign_add(ops.cast(pairs, self.dtype))

    def result(self):
        ops = keras.ops
        hits, right = ops.diagonal(self.counts), ops.sum(self.counts, axis=1)
        answered = ops.sum(self.counts, axis=0)
        if self.score == "zero_one":
            return 1 - ops.divide_no_nan(ops.sum(hits), ops.sum(right))
        of = {"precision": answered, "recall": right, "f1": (right + answered) / 2}
        each = ops.divide_no_nan(hits, of[self.score])
        there = ops.cast(right + answered > 0, self.dtype)
        if self.threshold is not None:
            return each[1]
        return ops.divide_no_nan(ops.sum(each * there), ops.sum(there))


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.003, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
        loss={"seen": keras.losses.BinaryCrossentropy(from_logits=True)},
        loss_weights={"seen": 1.0},
        metrics={
            "seen": [
                keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0),
                ClassScore(name="f1", score="f1", threshold=0.0),
            ],
        },
    )


def main():
    keras.utils.set_random_seed(SEED)
    data = load_data(size=1200, noise=0.05, seed=0)
    train, validation, test = split_rows(
        len(data["image"]), None, validation=0.2, test=0.2, seed=0
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
