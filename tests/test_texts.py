"""What a text may hold, and how it is put into a sentence."""

import pytest

from graphbuilder.texts import a


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
