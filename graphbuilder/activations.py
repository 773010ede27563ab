"""The activation functions: what each is called, what it does to a value, and what help tells of it."""

from dataclasses import dataclass
from math import erfc, exp, expm1, inf, isfinite, log1p, pi, sqrt, tanh
from typing import Any

from graphbuilder.lessons import Lesson
from graphbuilder.sketches import BLUE, ORANGE, Function, Sketch, graph_of


@dataclass(frozen=True)
class ActivationKind:
    """function: of one value; None where it takes several at once. low, high: between which its values lie, whatever
    comes in; a bound that is only come near to counts as reached. turns: where it stops falling and begins to rise;
    None where it rises all the way. has_dead: a unit that is at its lowest for every sample has no slope there.
    silent: of 0 it makes 0, and has no slope there. keeps_positive: values of zero or more stay as they are.
    kept: numbers that training keeps of each value beside what comes out, to know the slope by; as measured."""

    title: str
    lesson: Lesson
    function: Function | None = None
    low: float = -inf
    high: float = inf
    turns: float | None = None
    silent: bool = False
    has_dead: bool = False
    keeps_positive: bool = False
    kept: int = 0

    def reach(self, low: float, high: float) -> tuple[float, float]:
        """Between which values lie where those that come in lie from `low` to `high`."""
        if self.function is None:
            return self.low, self.high
        first, last = self._at(self.function, low), self._at(self.function, high)
        if self.turns is None or low >= self.turns:
            return first, last
        return (last if high <= self.turns else self.low), max(first, last)

    def _at(self, function: Function, end: float) -> float:
        """Where exponentials end, a function is at its bound; one that turns comes back to zero on the left."""
        try:
            value = function(end) if isfinite(end) else end
        except OverflowError:
            value = inf if end > 0 else -inf
        if self.turns is not None and value == -inf:
            return 0.0
        return max(self.low, min(self.high, value))


def _sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x))


def _gelu(x: float) -> float:
    return x * erfc(-x / sqrt(2)) / 2


def _bell(x: float) -> float:
    return exp(-x * x / 2) / sqrt(2 * pi)


def _softplus(x: float) -> float:
    return max(x, 0.0) + log1p(exp(-abs(x)))


def _mish(x: float) -> float:
    return x * tanh(_softplus(x))


def _hard_sigmoid(x: float) -> float:
    return max(0.0, min(1.0, x / 6 + 0.5))


_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def _selu(x: float) -> float:
    return _SELU_SCALE * (x if x > 0 else _SELU_ALPHA * expm1(x))


def _kind(
    title: str, formula: str, function: Function, slope: Function, when: str, point: str, **bounds: Any
) -> ActivationKind:
    picture = graph_of(f"{title}, and its slope", function, slope)
    return ActivationKind(title, Lesson(picture, when, point, formula), function, **bounds)


_SOFTMAX = Lesson(
    Sketch("Three scores become three shares that add up to one")
    .bars([2.0, 1.0, 0.1], 24, 120, 100, 84, ORANGE)
    .text(74, 22, "scores")
    .arrow(140, 80, 176, 80)
    .bars([0.659, 0.242, 0.099], 192, 120, 100, 84, BLUE)
    .text(242, 22, "shares")
    .text(209, 138, "0.66")
    .text(242, 138, "0.24")
    .text(276, 138, "0.10"),
    when="At the end, for one class of several; leave it out where the loss works from logits.",
    point="It only looks at differences: add 100 to every score and nothing changes. A share near 0 is rounded to 0 "
    "and its logarithm is lost, so losses prefer to apply it themselves.",
    formula=r"y_k = \frac{e^{x_k}}{\sum_j e^{x_j}}",
)

_LOG_SOFTMAX = Lesson(
    Sketch("Three scores become the logarithms of three shares, which are all below zero")
    .bars([2.0, 1.0, 0.1], 24, 120, 100, 84, ORANGE)
    .text(74, 22, "scores")
    .arrow(140, 80, 176, 80)
    .line([(192, 30), (292, 30)], width=1, faint=True)
    .line([(209, 30), (209, 46)], BLUE, width=22)
    .line([(242, 30), (242, 87)], BLUE, width=22)
    .line([(276, 30), (276, 122)], BLUE, width=22)
    .text(242, 22, "logarithms")
    .text(209, 142, "-0.42")
    .text(242, 142, "-1.42")
    .text(276, 142, "-2.32"),
    when="Where logarithms of probabilities are to be added, as along a sequence.",
    point="The score less the logarithm of the sum of all: nothing is rounded to zero on the way, however unlikely.",
    formula=r"y_k = x_k - \log \sum_j e^{x_j}",
)

_SPARSEMAX = Lesson(
    Sketch("Three scores become two shares that add up to one, and a zero")
    .bars([1.6, 1.0, 0.1], 24, 120, 100, 84, ORANGE)
    .text(74, 22, "scores")
    .arrow(140, 80, 176, 80)
    .bars([0.8, 0.2, 0.0], 192, 120, 100, 84, BLUE)
    .text(242, 22, "shares")
    .text(209, 138, "0.8")
    .text(242, 138, "0.2")
    .text(276, 138, "0"),
    when="In place of softmax, where only a few of many should have any share.",
    point="It looks for the nearest point whose shares add up to one, and far scores get none at all (Martins and "
    "Astudillo, 2016). What has no share gets no gradient either.",
    formula=r"y = \arg\min_{p \ge 0,\ \sum p = 1} \|p - x\|^2",
)

ACTIVATIONS: dict[str, ActivationKind] = {
    "linear": _kind(
        "Linear (none)", r"y = x", lambda x: x, lambda x: 1.0,
        "At the end, to predict a number or to give scores to a loss.",
        "It bends nothing: two linear layers in a row are one matrix.",
        keeps_positive=True,
    ),
    "relu": _kind(
        "ReLU", r"y = \max(0, x)", lambda x: max(0.0, x), lambda x: float(x > 0),
        "The first choice between layers.",
        "Its slope is one wherever it is on, so gradients do not fade over many layers. Where it is off there is "
        "none: a unit that is off for every sample is dead.",
        low=0, silent=True, has_dead=True, keeps_positive=True,
    ),
    "leaky_relu": _kind(
        "Leaky ReLU, slope 0.2", r"y = \max(0, x) + 0.2\, \min(0, x)",
        lambda x: x if x > 0 else 0.2 * x, lambda x: 1.0 if x > 0 else 0.2,
        "Where ReLU units die; the usual choice in the critic of a GAN.",
        "Below zero a fifth gets through, and with it a gradient: no unit is lost for good.",
        keeps_positive=True, kept=1,
    ),
    "relu6": _kind(
        "ReLU6", r"y = \min(6, \max(0, x))", lambda x: max(0.0, min(6.0, x)), lambda x: float(0 < x < 6),
        "In networks for phones, whose numbers have few bits.",
        "What lies between 0 and 6 can be kept in eight bits; what may grow without end cannot.",
        low=0, high=6, silent=True, has_dead=True,
    ),
    "sigmoid": _kind(
        "Sigmoid", r"y = \frac{1}{1 + e^{-x}}", _sigmoid, lambda x: _sigmoid(x) * (1 - _sigmoid(x)),
        "At the end, for a probability of yes or no.",
        "Its slope is at most a quarter. Over ten layers that is a millionth: the vanishing gradient, which kept "
        "networks shallow for twenty years.",
        low=0, high=1,
    ),
    "tanh": _kind(
        "Tanh", r"y = \tanh x", tanh, lambda x: 1 - tanh(x) ** 2,
        "In small networks and wherever values should stay around zero.",
        "A sigmoid that is centred at zero: its slope is one in the middle and fades at both ends.",
        low=-1, high=1,
    ),
    "hard_tanh": _kind(
        "Hard tanh", r"y = \max(-1, \min(1, x))", lambda x: max(-1.0, min(1.0, x)), lambda x: float(-1 < x < 1),
        "Where tanh would cost too much, as on small devices.",
        "Three straight lines do what the curve does. On the two flat ones nothing is learned at all.",
        low=-1, high=1, kept=1,
    ),
    "softplus": _kind(
        "Softplus", r"y = \log(1 + e^x)", _softplus, _sigmoid,
        "At the end, for a number that has to be above zero.",
        "A ReLU without a corner. Its slope is the sigmoid.",
        low=0, kept=1,
    ),
    "elu": _kind(
        "ELU", r"y = x \text{ for } x > 0, \quad e^x - 1 \text{ else}",
        lambda x: x if x > 0 else exp(x) - 1, lambda x: 1.0 if x > 0 else exp(x),
        "Where ReLU units die, and mean outputs near zero help.",
        "Below zero it levels off at -1 and keeps a slope on the way there, so units come back.",
        low=-1, keeps_positive=True,
    ),
    "selu": _kind(
        "SELU", r"y = 1.0507\,x \text{ for } x > 0, \quad 1.7581\,(e^x - 1) \text{ else}",
        _selu, lambda x: _SELU_SCALE * (1.0 if x > 0 else _SELU_ALPHA * exp(x)),
        "In deep fully connected networks, with LeCun's initializer and alpha dropout.",
        "Its two numbers are chosen so that values of mean 0 and variance 1 stay so from layer to layer: it normalizes "
        "by itself (Klambauer et al., 2017).",
        low=-1.7581,
    ),
    "celu": _kind(
        "CELU", r"y = \max(0, x) + \min(0, e^x - 1)",
        lambda x: max(0.0, x) + min(0.0, expm1(x)), lambda x: 1.0 if x > 0 else exp(x),
        "As ELU, which it equals here.",
        "ELU whose two pieces meet with one slope however steep it is made (Barron, 2017).",
        low=-1, keeps_positive=True, kept=2,
    ),
    "silu": _kind(
        "SiLU (swish)", r"y = x\, \sigma(x)", lambda x: x * _sigmoid(x),
        lambda x: _sigmoid(x) * (1 + x * (1 - _sigmoid(x))),
        "In place of ReLU in deep networks of convolutions.",
        "Found by a search over thousands of formulas (Ramachandran et al., 2017). It dips under zero, so a little of "
        "what is slightly negative gets through.",
        low=-0.27847, turns=-1.2784645, kept=1,
    ),
    "hard_silu": _kind(
        "Hard SiLU (hard swish)", r"y = x\, \max(0, \min(1, x / 6 + 1/2))",
        lambda x: x * _hard_sigmoid(x),
        lambda x: 0.0 if x < -3 else 1.0 if x > 3 else x / 3 + 0.5,
        "Where SiLU would cost too much, as on phones.",
        "SiLU with a gate of three straight lines (MobileNetV3, Howard et al., 2019).",
        low=-0.375, turns=-1.5, kept=3,
    ),
    "mish": _kind(
        "Mish", r"y = x \tanh(\log(1 + e^x))", _mish,
        lambda x: tanh(_softplus(x)) + x * (1 - tanh(_softplus(x)) ** 2) * _sigmoid(x),
        "As SiLU; usual in detectors of objects.",
        "Smooth all the way and never quite flat on the left: something of every value gets through (Misra, 2019).",
        low=-0.30885, turns=-1.1924313, kept=3,
    ),
    "gelu": _kind(
        "GELU", r"y = x \, \Phi(x)", _gelu,
        lambda x: erfc(-x / sqrt(2)) / 2 + x * _bell(x),
        "In transformers, and in place of ReLU where time does not matter.",
        "Each value is multiplied by the chance that a normal draw lies below it. It dips under zero before it rises.",
        low=-0.17, turns=-0.7517916, kept=3,
    ),
    "exponential": _kind(
        "Exponential", r"y = e^x", exp, exp,
        "At the end, for a rate or a count: what adds up inside multiplies outside.",
        "Its slope is its value: what is large grows ever faster, and a large step makes it infinite.",
        low=0,
    ),
    "hard_sigmoid": _kind(
        "Hard sigmoid", r"y = \max(0, \min(1, x / 6 + 1/2))",
        _hard_sigmoid, lambda x: 1 / 6 if -3 < x < 3 else 0.0,
        "For gates on small devices, in place of sigmoid.",
        "Three straight lines do for a gate. Beyond 3 it is wholly open or shut, and learns nothing more.",
        low=0, high=1, kept=1,
    ),
    "log_sigmoid": _kind(
        "Log sigmoid", r"y = \log \sigma(x)", lambda x: -_softplus(-x), lambda x: _sigmoid(-x),
        "Where the logarithm of a probability is wanted and the probability would round to zero.",
        "The logarithm is taken before anything is rounded: at -100 it is -100, where the sigmoid has nothing left.",
        high=0, kept=1,
    ),
    "softsign": _kind(
        "Softsign", r"y = \frac{x}{1 + |x|}", lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2,
        "In place of tanh, where units are not to saturate soon.",
        "It comes near its bounds with the inverse of x and not exponentially: far out there is still some slope.",
        low=-1, high=1, kept=1,
    ),
    "hard_shrink": _kind(
        "Hard shrink", r"y = x \text{ for } |x| > 0.5, \quad 0 \text{ else}",
        lambda x: x if abs(x) > 0.5 else 0.0, lambda x: float(abs(x) > 0.5),
        "To make codes sparse: what is small is noise.",
        "What it keeps it keeps whole, and so it jumps at 0.5: a value just below counts for nothing.",
        silent=True, kept=1,
    ),
    "soft_shrink": _kind(
        "Soft shrink", r"y = sign(x) \max(0, |x| - 0.5)",
        lambda x: x - 0.5 if x > 0.5 else x + 0.5 if x < -0.5 else 0.0, lambda x: float(abs(x) > 0.5),
        "To make codes sparse without a jump.",
        "It is what an L1 penalty does to a value in one step: all are pulled towards zero by as much, and the small "
        "ones arrive.",
        silent=True, kept=1,
    ),
    "tanh_shrink": _kind(
        "Tanh shrink", r"y = x - \tanh x", lambda x: x - tanh(x), lambda x: tanh(x) ** 2,
        "To damp what is small, smoothly.",
        "Near zero it is nearly flat, far out it is the value less one.",
        silent=True, kept=1,
    ),
    "sparse_plus": _kind(
        "Sparse plus", r"y = \tfrac{1}{4} (x + 1)^2 \text{ for } |x| < 1, \quad \max(0, x) \text{ else}",
        lambda x: max(0.0, x) if abs(x) >= 1 else (x + 1) ** 2 / 4,
        lambda x: float(x > 0) if abs(x) >= 1 else (x + 1) / 2,
        "Where softplus is wanted with true zeros.",
        "A ReLU whose corner is rounded by a parabola; below -1 it is zero, not nearly so.",
        low=0, has_dead=True, kept=2,
    ),
    "sparse_sigmoid": _kind(
        "Sparse sigmoid", r"y = \max(0, \min(1, \tfrac{x + 1}{2}))",
        lambda x: max(0.0, min(1.0, (x + 1) / 2)), lambda x: 0.5 if -1 < x < 1 else 0.0,
        "For gates that are to be quite shut or quite open.",
        "It is sparsemax for two: beyond one in either direction it is sure, and learns nothing more.",
        low=0, high=1, kept=1,
    ),
    "squareplus": _kind(
        "Squareplus", r"y = \frac{x + \sqrt{x^2 + 4}}{2}",
        lambda x: 2 / (sqrt(x * x + 4) - x) if x < 0 else (x + sqrt(x * x + 4)) / 2,
        lambda x: (1 + x / sqrt(x * x + 4)) / 2,
        "In place of softplus, where exponentials cost too much.",
        "A hyperbola: smooth, always above zero, and made of a square root alone (Barron, 2021).",
        low=0, kept=2,
    ),
    "softmax": ActivationKind("Softmax", _SOFTMAX, low=0, high=1),
    "log_softmax": ActivationKind("Log softmax", _LOG_SOFTMAX, high=0),
    "sparsemax": ActivationKind("Sparsemax", _SPARSEMAX, low=0, high=1, kept=2),
}  # fmt: skip


def word_of(activation: str) -> str:
    """The title as it stands within a sentence: linear, ReLU, hard tanh."""
    title = title_of(activation).removesuffix(" (none)")
    return title if any(letter.isupper() for letter in title[1:]) else title.lower()


def title_of(activation: str) -> str:
    """What an activation is called; an unknown one by its own name."""
    return ACTIVATIONS[activation].title if activation in ACTIVATIONS else activation
