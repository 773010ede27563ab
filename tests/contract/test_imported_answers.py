"""Models of Keras with functions, recurrent layers and numbers of every kind answer alike once imported."""

from collections.abc import Callable
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
            ops.repeat(x, 3, axis=-1), ops.roll(x, 1, 1), ops.roll(x, -2, -1), ops.moveaxis(x, 1, 2),
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


MODELS = (operations, images, ways, frames, volumes, measured, attention, read_within)


@pytest.mark.parametrize("make", MODELS, ids=lambda one: one.__name__)
def test_an_imported_model_answers_as_it_did(make: Callable[[], Any], tmp_path: Path) -> None:
    import keras

    keras.utils.set_random_seed(5)
    random = np.random.default_rng(5)
    model = make()
    for one in model.weights:
        if "float" in one.dtype and make is not measured:
            one.assign(random.uniform(0.2, 0.8, one.shape).astype("float32"))
    fed = [random.normal(size=(3, *one.shape[1:])).astype("float32") for one in model.inputs]
    right = [np.asarray(one) for one in model(fed)] if len(model.outputs) > 1 else [np.asarray(model(fed))]
    for ending in ("keras", "h5"):
        model.save(tmp_path / f"net.{ending}")
        came = import_file(tmp_path / f"net.{ending}")
        assert not came.report.placeholders, [str(one) for one in came.report.messages]
        assert not came.drawn.checked.errors
        assert came.weights is not None
        assert len(came.weights.arrays) == came.weights.wanted
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
