"""The paths of trainings on a plane through the space of their weights, and the loss all over that plane.

As Li et al. do it in "Visualizing the Loss Landscape of Neural Nets" (2018): the plane lies along the two directions in
which the weights moved most, which are the first principal components of all snapshots.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from graphbuilder.compiler import Arrays, inputs_of, split, targets_of, values_of, weights_of
from graphbuilder.plan import Plan
from graphbuilder.training.budget import rows_within
from graphbuilder.training.scores import Judge

ROWS = 512
"""Of the training part, at most, that the loss is taken over."""
SIDE, LEAST_SIDE = 25, 9
"""Places along a side of the plane."""
SECONDS = 10.0
"""What the losses may take; a slow network gets fewer places."""
BYTES = 256_000_000
"""Of all snapshots that the plane is laid through."""
MOST_STEPS = 30
"""Of one run."""
_MARGIN, _SLIMMEST = 0.25, 0.3
_ROWS_BYTES = 200_000_000

Weights = Sequence["np.ndarray[Any, Any]"]


class NoPlane(ValueError):
    """These weights have no plane; says why."""


@dataclass(frozen=True)
class Plane:
    """middle and the two axes of length 1: of each array of weights its part. at: (snapshots, 2), where each lies, in
    units of the weights. shares: of the variance of the snapshots that each axis holds."""

    middle: list["np.ndarray[Any, Any]"]
    axes: tuple[list["np.ndarray[Any, Any]"], list["np.ndarray[Any, Any]"]]
    at: "np.ndarray[Any, Any]"
    shares: tuple[float, float]

    def weights(self, x: float, y: float) -> list["np.ndarray[Any, Any]"]:
        """The weights at a place."""
        return [middle + x * one + y * other for middle, one, other in zip(self.middle, *self.axes, strict=True)]


def plane(snapshots: Sequence[Weights]) -> Plane:
    """The plane through these weights along their first two principal components.

    Found by the products of the snapshots with each other, of which there are few however many weights there are.
    Raises NoPlane where they do not span one.
    """
    if len(snapshots) < 3:
        raise NoPlane("A plane takes the weights of three steps at least.")
    arrays = [np.stack(one).astype("float64") for one in zip(*snapshots, strict=True)]
    middle = [one.mean(axis=0) for one in arrays]
    apart = [(one - mean).reshape(len(snapshots), -1) for one, mean in zip(arrays, middle, strict=True)]
    variances, vectors = np.linalg.eigh(sum(one @ one.T for one in apart))
    variances, vectors = np.clip(variances[::-1], 0, None), vectors[:, ::-1]
    if not variances[1] > 1e-12 * variances[0]:
        raise NoPlane("These weights moved along one line, or not at all, so they lie in no plane.")
    lengths = np.sqrt(variances[:2])
    first, second = (
        [(vectors[:, axis] @ one).reshape(mean.shape) / lengths[axis] for one, mean in zip(apart, middle, strict=True)]
        for axis in (0, 1)
    )
    shares = variances[:2] / variances.sum()
    return Plane(middle, (first, second), vectors[:, :2] * lengths, (float(shares[0]), float(shares[1])))


def some_of(steps: Sequence[int], most: int) -> list[int]:
    """So many of these at most, the first and the last among them."""
    places = np.unique(np.linspace(0, len(steps) - 1, min(most, len(steps))).round().astype(int)) if steps else ()
    return [steps[place] for place in places]


def landscape(
    model: keras.Model,
    plan: Plan,
    data: Arrays,
    paths: Sequence[tuple[str, Sequence[tuple[int, Weights]]]],
    signs: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """As JSON values: "x" and "y" of the grid and "losses", a row for each y; "shares" of the plane's axes; "rows" that
    the loss is taken over; and of each run its "steps", where they are ("at"), and the "losses" there, by all
    their weights. paths: by run, of each step that is kept its weights as `get_weights` has them.

    What is not trained, such as moving means, stays on the plane as the first run left it. signs: called between the
    losses. Raises NoPlane where there is none.
    """
    shapes = [tuple(one.shape) for one in model.weights]
    if any([one.shape for one in weights] != shapes for _, path in paths for _, weights in path):
        raise NoPlane("These runs have networks of different sizes, so they have no plane in common.")
    paths = [(run, [one for one in path if all(np.isfinite(array).all() for array in one[1])]) for run, path in paths]
    paths = [(run, path) for run, path in paths if path]
    trained = {id(one) for one in model.trainable_variables}
    places = [place for place, one in enumerate(model.weights) if id(one) in trained]
    found = plane([[weights[place] for place in places] for _, path in paths for _, weights in path])
    train = split(plan, data)[0]
    most = rows_within(_ROWS_BYTES, values_of(model, plan).values(), ROWS)
    rows = np.sort(np.random.default_rng(plan.seed).permutation(train)[:most])
    judge = Judge(model, plan, inputs_of(plan, data, rows), targets_of(plan, data, rows), weights_of(plan, data, rows))

    def loss() -> float | None:
        signs()
        value = judge.loss()
        return value if math.isfinite(value) else None

    told, before = [], 0
    for run, path in paths:
        at = found.at[before : before + len(path)]
        before += len(path)
        told.append({"run": run, "steps": [step for step, _ in path], "at": at.tolist(), "losses": []})
    began = 0.0
    for one, (_, path) in zip(told, paths, strict=True):
        for _, weights in path:
            model.set_weights(weights)
            one["losses"].append(loss())
            began = began or time.monotonic()  # the first one is traced
    count = before - 1
    side = _side((time.monotonic() - began) / count)
    xs, ys = _reach(found.at, side)
    model.set_weights(paths[0][1][-1][1])
    losses: list[list[float | None]] = []
    for y in ys:
        losses.append([])
        for x in xs:
            for variable, value in zip((model.weights[place] for place in places), found.weights(x, y), strict=True):
                variable.assign(value.astype(variable.dtype))
            losses[-1].append(loss())
    return {
        "x": xs.tolist(), "y": ys.tolist(), "losses": losses, "shares": list(found.shares), "rows": len(rows),
        "runs": told,
    }  # fmt: skip


def _side(seconds: float) -> int:
    """Places along a side, where the loss at one takes so long."""
    return max(LEAST_SIDE, min(SIDE, int(math.sqrt(SECONDS / max(seconds, 1e-9)))))


def _reach(at: "np.ndarray[Any, Any]", side: int) -> tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]:
    """The places of a grid that reaches a little beyond these, and is not too slim."""
    low, high = at.min(axis=0), at.max(axis=0)
    spans = np.maximum(high - low, _SLIMMEST * (high - low).max()) * (1 + 2 * _MARGIN)
    xs, ys = (np.linspace(m - s / 2, m + s / 2, side) for m, s in zip((low + high) / 2, spans, strict=True))
    return xs, ys
