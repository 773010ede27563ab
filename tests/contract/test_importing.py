"""Every operator's layer, written by Keras and imported again, is the same node; weights come to where they were."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.importing.files import Imported, folded, import_file, import_json
from graphbuilder.importing.variables import shapes_of
from graphbuilder.initial_weights import variables_of
from graphbuilder.operators import OPERATORS, Operator
from graphbuilder.parameters import Params
from graphbuilder.tensors import Inputs
from tests.contract.test_operator_contracts import LAYERS, called, dtype_of, in_company, one_moved, taken

COMPOSED = ("Downsampling2D", "FixedFilter", "LayerScale", "PositionEmbedding", "SinusoidalPosition")
"""Operators that Keras has no class for: in a file stands what they are made of."""
NOT_SAID = {
    "SimpleRNN": ("activity_regularizer",), "Elementwise": ("exponent", "low", "high"), "MatMul": ("transpose",),
    "Discretization": ("num_bins",), "Chunk": ("parts",),
}  # fmt: skip
"""Parameters that Keras keeps for itself, that some functions have not, or that are a step of their own in a file."""


def model_of(operator: Operator, inputs: Inputs) -> tuple[Any, Any]:
    """The layer, None for a function, and the model of it alone."""
    import keras

    tensors = [keras.Input(spec.shape, dtype=dtype_of(spec), name=f"x{n}") for n, spec in enumerate(inputs.specs)]
    layer, built = called(operator, inputs, tensors)
    return layer, keras.Model(tensors, built)


def said(operator: Operator) -> dict[str, Any]:
    left_out = NOT_SAID.get(operator.kind, ())
    declared = operator.parameters.items()
    return {name: one.write(operator.params[name]) for name, one in declared if name not in left_out}


def variants(kind: type[Operator]) -> list[Operator]:
    """With its defaults, and with as many parameters off them as go together; where two do not, another time."""
    moves: list[dict[str, Any]] = []
    for change in one_moved(kind)[1:]:
        (name,) = change
        for together in moves:
            if name not in together and fits(kind({**together, **change})):
                together |= change
                break
        else:
            if (alone := in_company(kind, change)) and fits(alone):
                moves.append({name: alone.params[name] for name in kind.parameters})
                moves[-1] = {one: value for one, value in moves[-1].items() if value != kind.parameters[one].default}
    return [kind(), *(kind(change) for change in moves[:3])]


def fits(operator: Operator) -> bool:
    return next(operator.parameter_faults(), None) is None and next(taken(operator), None) is not None


def node_of(came: Imported, kind: str) -> Params | None:
    return next((node.params for node in came.drawn.document.nodes if node.kind == kind), None)


@pytest.mark.parametrize("kind", [kind for kind in LAYERS if kind not in COMPOSED])
def test_K26_a_layer_is_imported_with_the_parameters_that_it_was_made_of(kind: str) -> None:
    for operator in variants(OPERATORS[kind]):
        opened = {port.name for port in operator.input_ports()} - {port.name for port in operator.inputs}
        inputs = next((one for one in taken(operator) if opened <= {*one.ports}), None)
        if inputs is None:
            continue
        layer, model = model_of(operator, inputs)
        came = import_json(model.to_json().encode())
        found = node_of(came, kind)
        assert found is not None, (operator.params, [str(one) for one in came.report.messages])
        assert said(OPERATORS[kind](found)) == said(operator)
        assert came.report.parameters == model.count_params() - _drawn(model)
        if layer is not None:
            shapes = shapes_of(operator, inputs)
            assert shapes is None or shapes == [tuple(one.shape) for one in variables_of(layer)]


def _drawn(model: Any) -> int:
    return sum(int(np.prod(one.shape)) for one in model.weights if "seed_generator" in one.path)


def test_K26_an_imported_network_has_the_weights_of_its_file_and_answers_alike(tmp_path: Path) -> None:
    import keras

    from graphbuilder.compiler import fresh_model
    from graphbuilder.plan import code_plan
    from graphbuilder.training.runs import begin_with

    keras.utils.set_random_seed(3)
    random = np.random.default_rng(3)
    for model in (images(), words(), pair(), told(), frames()):
        model.set_weights([random.uniform(0.1, 0.9, one.shape).astype("float32") for one in model.get_weights()])
        fed = {
            one.name: random.integers(1, 9, (3, *one.shape[1:])).astype("int32")
            if "int" in one.dtype
            else random.normal(size=(3, *one.shape[1:])).astype("float32")
            for one in model.inputs
        }
        right = np.asarray(model([fed[one.name] for one in model.inputs]))
        for ending in ("keras", "h5"):
            path = tmp_path / f"net.{ending}"
            model.save(path)
            came = import_file(path)
            assert came.weights is not None
            assert not came.report.messages
            assert came.report.weights == (came.weights.wanted, came.weights.wanted), came.report.messages
            for one in (came, folded(came)) if model.name == "images" else (came,):
                assert one.weights is not None and (one is came) == (not one.report.folded)
                ours = fresh_model(code_plan(one.drawn.checked))
                begin_with(ours, one.drawn.checked, one.weights.arrays)
                (answer,) = ours({x.name: fed[name] for x, name in zip(ours.inputs, fed, strict=True)}).values()
                assert np.abs(np.asarray(answer) - right).max() < 1e-5, (model.name, ending)


def images() -> Any:
    import keras
    from keras import layers

    x = keras.Input((9, 9, 3), name="x")
    y = layers.BatchNormalization()(layers.Conv2D(4, 3, activation="relu")(x))
    y = layers.SeparableConv2D(5, 3)(y)
    for _ in range(2):
        y = layers.Add()([layers.BatchNormalization()(layers.Conv2D(5, 3, padding="same")(y)), y])
    y = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(y))
    return keras.Model(x, layers.Dense(3, activation="softmax")(y * 2.0 + 1.0), name="images")


def words() -> Any:
    import keras
    from keras import layers

    x = keras.Input((7,), dtype="int32", name="x")
    y = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(layers.Embedding(30, 8)(x))
    y = layers.LayerNormalization()(layers.MultiHeadAttention(2, 4)(y, y))
    return keras.Model(x, layers.Dense(2)(layers.GRU(5)(y)), name="words")


def told() -> Any:
    import keras
    from keras import layers

    x, z = keras.Input((6,), dtype="int32", name="x"), keras.Input((5, 3), name="z")
    sequence = layers.Embedding(30, 4, mask_zero=True)(x)
    _, hidden, cell = layers.LSTM(4, return_state=True)(sequence)
    y = layers.LSTM(4, return_sequences=True)(z, initial_state=[hidden, cell])
    return keras.Model([x, z], layers.Dense(2)(y[:, -1] - keras.ops.mean(y, axis=1)), name="told")


def frames() -> Any:
    import keras
    from keras import layers

    each = keras.Sequential(
        [keras.Input((6, 6, 1)), layers.Conv2D(2, 3), layers.BatchNormalization(), layers.Flatten()]
    )
    x = keras.Input((4, 6, 6, 1), name="x")
    cells = layers.RNN([layers.GRUCell(3), layers.GRUCell(2)])
    return keras.Model(x, layers.Dense(2)(cells(layers.TimeDistributed(each)(x))), name="frames")


def pair() -> Any:
    import keras
    from keras import layers

    tower = keras.Sequential(
        [keras.Input((6,)), layers.Dense(4), layers.PReLU(), layers.BatchNormalization(), layers.Dense(3)], name="tower"
    )
    x, z = keras.Input((6,), name="x"), keras.Input((6,), name="z")
    both = layers.Concatenate()([tower(layers.Dense(6)(x)), tower(z)])
    return keras.Model([x, z], layers.Dense(2)(both), name="pair")


def test_a_training_begins_with_given_weights(tmp_path: Path) -> None:
    from graphbuilder import editing
    from graphbuilder.checks import check
    from graphbuilder.names import path_names
    from graphbuilder.templates import template
    from graphbuilder.training import runs

    report = check(editing.set_training(template("spiral_perceptron"), "epochs", 1))
    begun = runs.untrained(report, tmp_path)
    names = path_names(report.document, report.wired)
    given = {
        id: [np.full(one.shape, 5.0, "float32") for one in variables_of(begun.get_layer(names[id]))]
        for id, facts in report.facts.items()
        if facts.parameters
    }
    run = runs.run(report, tmp_path, lambda event: None, weights=given)
    assert all(np.abs(np.asarray(one) - 5.0).max() < 2.0 for one in run.model.trainable_weights)
    other = runs.untrained(report, tmp_path, given)
    assert all((np.asarray(one) == 5.0).all() for one in other.trainable_weights)
