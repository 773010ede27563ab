# -*- coding: utf-8 -*-
"""A Keras model, drawn with graphbuilder. Running this file builds it.

Made for these versions:

    pip install keras==* tensorflow==*
"""

import keras
from keras import layers

SEED = 1


def build_model():
    """The network, with fresh weights that follow from Keras' random seed."""
    image = keras.Input(shape=(224, 224, 3), name="image")
    block1_conv1 = layers.Conv2D(
        filters=64,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="block1_conv1",
    )(image)
    block1_conv2 = layers.Conv2D(
        filters=64,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="block1_conv2",
    )(block1_conv1)
    block1_pool = layers.MaxPooling2D(
        pool_size=(2, 2), strides=(2, 2), name="block1_pool"
    )(block1_conv2)
    block2_conv1 = layers.Conv2D(
        filters=128,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="block2_conv1",
    )(block1_pool)
    block2_conv2 = layers.Conv2D(
        filters=128,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="block2_conv2",
    )(block2_conv1)
    block2_pool = layers.MaxPooling2D(
        pool_size=(2, 2), strides=(2, 2), name="block2_pool"
    )(block2_conv2)
    block3_conv1 = layers.Conv2D(
        filters=256,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="block3_conv1",
    )(block2_pool)
    block3_conv2 = layers.Conv2D(
        filters=256,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="block3_conv2",
    )(block3_conv1)
    block3_conv3 = layers.Conv2D(
        filters=256,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="block3_conv3",
    )(block3_conv2)
    block3_pool = layers.MaxPooling2D(
        pool_size=(2, 2), strides=(2, 2), name="block3_pool"
    )(block3_conv3)
    block4_conv1 = layers.Conv2D(
        filters=512,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="block4_conv1",
    )(block3_pool)
    block4_conv2 = layers.Conv2D(
        filters=512,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="block4_conv2",
    )(block4_conv1)
    block4_conv3 = layers.Conv2D(
        filters=512,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="block4_conv3",
    )(block4_conv2)
    block4_pool = layers.MaxPooling2D(
        pool_size=(2, 2), strides=(2, 2), name="block4_pool"
    )(block4_conv3)
    block5_conv1 = layers.Conv2D(
        filters=512,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="block5_conv1",
    )(block4_pool)
    block5_conv2 = layers.Conv2D(
        filters=512,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="block5_conv2",
    )(block5_conv1)
    block5_conv3 = layers.Conv2D(
        filters=512,
        kernel_size=(3, 3),
        padding="same",
        activation="relu",
        name="block5_conv3",
    )(block5_conv2)
    block5_pool = layers.MaxPooling2D(
        pool_size=(2, 2), strides=(2, 2), name="block5_pool"
    )(block5_conv3)
    flatten = layers.Flatten(name="flatten")(block5_pool)
    fc1 = layers.Dense(units=4096, activation="relu", name="fc1")(flatten)
    fc2 = layers.Dense(units=4096, activation="relu", name="fc2")(fc1)
    predictions = layers.Dense(units=1000, activation="softmax", name="predictions")(
        fc2
    )
    return keras.Model(inputs={"image": image}, outputs={"predictions": predictions})


def main():
    keras.utils.set_random_seed(SEED)
    model = build_model()
    model.summary()

    x = {"image": keras.random.uniform((1, 224, 224, 3))}
    y = model(x)
    print("predictions:", y["predictions"].shape)


if __name__ == "__main__":
    main()
