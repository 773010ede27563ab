"""What units of a network of points answer over the plane, held to NumPy."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.checks import check
from graphbuilder.codegen import to_python
from graphbuilder.data_of_points import set_data_of_points
from graphbuilder.features import FEATURES, feature_titles, set_features
from graphbuilder.hidden import hidden, set_hidden_layers
from graphbuilder.plan import code_plan
from graphbuilder.records.events import Boundary, Units, as_json, from_json
from graphbuilder.templates import template
from graphbuilder.training.surface import MOST_UNITS, span_of
from tests.contract.test_training import of, training

pytestmark = pytest.mark.keras


def test_units_answer_over_the_grid_of_the_boundary(home: Path) -> None:
    document = editing.set_training(template("spiral_perceptron"), "epochs", 2)
    model, _, events, ended = training(document, home)
    newest, boundary = of(Units, events)[-1], of(Boundary, events)[-1]
    assert newest.step == ended.steps and of(Units, events)[0].step == 0
    hidden = {node.id: node.params["units"] for node in document.nodes if node.kind == "Dense"}
    assert newest.counts == {"n1": 2, **hidden}, "the Input's numbers are looked at, too"
    low, high = np.array(boundary.low), np.array(boundary.high)
    places = (np.arange(newest.size) + 0.5) / newest.size
    rows = [[low[0] + x * (high[0] - low[0]), low[1] + y * (high[1] - low[1])] for y in places for x in places]
    values = np.array(rows)
    for layer, id in zip(model.layers[1:], hidden, strict=True):
        kernel, bias = (np.asarray(one, float) for one in layer.get_weights())
        values = values @ kernel + bias
        values = np.tanh(values) if layer.activation.__name__ == "tanh" else values
        units = newest.nodes[id]
        assert len(units) == min(MOST_UNITS, values.shape[1])
        for place, letters in enumerate(units):
            told = (np.frombuffer(letters.encode(), "uint8").astype(float) - 80) / 32
            assert np.allclose(told, values[:, place] / np.abs(values[:, place]).max(), atol=0.02)
            assert newest.reaches[id][place] == pytest.approx(np.abs(values[:, place]).max(), rel=1e-3)


@pytest.mark.parametrize("name", ["plane", "multi_gaussian"])
def test_amounts_are_told_along_their_span(name: str, home: Path) -> None:
    document = editing.set_training(set_data_of_points(template("playground"), name), "epochs", 3)
    model, _, events, ended = training(document, home)
    boundary = of(Boundary, events)[-1]
    assert (boundary.step, boundary.best, boundary.sure, boundary.span) == (ended.steps, (), (), (-1, 1))
    low, high = np.array(boundary.low), np.array(boundary.high)
    places = (np.arange(boundary.size) + 0.5) / boundary.size
    rows = [[low[0] + x * (high[0] - low[0]), low[1] + y * (high[1] - low[1])] for y in places for x in places]
    answered = np.asarray(model({"point": np.array(rows, "float32")})["color"]).ravel()
    told = np.array(boundary.values) / 50 - 1
    assert np.abs(told - answered.clip(-3, 3)).max() <= 0.011
    assert from_json(as_json(boundary)) == boundary


def test_features_are_what_their_names_say_here_and_in_exported_code(home: Path) -> None:
    import keras

    document = set_hidden_layers(set_features(template("playground"), [*FEATURES]), 6)
    model, _, events, _ = training(editing.set_training(document, "epochs", 1), home)
    points = np.random.default_rng(0).uniform(-1.5, 1.5, (40, 2)).astype("float32")
    right = np.stack([one.value(*(points[:, axis] for axis in one.of)) for one in FEATURES.values()], axis=1)
    titles = [one.title for one in FEATURES.values()]
    assert feature_titles(document)["features"] == titles
    code: dict[str, Any] = {"__name__": "printed"}
    exec(compile(to_python(code_plan(check(document))), "model.py", "exec"), code)
    for made in (model, code["build_model"]()):
        inside = keras.Model(made.input, made.get_layer("features").output)
        assert np.allclose(inside({"point": points}), right, atol=1e-5)
    newest = of(Units, events)[-1]
    assert len(newest.nodes["features"]) == 7
    assert {node.id for node in hidden(document)} <= newest.nodes.keys(), "no layer is left out for them"


def test_a_plane_is_learned_without_a_hidden_layer(home: Path) -> None:
    document = set_hidden_layers(set_data_of_points(template("playground"), "plane"), 0)
    document = editing.set_training(document, "epochs", 20)
    _, _, _, ended = training(document, home)
    assert ended.kept["val_r2"] > 0.9


def test_the_plane_is_square_unless_its_axes_are_of_unlike_scales() -> None:
    low, high = span_of(np.array([[0.0, 0.0], [10.0, 5.0]]))
    assert [*low, *high] == pytest.approx([-1, -3.5, 11, 8.5])
    low, high = span_of(np.array([[0.0, 0.0], [10.0, 5000.0]]))
    assert [*low, *high] == pytest.approx([-1, -500, 11, 5500])
    low, high = span_of(np.array([[0.0, 3.0], [10.0, 3.0]]))
    assert [*low, *high] == pytest.approx([-1, -3, 11, 9])
