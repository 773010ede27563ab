"""A column that alone tells the answer is found by what was measured, and what only goes with it is not."""

import numpy as np

from graphbuilder.fields import Field
from graphbuilder.training.giveaway import giveaway

RANDOM = np.random.default_rng(3)
PRICE, KIND = Field("price", "number", (1,)), Field("kind", "class", (), classes=("a", "b", "c"))


def test_a_copy_of_an_amount_is_told_whatever_its_unit_and_its_scale() -> None:
    size = RANDOM.uniform(30, 250, 300)
    price = 2000 * size + RANDOM.normal(0, 30_000, 300)
    assert giveaway({"size": size, "asked": 1.02 * price}, price, PRICE) == "asked"
    assert giveaway({"size": size, "log": np.log(price - price.min() + 1)}, price, PRICE) == "log"
    assert giveaway({"size": size, "taxed": np.round(0.19 * price, -2)}, price, PRICE) == "taxed"


def test_what_goes_with_an_amount_or_is_all_there_is_gives_nothing_away() -> None:
    size = RANDOM.uniform(30, 250, 300)
    price = 2000 * size + RANDOM.normal(0, 9_000, 300)
    assert giveaway({"size": size, "way": RANDOM.uniform(0, 9, 300)}, price, PRICE) is None
    assert giveaway({"x": size}, 2 * size + 1, PRICE) is None, "to find the rule is the task"
    assert giveaway({"x": np.zeros(300), "y": size}, price, PRICE) is None


def test_a_code_of_the_class_is_told_and_a_word_that_mostly_goes_with_it_is_not() -> None:
    kind = RANDOM.integers(0, 3, 300)
    codes, words = np.array([10, 20, 30])[kind], np.array(["x", "y", "z"], object)[kind]
    size = RANDOM.normal(0, 1, 300)
    assert giveaway({"size": size, "code": codes}, kind, KIND) == "code"
    assert giveaway({"size": size, "word": words}, kind, KIND) == "word"
    mostly = np.where(RANDOM.random(300) < 0.05, RANDOM.integers(0, 3, 300), kind)
    assert giveaway({"size": size, "mostly": mostly}, kind, KIND) is None
    assert giveaway({"size": size, "row": np.arange(300)}, kind, KIND) is None, "each row has its own number"


def test_several_words_for_one_outcome_are_a_code_where_each_of_them_is_common() -> None:
    kind, size = RANDOM.integers(0, 2, 400), RANDOM.normal(0, 1, 400)
    notes = np.array([["closed", "rated", "none"], ["refund", "credit", "swap"]], object)
    note = notes[kind, RANDOM.integers(0, 3, 400)]
    assert giveaway({"size": size, "note": note}, kind, KIND) == "note"
    assert giveaway({"size": size, "note": np.unique(note.astype(str), return_inverse=True)[1]}, kind, KIND) is None
    rare = np.array([f"{word}{place}" for place, word in enumerate(note)], object)
    assert giveaway({"size": size, "name": rare}, kind, KIND) is None, "each row has its own word"


def test_a_class_that_was_made_of_a_column_by_bounds_is_told() -> None:
    points, size = RANDOM.normal(50, 15, 400), RANDOM.normal(0, 1, 400)
    mark = (points > 45).astype(int) + (points > 62)
    assert giveaway({"size": size, "points": points}, mark, KIND) == "points"
    reminders = np.where(mark == 1, RANDOM.integers(3, 9, 400), RANDOM.integers(0, 3, 400))
    assert giveaway({"size": size, "reminders": reminders}, (mark == 1).astype(int), KIND) == "reminders"
    assert giveaway({"size": size, "grainy": mark + RANDOM.normal(0, 0.03, 400)}, mark, KIND) == "grainy"


def test_clouds_that_lie_apart_by_nature_give_nothing_away() -> None:
    kind, size = RANDOM.integers(0, 2, 600), RANDOM.normal(0, 1, 600)
    for apart in (3, 5, 6, 7, 9, 14):
        assert giveaway({"size": size, "x": apart * kind + RANDOM.normal(0, 1, 600)}, kind, KIND) is None, apart
    noisy = RANDOM.normal(0, 1, 600)
    assert giveaway({"size": size, "always": np.zeros(600)}, kind, KIND) is None
    assert giveaway({"size": size, "x": noisy}, (noisy + 0.1 * size > 0).astype(int), KIND) is None
