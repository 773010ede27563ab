"""How optimizers go down a long bowl: the pictures of their lessons are made of the very update."""

from collections.abc import Callable
from math import copysign, sqrt

from graphbuilder.sketches import Points, Sketch, descent

Kept = dict[str, float]
Update = Callable[[float, float, Kept], float]
"""Of a weight, its gradient, and what is kept of it from step to step (zeros at first): the weight after the step."""


def way_down(update: Update, steps: int = 24) -> Points:
    """Where an optimizer goes on f(x, y) = x² / 20 + y², whose gradient is (x / 10, 2 y)."""
    x, y = -9.0, 2.2
    of_x, of_y = Kept.fromkeys("vsmdt", 0.0), Kept.fromkeys("vsmdt", 0.0)
    way = [(x, y)]
    for _ in range(steps):
        x, y = update(x, x / 10, of_x), update(y, 2 * y, of_y)
        way.append((x, y))
    return way


def sgd(w: float, g: float, kept: Kept) -> float:
    return w - 0.88 * g


def momentum(w: float, g: float, kept: Kept) -> float:
    kept["v"] = 0.75 * kept["v"] - 0.3 * g
    return w + kept["v"]


def nesterov(w: float, g: float, kept: Kept) -> float:
    kept["v"] = 0.75 * kept["v"] - 0.3 * g
    return w + 0.75 * kept["v"] - 0.3 * g


def adagrad(w: float, g: float, kept: Kept) -> float:
    kept["s"] += g * g
    return w - 1.6 * g / sqrt(kept["s"] + 1e-7)


def adadelta(w: float, g: float, kept: Kept) -> float:
    kept["s"] = 0.9 * kept["s"] + 0.1 * g * g
    step = sqrt(kept["d"] + 0.05) / sqrt(kept["s"] + 0.05) * g
    kept["d"] = 0.9 * kept["d"] + 0.1 * step * step
    return w - step


def rmsprop(w: float, g: float, kept: Kept) -> float:
    kept["s"] = 0.9 * kept["s"] + 0.1 * g * g
    return w - 0.42 * g / sqrt(kept["s"] + 1e-7)


def adam(w: float, g: float, kept: Kept) -> float:
    kept["t"] += 1
    kept["m"], kept["v"] = 0.8 * kept["m"] + 0.2 * g, 0.95 * kept["v"] + 0.05 * g * g
    mean, square = kept["m"] / (1 - 0.8 ** kept["t"]), kept["v"] / (1 - 0.95 ** kept["t"])
    step: float = 0.55 * mean / (sqrt(square) + 1e-7)
    return w - step


def adamw(w: float, g: float, kept: Kept) -> float:
    return adam(w, g, kept) - 0.55 * 0.05 * w


def nadam(w: float, g: float, kept: Kept) -> float:
    kept["t"] += 1
    kept["m"], kept["v"] = 0.8 * kept["m"] + 0.2 * g, 0.95 * kept["v"] + 0.05 * g * g
    ahead = 0.8 * kept["m"] / (1 - 0.8 ** (kept["t"] + 1)) + 0.2 * g / (1 - 0.8 ** kept["t"])
    step: float = 0.55 * ahead / (sqrt(kept["v"] / (1 - 0.95 ** kept["t"])) + 1e-7)
    return w - step


def adamax(w: float, g: float, kept: Kept) -> float:
    kept["t"] += 1
    kept["m"], kept["s"] = 0.8 * kept["m"] + 0.2 * g, max(0.95 * kept["s"], abs(g))
    step: float = 0.6 * kept["m"] / (1 - 0.8 ** kept["t"]) / (kept["s"] + 1e-7)
    return w - step


def lamb(w: float, g: float, kept: Kept) -> float:
    """Of a layer that is one weight, each step is a share of it."""
    kept["t"] += 1
    kept["m"] = 0.6 * kept["m"] + 0.4 * g
    return w - 0.16 * abs(w) * copysign(1.0, kept["m"])


def lion(w: float, g: float, kept: Kept) -> float:
    step = copysign(0.42, 0.5 * kept["m"] + 0.5 * g)
    kept["m"] = 0.6 * kept["m"] + 0.4 * g
    return w - step


def ftrl(w: float, g: float, kept: Kept) -> float:
    before, kept["s"] = kept["s"] or 0.1, (kept["s"] or 0.1) + g * g
    kept["d"] += g - (sqrt(kept["s"]) - sqrt(before)) / 1.6 * w
    return -kept["d"] * 1.6 / sqrt(kept["s"])


def picture(title: str, update: Update) -> Sketch:
    told = f"{title}: its way to the lowest point; dashed, that of plain gradient descent"
    return descent(told, way_down(update), way_down(sgd))
