"""How optimizers go down a function of two weights: the pictures of their lessons are made of the very update."""

from collections.abc import Callable
from math import copysign, sqrt

from graphbuilder.sketches import Points, Sketch, descent

Kept = dict[str, float]
Update = Callable[[float, float, Kept], float]
"""Of a weight, its gradient, and what is kept of it from step to step (zeros at first): the weight after the step."""


Gradient = Callable[[float, float], tuple[float, float]]


def way_down(update: Update, steps: int = 24) -> Points:
    """Where an optimizer goes on a long bowl, f(x, y) = x² / 20 + y²."""
    return way_on(long_bowl, (-9.0, 2.2), update, steps)


def way_on(gradient: Gradient, start: tuple[float, float], update: Update, steps: int) -> Points:
    """Where an optimizer goes on a function of this gradient; not on from where a weight is beyond a million."""
    x, y = start
    of_x, of_y = Kept.fromkeys("vsmdt", 0.0), Kept.fromkeys("vsmdt", 0.0)
    way = [(x, y)]
    for _ in range(steps):
        of_x_y = gradient(x, y)
        x, y = update(x, of_x_y[0], of_x), update(y, of_x_y[1], of_y)
        if not max(abs(x), abs(y)) < 1e6:
            break
        way.append((x, y))
    return way


def long_bowl(x: float, y: float) -> tuple[float, float]:
    return x / 10, 2 * y


def sgd(w: float, g: float, kept: Kept, *, rate: float = 0.88) -> float:
    return w - rate * g


def momentum(w: float, g: float, kept: Kept, *, rate: float = 0.3, share: float = 0.75) -> float:
    kept["v"] = share * kept["v"] - rate * g
    return w + kept["v"]


def nesterov(w: float, g: float, kept: Kept, *, rate: float = 0.3, share: float = 0.75) -> float:
    kept["v"] = share * kept["v"] - rate * g
    return w + share * kept["v"] - rate * g


def adagrad(w: float, g: float, kept: Kept) -> float:
    kept["s"] += g * g
    return w - 1.6 * g / sqrt(kept["s"] + 1e-7)


def adadelta(w: float, g: float, kept: Kept) -> float:
    kept["s"] = 0.9 * kept["s"] + 0.1 * g * g
    step = sqrt(kept["d"] + 0.05) / sqrt(kept["s"] + 0.05) * g
    kept["d"] = 0.9 * kept["d"] + 0.1 * step * step
    return w - step


def rmsprop(w: float, g: float, kept: Kept, *, rate: float = 0.42, rho: float = 0.9) -> float:
    kept["s"] = rho * kept["s"] + (1 - rho) * g * g
    return w - rate * g / sqrt(kept["s"] + 1e-7)


def adam(w: float, g: float, kept: Kept, *, rate: float = 0.55, beta_1: float = 0.8, beta_2: float = 0.95) -> float:
    kept["t"] += 1
    kept["m"], kept["v"] = beta_1 * kept["m"] + (1 - beta_1) * g, beta_2 * kept["v"] + (1 - beta_2) * g * g
    mean, square = kept["m"] / (1 - beta_1 ** kept["t"]), kept["v"] / (1 - beta_2 ** kept["t"])
    step: float = rate * mean / (sqrt(square) + 1e-7)
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
