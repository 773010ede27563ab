"""What a text may hold, and how it is put into a sentence."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuilder.texts import a, beginning_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80),
    lambda parts: st.lists(parts) | st.tuples(parts, parts) | st.dictionaries(st.text(max_size=80), parts),
)


@pytest.mark.parametrize(
    ("noun", "told"),
    [
        ("HDF5 file", "an HDF5 file"),
        ("JSON of Keras", "a JSON of Keras"),
        (".keras file", "a .keras file"),
        ("Python script", "a Python script"),
        ("Input", "an Input"),
        ("Hashing", "a Hashing"),
    ],
)
def test_a_noun_has_the_article_that_is_spoken(noun: str, told: str) -> None:
    assert a(noun) == told


@given(VALUES, st.integers(4, 60))
def test_the_beginning_of_a_value_is_that_of_the_whole_of_it(value: Any, longest: int) -> None:
    told = repr(value)
    assert beginning_of(value, longest) == (told if len(told) <= longest else f"{told[: longest - 3]}...")


def test_of_a_large_value_no_more_is_written_than_is_shown() -> None:
    written = []

    class One:
        def __repr__(self) -> str:
            written.append(self)
            return "1"

    assert beginning_of([[One()] * 1000] * 1000, 40).endswith("...")
    assert len(written) <= 40 * 40
