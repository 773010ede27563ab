"""The field's numbers are those of scikit-learn, for answers of every kind: unsure, equal, never given, all of one."""

import numpy as np
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from graphbuilder import evaluation

RANDOM = np.random.default_rng(3)
RIGHT = RANDOM.choice(6, 400, p=[0.4, 0.3, 0.15, 0.1, 0.05, 0.0])
"""The last class is never right, and the last but one is never answered."""
TOLD = np.where(RANDOM.random(400) < 0.6, RIGHT, RANDOM.choice([0, 1, 2, 3, 5], 400))
TOLD[TOLD == 4] = 0


def test_scores_of_classes_are_those_of_the_classification_report() -> None:
    scores = evaluation.of_classes(metrics.confusion_matrix(RIGHT, TOLD))
    report = metrics.classification_report(RIGHT, TOLD, output_dict=True, zero_division=0)
    means = {"macro avg": evaluation.macro(scores), "weighted avg": evaluation.weighted(scores)}
    for name, one in {**{str(place): one for place, one in enumerate(scores)}, **means}.items():
        assert one
        told = {"precision": one.precision, "recall": one.recall, "f1-score": one.f1, "support": one.support}
        assert told == pytest.approx(report[name])
    assert [one and one.iou for one in scores] == pytest.approx(metrics.jaccard_score(RIGHT, TOLD, average=None))


def test_a_class_that_is_nowhere_counts_in_no_mean() -> None:
    counts = np.zeros((8, 8), int)
    counts[:6, :6] = metrics.confusion_matrix(RIGHT, TOLD)
    scores, without = evaluation.of_classes(counts), evaluation.of_classes(counts[:6, :6])
    assert scores[6:] == [None, None]
    assert evaluation.macro(scores) == evaluation.macro(without)
    assert evaluation.weighted([None, None]) is None


def test_scores_of_names_are_those_of_several_answers_at_once() -> None:
    right, told = RANDOM.random((2, 300, 4)) < [0.5, 0.3, 0.1, 0.0]
    told[:, 3] = RANDOM.random(300) < 0.1
    counts = [[(r & t).sum(), (r & ~t).sum(), (t & ~r).sum()] for r, t in zip(right.T, told.T, strict=True)]
    scores = evaluation.of_names(counts)
    report = metrics.classification_report(right, told, output_dict=True, zero_division=0)
    assert [one and one.f1 for one in scores] == pytest.approx([report[str(place)]["f1-score"] for place in range(4)])
    means = [evaluation.macro(scores), evaluation.weighted(scores)]
    told_means = [report[f"{name} avg"]["precision"] for name in ("macro", "weighted")]
    assert [one and one.precision for one in means] == pytest.approx(told_means)


@pytest.mark.parametrize("digits", [9, 1, 0], ids=["unlike", "with ties", "all alike or at the ends"])
@pytest.mark.parametrize("share", [0.5, 0.02])
def test_curves_and_their_areas_are_those_of_scikit_learn(digits: int, share: float) -> None:
    is_one = RANDOM.random(500) < share
    scores = np.round(np.clip(0.3 * is_one + RANDOM.random(500), 0, 1), digits)
    roc, curve = evaluation.roc(is_one, scores), evaluation.precision_recall(is_one, scores)
    assert roc and curve
    falses, hits, _ = metrics.roc_curve(is_one, scores, drop_intermediate=False)
    assert np.allclose([roc.x, roc.y], [falses, hits])
    precision, recall, _ = metrics.precision_recall_curve(is_one, scores)
    assert np.allclose([curve.x, curve.y], [recall[::-1], precision[::-1]])
    assert roc.area == pytest.approx(metrics.roc_auc_score(is_one, scores))
    assert curve.area == pytest.approx(metrics.average_precision_score(is_one, scores))


def test_where_a_class_is_nowhere_or_everywhere_there_is_no_curve() -> None:
    scores = np.array([0.1, 0.9])
    assert evaluation.roc(np.array([False, False]), scores) is evaluation.roc(np.array([True, True]), scores) is None
    assert evaluation.precision_recall(np.array([False, False]), scores) is None
    assert evaluation.roc(np.zeros(0, bool), np.zeros(0)) is None


def test_a_thinned_curve_keeps_its_ends_its_area_and_its_course() -> None:
    is_one = RANDOM.random(20_000) < 0.3
    curve = evaluation.roc(is_one, RANDOM.random(20_000) + 0.4 * is_one)
    assert curve
    thin = curve.thinned(50)
    assert len(thin.x) <= 50 and thin.area == curve.area
    assert (thin.x[0], thin.y[0], thin.x[-1], thin.y[-1]) == (0, 0, 1, 1)
    assert np.trapezoid(thin.y, thin.x) == pytest.approx(curve.area, abs=1e-3)


def test_calibration_is_that_of_scikit_learn_and_its_error_the_formula() -> None:
    sure = np.append(np.round(RANDOM.random(700), 2), [0.0, 1.0, 0.1, 0.3])  # on the edges, too
    right = RANDOM.random(704) < sure**2
    told = evaluation.calibration(sure, right)
    assert told
    shares, means = calibration_curve(right, sure, n_bins=10)
    assert [share for _, share, _ in told.bins] == pytest.approx(shares)
    assert [mean for mean, _, _ in told.bins] == pytest.approx(means)
    assert sum(rows for *_, rows in told.bins) == 704
    weights = [rows / 704 for *_, rows in told.bins]
    assert told.error == pytest.approx(sum(weights * np.abs(shares - means)))
    assert evaluation.calibration(np.zeros(0), np.zeros(0)) is None
