import keras
from keras import layers


def se_block(x, ratio=4):
    filters = x.shape[-1]
    s = layers.GlobalAveragePooling2D()(x)
    s = layers.Reshape((1, 1, filters))(s)
    s = layers.Dense(filters // ratio, activation="relu", use_bias=False)(s)
    s = layers.Dense(filters, activation="sigmoid", use_bias=False)(s)
    return layers.multiply([x, s])


inputs = keras.Input((32, 32, 3))
x = inputs
for filters in [16, 32]:
    x = layers.Conv2D(filters, 3, padding="same")(x)
    x = se_block(x)
outputs = layers.Dense(5)(layers.GlobalMaxPooling2D()(x))
model = keras.Model(inputs, outputs)
