"""A network in an address."""

import base64
import zlib

import pytest

from graphbuilder import editing
from graphbuilder.features import FEATURES, set_features
from graphbuilder.hidden import set_hidden_layers
from graphbuilder.linked import MOST_LETTERS, Unreadable, of_word, to_word
from graphbuilder.templates import template

PLAYGROUND = template("playground")
WORD = to_word(PLAYGROUND) or ""


def packed(text: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text)).decode().rstrip("=")


def test_every_setting_comes_back() -> None:
    document = set_hidden_layers(set_features(PLAYGROUND, [*FEATURES]), 6)
    document = editing.set_data_option(editing.set_data(document, "spirals"), "noise", 0.3)
    document = editing.set_parameter(document, "n2", "kernel_regularizer", {"l1": 0.0, "l2": 0.001})
    document = editing.set_training(document, "seed", 7)
    word = to_word(document)
    assert word and len(word) < MOST_LETTERS / 2
    assert word.replace("-", "").replace("_", "").isalnum(), "an address has it as it is"
    assert of_word(word) == document


def test_as_many_points_as_one_can_place_fit() -> None:
    rows = [[round(i * 0.01113, 4), round(-i * i * 0.0000317, 4), i % 2] for i in range(180)]
    document = editing.set_data_option(editing.set_data(PLAYGROUND, "drawn"), "points", rows)
    word = to_word(document)
    assert word
    assert of_word(word) == document


def test_what_is_too_large_has_no_word() -> None:
    many = PLAYGROUND
    for place in range(400):
        many = editing.add(many, f"a{place * 7919}", "Dense", (place * 1.37, place * 3.1), {"units": place + 1})
    assert to_word(many) is None


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("", "cut short"), ("a", "no network"), ("ä", "no network"), (WORD[:-20], "cut short"), ("%%%", "no network"),
        (WORD[:40] + "A" + WORD[41:], "no network"), (packed(b"{}"), "cannot be read"), (packed(b"[1]"), "cannot be"),
        (packed(b" " * 300_000), "too much"), ("A" * (MOST_LETTERS + 1), "at most 4,000"),
    ],
)  # fmt: skip
def test_what_is_no_word_is_refused_in_words(word: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        of_word(word)
