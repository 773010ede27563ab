import keras
from keras import layers

CONFIG = {"filters": [8, 16], "dropout": {"rate": 0.3}, "act": "elu"}


def model(inputs):
    x = inputs
    for n, f in enumerate(CONFIG["filters"]):
        x = layers.Conv1D(f, 5, padding="causal", activation=CONFIG["act"], name=f"conv_{n}")(x)
        x = layers.SpatialDropout1D(CONFIG["dropout"]["rate"])(x)
    return x


inputs = keras.Input((100, 4))
stacks = [layers.GRU(6, return_sequences=True, name=f"gru_{i:02d}") for i in range(2)]
x = model(inputs)
for layer in stacks:
    x = layer(x)
head = lambda t, units=3: layers.TimeDistributed(layers.Dense(units))(t)
model = keras.Model(inputs, head(x))
