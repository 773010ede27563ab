"""The lessons of what optimizers can be told, and the parameters that several of them have."""

from collections.abc import Callable
from math import exp, sqrt
from typing import Any

from graphbuilder.lessons import Lesson
from graphbuilder.optimizers import ways
from graphbuilder.parameters import Number
from graphbuilder.sketches import BLUE, ORANGE, Sketch, lines_over_time


def memory(what: str, when: str) -> Lesson:
    """Of a share that is kept in a moving average."""

    def follow(share: float) -> Callable[[float], float]:
        return lambda t: 0.15 if t < 0.25 else 0.15 + 0.65 * (1 - share ** ((t - 0.25) * 60))

    lines = [("0.8", follow(0.8), BLUE, False), ("0.97", follow(0.97), ORANGE, True)]
    told = "A value near 1 follows a jump slowly, a smaller one at once"
    picture = lines_over_time(told, lines, across="steps", up="average")
    return Lesson(
        picture.line([(34, 119), (84, 119), (84, 46), (234, 46)], faint=True),
        when=when,
        point=f"{what} is an average over about the last 1 / (1 - value) steps: 0.9 remembers ten, 0.999 a thousand.",
        formula=r"a \leftarrow \beta a + (1 - \beta) x",
    )


RATE = Lesson(
    lines_over_time(
        "Too small a rate learns slowly, too large a one jumps about, the right one falls fast",
        [
            ("too large", lambda t: min(0.98, 0.5 + 0.35 * t + 0.12 * (-1) ** int(t * 30)), ORANGE, True),
            ("too small", lambda t: 0.9 - 0.3 * t, "", False),
            ("right", lambda t: 0.06 + 0.84 * exp(-6 * t), BLUE, False),
        ],
    ),
    when="Set it first, in steps of three or ten: the largest at which the loss still falls smoothly.",
    point="No other setting matters as much. The loss says which way to go: hardly moving is too small, jumping or not "
    "a number is too large.",
    formula=r"w \leftarrow w - \eta \, \nabla L",
)
MOMENTUM = Lesson(
    ways.picture("Momentum", ways.momentum),
    when="0.9; more where the loss is noisy, together with a smaller rate.",
    point="Zigzag across the valley cancels out, the way along it adds up: steps grow up to 1 / (1 - value) times.",
    formula=r"v \leftarrow \mu v - \eta g",
)
AHEAD = Lesson(
    ways.picture("Nesterov", ways.nesterov),
    when="Leave it on; it costs nothing.",
    point="The gradient counts twice: in the momentum, and once more on top of it.",
    formula=r"g + \mu v",
)
EPSILON = Lesson(
    lines_over_time(
        "The step against the size of the gradient: a large epsilon makes steps on small gradients smaller",
        [
            ("1e-7", lambda t: 0.85 * t / (t + 0.01), BLUE, False),
            ("0.1", lambda t: 0.85 * t / (t + 0.25), ORANGE, True),
        ],
        across="gradient",
        up="step",
    ),
    when="Leave it; larger, such as 0.1, where steps explode on tiny gradients.",
    point="It was put in against division by zero and is a setting all the same: large enough, it turns the method "
    "back into gradient descent.",
    formula=r"\frac{g}{\sqrt{s} + \epsilon} \ (Adam), \quad \frac{g}{\sqrt{s + \epsilon}} \ (others)",
)
FIRST_SUM = Lesson(
    lines_over_time(
        "The rate falls with the steps; a larger start makes it smaller from the first",
        [
            ("0.1", lambda t: 0.3 / sqrt(0.1 + 3 * t), BLUE, False),
            ("1", lambda t: 0.3 / sqrt(1 + 9 * t), ORANGE, True),
        ],
        across="steps",
        up="rate",
    ),
    when="Leave it at 0.1; more makes the first steps smaller.",
    point="The rate of a weight is divided by the root of this and of all its squared gradients since.",
    formula=r"\eta_t = \frac{\eta}{\sqrt{s_0 + \sum g^2}}",
)
CENTERED = Lesson(
    Sketch("The spread is measured from the mean, the size from zero")
    .bars([0.1, 0.4, 1, 0.5, 0.1], 180, 110, 80, 76)
    .line([(30, 110), (290, 110)], width=1.2, faint=True)
    .text(60, 128, "0")
    .arrow(60, 26, 218, 26, ORANGE)
    .text(136, 18, "size", color=ORANGE)
    .arrow(220, 126, 256, 126, BLUE)
    .text(240, 146, "spread", color=BLUE),
    when="Where gradients have a mean far from zero; it costs one more number a weight.",
    point="A gradient that always says the same is no reason to slow down; one that changes is.",
    formula=r"\sqrt{s - m^2}",
)
AMSGRAD = Lesson(
    lines_over_time(
        "The mean square falls after a rare large gradient; its maximum does not",
        [
            ("maximum", lambda t: 0.15 if t < 0.3 else 0.8, BLUE, False),
            ("mean", lambda t: 0.15 if t < 0.3 else 0.15 + 0.65 * exp(-5 * (t - 0.3)), ORANGE, True),
        ],
        across="steps",
        up="divisor",
    ),
    when="Where Adam's loss rises again late in training.",
    point="An average forgets rare, large gradients. Their maximum remembers (Reddi et al., 2018).",
    formula=r"\hat v \leftarrow \max(\hat v,\ v)",
)
DECAY = Lesson(
    lines_over_time(
        "Weights that no gradient holds shrink, faster where the decay is larger",
        [
            ("0.001", lambda t: 0.9 * exp(-0.3 * t), "", False),
            ("0.01", lambda t: 0.9 * exp(-1.4 * t), BLUE, False),
            ("0.1", lambda t: 0.9 * exp(-9 * t), ORANGE, True),
        ],
        across="steps",
        up="weight",
    ),
    when="0.0001 to 0.1, tried in steps of ten, when the curves of training and validation drift apart.",
    point="Every weight has to earn its size again at each step: what the loss does not need goes to zero.",
    formula=r"w \leftarrow w - \eta \lambda w",
)


WARMUP = Lesson(
    lines_over_time(
        "The rate rises in a line, and then stays",
        [("", lambda t: 0.8 * min(1.0, t / 0.25), BLUE, False)],
        across="steps",
        up="rate",
    ),
    when="A few hundred steps, where the first steps of a large rate throw the network off.",
    point="At the start means of gradients are of few samples, and steps made of them are guesses: keep them small.",
    formula=r"\eta_t = \eta \min(1, t / T)",
)


def rate(default: float, help: str = "How far each step goes.", **told: Any) -> Number:
    return Number(default, low=0.0, high=1000.0, open_low=True, help=help, lesson=RATE, **told)


def share_kept(default: float, help: str, lesson: Lesson, **told: Any) -> Number:
    """A share from 0 to below 1 of what is kept from step to step."""
    return Number(default, low=0.0, high=1.0, open_high=True, help=help, lesson=lesson, **told)


def against_zero(default: float = 1e-7) -> Number:
    return Number(default, low=0.0, open_low=True, more=True, help="Against division by zero.", lesson=EPSILON)


RHO = memory("The size of the gradient", "0.9 to 0.99; smaller where the gradient changes fast.")


def beta_1(when: str = "0.9; smaller where the loss jumps.") -> Number:
    return share_kept(0.9, "How slowly the mean gradient moves.", memory("The direction", when), more=True)


def beta_2(default: float = 0.999, help: str = "How slowly its mean square moves.") -> Number:
    when = "0.999; 0.98 where training is short or noisy."
    return share_kept(default, help, memory("The size of the gradient", when), more=True)
