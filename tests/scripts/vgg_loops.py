from keras import Sequential
from keras.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D

blocks = [(2, 64), (2, 128), (3, 256)]
model = Sequential(name="vgg")
for i, (count, filters) in enumerate(blocks, start=1):
    for j in range(count):
        kwargs = {"input_shape": (64, 64, 3)} if i == 1 and j == 0 else {}
        model.add(Conv2D(filters, 3, padding="same", activation="relu", name=f"block{i}_conv{j + 1}", **kwargs))
    model.add(MaxPooling2D(2, strides=2, name="block%d_pool" % i))
model.add(Flatten())
for units in [256] * 2:
    model.add(Dense(units, activation="relu"))
    model.add(Dropout(0.5))
model.add(Dense(10, activation="softmax", name="predictions"))
