"""Folds, each trained in a run of its own, and what they say together."""

import numpy as np
import pytest

from graphbuilder import editing
from graphbuilder.document import Document
from graphbuilder.records.folds import each_fold, taken_together
from graphbuilder.templates import template


def folded(folds: int = 5) -> Document:
    return editing.set_split(template("lenet"), "folds", folds)


def test_each_fold_is_the_document_with_another_part_for_validation() -> None:
    made = each_fold(folded(4))
    assert [one.data.split["fold"] for one in made] == [1, 2, 3, 4]
    assert len({one.model_copy(update={"data": folded(4).data}).model_dump_json() for one in made}) == 1
    assert len(each_fold(template("lenet"))) == 1


def test_the_mean_and_the_spread_are_those_of_numpy() -> None:
    scores = [0.91, 0.95, 0.93, 0.99, 0.90]
    runs = [(one, {"val_accuracy": score}) for one, score in zip(each_fold(folded()), scores, strict=True)]
    (told,) = taken_together(runs)
    assert (told.folds, told.trained) == (5, 5)
    assert told.scores["val_accuracy"] == pytest.approx((np.mean(scores), np.std(scores, ddof=1)))


def test_of_a_fold_that_was_trained_twice_the_newest_counts_and_other_networks_stand_apart() -> None:
    first, second, *_ = each_fold(folded())
    other = each_fold(editing.set_training(folded(), "epochs", 3))
    runs = [(first, {"val_loss": 1.0}), (second, {"val_loss": 2.0}), (first, {"val_loss": 9.0})]
    told = taken_together([*runs, (other[0], {"val_loss": 5.0}), (other[1], {"val_loss": 7.0})])
    assert [one.scores["val_loss"][0] for one in told] == [1.5, 6.0]


def test_one_fold_alone_and_runs_without_folds_say_nothing_together() -> None:
    runs = [(each_fold(folded())[0], {"val_loss": 1.0}), (template("lenet"), {"val_loss": 2.0})]
    assert taken_together(runs) == []
    unknown = [(one, {"val_loss": None}) for one in each_fold(folded())[:2]]
    assert taken_together(unknown)[0].scores == {}
