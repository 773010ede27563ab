import keras
from helpers import spatial_attention
from keras import layers

inputs = keras.Input((16, 16, 3), name="image")
x = layers.Conv2D(8, 3, padding="same")(inputs)
x = spatial_attention(x)
x = layers.Lambda(lambda t: t[:, ::2, :, :] ** 2)(x)
x = layers.Flatten()(x)
model = keras.Model(inputs, layers.Dense(2)(x))
