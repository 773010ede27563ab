# -*- coding: utf-8 -*-
"""A Keras model, drawn with graphbuilder. Running this file trains it.

Made for these versions:

    pip install keras==* matplotlib==* numpy==* tensorflow==*
"""

import keras
import numpy as np
from keras import layers
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

SEED = 1
BATCH_SIZE = 32
EPOCHS = 15


def print_digits(size, noise, seed):
    random = np.random.default_rng(seed)
    faces = ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono", "STIXGeneral", "cmr10")
    fonts = [FT2Font(font_manager.findfont(face)) for face in faces]
    images = np.zeros((size, 28, 28, 1), "float32")
    digits = random.permutation(np.arange(size) % 10)
    for image, digit in zip(images, digits, strict=True):
        font = fonts[random.integers(len(fonts))]
        font.set_size(float(random.integers(17, 26)), 72)
        font.set_text(str(digit), random.uniform(-15, 15))
        font.draw_glyphs_to_bitmap()
        drawn = font.get_image()[:28, :28].astype("float32")
        down = random.integers(0, 29 - drawn.shape[0])
        across = random.integers(0, 29 - drawn.shape[1])
        image[down:, across:][: drawn.shape[0], : drawn.shape[1], 0] = drawn
    images += random.normal(0, 255 * noise, images.shape)
    return {
        "image": np.clip(np.round(images), 0, 255).astype("float32"),
        "digit": digits.astype("int64"),
    }


def load_data(size, noise, seed):
    clean = print_digits(size, 0.0, seed)["image"]
    grain = np.random.default_rng([seed, 1]).normal(0, 255 * noise, clean.shape)
    return {
        "noisy": np.clip(np.round(clean + grain), 0, 255).astype("float32"),
        "clean": clean,
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
    x = {"noisy": data["noisy"][rows]}
    y = {"clean": data["clean"][rows]}
    return x, y


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    noisy = keras.Input(shape=(28, 28, 1), name="noisy")
    to_0_to_1 = layers.Rescaling(scale=0.00392156862745098, name="to_0_to_1")(noisy)
    look_near = layers.Conv2D(
        filters=24,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="look_near",
    )(to_0_to_1)
    look_further = layers.Conv2D(
        filters=24,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        dilation_rate=(2, 2),
        name="look_further",
    )(look_near)
    and_near_again = layers.Conv2D(
        filters=24,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="and_near_again",
    )(look_further)
    the_noise = layers.Conv2D(
        filters=1,
        kernel_size=(3, 3),
        padding="same",
        activation="linear",
        kernel_initializer="zeros",
        name="the_noise",
    )(and_near_again)
    taken_away = layers.Subtract(name="taken_away")([to_0_to_1, the_noise])
    to_0_to_255 = layers.Rescaling(scale=255.0, name="to_0_to_255")(taken_away)
    return keras.Model(inputs={"noisy": noisy}, outputs={"clean": to_0_to_255})


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.003, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
        loss={"clean": keras.losses.MeanAbsoluteError()},
        loss_weights={"clean": 1.0},
        metrics={"clean": [keras.metrics.MeanAbsoluteError(name="mae")]},
    )


def main():
    keras.utils.set_random_seed(SEED)
    data = load_data(size=1000, noise=0.3, seed=0)
    train, validation, test = split_rows(
        len(data["noisy"]), None, validation=0.2, test=0.2, seed=0
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
