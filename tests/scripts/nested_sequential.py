import keras
from keras.layers import Dense, Dropout

encoder = keras.Sequential([Dense(16, activation="relu"), Dense(4)], name="encoder")
decoder = keras.Sequential([keras.layers.InputLayer(shape=(4,)), Dense(16, activation="relu"), Dense(20)], name="decoder")
auto = keras.Sequential([keras.Input((20,)), encoder, Dropout(0.1), decoder], name="auto")
auto.compile(keras.optimizers.AdamW(learning_rate=1e-3, weight_decay=0.01), "mae")
