"""The kinds of parameter: what each reads, and what each says of a value out of bounds."""

from typing import Any

import pytest

from graphbuilder.parameters import (
    Choice,
    FieldName,
    Number,
    Parameter,
    Penalty,
    Regularizer,
    ShapeOf,
    Sizes,
    Whole,
    WrongType,
    YesNo,
)

WHOLE = Whole(3, low=1, high=9, help="")
SHARE = Number(0.5, low=0.0, high=1.0, open_high=True, help="")
RATE = Number(0.1, low=0.0, open_low=True, help="")
WORD = Choice("a", choices={"a": "A", "b": "B"}, help="")
SIZES = Sizes((2, 2), high=10, help="")
SHAPE = ShapeOf((8, 8), one_open=True, help="")


@pytest.mark.parametrize(
    ("parameter", "value", "read"),
    [
        (WHOLE, 3.0, 3),
        (WHOLE, -(10**12), -(10**12)),
        (SHARE, 1, 1.0),
        (YesNo(True, help=""), False, False),
        (WORD, "c", "c"),
        (SIZES, [1, 2.0], (1, 2)),
        (SHAPE, [-1], (-1,)),
        (Regularizer(help=""), {"l2": 1}, Penalty(0.0, 1.0)),
        (FieldName(help=""), "x", "x"),
    ],
)
def test_a_value_of_the_right_type_is_read(parameter: Parameter[Any], value: object, read: object) -> None:
    assert parameter.read(value) == read


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        (WHOLE, True, "must be a whole number of at most 1e+12; received True"),
        (WHOLE, 1.5, "must be a whole number of at most 1e+12; received 1.5"),
        (WHOLE, 10**13, "must be a whole number of at most 1e+12; received 10000000000000"),
        (SHARE, "1", "must be a finite number; received '1'"),
        (SHARE, float("nan"), "must be a finite number; received nan"),
        (SHARE, float("inf"), "must be a finite number; received inf"),
        (YesNo(True, help=""), 1, "must be true or false; received 1"),
        (WORD, None, "must be one word; received None"),
        (SIZES, [1], "must be a list of 2 whole numbers; received [1]"),
        (SIZES, [1, True], "must be a list of 2 whole numbers; received [1, True]"),
        (SHAPE, "8", "must be a list of whole numbers; received '8'"),
        (Regularizer(help=""), {"l3": 1}, 'must be an object like {"l1": 0.0, "l2": 0.01}; received {\'l3\': 1}'),
        (FieldName(help=""), 3, "must be the name of a field; received 3"),
        (WORD, "x" * 100, "must be one word; received '" + "x" * 56 + "..."),
    ],
)
def test_a_value_of_another_type_is_refused(parameter: Parameter[Any], value: object, message: str) -> None:
    with pytest.raises(WrongType) as refused:
        parameter.read(value)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("parameter", "value", "fault"),
    [
        (WHOLE, 1, None),
        (WHOLE, 9, None),
        (WHOLE, 0, "must be at least 1; received 0"),
        (WHOLE, 10, "must be at most 9; received 10"),
        (SHARE, 0.0, None),
        (SHARE, 1.0, "must be below 1; received 1"),
        (RATE, 0.0, "must be above 0; received 0"),
        (WORD, "c", "must be one of a, b; received 'c'"),
        (SIZES, (1, 11), "must be from 1 to 10; received 11"),
        (SHAPE, (), "must have 1 to 4 sizes; received 0"),
        (SHAPE, (-1, -1), "must have at most one -1; received 2"),
        (SHAPE, (0, 3), "must have sizes of at least 1; received 0"),
        (Regularizer(help=""), Penalty(0.0, -1.0), "must have l2 of at least 0; received -1"),
    ],
)
def test_a_bound_that_is_broken_is_told_in_words(parameter: Parameter[Any], value: Any, fault: str | None) -> None:
    assert parameter.fault(value) == fault
