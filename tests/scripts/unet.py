import tensorflow as tf
from tensorflow.keras import layers


def double_conv_block(x, n_filters):
    x = layers.Conv2D(n_filters, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
    x = layers.Conv2D(n_filters, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
    return x


def downsample_block(x, n_filters):
    f = double_conv_block(x, n_filters)
    p = layers.MaxPool2D(2)(f)
    p = layers.Dropout(0.3)(p)
    return f, p


def upsample_block(x, conv_features, n_filters):
    x = layers.Conv2DTranspose(n_filters, 3, 2, padding="same")(x)
    x = layers.concatenate([x, conv_features])
    x = layers.Dropout(0.3)(x)
    return double_conv_block(x, n_filters)


def build_unet_model():
    inputs = layers.Input(shape=(128, 128, 3))
    skips = []
    p = inputs
    for n in (64, 128):
        f, p = downsample_block(p, n)
        skips.append(f)
    bottleneck = double_conv_block(p, 256)
    u = bottleneck
    for n, skip in zip((128, 64), reversed(skips)):
        u = upsample_block(u, skip, n)
    outputs = layers.Conv2D(3, 1, padding="same", activation="softmax")(u)
    return tf.keras.Model(inputs, outputs, name="U-Net")


unet_model = build_unet_model()
unet_model.compile(optimizer=tf.keras.optimizers.Adam(), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
