"""The optimizers: each declared once, with the way it takes down a long bowl as its picture."""

from collections.abc import Callable, Mapping
from math import exp, sqrt
from types import MappingProxyType
from typing import ClassVar

from graphbuilder.calls import Argument, Call
from graphbuilder.lessons import Lesson
from graphbuilder.parameters import Declared, Number, YesNo
from graphbuilder.sketches import BLUE, ORANGE, Points, Sketch, descent, lines_over_time

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


def _sgd(w: float, g: float, kept: Kept) -> float:
    return w - 0.88 * g


def _momentum(w: float, g: float, kept: Kept) -> float:
    kept["v"] = 0.75 * kept["v"] - 0.3 * g
    return w + kept["v"]


def _nesterov(w: float, g: float, kept: Kept) -> float:
    kept["v"] = 0.75 * kept["v"] - 0.3 * g
    return w + 0.75 * kept["v"] - 0.3 * g


def _adagrad(w: float, g: float, kept: Kept) -> float:
    kept["s"] += g * g
    return w - 1.6 * g / sqrt(kept["s"] + 1e-7)


def _adadelta(w: float, g: float, kept: Kept) -> float:
    kept["s"] = 0.9 * kept["s"] + 0.1 * g * g
    step = sqrt(kept["d"] + 0.05) / sqrt(kept["s"] + 0.05) * g
    kept["d"] = 0.9 * kept["d"] + 0.1 * step * step
    return w - step


def _rmsprop(w: float, g: float, kept: Kept) -> float:
    kept["s"] = 0.9 * kept["s"] + 0.1 * g * g
    return w - 0.42 * g / sqrt(kept["s"] + 1e-7)


def _adam(w: float, g: float, kept: Kept) -> float:
    kept["t"] += 1
    kept["m"], kept["v"] = 0.8 * kept["m"] + 0.2 * g, 0.95 * kept["v"] + 0.05 * g * g
    mean, square = kept["m"] / (1 - 0.8 ** kept["t"]), kept["v"] / (1 - 0.95 ** kept["t"])
    step: float = 0.55 * mean / (sqrt(square) + 1e-7)
    return w - step


def _adamw(w: float, g: float, kept: Kept) -> float:
    return _adam(w, g, kept) - 0.55 * 0.05 * w


def _picture(title: str, update: Update) -> Sketch:
    told = f"{title}: its way to the lowest point; dashed, that of plain gradient descent"
    return descent(told, way_down(update), way_down(_sgd))


def _memory(what: str, when: str) -> Lesson:
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


_RATE = Lesson(
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
_MOMENTUM = Lesson(
    _picture("Momentum", _momentum),
    when="0.9; more where the loss is noisy, together with a smaller rate.",
    point="Zigzag across the valley cancels out, the way along it adds up: steps grow up to 1 / (1 - value) times.",
    formula=r"v \leftarrow \mu v - \eta g",
)
_EPSILON = Lesson(
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
_FIRST_SUM = Lesson(
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
_CENTERED = Lesson(
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
_AMSGRAD = Lesson(
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
_DECAY = Lesson(
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


def _rate(default: float, help: str = "How far each step goes.") -> Number:
    return Number(default, low=0.0, high=1000.0, open_low=True, help=help, lesson=_RATE)


class Optimizer(Declared):
    """Base of the optimizers; a subclass given a `title` is registered under its own name.

    slots: numbers kept beside each weight; keeping: parameters that keep one more, where they are set; work: numbers
    that a step works out for each beside its gradient, as measured, one array of weights after the other. All are for
    the estimate of memory. fixed: arguments that make this optimizer out of Keras' more general one.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    keras: ClassVar[str]
    slots: ClassVar[int]
    keeping: ClassVar[tuple[str, ...]] = ()
    work: ClassVar[int]
    formula: ClassVar[str]
    when: ClassVar[str]
    point: ClassVar[str]
    picture: ClassVar[Sketch]
    fixed: ClassVar[Mapping[str, Argument]] = MappingProxyType({})

    learning_rate = _rate(0.001)

    def __init_subclass__(cls, title: str = "", keras: str = "", slots: int = 0, work: int = 1) -> None:
        super().__init_subclass__()
        if title:
            cls.name, cls.title, cls.keras = cls.__name__, title, keras or cls.__name__
            cls.slots, cls.work = slots, work
            OPTIMIZERS[cls.name] = cls

    @classmethod
    def lesson(cls) -> Lesson:
        return Lesson(cls.picture, cls.when, cls.point, cls.formula)

    def kept(self) -> int:
        """How many numbers are kept beside each weight, as the parameters are set."""
        return self.slots + sum(bool(self.params[name]) for name in self.keeping)

    def call(self) -> Call:
        return Call(f"optimizers.{self.keras}", kwargs={**self.params, **self.fixed})  # type: ignore[dict-item]


OPTIMIZERS: dict[str, type[Optimizer]] = {}


def _share_kept(default: float, help: str, lesson: Lesson, more: bool = False) -> Number:
    """A share from 0 to below 1 of what is kept from step to step."""
    return Number(default, low=0.0, high=1.0, open_high=True, more=more, help=help, lesson=lesson)


def _against_zero() -> Number:
    return Number(1e-7, low=0.0, open_low=True, more=True, help="Against division by zero.", lesson=_EPSILON)


_RHO = _memory("The size of the gradient", "0.9 to 0.99; smaller where the gradient changes fast.")


class SGD(Optimizer, title="Gradient descent (SGD)"):
    """A step against the gradient of one batch."""

    formula = r"w \leftarrow w - \eta g"
    when = "To see every step of the idea, and where momentum and a schedule are added with care."
    point = "The steepest way down is not the way to the lowest point: in a long valley it zigzags between the walls."
    picture = descent("Gradient descent: its way to the lowest point", way_down(_sgd))
    learning_rate = _rate(0.01)


class Momentum(SGD, title="SGD with momentum", keras="SGD", slots=1):
    """Steps gather speed along directions that stay the same."""

    formula = r"v \leftarrow \mu v - \eta g, \quad w \leftarrow w + v"
    when = "For images, with a rate that is tuned: hard to beat in the end."
    point = "A heavy ball rolls through small bumps and does not turn at every one."
    picture = _picture("Momentum", _momentum)
    momentum = _share_kept(0.9, "The share of the last step that is kept.", _MOMENTUM)


class Nesterov(Momentum, title="SGD with Nesterov momentum", keras="SGD", slots=1):
    """Momentum that takes the gradient where the step would lead."""

    formula = r"v \leftarrow \mu v - \eta g, \quad w \leftarrow w + \mu v - \eta g"
    when = "Where momentum overshoots."
    point = "It looks where the ball is about to be, and brakes before the wall and not behind it."
    picture = _picture("Nesterov", _nesterov)
    fixed = MappingProxyType({"nesterov": True})


class Adagrad(Optimizer, title="Adagrad", slots=1, work=2):
    """Every weight has its own rate, smaller the more it has moved."""

    formula = r"s \leftarrow s + g^2, \quad w \leftarrow w - \eta g / \sqrt{s + \epsilon}"
    when = "Where some features are rare, such as words."
    point = "What has moved much moves less. The sum never shrinks, so the steps do, and a long training crawls."
    picture = _picture("Adagrad", _adagrad)
    learning_rate = _rate(0.01, "How far each step goes at first.")
    initial_accumulator_value = Number(
        0.1, low=0.0, more=True, help="What the sum of squares starts from.", lesson=_FIRST_SUM
    )
    epsilon = _against_zero()


class Adadelta(Optimizer, title="Adadelta", slots=2, work=4):
    """Like Adagrad, but it forgets old gradients and finds its rate from past steps."""

    formula = r"w \leftarrow w - \eta \frac{RMS(\Delta w)}{RMS(g)} g"
    when = "Where you do not want to choose a rate at all."
    point = "It measures its steps by its own past steps, so that even their unit comes out right; it starts slowly."
    picture = _picture("Adadelta", _adadelta)
    learning_rate = _rate(1.0, "A factor on each step; 1 is the paper's.")
    rho = _share_kept(0.95, "How slowly old gradients are forgotten.", _RHO)
    epsilon = _against_zero()


class RMSprop(Optimizer, title="RMSprop", slots=1, work=3):
    """Every weight's step is divided by the recent size of its gradient."""

    formula = r"s \leftarrow \rho s + (1 - \rho) g^2, \quad w \leftarrow w - \eta g / \sqrt{s + \epsilon}"
    when = "For recurrent networks, and where gradients differ much in size."
    point = "The recent size of the gradient is divided out, so steep and flat directions are walked at one pace."
    picture = _picture("RMSprop", _rmsprop)
    keeping = ("momentum", "centered")
    rho = _share_kept(0.9, "How slowly old gradients are forgotten.", _RHO)
    momentum = _share_kept(0.0, "The share of the last step that is kept.", _MOMENTUM, more=True)
    epsilon = _against_zero()
    centered = YesNo(
        False, more=True, help="Divide by the spread of the gradient and not by its size.", lesson=_CENTERED
    )


class Adam(Optimizer, title="Adam", slots=2, work=2):
    """Momentum and a rate for every weight together; a good first choice."""

    formula = (
        r"w \leftarrow w - \alpha \frac{m}{\sqrt{v} + \epsilon}, \quad "
        r"\alpha = \eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}"
    )
    when = "The first choice when you know nothing yet; 0.001 is a good rate."
    point = (
        "Momentum for the direction, RMSprop for the size. It forgives a rate that is three times off; SGD does not."
    )
    picture = _picture("Adam", _adam)
    keeping = ("amsgrad",)
    beta_1 = _share_kept(
        0.9,
        "How slowly the mean gradient moves.",
        _memory("The direction", "0.9; smaller where the loss jumps."),
        more=True,
    )
    beta_2 = _share_kept(
        0.999,
        "How slowly its mean square moves.",
        _memory("The size of the gradient", "0.999; 0.98 where training is short or noisy."),
        more=True,
    )
    epsilon = _against_zero()
    amsgrad = YesNo(False, more=True, help="Never let the mean square shrink.", lesson=_AMSGRAD)


class AdamW(Adam, title="AdamW", slots=2, work=2):
    """Adam that also shrinks every weight a little at each step."""

    formula = r"w \leftarrow w - \alpha \frac{m}{\sqrt{v} + \epsilon} - \eta \lambda w"
    when = "As Adam, where overfitting is to be held down as well."
    point = "An l2 penalty inside Adam is divided by the gradient's size and hardly acts. Beside it, it acts as meant."
    picture = _picture("AdamW", _adamw)
    weight_decay = Number(
        0.004, low=0.0, help="How much weights shrink: the share, times the learning rate.", lesson=_DECAY
    )
