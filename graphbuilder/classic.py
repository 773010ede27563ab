"""The optimizers of trainings on two classic functions of two weights, from one start, by their own settings."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from inspect import signature
from typing import cast

import numpy as np

from graphbuilder.document import Training
from graphbuilder.optimizers import OPTIMIZERS, ways
from graphbuilder.sketches import Points

STEPS = 1000
_STOPS = 200
"""Of a way, as many are drawn, denser at the start."""
_SIDE = 60


@dataclass(frozen=True, slots=True)
class Surface:
    """A function of two weights. start: where all begin. low, high: corners of what is shown."""

    name: str
    title: str
    formula: str
    height: Callable[[float, float], float]
    gradient: ways.Gradient
    start: tuple[float, float]
    low: tuple[float, float]
    high: tuple[float, float]

    def grid(self) -> tuple[list[float], list[float], list[list[float]]]:
        """x, y, and a row of heights for each y."""
        x, y = (np.linspace(low, high, _SIDE).round(4).tolist() for low, high in zip(self.low, self.high, strict=True))
        return x, y, [[self.height(one, other) for one in x] for other in y]


SURFACES = (
    Surface(
        "bowl", "A long bowl", "x² / 20 + y²", lambda x, y: x * x / 20 + y * y, ways.long_bowl,
        (-2.0, 0.8), (-2.4, -1.0), (0.6, 1.0),
    ),
    Surface(
        "rosenbrock", "Rosenbrock's valley", "(1 − x)² + 5 (y − x²)²", lambda x, y: (1 - x) ** 2 + 5 * (y - x * x) ** 2,
        lambda x, y: (2 * (x - 1) - 20 * x * (y - x * x), 10 * (y - x * x)),
        (-1.2, 1.0), (-1.8, -0.8), (1.6, 2.2),
    ),
)  # fmt: skip


def update_of(training: Training) -> ways.Update | None:
    """The update of a training's optimizer by its settings; None of one that works on whole matrices. A schedule and a
    penalty play no part."""
    kind = OPTIMIZERS[training.optimizer]
    if kind.update is None:
        return None
    options = kind(training.options).params
    taken = {name: options[name] for name in signature(kind.update).parameters if name in options}
    decay, rate = (cast(float, options[name]) for name in ("weight_decay", "learning_rate"))
    decay = 0.0 if "weight_decay" in taken else decay
    update = partial(kind.update, **taken)
    return lambda w, g, kept: update(w * (1 - decay * rate), g, kept)


def stops(way: Points) -> list[tuple[int, float, float]]:
    """Some of a way's steps with where they are: denser at the start, the first and the last among them."""
    last = len(way) - 1
    return [(int(step), *way[step]) for step in np.unique((np.linspace(0, 1, _STOPS) ** 2 * last).round().astype(int))]
