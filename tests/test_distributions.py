"""What is told of numbers, held to NumPy's own histogram."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as of_numpy

from graphbuilder.training.distributions import activations, distribution

NUMBERS = of_numpy.arrays(
    np.float32, of_numpy.array_shapes(max_dims=3, max_side=40), elements=st.floats(-9, 9, width=32)
)


@given(NUMBERS)
def test_a_histogram_counts_every_number_between_bounds_that_are_0_or_powers_of_two(values: "np.ndarray") -> None:
    flat = values.astype(float).reshape(-1)
    for told, bins, least in ((activations(values), 64, 2.0**-20), (distribution(values), 32, 2.0**-60)):
        assert len(told.counts) == bins and sum(told.counts) == flat.size
        assert told.low <= flat.min() and flat.max() <= told.high
        reach = max(-told.low, told.high)
        assert {told.low, told.high} <= {0.0, reach, -reach} and math.frexp(reach)[0] == 0.5
        assert reach == least or reach < 2 * np.abs(flat).max()
        right = np.histogram(flat, bins, (told.low, told.high))[0]
        assert np.abs(np.cumsum(told.counts) - np.cumsum(right)).max() <= 1 + (flat == 0).sum(), (
            "an edge may go either way"
        )
        assert told.mean == pytest.approx(flat.mean(), abs=1e-4)
        assert told.spread == pytest.approx(flat.std(), rel=1e-4, abs=1e-4)


def test_what_is_no_number_is_counted_as_0_and_leaves_no_mean() -> None:
    told = distribution(np.array([1.0, np.nan, np.inf, -np.inf], "float32"))
    assert sum(told.counts) == 4 and (told.low, told.high) == (-(2.0**100), 2.0**100)
    assert math.isnan(told.mean)
    assert sum(activations(np.full((3, 2), np.nan, "float32")).counts) == 6


def test_units_that_give_0_for_every_row_are_dead_and_values_near_a_bound_are_saturated() -> None:
    values = np.array([[0.0, 1.0, 0.0, 0.001], [0.0, 0.5, 0.0, 0.999]], "float32")
    told = activations(values, relu=True, bounds=(0.0, 1.0))
    assert (told.dead, told.saturated) == (0.5, 7 / 8)
    assert (activations(values).dead, activations(values).saturated) == (None, None)


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "int32", "bool"])
def test_numbers_of_any_kind_are_described(kind: str) -> None:
    told = distribution(np.array([0, 1, 1, 1]).astype(kind))
    assert (told.mean, told.zero, told.high, told.counts[0], told.counts[-1]) == (0.75, 0.25, 1.0, 1, 3)
