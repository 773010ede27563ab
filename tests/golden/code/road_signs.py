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
    white, red, blue, yellow = 235, (200, 30, 40), (30, 80, 190), (240, 190, 30)
    signs = random.permutation(np.arange(size) % 6)
    images = np.zeros((size, 32, 32, 3), "float32")
    for image, sign in zip(images, signs, strict=True):
        reach, middle = random.uniform(8, 13), random.uniform(14, 18, 2)
        y, x = (down - middle[0]) / reach, abs(across - middle[1]) / reach
        disc, square, diamond = np.hypot(y, x), np.maximum(abs(y), x), abs(y) + x
        point, slash = y + 0.7 + 2 * x, (disc < 1) & (abs(abs(y) - x) < 0.15)
        painted = {
            "no entry": [(disc < 1, red), ((abs(y) < 0.25) & (x < 0.7), white)],
            "no stopping": [(disc < 1, red), (disc < 0.75, blue), (slash, red)],
            "ahead only": [(disc < 1, blue), ((x < 0.2) & (abs(y) < 0.6), white)],
            "car park": [(square < 0.9, blue), (square < 0.4, white)],
            "give way": [(point < 1.6, red), ((y > -0.45) & (point < 1.1), white)],
            "priority road": [(diamond < 1, white), (diamond < 0.75, yellow)],
        }
        image[:] = random.uniform(40, 180, 3)
        for inside, color in list(painted.values())[sign]:
            image[inside & (y > -1)] = color
        image *= random.uniform(0.4, 1.1) * random.uniform(0.8, 1.2, 3)
    images += random.normal(0, 255 * noise, images.shape)
    return {
        "image": np.clip(np.round(images), 0, 255).astype("float32"),
        "sign": signs.astype("int64"),
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
    y = {"sign": data["sign"][rows]}
    return x, y


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    image = keras.Input(shape=(32, 32, 3), name="image")
    to_0_to_1 = layers.Rescaling(scale=0.00392156862745098, name="to_0_to_1")(image)
    moved = layers.RandomTranslation(
        fill_mode="nearest", height_factor=0.1, width_factor=0.1, name="moved"
    )(to_0_to_1)
    lighter_or_darker = layers.RandomBrightness(
        factor=0.2, value_range=(0.0, 1.0), name="lighter_or_darker"
    )(moved)
    edges_and_colours = layers.Conv2D(
        filters=16,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="edges_and_colours",
    )(lighter_or_darker)
    half_the_size = layers.MaxPooling2D(
        pool_size=(2, 2), strides=(2, 2), name="half_the_size"
    )(edges_and_colours)
    corners_and_bars = layers.Conv2D(
        filters=32,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="corners_and_bars",
    )(half_the_size)
    a_quarter = layers.MaxPooling2D(pool_size=(2, 2), strides=(2, 2), name="a_quarter")(
        corners_and_bars
    )
    signs = layers.Conv2D(
        filters=32, kernel_size=(3, 3), padding="same", activation="relu", name="signs"
    )(a_quarter)
    wherever_it_is = layers.GlobalMaxPooling2D(name="wherever_it_is")(signs)
    scores = layers.Dense(units=6, activation="linear", name="scores")(wherever_it_is)
    return keras.Model(inputs={"image": image}, outputs={"sign": scores})


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.003, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
        loss={"sign": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        loss_weights={"sign": 1.0},
        metrics={"sign": [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]},
    )


def main():
    keras.utils.set_random_seed(SEED)
    data = load_data(size=1200, noise=0.1, seed=0)
    train, validation, test = split_rows(
        len(data["image"]), data["sign"], validation=0.2, test=0.2, seed=0
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
