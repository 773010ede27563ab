"""What prepares images and changes them at random: kept in a saved model, and true to what it says of itself."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.checks import check
from graphbuilder.codegen import to_python
from graphbuilder.compiler import evaluate_call
from graphbuilder.operators import OPERATORS
from graphbuilder.operators.augmentation import Augmentation
from graphbuilder.operators.families import AUGMENTATION, PREPROCESSING
from graphbuilder.plan import code_plan, frozen_call
from graphbuilder.shapes import Shape
from graphbuilder.tensors import Inputs, Numbers, TensorSpec
from tests.networks import chain, node

SMALL = {"height": 5, "width": 6}
OF_IMAGES = {
    kind: operator({name: size for name, size in SMALL.items() if name in operator.parameters})
    for kind, operator in OPERATORS.items()
    if operator.family in (PREPROCESSING, AUGMENTATION) and getattr(operator, "rank", None) == 2
}


def images(*shape: int) -> Any:
    return np.random.default_rng(1).uniform(size=(3, *shape)).astype("float32")


def model_of(shape: Shape, unknown: bool) -> Any:
    """All that take images of this shape, each as an output of its own."""
    import keras

    keras.utils.set_random_seed(1)
    x = keras.Input(shape)
    fits = {
        kind: one
        for kind, one in OF_IMAGES.items()
        if not (unknown and isinstance(one, Augmentation) and one.needs_sizes)
    }
    return keras.Model(x, {kind: evaluate_call(one.call(kind.lower()), {})(x) for kind, one in fits.items()})


def test_a_saved_model_answers_the_same(tmp_path: Path) -> None:
    import keras

    model, x = model_of((9, 7, 3), unknown=False), images(9, 7, 3)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras").predict(x, verbose=0)
    for kind, answer in model.predict(x, verbose=0).items():
        assert np.array_equal(answer, again[kind]), kind


def test_images_of_any_size_are_taken_while_training_and_afterwards() -> None:
    import tensorflow as tf

    model = model_of((None, None, 3), unknown=True)
    spec = tf.TensorSpec((None, None, None, 3), tf.float32)
    for training in (True, False):
        apply = tf.function(lambda x, training=training: model(x, training=training), input_signature=[spec])
        for sizes in ((9, 7), (12, 16)):
            for kind, answer in apply(images(*sizes, 3)).items():
                told = OF_IMAGES[kind].output_shape(Inputs.shaped((*sizes, 3)), {})
                assert tuple(answer.shape) == (3, *told), (kind, sizes, training)


@pytest.mark.parametrize("kind", [kind for kind, one in OF_IMAGES.items() if one.takes_values()])
def test_pixels_stay_in_their_range_while_training(kind: str) -> None:
    """Whatever the range is; colour jitter holds saturation to 0 to 1."""
    for low, high in ((0.0, 1.0), (0.0, 255.0)):
        operator = OPERATORS[kind]({"value_range": (low, high)})
        if next(operator.parameter_faults(), None):
            continue
        layer = evaluate_call(operator.call("layer"), {})
        came = low + (high - low) * images(9, 7, 3)
        given = np.asarray(layer(came, training=True))
        slack = 1e-3 * (high - low)
        assert np.isfinite(given).all() and low - slack <= given.min() and given.max() <= high + slack


@pytest.mark.parametrize("filter", OPERATORS["FixedFilter"].parameters["filter"].choices)  # type: ignore[attr-defined]
def test_a_fixed_filter_weighs_neighbours_by_its_kernel(filter: str) -> None:
    operator: Any = OPERATORS["FixedFilter"]({"filter": filter, "padding": "valid", "kernel": ((1.0, 2.0, -4.0),)})
    layer, x = evaluate_call(operator.call("layer"), {}), images(9, 7, 3)
    kernel = np.array(operator.weights)
    rows, columns = kernel.shape
    windows = np.lib.stride_tricks.sliding_window_view(x, (rows, columns), axis=(1, 2))
    given = np.asarray(layer(x))
    assert np.allclose(given, np.einsum("nijcuv,uv->nijc", windows, kernel), atol=1e-5)
    low, high = operator.span(0.0, 1.0)
    assert low <= given.min() and given.max() <= high


def test_names_are_found_in_a_saved_model_as_before(tmp_path: Path) -> None:
    """Vocabularies, bins and sums go with it; what is not listed is told apart from what is."""
    import keras
    import tensorflow as tf

    text, number, amount = keras.Input((1,), dtype="string"), keras.Input((1,), dtype="int32"), keras.Input((1,))
    read = {"StringLookup": text, "TextVectorization": text, "Hashing": text, "IntegerLookup": number}
    read["Discretization"] = amount
    made = {kind: evaluate_call(OPERATORS[kind]().call(kind.lower()), {})(x) for kind, x in read.items()}
    crossed = OPERATORS["HashedCrossing"]()
    made["HashedCrossing"] = evaluate_call(crossed.call("crossed"), {})([text, number])
    model = keras.Model([text, number, amount], made)
    texts, numbers = tf.constant([["red"], ["pink"], ["blue a is"]]), tf.constant([[20], [7], [30]])
    x = [texts, numbers, tf.constant([[0.1], [0.5], [2.0]])]
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")(x)
    given = {kind: np.asarray(one) for kind, one in model(x).items()}
    for kind, answer in given.items():
        assert np.array_equal(answer, again[kind]), kind
    assert given["StringLookup"].ravel().tolist() == [1, 0, 0]
    assert given["IntegerLookup"].ravel().tolist() == [2, 0, 3]
    assert given["Discretization"].ravel().tolist() == [0, 2, 3]
    assert given["TextVectorization"].tolist() == [[1, 0, 0], [1, 0, 0], [1, 3, 4]]


MEASURED: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "StringLookup": ({"vocabulary": (), "max_tokens": 5}, ["red", "blue", "", "red", "green"]),
    "IntegerLookup": ({"vocabulary": (), "max_tokens": 4}, [10, 20, 10, 30, 20]),
    "Discretization": ({"bin_boundaries": (), "num_bins": 4}, [0.1, 0.2, 0.3, 0.4, 0.5]),
}


@pytest.mark.parametrize("kind", MEASURED)
def test_what_is_measured_on_the_training_part_has_the_shape_that_is_told(kind: str, tmp_path: Path) -> None:
    """Whatever the mode, and the same in a saved model; an empty text is a missing one."""
    import keras

    from graphbuilder.datasets.preparation import adapt

    params, cells = MEASURED[kind]
    for mode in ("int", "one_hot", "multi_hot", "count"):
        operator = OPERATORS[kind]({**params, "output_mode": mode})
        assert operator.adapts() and not list(operator.parameter_faults())
        (port,) = operator.input_ports()
        numbers = next(one for one in Numbers if one in port.takes)
        (told,) = operator.output_specs(Inputs.of([("in", TensorSpec((1,), numbers))]), {})
        dtype = {Numbers.TEXT: "string", Numbers.WHOLE: "int32", Numbers.FLOAT: "float32"}[numbers]
        entered = keras.Input((1,), name="cells", dtype=dtype)
        call = operator.call("layer")
        assert call
        model = keras.Model({"cells": entered}, evaluate_call(call, {})(entered))
        x = {"cells": keras.ops.convert_to_tensor(np.array(cells).reshape(-1, 1), dtype)}
        adapt(model, ["layer"], x)
        given = np.asarray(model(x))
        assert given.shape[1:] == told.shape
        if told.vocabulary:
            assert given.min() >= 0 and given.max() < told.vocabulary
        if kind == "StringLookup" and mode == "int":
            assert given[2, 0] == 0 and given[0, 0] == given[3, 0] == 1
        if kind == "Discretization" and mode == "int":
            assert (np.diff(given.ravel()) >= 0).all() and given.max() == 3
        model.save(tmp_path / "model.keras")
        assert np.array_equal(keras.models.load_model(tmp_path / "model.keras")(x), given)


def test_code_of_a_network_that_reads_text_runs(capsys: pytest.CaptureFixture[str]) -> None:
    document = chain(
        node("in", "Input", shape=[1], numbers="text"), node("words", "TextVectorization", output_sequence_length=4),
        node("vectors", "Embedding"), node("flat", "Flatten"), node("out", "Dense", units=2), data="",
    )  # fmt: skip
    names: dict[str, Any] = {"__name__": "printed"}
    exec(to_python(code_plan(check(document))), names)
    names["main"]()
    assert "out: (1, 2)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "kind",
    [k for k, one in OPERATORS.items() if one.family in (PREPROCESSING, AUGMENTATION) and one().call("layer")],
)
def test_a_frozen_block_makes_its_layers(kind: str) -> None:
    call = OPERATORS[kind]().call("layer")
    assert call and evaluate_call(frozen_call(call), {}).name == "layer"
