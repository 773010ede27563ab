"""The sums that shapes are worked out by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuilder.shapes import show, size, window_steps, window_sum

AXIS = st.integers(1, 60)


@given(AXIS, AXIS, st.integers(1, 9))
def test_a_window_takes_the_steps_that_one_can_count(length: int, window: int, stride: int) -> None:
    assert max(0, window_steps(length, window, stride, "valid")) == len(range(0, length - window + 1, stride))
    assert window_steps(length, window, stride, "same") == len(range(0, length, stride))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((8, 3, 1, "valid"), "8 - 3 + 1 = 6"),
        ((8, 3, 2, "valid"), "⌊(8 - 3) / 2⌋ + 1 = 3"),
        ((8, 3, 2, "same"), "⌈8 / 2⌉ = 4"),
    ],
)
def test_the_sum_stands_with_its_numbers(arguments: tuple[int, int, int, str], line: str) -> None:
    assert window_sum(*arguments) == line


def test_a_shape_is_shown_as_people_write_it() -> None:
    assert [show((8, 8, 1)), show((64,)), show(())] == ["8 × 8 × 1", "64", "one number"]
    assert [size((8, 8, 2)), size(())] == [128, 1]
