"""Functions of several steps that operators are made of, where Keras has no layer or function for it.

They are worked here and printed into exported code as they stand. Of a model nothing but Keras' own operations is left,
so a saved one is loaded without them.
"""


def sinusoidal_position(x, wavelength):
    """Sines at even features and cosines at odd ones, of the place of each step of x."""
    import keras

    ones = keras.ops.ones_like(x, dtype="float32")
    place = keras.ops.cumsum(ones, axis=1) - 1
    feature = keras.ops.cumsum(ones, axis=2) - 1
    odd = feature % 2
    share = (feature - odd) / keras.ops.sum(ones, axis=2, keepdims=True)
    return keras.ops.sin(place * wavelength**-share + odd * 1.5707963267948966)  # a quarter of a turn on


def places_of(x):
    """0, 1, 2, ... for the steps of x, whatever stands there."""
    import keras

    ones = keras.ops.ones_like(x[:, :, 0], dtype="int32")
    return keras.ops.cumsum(ones, axis=1) - 1
