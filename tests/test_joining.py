"""What several networks answer together, held to scikit-learn and NumPy."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import AdaBoostClassifier, BaggingClassifier, GradientBoostingRegressor
from sklearn.metrics import accuracy_score, r2_score
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from graphbuilder.training.joining import of_classes, of_values, residuals, samme, voted

FLOWERS, KINDS = load_iris(return_X_y=True)
PATIENTS, PROGRESS = load_diabetes(return_X_y=True)


def test_boosting_by_votes_is_that_of_scikit_learn() -> None:
    known = AdaBoostClassifier(DecisionTreeClassifier(max_depth=1), n_estimators=8, random_state=0)
    known.fit(FLOWERS, KINDS)
    answers = np.array([one.predict(FLOWERS) for one in known.estimators_]).astype(int)
    weights, counts = np.full(len(KINDS), 1 / len(KINDS)), []
    for answer, error in zip(answers, known.estimator_errors_, strict=False):
        weights, count, mine = samme(weights, answer != KINDS, 3)
        assert mine == pytest.approx(error)
        counts.append(count)
    assert counts == pytest.approx(list(known.estimator_weights_[: len(counts)]))
    assert np.array_equal(voted(answers, counts, 3), known.predict(FLOWERS))
    told = of_classes(np.eye(3)[answers], KINDS, counts)
    assert told["joint"] == pytest.approx(known.score(FLOWERS, KINDS))
    assert told["first"] == pytest.approx([*known.staged_score(FLOWERS, KINDS)])


def test_a_member_without_mistakes_or_no_better_than_chance_ends_the_boosting() -> None:
    weights = np.full(4, 0.25)
    assert samme(weights, np.zeros(4, bool), 3)[1:] == (1.0, 0.0)
    assert samme(weights, np.array([True, True, True, False]), 3)[1] == 0.0
    assert samme(weights, np.array([True, True, False, False]), 2)[1] == 0.0
    assert samme(weights, np.array([True, True, False, False]), 3)[1] == pytest.approx(np.log(2))


def test_boosting_amounts_is_that_of_scikit_learn() -> None:
    told = {"max_depth": 2, "random_state": 0}
    known = GradientBoostingRegressor(n_estimators=5, learning_rate=0.5, init="zero", **told)
    known.fit(PATIENTS, PROGRESS)
    answers: list[np.ndarray] = []
    for _ in range(5):
        left = residuals(PROGRESS, answers, 0.5)
        answers.append(DecisionTreeRegressor(**told).fit(PATIENTS, left).predict(PATIENTS))
    found = of_values(np.array(answers), PROGRESS, 0.5)
    assert found["joint"] == pytest.approx(known.score(PATIENTS, PROGRESS))
    assert found["first"] == pytest.approx([r2_score(PROGRESS, one) for one in known.staged_predict(PATIENTS)])
    assert found["single"] == []


def test_bagging_is_that_of_scikit_learn() -> None:
    known = BaggingClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=6, random_state=3).fit(FLOWERS, KINDS)
    sure = np.array([one.predict_proba(FLOWERS) for one in known.estimators_])
    told = of_classes(sure, KINDS)
    assert told["joint"] == pytest.approx(known.score(FLOWERS, KINDS))
    assert told["single"] == pytest.approx([accuracy_score(KINDS, one.argmax(axis=1)) for one in sure])


def test_disagreement_and_spread() -> None:
    sure = np.array([[[0.9, 0.1], [0.8, 0.2]], [[0.7, 0.3], [0.4, 0.6]]])
    told = of_classes(sure, np.array([0, 0]))
    assert (told["single"], told["joint"], told["disagreement"]) == ([1.0, 0.5], 1.0, 0.5)
    assert told["spread"] == pytest.approx((0.1 + 0.2) / 2)


def test_amounts_are_averaged() -> None:
    right = np.array([[1.0], [2.0], [4.0]])
    values = np.array([right - 1, right + 1])
    told = of_values(values, right)
    assert (told["joint"], told["spread"]) == (1.0, 1.0)
    assert told["single"] == pytest.approx([r2_score(right, one) for one in values])
    assert of_values(values, np.ones((3, 1)))["joint"] is None
