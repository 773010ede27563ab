"""What units of a network of points answer over the plane, held to NumPy."""

from pathlib import Path

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.records.events import Boundary, Units
from graphbuilder.templates import template
from graphbuilder.training.surface import MOST_UNITS
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
