from keras import layers, models


def bottleneck(x, growth):
    y = layers.BatchNormalization(axis=-1)(x)
    y = layers.Conv2D(growth, (3, 3), padding="same")(y)
    return layers.Concatenate(axis=-1)([x, y])


def DenseNet(input_shape=(32, 32, 3), classes=7, blocks=[2, 3]):
    inputs = layers.Input(input_shape)
    x = inputs
    for count in blocks:
        for _ in range(count):
            x = bottleneck(x, 12)
        x = layers.AveragePooling2D(2)(x)
    x = layers.GlobalAveragePooling2D()(x)
    return models.Model(inputs, layers.Dense(classes, activation="softmax")(x), name="densenet")
