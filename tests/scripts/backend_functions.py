"""An attention gate as repositories of Keras 2 write it: one map repeated for every channel by the backend; a row at every step."""

from tensorflow.keras import backend as K
from tensorflow.keras import layers
from tensorflow.keras.models import Model


def expend_as(tensor, rep):
    return layers.Lambda(
        lambda x, repnum: K.repeat_elements(x, repnum, axis=3),
        arguments={"repnum": rep},
        output_shape=(*tensor.shape[1:3], rep),
    )(tensor)


i = layers.Input((4, 4, 6))
gate = layers.Conv2D(1, 1, activation="sigmoid")(i)
x = layers.multiply([expend_as(gate, 6), i])
tall = layers.Lambda(lambda t: K.repeat_elements(t, rep=2, axis=1), output_shape=(8, 4, 6))(x)
model = Model(i, layers.Conv2D(2, 3)(tall))
row = layers.Input((5,))
steps = layers.Lambda(lambda t: K.repeat(t, 3), output_shape=(3, 5))(row)
of_steps = Model(row, layers.Conv1D(2, 2)(steps))
