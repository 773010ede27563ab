"""All names of several modules, and a class whose method makes the model."""

from functools import reduce

from keras.models import *
from keras.layers import *
from keras.optimizers import *


class Net:
    def __init__(self, size=32, classes=3):
        self.size = size
        self.classes = classes

    def activation(self, kind):
        match kind:
            case "smooth" | "gelu":
                return "gelu"
            case _:
                return "relu"

    def make(self):
        inputs = Input((self.size, self.size, 1))
        parts = [Conv2D(8, 3, padding="same", activation=self.activation("smooth")), BatchNormalization(), MaxPooling2D()]
        x = reduce(lambda value, layer: layer(value), parts, inputs)
        y = UpSampling2D()(Conv2D(8, 3, padding="same")(x))
        x = concatenate([y, Conv2D(8, 1)(inputs)], axis=3)
        model = Model(inputs=inputs, outputs=Conv2D(self.classes, 1, activation="softmax")(x))
        model.compile(optimizer=Adam(learning_rate=1e-4), loss="categorical_crossentropy")
        return model
