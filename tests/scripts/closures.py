from tensorflow import keras
from tensorflow.keras.layers import *


def conv_block(filters, kernel=3, **kwargs):
    def apply(x):
        x = Conv2D(filters, kernel, padding="same", **kwargs)(x)
        x = BatchNormalization()(x)
        return ReLU()(x)

    return apply


img = Input(shape=(32, 32, 3))
x = conv_block(16)(img)
x = conv_block(32, strides=2, use_bias=False)(x)
x = x + conv_block(32, kernel=1)(x)
x = GlobalAveragePooling2D()(x)
net = keras.models.Model(img, Dense(4, kernel_regularizer=keras.regularizers.l2(0.01))(x))
