"""How optimizers go down a function of two weights: the pictures of their lessons are made of the very update.

An update takes the options of its optimizer by their names in Keras, and works as Keras' own (a test); its defaults are
of the picture. One that takes no `weight_decay` gets weights that are shrunk already."""

from collections.abc import Callable
from math import copysign, sqrt

from graphbuilder.sketches import Points, Sketch, descent

Kept = dict[str, float]
Update = Callable[..., float]
"""Of a weight, its gradient, and what is kept of it from step to step (zeros at first): the weight after the step."""


Gradient = Callable[[float, float], tuple[float, float]]


def way_down(update: Update, steps: int = 24) -> Points:
    """Where an optimizer goes on a long bowl, f(x, y) = x² / 20 + y²."""
    return way_on(long_bowl, (-9.0, 2.2), update, steps)


def way_on(gradient: Gradient, start: tuple[float, float], update: Update, steps: int) -> Points:
    """Where an optimizer goes on a function of this gradient; not on from where a weight is beyond a million, or no
    number comes out."""
    x, y = start
    of_x, of_y = Kept.fromkeys("vsmdt", 0.0), Kept.fromkeys("vsmdt", 0.0)
    way = [(x, y)]
    for _ in range(steps):
        of_x_y = gradient(x, y)
        try:
            x, y = update(x, of_x_y[0], of_x), update(y, of_x_y[1], of_y)
        except (ArithmeticError, ValueError):
            break
        if not max(abs(x), abs(y)) < 1e6:
            break
        way.append((x, y))
    return way


def long_bowl(x: float, y: float) -> tuple[float, float]:
    return x / 10, 2 * y


def sgd(w: float, g: float, kept: Kept, *, learning_rate: float = 0.88) -> float:
    return w - learning_rate * g


def momentum(w: float, g: float, kept: Kept, *, learning_rate: float = 0.3, momentum: float = 0.75) -> float:
    kept["v"] = momentum * kept["v"] - learning_rate * g
    return w + kept["v"]


def nesterov(w: float, g: float, kept: Kept, *, learning_rate: float = 0.3, momentum: float = 0.75) -> float:
    kept["v"] = momentum * kept["v"] - learning_rate * g
    return w + momentum * kept["v"] - learning_rate * g


def adagrad(
    w: float, g: float, kept: Kept, *, learning_rate: float = 1.6, initial_accumulator_value: float = 0.0,
    epsilon: float = 1e-7,
) -> float:  # fmt: skip
    kept["s"] = (kept["s"] if _steps(kept) > 1 else initial_accumulator_value) + g * g
    return w - learning_rate * g / sqrt(kept["s"] + epsilon)


def adadelta(
    w: float, g: float, kept: Kept, *, learning_rate: float = 1.0, rho: float = 0.9, epsilon: float = 0.05
) -> float:
    kept["s"] = rho * kept["s"] + (1 - rho) * g * g
    step = sqrt(kept["d"] + epsilon) / sqrt(kept["s"] + epsilon) * g
    kept["d"] = rho * kept["d"] + (1 - rho) * step * step
    return w - learning_rate * step


def rmsprop(
    w: float, g: float, kept: Kept, *, learning_rate: float = 0.42, rho: float = 0.9, momentum: float = 0.0,
    epsilon: float = 1e-7, centered: bool = False,
) -> float:  # fmt: skip
    kept["s"], kept["m"] = rho * kept["s"] + (1 - rho) * g * g, rho * kept["m"] + (1 - rho) * g
    square = kept["s"] + epsilon - (kept["m"] ** 2 if centered else 0.0)
    kept["v"] = momentum * kept["v"] + learning_rate * g / sqrt(square)
    return w - kept["v"]


def adam(
    w: float, g: float, kept: Kept, *, learning_rate: float = 0.55, beta_1: float = 0.8, beta_2: float = 0.95,
    epsilon: float = 1e-7, amsgrad: bool = False,
) -> float:  # fmt: skip
    steps = _steps(kept)
    mean, square = _means(g, kept, beta_1, beta_2)
    kept["d"] = max(kept["d"], square)
    rate = learning_rate * sqrt(_known(beta_2, steps)) / _known(beta_1, steps)
    return w - rate * mean / (sqrt(kept["d"] if amsgrad else square) + epsilon)


def adamw(w: float, g: float, kept: Kept) -> float:
    """Of the picture; elsewhere any optimizer shrinks weights alike."""
    return adam(w * (1 - 0.55 * 0.05), g, kept)


def nadam(
    w: float, g: float, kept: Kept, *, learning_rate: float = 0.55, beta_1: float = 0.8, beta_2: float = 0.95,
    epsilon: float = 1e-7,
) -> float:  # fmt: skip
    steps = _steps(kept)
    mean, square = _means(g, kept, beta_1, beta_2)
    now, later = (beta_1 * (1 - 0.5 * 0.96**step) for step in (steps, steps + 1))
    kept["d"] = now * (kept["d"] if steps > 1 else 1.0)
    ahead: float = later * mean / (1 - kept["d"] * later) + (1 - now) * g / (1 - kept["d"])
    return w - learning_rate * ahead / (sqrt(square / _known(beta_2, steps)) + epsilon)


def adamax(
    w: float, g: float, kept: Kept, *, learning_rate: float = 0.6, beta_1: float = 0.8, beta_2: float = 0.95,
    epsilon: float = 1e-7,
) -> float:  # fmt: skip
    steps = _steps(kept)
    kept["m"], kept["s"] = beta_1 * kept["m"] + (1 - beta_1) * g, max(beta_2 * kept["s"], abs(g))
    return w - learning_rate * kept["m"] / (_known(beta_1, steps) * (kept["s"] + epsilon))


def lamb(
    w: float, g: float, kept: Kept, *, learning_rate: float = 0.16, beta_1: float = 0.6, beta_2: float = 0.95,
    epsilon: float = 1e-7,
) -> float:  # fmt: skip
    """Of a layer that is one weight, each step is a share of it."""
    steps = _steps(kept)
    mean, square = _means(g, kept, beta_1, beta_2)
    step = mean / _known(beta_1, steps) / (sqrt(square / _known(beta_2, steps)) + epsilon)
    return w - learning_rate * step * (abs(w / step) if w and step else 1.0)


def schedule_free_adamw(
    w: float, g: float, kept: Kept, *, learning_rate: float, beta_1: float, beta_2: float, epsilon: float,
    warmup_steps: int, weight_decay: float,
) -> float:  # fmt: skip
    """Of z and x, it keeps z: x is in the weight, of which Keras 3.15 takes it by the z of behind the step."""
    steps = _steps(kept)
    before = kept["d"] if steps > 1 else w
    _, square = _means(g, kept, 0.0, beta_2)
    rate = learning_rate * (min(steps / warmup_steps, 1.0) if warmup_steps else 1.0)
    kept["d"] = before - rate * g / (sqrt(square / _known(beta_2, steps)) + epsilon)
    w *= 1 - weight_decay * learning_rate
    mean = (1 - 1 / steps) * (w - (1 - beta_1) * kept["d"]) / beta_1 + kept["d"] / steps
    return (1 - beta_1) * kept["d"] + beta_1 * mean


def lion(
    w: float, g: float, kept: Kept, *, learning_rate: float = 0.42, beta_1: float = 0.5, beta_2: float = 0.6
) -> float:
    way = beta_1 * kept["m"] + (1 - beta_1) * g
    kept["m"] = beta_2 * kept["m"] + (1 - beta_2) * g
    return w - (copysign(learning_rate, way) if way else 0.0)


def ftrl(
    w: float, g: float, kept: Kept, *, learning_rate: float = 1.6, learning_rate_power: float = -0.5,
    initial_accumulator_value: float = 0.1, l1_regularization_strength: float = 0.0,
    l2_regularization_strength: float = 0.0, l2_shrinkage_regularization_strength: float = 0.0, beta: float = 0.0,
) -> float:  # fmt: skip
    before = kept["s"] if _steps(kept) > 1 else initial_accumulator_value
    kept["s"] = before + g * g
    root, root_before = kept["s"] ** -learning_rate_power, before**-learning_rate_power
    g += 2 * l2_shrinkage_regularization_strength * w
    kept["d"] += g - (root - root_before) / learning_rate * w
    bound = l1_regularization_strength
    l2 = l2_regularization_strength + beta / (2 * learning_rate)
    reached: float = (min(max(kept["d"], -bound), bound) - kept["d"]) / (root / learning_rate + 2 * l2)
    return reached


def adafactor(
    w: float, g: float, kept: Kept, *, learning_rate: float, beta_2_decay: float, epsilon_1: float, epsilon_2: float,
    clip_threshold: float, relative_step: bool,
) -> float:  # fmt: skip
    """Of a layer that is one weight, nothing is factored."""
    steps = _steps(kept)
    forgotten = steps**beta_2_decay
    kept["v"] = (1 - forgotten) * kept["v"] + forgotten * (g * g + epsilon_1)
    step = g / sqrt(kept["v"])
    rate = max(epsilon_2, abs(w)) * min(learning_rate, 1 / sqrt(steps))
    return w - rate * step / max(1.0, abs(step) / clip_threshold)


def _steps(kept: Kept) -> float:
    """Which step this is, from 1."""
    kept["t"] += 1
    return kept["t"]


def _known(share: float, steps: float) -> float:
    """Of a mean that began at zero and keeps this share of itself at each step, what is not zero any more."""
    left: float = 1 - share**steps
    return left


def _means(g: float, kept: Kept, beta_1: float, beta_2: float) -> tuple[float, float]:
    """Of gradients and their squares, from zero."""
    kept["m"], kept["v"] = beta_1 * kept["m"] + (1 - beta_1) * g, beta_2 * kept["v"] + (1 - beta_2) * g * g
    return kept["m"], kept["v"]


def picture(title: str, update: Update) -> Sketch:
    told = f"{title}: its way to the lowest point; dashed, that of plain gradient descent"
    return descent(told, way_down(update), way_down(sgd))
