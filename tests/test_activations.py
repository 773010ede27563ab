"""The bounds that activations declare, against the functions themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuilder.activations import ACTIVATIONS
from graphbuilder.datasets import SOURCES
from graphbuilder.datasets.preparation import split_rows
from graphbuilder.operators import OPERATORS

CURVES = {name: kind for name, kind in ACTIVATIONS.items() if kind.function}
VALUES = st.floats(-30, 30)


@pytest.mark.parametrize("name", CURVES)
@given(VALUES, VALUES, VALUES)
def test_no_value_lies_beyond_the_bounds(name: str, low: float, high: float, between: float) -> None:
    kind, (low, x, high) = CURVES[name], sorted((low, between, high))
    assert kind.function is not None
    least, most = kind.reach(low, high)
    assert kind.low <= least <= kind.function(x) <= most <= kind.high


@given(st.floats(0, 1), st.lists(VALUES, min_size=2, max_size=4))
def test_a_leaky_relu_and_a_sum_reach_as_far_as_their_values(slope: float, values: list[float]) -> None:
    ends = [(min(values), max(values))] * 2
    least, most = OPERATORS["LeakyReLU"]({"negative_slope": slope}).reach(ends[:1])
    assert all(least <= (x if x >= 0 else slope * x) <= most for x in values)
    low, high = OPERATORS["Add"]().reach(ends)
    assert all(low <= a + b <= high for a in values for b in values)


@pytest.mark.parametrize("name", SOURCES)
@given(st.floats(0.05, 0.4), st.floats(0, 0.4))
def test_the_rows_to_train_on_are_those_of_the_split(name: str, validation: float, test: float) -> None:
    import numpy as np

    source = SOURCES[name]()
    classes = np.repeat(np.arange(len(source.class_rows())), source.class_rows())
    assert len(classes) == source.rows()
    train, _, _ = split_rows(source.rows(), classes, validation, test, 0)
    assert source.rows_to_train_on(validation, test) == len(train)
