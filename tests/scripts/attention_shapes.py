import keras
from keras import layers, ops

inputs = keras.Input((24, 32))
batch, steps, width = inputs.shape
heads = 4
query = layers.Dense(width)(inputs)
query = layers.Reshape((steps, heads, width // heads))(query)
query = layers.Permute((2, 1, 3))(query)
x = ops.reshape(ops.transpose(query, (0, 2, 1, 3)), (-1, steps, width))
x = layers.LayerNormalization()(x + inputs)
x = x[:, 0]
x = layers.Dense(2, activation=keras.activations.softmax)(x)
model = keras.Model(inputs=inputs, outputs=x)
