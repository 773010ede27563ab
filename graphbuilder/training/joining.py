"""Several networks as one: what they answer together, how far each is from that, and what the next of a row of boosted
ones learns from."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]


# Boosting


def samme(weights: Numbers, wrong: Numbers, classes: int) -> tuple[Numbers, float, float]:
    """One step of AdaBoost for several classes: how much each row counts for the next member, how much this member
    counts in the vote, and its share of mistakes, by the weights that it learned with.

    weights: of the rows, of sum 1. wrong: whether the member mistakes each. A member without mistakes counts 1 and
    leaves the weights alone; one that is no better than chance counts 0.

    Zhu, J., Zou, H., Rosset, S. and Hastie, T. (2009). Multi-class AdaBoost. Statistics and Its Interface 2, 349-360,
    algorithm 2 (SAMME): alpha = log((1 - err) / err) + log(K - 1), w <- w exp(alpha [mistaken]).
    """
    error = float(weights[wrong].sum() / weights.sum())
    if error <= 0:
        return weights, 1.0, 0.0
    if error >= 1 - 1 / classes:
        return weights, 0.0, error
    alpha = float(np.log((1 - error) / error) + np.log(classes - 1))
    raised = np.where(wrong, weights * np.exp(alpha), weights)
    return raised / raised.sum(), alpha, error


def residuals(right: Numbers, answers: Sequence[Numbers], rate: float) -> Numbers:
    """What the next member learns where the target is an amount: what is left of it behind the members so far.

    Friedman, J. H. (2001). Greedy function approximation: a gradient boosting machine. Annals of Statistics 29,
    1189-1232, algorithm 2 (LS_Boost): the negative gradient of the squared error is y - F(x); each F adds rate times
    what a member answers.
    """
    so_far: Numbers = np.sum([np.zeros_like(right), *answers], axis=0)
    return right - rate * so_far


# Answers


def voted(answers: Numbers, counts: Sequence[float], classes: int) -> Numbers:
    """The class that has most votes on each row, a member's vote counting as said. answers: (members, rows)."""
    votes = np.zeros((answers.shape[1], classes))
    for answer, count in zip(answers, counts, strict=True):
        votes[np.arange(len(answer)), answer] += count
    return votes.argmax(axis=1)  # type: ignore[no-any-return]


def of_classes(sure: Numbers, right: Numbers, counts: Sequence[float] | None = None) -> dict[str, Any]:
    """Accuracy of each member and of all together, as JSON values.

    sure: (members, rows, classes), probabilities. counts: of members that vote, as boosted ones do; without them the
    mean of the probabilities answers (Breiman, 1996, averages class probabilities as well as votes).
    first: of the first members together, ever more. disagreement: the share of rows on which two members answer
    otherwise, in the mean of all pairs (Kuncheva and Whitaker, 2003). spread: the standard deviation over members of
    how sure they are of what all answer, in the mean of the rows.
    """
    answers = sure.argmax(axis=2)
    members, _, classes = sure.shape
    together = [
        voted(answers[:count], counts[:count], classes) if counts else sure[:count].mean(axis=0).argmax(axis=1)
        for count in range(1, members + 1)
    ]
    pairs = [float((one != other).mean()) for one, other in combinations(answers, 2)]
    of_joint = np.take_along_axis(sure, together[-1][None, :, None], axis=2)[:, :, 0]
    return {
        "score": "accuracy",
        "rows": len(right),
        "single": [float((one == right).mean()) for one in answers],
        "first": [float((one == right).mean()) for one in together],
        "joint": float((together[-1] == right).mean()),
        "disagreement": float(np.mean(pairs)) if pairs else 0.0,
        "spread": float(of_joint.std(axis=0).mean()),
    }


def of_values(values: Numbers, right: Numbers, rate: float | None = None) -> dict[str, Any]:
    """R² of each member and of all together, as JSON values; None where it is not defined.

    values: (members, rows, ...). rate: of members that were boosted, each on what those before it left: all together
    is their sum, and one alone answers nothing. Else it is the mean. spread: the standard deviation over members, in
    the mean of the rows.
    """
    members = len(values)
    firsts = range(1, members + 1)
    if rate is None:
        together = [values[:count].mean(axis=0) for count in firsts]
    else:
        together = [rate * values[:count].sum(axis=0) for count in firsts]
    return {
        "score": "r2",
        "rows": len(right),
        "single": [] if rate is not None else [_r2(one, right) for one in values],
        "first": [_r2(one, right) for one in together],
        "joint": _r2(together[-1], right),
        "disagreement": None,
        "spread": None if rate is not None else float(values.std(axis=0).mean()),
    }


def _r2(answered: Numbers, right: Numbers) -> float | None:
    """1 - Σ missed / Σ spread over all columns, as `scores.explained` has it."""
    flat, truth = (np.asarray(one, float).reshape(len(right), -1) for one in (answered, right))
    spread = ((truth - truth.mean(axis=0)) ** 2).sum(axis=0)
    varied = spread > 0
    if not varied.any():
        return None
    return float(1 - ((flat - truth) ** 2).sum(axis=0)[varied].sum() / spread[varied].sum())
