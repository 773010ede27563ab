"""Optimizers of trainings on classic functions."""

import numpy as np
import pytest

from graphbuilder.classic import STEPS, SURFACES, Surface, stops, update_of
from graphbuilder.document import Training
from graphbuilder.optimizers.ways import Update, way_on

BOWL, VALLEY = SURFACES


def update(optimizer: str, rate: float) -> Update:
    found = update_of(Training(optimizer=optimizer, options={"learning_rate": rate}))
    assert found
    return found


@pytest.mark.parametrize("surface", SURFACES, ids=lambda one: one.name)
def test_a_gradient_is_that_of_its_function(surface: Surface) -> None:
    for x, y in np.random.default_rng(1).normal(size=(5, 2)):
        for axis, told in enumerate(surface.gradient(x, y)):
            step = 1e-6 * np.eye(2)[axis]
            up, down = (surface.height(x + sign * step[0], y + sign * step[1]) for sign in (1, -1))
            assert told == pytest.approx((up - down) / 2e-6, rel=1e-4, abs=1e-6)


def test_each_optimizer_goes_by_its_own_settings() -> None:
    for rate in (0.5, 0.25):
        way = way_on(BOWL.gradient, (-2.0, 0.5), update("SGD", rate), 1)
        assert way[1] == pytest.approx((-2.0 + rate * 0.2, 0.5 - rate))
    for name in ("Momentum", "RMSprop", "Adam"):
        ways = [way_on(VALLEY.gradient, VALLEY.start, update(name, rate), 9) for rate in (0.001, 0.01)]
        starts = [np.hypot(*np.subtract(way[1], way[0])) for way in ways]
        assert starts[1] == pytest.approx(10 * starts[0], rel=0.01), name
    assert update_of(Training(optimizer="Muon")) is None


def test_a_way_that_leaves_all_bounds_ends_there() -> None:
    way = way_on(VALLEY.gradient, VALLEY.start, update("SGD", 1.0), STEPS)
    assert len(way) < STEPS and np.isfinite(way).all()
    shown = stops(way)
    assert (shown[0][0], shown[-1][0]) == (0, len(way) - 1)


def test_a_way_ends_where_no_number_comes_out() -> None:
    options = {"learning_rate": 0.1, "epsilon_1": 0.0}
    ends = update_of(Training(optimizer="Adafactor", options=options))
    assert ends
    assert way_on(lambda x, y: (0.0, 0.0), (1.0, 1.0), ends, 5) == [(1.0, 1.0)]
