import tensorflow as tf
from tensorflow.keras import layers as L

encoding_dim = 32
input_img = tf.keras.Input(shape=(784,))
encoded = L.Dense(encoding_dim, activation='relu')(input_img)
decoded = L.Dense(784, activation='sigmoid')(encoded)
autoencoder = tf.keras.Model(input_img, decoded)
encoder = tf.keras.Model(input_img, encoded)
encoded_input = tf.keras.Input(shape=(encoding_dim,))
decoder_layer = autoencoder.layers[-1]
decoder = tf.keras.Model(encoded_input, decoder_layer(encoded_input))
autoencoder.compile(optimizer=tf.keras.optimizers.Adam(1e-3, beta_1=0.8), loss='mse')
