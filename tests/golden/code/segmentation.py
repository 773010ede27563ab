# -*- coding: utf-8 -*-
"""A Keras model, drawn with graphbuilder. Running this file trains it.

Made for these versions:

    pip install keras==* numpy==* tensorflow==*
"""

import keras
import numpy as np
from keras import layers

SEED = 1
BATCH_SIZE = 16
EPOCHS = 25


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
    y = {"mask": data["mask"][rows]}
    return x, y


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    image = keras.Input(shape=(32, 32, 3), name="image")
    to_0_to_1 = layers.Rescaling(scale=0.00392156862745098, name="to_0_to_1")(image)
    whole_size = layers.Conv2D(
        filters=16,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="whole_size",
    )(to_0_to_1)
    to_half = layers.MaxPooling2D(pool_size=(2, 2), strides=(2, 2), name="to_half")(
        whole_size
    )
    half_size = layers.Conv2D(
        filters=32,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="half_size",
    )(to_half)
    to_a_quarter = layers.MaxPooling2D(
        pool_size=(2, 2), strides=(2, 2), name="to_a_quarter"
    )(half_size)
    quarter_size = layers.Conv2D(
        filters=48,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="quarter_size",
    )(to_a_quarter)
    back_to_half = layers.UpSampling2D(name="back_to_half")(quarter_size)
    with_half = layers.Concatenate(name="with_half")([half_size, back_to_half])
    half_again = layers.Conv2D(
        filters=32,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="half_again",
    )(with_half)
    back_to_whole = layers.UpSampling2D(name="back_to_whole")(half_again)
    with_whole = layers.Concatenate(name="with_whole")([whole_size, back_to_whole])
    whole_again = layers.Conv2D(
        filters=16,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="whole_again",
    )(with_whole)
    class_of_each_place = layers.Conv2D(
        filters=4, kernel_size=(1, 1), activation="linear", name="class_of_each_place"
    )(whole_again)
    return keras.Model(inputs={"image": image}, outputs={"mask": class_of_each_place})


def compile_model(model):
    """The optimizer, and for every output its loss, its weight and its metrics."""
    model.compile(
        optimizer=keras.optimizers.Adam(
            learning_rate=0.003, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False
        ),
        loss={"mask": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
        loss_weights={"mask": 1.0},
        metrics={
            "mask": [
                keras.metrics.SparseCategoricalAccuracy(name="accuracy"),
                keras.metrics.MeanIoU(
                    name="iou_mean",
                    num_classes=4,
                    sparse_y_true=True,
                    sparse_y_pred=False,
                ),
            ],
        },
    )


def main():
    keras.utils.set_random_seed(SEED)
    data = load_data(size=400, noise=0.05, seed=0)
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
