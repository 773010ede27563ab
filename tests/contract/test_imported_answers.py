"""Models of Keras with functions, recurrent layers and numbers of every kind answer alike once imported."""

import zipfile
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.importing.files import Imported, import_file


def operations() -> Any:
    from keras import Input, Model, ops

    x, y = Input((4, 6)), Input((4, 6))
    first, second = ops.split(x, 2, axis=-1)
    parts = ops.split(y, [1, 3], axis=2)
    return Model(
        [x, y],
        [
            first, second, *parts, x[:, ::-1], x[:, 3:0:-1], ops.unstack(x, axis=1)[2],
            ops.take(x, [0, -1, 2], axis=1), ops.take(x, 1, axis=2), ops.tile(x, [1, 2, 3]), ops.repeat(x, 2, axis=1),
            ops.repeat(x, 3, axis=-1), ops.roll(x, 1, 1), ops.roll(x, -2, -1), 
            ops.roll(x, (1, 0, -3), (1, 1, 2)), ops.moveaxis(x, 1, 2),
            ops.where(x > y, x, y), ops.where(x > 0.5, x, 0.25), ops.where(x <= 0.5, -1.0, x),
            ops.where(ops.logical_and(x > 0, y > 0), 2.0, -3.0), ops.cast(ops.logical_not(ops.less(0, x)), "float32"),
            ops.cast(ops.logical_or(x > 1, y < -1), "float32"), ops.minimum(x, 0.5), ops.maximum(-0.5, x),
            ops.argmax(x, -1), ops.argmin(x, axis=1), ops.one_hot(ops.argmax(x, -1), 6), ops.cumsum(x, axis=1),
            ops.norm(x, axis=-1), ops.norm(x, ord=1, axis=1), ops.prod(x, axis=1), ops.logsumexp(x, axis=-1),
            ops.einsum("abc,adc->abd", x, y), ops.gelu(x), ops.gelu(x, approximate=False), ops.expm1(x), ops.ceil(x),
            ops.arctan(x), ops.erf(x), x + np.array([1.0, -2, 3, 4, 5, 6], "float32"),
            ops.subtract(np.array([1.0, 2, 3, 4, 5, 6], "float32"), x), x * np.array([1.0, -2, 3, 0, 5, 6], "float32"),
        ],
    )  # fmt: skip


def answers_and_scales() -> Any:
    """Functions that are several nodes here: of answers, of activations with a number, of axes."""
    from keras import Input, Model, layers, ops

    x, y, image = Input((4, 6)), Input((4, 6)), Input((3, 4, 2))
    some, others = ops.relu(x), ops.relu(y)
    return Model(
        [x, y, image],
        [
            *(ops.cast(of(some, others), "float32") for of in (ops.logical_and, ops.logical_or, ops.logical_xor)),
            ops.cast(ops.any(x > 0.5, axis=1), "float32"), ops.cast(ops.all(some, axis=-1), "float32"),
            ops.cast(ops.count_nonzero(some, axis=2), "float32"), ops.round(x * 3), ops.glu(x), ops.glu(y, axis=1),
            ops.celu(x, 2.0), ops.hard_shrink(x, 0.3), ops.soft_shrink(y, 0.7), ops.squareplus(x, 1.5),
            ops.pad(x, [[0, 0], [0, 0], [1, 2]]), ops.pad(image, [[0, 0], [0, 0], [0, 0], [3, 1]]),
            ops.expand_dims(x, (1, 2)), ops.expand_dims(y, (-1, -2)), ops.einsum("abc->acb", x),
            ops.einsum("abcd->adc", image), ops.einsum("abc->ac", y), layers.UnitNormalization(axis=[1, -1])(image),
            layers.Attention()(inputs=[x, y]), layers.Activation("glu")(x + y),
        ],
    )  # fmt: skip


def orders() -> Any:
    """Functions of an order, of what is left, and of diagonals."""
    from keras import Input, Model, ops

    x, y, table = Input((4, 6)), Input((4, 6)), Input((5, 5, 3))
    names = Input((4,), dtype="int32")
    values, places = ops.top_k(x, 2)
    return Model(
        [x, y, table, names],
        [
            values, places, ops.top_k(y, 3)[0], ops.sort(x), ops.sort(x, axis=1), ops.argsort(x),
            ops.median(x, axis=1), ops.median(x, axis=-1, keepdims=True), ops.cumprod(x, axis=1),
            ops.cumprod(x, axis=-1), x // 0.5, x % 0.7, x // y, ops.mod(x, y), ops.mod(5.0, y), 7 // x,
            x % np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], "float32"), names // 2, names % 2,
            ops.diagonal(table, axis1=1, axis2=2), ops.diagonal(table, offset=1, axis1=-2, axis2=-1),
            ops.diagonal(table, offset=-1, axis1=3, axis2=1), ops.trace(table, axis1=1, axis2=2),
        ],
    )  # fmt: skip


def sounds() -> Any:
    from keras import Input, Model, layers

    x = Input((300, 2))
    told = {"frame_length": 64, "frame_step": 20}
    return Model(
        x,
        [
            layers.STFTSpectrogram(**told)(x), layers.STFTSpectrogram("stft", **told, expand_dims=True)(x),
            layers.STFTSpectrogram("real", 60, fft_length=128, window="hamming", scaling=None, padding="same")(x),
        ],
    )  # fmt: skip


def transformed() -> Any:
    """Fourier transforms of values in two parts."""
    from keras import Input, Model, ops

    x, y, image = Input((6, 5)), Input((6, 5)), Input((3, 4, 2))
    return Model(
        [x, y, image],
        [
            ops.fft2((x, ops.zeros_like(x)))[0] + x, *ops.fft((x, y)), *ops.fft2((y, x)),
            ops.fft2((image, ops.zeros_like(image)))[1],
        ],
    )  # fmt: skip


def grey() -> Any:
    from keras import Input, Model, ops

    image = Input((3, 4, 3))
    return Model(image, ops.image.rgb_to_grayscale(image))


def images() -> Any:
    from keras import Input, Model, layers, ops

    x = Input((8, 8, 4))
    scaled = layers.Rescaling([2.0, -1.0, 0.5, 3.0], [1.0, 0.0, -1.0, 2.0])(x)
    return Model(
        x,
        [
            ops.max_pool(x, 2, 2, "same"), ops.average_pool(x, 3, 1, "valid"), scaled,
            layers.PReLU(shared_axes=[1])(x), layers.PReLU(shared_axes=[1, 2])(x), layers.PReLU(shared_axes=[3])(x),
        ],
    )  # fmt: skip


def ways() -> Any:
    """Both ways through a sequence in every form, and cells one upon the other."""
    from keras import Input, Model, layers

    x = Input((6, 3))
    cells = [layers.LSTMCell(4), layers.GRUCell(3)]
    stacked = layers.RNN(layers.StackedRNNCells(cells), return_state=True, return_sequences=True, go_backwards=True)(x)
    other = layers.LSTM(4, go_backwards=True, activation="relu")
    back = layers.GRU(4, go_backwards=True, return_sequences=True)
    return Model(
        x,
        [
            stacked[0], layers.RNN(layers.StackedRNNCells([layers.LSTMCell(2), layers.LSTMCell(3)]))(x),
            *layers.Bidirectional(layers.LSTM(4, return_sequences=True), merge_mode=None)(x),
            layers.Bidirectional(layers.LSTM(4, return_sequences=True), backward_layer=back)(x),
            layers.Bidirectional(layers.LSTM(4), backward_layer=other)(x),
            layers.Bidirectional(layers.RNN(layers.GRUCell(4)), merge_mode="sum")(x),
            layers.RNN(layers.SimpleRNNCell(4), go_backwards=True, return_sequences=True)(x),
        ],
    )  # fmt: skip


def frames() -> Any:
    """A model with branches, at every step."""
    from keras import Input, Model, layers

    image = Input((6, 6, 2))
    branch = layers.BatchNormalization()(layers.Conv2D(2, 3, padding="same")(image))
    both = layers.Concatenate()([layers.Activation("relu")(layers.Add()([image, branch])), image])
    each = Model(image, layers.GlobalAveragePooling2D()(both))
    x = Input((4, 6, 6, 2))
    return Model(x, layers.GRU(3)(layers.TimeDistributed(each)(x)))


def volumes() -> Any:
    from keras import Input, Model, layers

    x = Input((3, 4, 4, 4, 1))
    y = layers.ConvLSTM3D(2, 2, padding="same", return_sequences=True)(x)
    return Model(x, layers.ConvLSTM3D(2, 2)(y))


def measured() -> Any:
    from keras import Input, Model, layers

    random = np.random.default_rng(1)
    x = Input((4, 3))
    given = []
    for axis in (-1, None, 1, (1, 2)):
        layer = layers.Normalization(axis=axis)
        layer.adapt(random.normal(3, 2, (50, 4, 3)))
        given.append(layer(x))
    turned = layers.Normalization(mean=[1.0, 2, 3], variance=[4.0, 1, 9], invert=True)
    return Model(x, [*given, turned(x), layers.Normalization(axis=None, mean=2.0, variance=3.0)(x)])


def attention() -> Any:
    from keras import Input, Model, layers

    x, y = Input((6, 4)), Input((5, 3))
    return Model([x, y], layers.MultiHeadAttention(2, 3, value_dim=5, output_shape=7)(x, y, y))


def read_within() -> Any:
    """Outputs that others read, that come twice, or that are an input."""
    from keras import Input, Model, layers

    x = Input((4,))
    hidden = layers.Dense(3)(x)
    _, state = layers.GRU(2, return_sequences=True, return_state=True)(layers.Reshape((2, 2))(x))
    return Model(x, [x, hidden, layers.Dense(2)(hidden), hidden, state])


def within_twice() -> Any:
    """A model within that is called twice, the first call for an output; another that is handed values by name."""
    from keras import Input, Model, Sequential, layers

    a, b, c = Input((4,)), Input((4,)), Input((4,), name="left")
    head = Sequential([layers.Dense(4), layers.LeakyReLU(0.3)])
    tower = Model(a, layers.Add()([head(layers.Dense(4)(a)), a]), name="tower")
    outer = Model(b, [tower(b), layers.Dense(4)(tower(layers.Dense(4)(b)))], name="outer")
    d = Input((4,), name="right")
    pair = Model(
        {"right": d, "left": c}, {"sum": layers.Add()([c, d]), "rest": layers.Subtract()([layers.Dense(4)(c), d])}
    )
    x = Input((4,))
    first, second = outer(x)
    told = pair({"right": first, "left": second})
    return Model(x, [first, second, told["sum"], told["rest"]])


def shared_within() -> Any:
    """Layers and models that stand in a model within and around it."""
    from keras import Input, Model, Sequential, layers

    a, b, x = Input((5,)), Input((5,)), Input((5,))
    dense, encoder = layers.Dense(5), Sequential([Input((5,)), layers.Dense(4, activation="tanh"), layers.Dense(5)])
    inner = Model(a, layers.Add()([dense(a), layers.BatchNormalization()(a)]), name="inner")
    whole = Model(b, layers.Dense(3)(encoder(inner(b))), name="whole")
    return Model(x, [whole(x), dense(encoder(x)), layers.Dense(2)(inner(dense(x)))])


def spectral() -> Any:
    from keras import Input, Model, layers

    x = Input((6, 6, 3))
    y = layers.Flatten()(layers.SpectralNormalization(layers.Conv2D(4, 3))(x))
    return Model(x, layers.SpectralNormalization(layers.Dense(3, use_bias=False))(y))


def unmasked() -> Any:
    """Functions give no mask along, as layers that do the same would."""
    from keras import Input, Model, layers, ops

    x, y = Input((7,), dtype="int32"), Input((7,), dtype="int32")
    one, two = (layers.Embedding(9, 4, mask_zero=True)(which) for which in (x, y))
    heads = layers.MultiHeadAttention(2, 3)(one, one)
    mean = layers.GlobalAveragePooling1D()
    return Model(
        [x, y],
        [
            mean(layers.LayerNormalization()(one + heads)), mean(layers.Add()([one, heads])), layers.GRU(3)(2 * two),
            mean(ops.relu(layers.Dense(4)(one - two))), layers.GRU(3)(ops.concatenate([one, two], -1)), one * two,
            one / (3 + layers.Dense(4)(ops.abs(two))),
        ],
    )  # fmt: skip


def unmasked_within() -> Any:
    """Functions give no mask along within a model either, whether it comes in or goes out."""
    from keras import Input, Model, layers, ops

    def model(of: Callable[[Any], Any]) -> Any:
        value = Input((7, 4))
        return Model(value, of(value))

    x, y = Input((7,), dtype="int32"), Input((7, 4))
    one = layers.Embedding(9, 4, mask_zero=True)(x)
    added = model(lambda value: value + layers.Dense(4)(value))
    reads = model(lambda value: layers.GRU(3)(layers.Dense(4)(value)))
    both, other = Input((7, 4)), Input((7, 4))
    pair = Model([both, other], [layers.Add()([both, other]), both * other, layers.Concatenate()([both, other])])
    deep = model(lambda value: layers.Dense(4)(model(ops.elu)(value)))
    last = [layers.SimpleRNN(2)(given) for given in (*pair([one, y]), *pair([one, one + 1.0]), added(y), deep(one))]
    return Model(
        [x, y],
        [
            *last, layers.LSTM(3)(added(one)), layers.LSTM(3)(added(added(one))), reads(one), reads(one + 1.0),
            layers.GlobalAveragePooling1D()(layers.LayerNormalization()(deep(one))), model(reads)(2.0 * one),
        ],
    )  # fmt: skip


def activated_unmasked() -> Any:
    """Whatever the node is that works a function, its value carries no mask; the largest of two counts all steps."""
    from keras import Input, Model, layers, ops

    x = Input((7,), dtype="int32")
    one = layers.Dense(4)(layers.Embedding(9, 4, mask_zero=True)(x))
    works = (
        ops.relu6, ops.elu, ops.leaky_relu, ops.softmax, ops.log_softmax, ops.selu, ops.hard_sigmoid, ops.celu,
        ops.normalize, ops.exp, lambda value: ops.maximum(value, -value), lambda value: ops.cast(value, "float32"),
        lambda value: ops.minimum(value, layers.Dense(4)(value)),
    )  # fmt: skip
    return Model(x, [layers.SimpleRNN(2)(work(one)) for work in works])


def functions_of_masked() -> Any:
    """Functions work on what is masked as on the rest, also where the node that does their work would not."""
    from keras import Input, Model, layers, ops

    x, y = Input((7,), dtype="int32"), Input((7,), dtype="int32")
    embedding = layers.Embedding(9, 4, mask_zero=True)
    one, other = embedding(x), embedding(y)
    shares = ops.softmax(layers.Dense(1)(one), axis=1)
    return Model(
        [x, y],
        [
            ops.sum(shares * one, axis=1), ops.softmax(one, axis=1), ops.mean(one, axis=1), ops.multiply(one, other),
            ops.maximum(one, other),
        ],
    )  # fmt: skip


def masks_handed_again() -> Any:
    """A mask that a layer is handed, though none comes along with what it reads, or another one."""
    from keras import Input, Model, layers, ops

    x = Input((7,), dtype="int32")
    embedding = layers.Embedding(9, 4, mask_zero=True)
    one = embedding(x)
    convolved = layers.Conv1D(4, 3, padding="same")(one)
    return Model(
        x,
        [
            layers.LSTM(3)(convolved, mask=embedding.compute_mask(x)),
            layers.GRU(3)(one + 1.0, mask=ops.not_equal(x, 0)), layers.GRU(3)(one, mask=ops.not_equal(x, 1)),
            layers.GRU(3)(one, mask=embedding.compute_mask(x)),
            layers.LSTM(3)(convolved, mask=ops.logical_not(ops.equal(x, 0))),
        ],
    )  # fmt: skip


def words() -> Any:
    from keras import Input, Model, layers

    x, y = Input((7,), dtype="int32"), Input((7,), dtype="int32")
    embedding = layers.Embedding(9, 4, mask_zero=True)
    return Model([x, y], layers.LSTM(3)(layers.Concatenate()([embedding(x), embedding(y)])))


def handed_masks() -> Any:
    """Masks that are inputs, or made of them."""
    from keras import Input, Model, layers, ops

    x, steps, pairs, ids = (
        Input((6, 4)),
        Input((6,), dtype="bool"),
        Input((6, 6), dtype="bool"),
        Input((6,), dtype="int32"),
    )
    made = ops.not_equal(ids, 0)
    query = layers.Dense(4)(x)
    both = layers.Bidirectional(layers.GRU(3, return_sequences=True))(x, mask=made)
    return Model(
        [x, steps, pairs, ids],
        [
            layers.LSTM(3)(x, mask=steps), layers.GRU(2, return_sequences=True)(x, mask=made), both,
            layers.GlobalAveragePooling1D()(x, mask=steps), layers.Softmax(axis=1)(x, mask=ops.expand_dims(steps, -1)),
            layers.MultiHeadAttention(2, 3)(x, x, attention_mask=pairs),
            layers.Attention()([query, x], mask=[None, steps]),
            layers.AdditiveAttention()([query, x, query], mask=[None, made, None]),
            layers.MultiHeadAttention(2, 3)(x, x, attention_mask=steps[:, None, :]),
        ],
    )  # fmt: skip


def begun_both_ways() -> Any:
    from keras import Input, Model, layers

    x, other = Input((6, 4)), Input((5, 2))
    _, *states = layers.Bidirectional(layers.LSTM(3, return_state=True))(x)
    return Model([x, other], layers.Bidirectional(layers.LSTM(3), merge_mode="sum")(other, initial_state=states))


def scores_of_unequal_lengths() -> Any:
    from keras import Input, Model, layers

    x, other = Input((6, 4)), Input((9, 4))
    return Model([x, other], [*layers.MultiHeadAttention(2, 3)(x, other, return_attention_scores=True)])


def without_an_axis() -> Any:
    """Inputs of one number, and what takes such values to others."""
    from keras import Input, Model, layers, ops

    x, name, row = Input(shape=()), Input(shape=(), dtype="int32"), Input((5,))
    vector = layers.Embedding(7, 5)(name)
    alike = ops.sum(vector * row, axis=-1)
    first, total = row[:, 0], ops.mean(layers.Reshape((5, 1))(row), axis=(1, 2))
    sides = ops.stack([x, alike, first], axis=-1)
    return Model(
        [x, name, row],
        [
            layers.Dense(3)(ops.expand_dims(x, -1)), vector, layers.Dense(2)(sides), (total * 2)[:, None],
            layers.Reshape((1,))(ops.var(row, axis=-1)), ops.expand_dims(ops.squeeze(layers.Dense(1)(row), -1), 1),
            layers.CategoryEncoding(7, output_mode="one_hot")(name), layers.Flatten()(ops.sigmoid(alike)),
        ],
    )  # fmt: skip


def axes_of_both_ends() -> Any:
    from keras import Input, Model, layers

    x = Input((4, 5, 6))
    return Model(x, [layers.LayerNormalization(axis=[1, -1])(x), layers.LayerNormalization(axis=[-2, 3])(x)])


def numbers_of_the_file() -> Any:
    """Arrays that stand in the file, for each channel and for each value of a sample; of two axes and of three."""
    from keras import Input, Model, layers, ops

    x, square, heads = Input((4,)), Input((3, 3)), Input((2, 3, 3))
    row, matrix = np.array([0.5, 0.25, 0.1, -1.0], "float32"), np.arange(9, dtype="float32").reshape(3, 3) / 4
    places = layers.Embedding(3, 3)(np.arange(3))
    earlier = np.tril(np.ones((3, 3), bool))
    return Model(
        [x, square, heads],
        [
            ops.maximum(x, row), ops.minimum(row, x), x / (row + 2.0), ops.matmul(x, row[:, None] * np.ones((4, 3))),
            ops.cast(ops.greater(x, row), "float32"), square * matrix, ops.subtract(matrix, square), square + places,
            square / (matrix + 1.0), square * matrix[:, :1], ops.matmul(square, matrix), ops.matmul(matrix, square),
            heads + matrix, ops.maximum(square, matrix), ops.where(earlier, heads, -1e9),
            ops.where(earlier, 0.0, square), ops.tril(heads), ops.triu(square, 1), 2.0**x,
        ],
    )  # fmt: skip


def numbers_beside_values() -> Any:
    """Numbers of the file along an axis of which the value has one place; differences, fillings, products."""
    from keras import Input, Model, ops

    x, table = Input((3,)), Input((3, 4))
    row = x[:, None, :]
    centres, columns = np.arange(18, dtype="float32").reshape(6, 3) / 7, np.arange(8, dtype="float32").reshape(4, 2)
    return Model(
        [x, table],
        [
            ops.exp(-ops.sum(ops.square(row - centres), axis=-1)), ops.subtract(centres, row), row + centres[None],
            row * centres, ops.maximum(row, centres), row / (centres + 9.0), ops.full_like(x, 3.0) + x,
            ops.tensordot(table, columns, 1), ops.tensordot(table, columns, [[-1], [0]]), ops.diff(table, axis=1),
            ops.diff(x), ops.diff(table, 2, axis=-1),
        ],
    )  # fmt: skip


def of_any_length() -> Any:
    """One place of an axis whose size only the data tell."""
    from keras import Input, Model, layers, ops

    x, image = Input((None, 3)), Input((None, None, 2))
    steps = layers.GRU(4, return_sequences=True)(x)
    return Model(
        [x, image],
        [
            steps[:, -1], layers.Dense(2)(steps[:, 0, :]), ops.take(x, 1, axis=1), image[:, -1, 2], image[..., 1, :],
            image[:, 0] + image[:, :, 0],
        ],
    )  # fmt: skip


def composed() -> Any:
    """Functions that are several others, and steps backwards."""
    from keras import Input, Model, ops

    x, y = Input((4, 6)), Input((4, 6))
    mean, variance = ops.moments(x, axes=[1], keepdims=True)
    return Model(
        [x, y],
        [
            ops.log2(ops.abs(x) + 1), ops.log10(ops.abs(x) + 1), ops.exp2(x), ops.sinh(x), ops.cosh(x), ops.arcsinh(x),
            ops.tan(x / 3), ops.trunc(3 * x), ops.logaddexp(x, 2 * y), ops.hypot(x, y), ops.nan_to_num(x), mean,
            variance, ops.average(y, axis=1), ops.layer_normalization(x), ops.rms_normalization(y), x[:, ::-2],
            y[..., ::-3], ops.cast(x > y, "int32") + 0, ops.arcsin(ops.sin(x)), ops.arccos(ops.cos(y)),
            ops.arctanh(ops.sin(x) / 2), ops.arccosh(ops.abs(y) + 2),
        ],
    )  # fmt: skip


def each_step_both_ways() -> Any:
    from keras import Input, Model, layers

    x = Input((3, 4, 5))
    ways = layers.Bidirectional(layers.GRU(2, return_sequences=True), merge_mode="sum")
    return Model(
        x,
        [
            layers.TimeDistributed(layers.Bidirectional(layers.LSTM(2)))(x), layers.TimeDistributed(ways)(x),
            layers.TimeDistributed(layers.TimeDistributed(layers.Dense(2)))(x), layers.Dense(6, activation="glu")(x),
        ],
    )  # fmt: skip


def sentences() -> Any:
    """Words of each sentence by attention, sentences by a recurrent layer (Yang et al., 2016)."""
    from keras import Input, Model, layers, ops

    words, pages = Input((6,), dtype="int32"), Input((3, 6), dtype="int32")
    read = layers.Bidirectional(layers.GRU(3, return_sequences=True))(layers.Embedding(9, 4)(words))
    scores = ops.softmax(ops.squeeze(layers.Dense(1)(layers.Dense(4, activation="tanh")(read)), -1), axis=1)
    told = ops.sum(read * ops.expand_dims(scores, -1), axis=1)
    both = Model(words, ops.concatenate([told, ops.max(read, axis=1), ops.mean(read, (1,))], axis=1))
    return Model(pages, layers.GRU(2)(layers.TimeDistributed(both)(pages)))


def rows_of_words() -> Any:
    """A row of which words occur, how often, and weighed."""
    from keras import Input, Model, layers

    x, known = Input((1,), dtype="string"), ["a", "b", "a b"]
    row = layers.TextVectorization(vocabulary=known, output_mode="multi_hot", ngrams=2)
    padded = layers.TextVectorization(vocabulary=known, output_mode="count", max_tokens=7, pad_to_max_tokens=True)
    weighed = layers.TextVectorization(vocabulary=known, output_mode="tf_idf", idf_weights=[0.5, 1.0, 2.0])
    return Model(x, [layers.Dense(2)(row(x)), padded(x), weighed(x)])


MODELS = (
    operations, answers_and_scales, orders, sounds, transformed, grey, images, ways, frames, volumes, measured,
    attention, read_within, within_twice, shared_within, spectral, words, unmasked, unmasked_within,
    activated_unmasked, functions_of_masked, masks_handed_again, handed_masks, begun_both_ways,
    scores_of_unequal_lengths,
    without_an_axis, axes_of_both_ends, numbers_of_the_file, composed, each_step_both_ways, sentences,
    rows_of_words, numbers_beside_values, of_any_length,
)  # fmt: skip


@pytest.mark.parametrize("make", MODELS, ids=lambda one: one.__name__)
def test_an_imported_model_answers_as_it_did(make: Callable[[], Any], tmp_path: Path) -> None:
    import keras
    import tensorflow

    keras.utils.set_random_seed(5)
    random = np.random.default_rng(5)
    model = make()
    for one in model.weights:
        if "float" in one.dtype and make is not measured:
            one.assign(random.uniform(0.2, 0.8, one.shape).astype("float32"))
    fed = [
        random.integers(0, 3, (3, *one.shape[1:])).astype("int32")
        if "int" in one.dtype
        else tensorflow.constant([["a b"], ["a, c b a"], ["B"]])
        if one.dtype == "string"
        else np.arange(prod((3, *one.shape[1:]))).reshape((3, *one.shape[1:])) % 5 < 3
        if one.dtype == "bool"
        else random.normal(size=(3, *(axis or 5 for axis in one.shape[1:]))).astype("float32")
        for one in model.inputs
    ]
    right = [np.asarray(one) for one in model(fed)] if len(model.outputs) > 1 else [np.asarray(model(fed))]
    for ending in ("keras", "h5"):
        model.save(tmp_path / f"net.{ending}")
        came = import_file(tmp_path / f"net.{ending}")
        assert not came.report.placeholders, [str(one) for one in came.report.messages]
        assert not came.drawn.checked.errors
        assert came.weights is not None
        assert len(came.weights.arrays) == came.weights.wanted
        assert came.report.parameters == sum(int(np.prod(one.shape)) for one in model.weights if "seed" not in one.path)
        given = answers(came, fed)
        distinct = {id(one): value for one, value in zip(model.outputs, right, strict=True)}
        assert len(given) == len(distinct)
        for value in distinct.values():
            assert any(one.shape == value.shape and np.abs(one - value).max() < 1e-5 for one in given), value.shape


def answers(came: Imported, fed: list[Any]) -> list[Any]:
    from graphbuilder.compiler import fresh_model
    from graphbuilder.plan import code_plan
    from graphbuilder.training.runs import begin_with

    plan = code_plan(came.drawn.checked)
    ours = fresh_model(plan)
    if came.weights and came.weights.arrays:
        begin_with(ours, came.drawn.checked, came.weights.arrays)
    return [np.asarray(one) for one in ours(dict(zip(plan.entrances, fed, strict=True))).values()]


def test_a_channel_among_its_neighbours_is_as_tensorflow_has_it(tmp_path: Path) -> None:
    import tensorflow as tf

    script = tmp_path / "lrn.py"
    script.write_text(
        "import tensorflow as tf\nfrom keras.layers import Input, Lambda\nfrom keras.models import Model\n"
        "x = Input((3, 4, 7))\n"
        "model = Model(x, Lambda(lambda v: tf.nn.lrn(v, depth_radius=2, alpha=1e-2, beta=0.75))(x))\n"
    )
    came = import_file(script)
    assert not came.report.placeholders
    x = np.random.default_rng(5).normal(0, 3, (2, 3, 4, 7)).astype("float32")
    (given,) = answers(came, [x])
    assert np.abs(given - np.asarray(tf.nn.lrn(x, depth_radius=2, alpha=1e-2, beta=0.75))).max() < 1e-5


def test_edges_of_an_image_are_as_tensorflow_has_them(tmp_path: Path) -> None:
    import tensorflow as tf

    script = tmp_path / "edges.py"
    script.write_text(
        "import tensorflow as tf\nx = tf.keras.Input((7, 6, 2))\n"
        "model = tf.keras.Model(x, tf.keras.layers.Lambda(lambda v: tf.image.sobel_edges(v))(x))\n"
    )
    came = import_file(script)
    assert not came.report.placeholders and not came.report.parameters
    x = np.random.default_rng(5).normal(0, 3, (2, 7, 6, 2)).astype("float32")
    (given,) = answers(came, [x])
    assert np.abs(given - np.asarray(tf.image.sobel_edges(tf.constant(x)))).max() < 1e-5


def test_gates_by_the_older_hard_sigmoid_answer_as_they_did(tmp_path: Path) -> None:
    import keras
    from keras import Input, Model, layers, ops

    def older(x: Any) -> Any:
        return ops.clip(x / 5 + 0.5, 0.0, 1.0)

    def network(gate: Any) -> Any:
        x, image = Input((5, 3)), Input((4, 6, 6, 2))
        return Model(
            [x, image],
            [
                layers.LSTM(4, recurrent_activation=gate, activation="softsign")(x),
                layers.GRU(4, recurrent_activation=gate, activation=gate)(x),
                layers.GRU(4, recurrent_activation=gate, reset_after=False)(x),
                layers.SimpleRNN(4, activation=gate)(x),
                layers.Bidirectional(layers.LSTM(3, recurrent_activation=gate, use_bias=False))(x),
                layers.ConvLSTM2D(2, 3, recurrent_activation=gate)(image),
            ],
        )

    random = np.random.default_rng(5)
    model = network("hard_sigmoid")
    model.set_weights([random.normal(0, 1, one.shape).astype("float32") for one in model.get_weights()])
    fed = [random.normal(size=(3, *one.shape[1:])).astype("float32") for one in model.inputs]
    with keras.utils.custom_object_scope({"older": older}):
        was = network(older)
    was.set_weights(model.get_weights())
    model.save(tmp_path / "now.keras")
    with zipfile.ZipFile(tmp_path / "now.keras") as now, zipfile.ZipFile(tmp_path / "then.keras", "w") as then:
        for name in now.namelist():
            then.writestr(name, now.read(name).replace(keras.__version__.encode(), b"2.15.0"))
    came = import_file(tmp_path / "then.keras")
    assert {one.code for one in came.report.messages} == {"W_HARD_SIGMOID"}
    assert not any(one.loses for one in came.report.messages)
    given = answers(came, fed)
    for one in was(fed):
        right = np.asarray(one)
        assert any(other.shape == right.shape and np.abs(other - right).max() < 1e-5 for other in given)


def test_what_an_adapter_learned_is_in_the_weights_of_a_file(tmp_path: Path) -> None:
    from keras import Input, Model, layers

    x, dense = Input((6,)), layers.Dense(5)
    model = Model(x, layers.Dense(3)(dense(x)))
    dense.enable_lora(2)
    random = np.random.default_rng(5)
    dense.lora_kernel_b.assign(random.normal(size=(2, 5)))
    model.save(tmp_path / "net.keras")
    came = import_file(tmp_path / "net.keras")
    assert [one.code for one in came.report.messages] == ["W_LORA"]
    fed = random.normal(size=(4, 6)).astype("float32")
    assert np.abs(answers(came, [fed])[0] - np.asarray(model(fed))).max() < 1e-5


def test_a_model_of_few_bits_is_told_to_be_imported_as_it_was_before(tmp_path: Path) -> None:
    from keras import Input, Model, layers

    x = Input((6,))
    model = Model(x, layers.Dense(3, name="few")(x))
    model.quantize("int8")
    model.save(tmp_path / "net.keras")
    told = import_file(tmp_path / "net.keras").report.messages
    assert told[0].text == (
        "Dense 'few' keeps its weights as int8, not as amounts: import the model as it was before it was quantized."
    )
