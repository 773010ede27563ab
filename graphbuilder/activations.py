"""The activation functions: what each is called, what it does to a value, and what help tells of it."""

from dataclasses import dataclass
from math import erf, exp, inf, log1p, pi, sqrt, tanh

from graphbuilder.lessons import Lesson
from graphbuilder.sketches import BLUE, ORANGE, Function, Sketch, graph_of

_DIP = -0.17
"""How far GELU dips under zero, rounded outwards."""
_FAR = 500.0


@dataclass(frozen=True)
class ActivationKind:
    """function: of one value; None where it takes several at once. low, high: between which its values lie, whatever
    comes in; a bound that is only come near to counts as reached."""

    title: str
    lesson: Lesson
    function: Function | None = None
    low: float = -inf
    high: float = inf

    def reach(self, low: float, high: float) -> tuple[float, float]:
        """Between which values lie where those that come in lie from `low` to `high`. Every function of one value
        rises but GELU, which rises from zero on."""
        if self.function is None or (self.low == _DIP and low < 0):
            return self.low, self.high
        return self._at(self.function, low), self._at(self.function, high)

    def _at(self, function: Function, end: float) -> float:
        """Far out, where exponentials end, every function is a bound of its own or the value itself."""
        return max(self.low, min(self.high, function(end) if abs(end) <= _FAR else end))


def _sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x))


def _gelu(x: float) -> float:
    return x * (1 + erf(x / sqrt(2))) / 2


def _kind(
    title: str, formula: str, function: Function, slope: Function, when: str, point: str,
    low: float = -inf, high: float = inf,
) -> ActivationKind:  # fmt: skip
    picture = graph_of(f"{title}, and its slope", function, slope)
    return ActivationKind(title, Lesson(picture, when, point, formula), function, low, high)


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

ACTIVATIONS: dict[str, ActivationKind] = {
    "linear": _kind(
        "Linear (none)", r"y = x", lambda x: x, lambda x: 1.0,
        "At the end, to predict a number or to give scores to a loss.",
        "It bends nothing: two linear layers in a row are one matrix.",
    ),
    "relu": _kind(
        "ReLU", r"y = \max(0, x)", lambda x: max(0.0, x), lambda x: float(x > 0),
        "The first choice between layers.",
        "Its slope is one wherever it is on, so gradients do not fade over many layers. Where it is off there is "
        "none: a unit that is off for every sample is dead.",
        low=0,
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
        low=-1, high=1,
    ),
    "softplus": _kind(
        "Softplus", r"y = \log(1 + e^x)", lambda x: log1p(exp(x)), _sigmoid,
        "At the end, for a number that has to be above zero.",
        "A ReLU without a corner. Its slope is the sigmoid.",
        low=0,
    ),
    "elu": _kind(
        "ELU", r"y = x \text{ for } x > 0, \quad e^x - 1 \text{ else}",
        lambda x: x if x > 0 else exp(x) - 1, lambda x: 1.0 if x > 0 else exp(x),
        "Where ReLU units die, and mean outputs near zero help.",
        "Below zero it levels off at -1 and keeps a slope on the way there, so units come back.",
        low=-1,
    ),
    "gelu": _kind(
        "GELU", r"y = x \, \Phi(x)", _gelu,
        lambda x: (1 + erf(x / sqrt(2))) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi),
        "In transformers, and in place of ReLU where time does not matter.",
        "Each value is multiplied by the chance that a normal draw lies below it. It dips under zero before it rises.",
        low=_DIP,
    ),
    "softmax": ActivationKind("Softmax", _SOFTMAX, low=0, high=1),
}  # fmt: skip


def word_of(activation: str) -> str:
    """The title as it stands within a sentence: linear, ReLU, hard tanh."""
    title = title_of(activation).removesuffix(" (none)")
    return title if any(letter.isupper() for letter in title[1:]) else title.lower()


def title_of(activation: str) -> str:
    """What an activation is called; an unknown one by its own name."""
    return ACTIVATIONS[activation].title if activation in ACTIVATIONS else activation
