from keras import Input, Model, ops
from keras.layers import Dense

a = Input((4,), name="a")
b = Input((4,), name="b")
shared = Dense(8, "tanh", name="shared")
one, two = shared(a), shared(b)
x = one * two + one / 2
x = ops.concatenate([x, ops.mean(x, axis=-1, keepdims=True)], axis=-1)
x = ops.relu(x - 0.5)
model = Model([a, b], Dense(1)(x))
