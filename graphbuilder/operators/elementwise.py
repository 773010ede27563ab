"""A function of one value, worked on every value by itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import atan, ceil, copysign, cos, erf, exp, expm1, floor, inf, log, log1p, pi, sin, sqrt, tanh

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Fields
from graphbuilder.lessons import Lesson
from graphbuilder.operators.families import ARITHMETIC
from graphbuilder.operators.operator import EVERYTHING, Operator, Port, Span, Stop
from graphbuilder.parameters import Choice, Number
from graphbuilder.shapes import Phrase, Shape
from graphbuilder.sketches import Function, graph_of
from graphbuilder.tensors import Inputs, Numbers, TensorSpec

_FAR = 500.0
"""Beyond it exponentials have no number."""


@dataclass(frozen=True)
class FunctionKind:
    """One function. call: of Keras. low, high: between which it has values. least, most: of its values, whatever comes
    in. rises: it does so everywhere. whole: it leaves whole numbers whole. sloped: something can be learned through it.
    silent: of 0 it makes 0, and has no slope there."""

    title: str
    call: str
    lesson: Lesson
    function: Function
    low: float = -inf
    high: float = inf
    least: float = -inf
    most: float = inf
    rises: bool = False
    whole: bool = False
    sloped: bool = True
    silent: bool = False

    def span(self, low: float, high: float) -> Span:
        if not self.rises or low < self.low:
            return self.least, self.most
        return self._at(low), self._at(high)

    def _at(self, end: float) -> float:
        if abs(end) > _FAR:
            return self.most if end > 0 else self.least
        return self.function(end)


def _kind(
    title: str, call: str, formula: str, function: Function, when: str, point: str, slope: Function | None = None,
    span: float = 4.0, drawn: Function | None = None, **told: float | bool,
) -> FunctionKind:  # fmt: skip
    """drawn: what the picture shows where the function has no value everywhere."""
    picture = graph_of(f"{title}{', and its slope' if slope else ''}", drawn or function, slope, span)
    return FunctionKind(title, call, Lesson(picture, when, point, formula), function, **told)  # type: ignore[arg-type]


def _sign(x: float) -> float:
    return copysign(1.0, x) if x else 0.0


def _gelu_tanh(x: float) -> float:
    return x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))


FUNCTIONS: dict[str, FunctionKind] = {
    "absolute": _kind(
        "Absolute value", "abs", r"y = |x|", abs,
        "To tell how far from zero, whichever way: the size of a difference.",
        "Its slope is one either way and jumps at zero. The mean of it is the mean absolute error.",
        _sign, least=0, whole=True,
    ),
    "square": _kind(
        "Square", "square", r"y = x^2", lambda x: x * x,
        "To tell how far from zero, with large values weighing more.",
        "Twice as far counts four times. The slope grows with the value, so outliers pull hardest.",
        lambda x: 2 * x, span=2, least=0, whole=True, silent=True,
    ),
    "sqrt": _kind(
        "Square root", "sqrt", r"y = \sqrt{x}", sqrt,
        "To bring squares back to their unit, or to flatten large counts. Below zero there is no value.",
        "At zero its slope is infinite: add a little before it.",
        drawn=lambda x: sqrt(max(x, 0.0)), low=0, least=0, rises=True,
    ),
    "exp": _kind(
        "Exponential", "exp", r"y = e^x", exp,
        "To make a positive number of any: a spread, a rate, a weight.",
        "It is its own slope. A sum inside becomes a product outside; 90 is the largest that has a number in float32.",
        exp, span=2, least=0, rises=True,
    ),
    "log": _kind(
        "Logarithm", "log", r"y = \ln x", log,
        "For values over many orders of size: incomes, energies, probabilities. Of zero and below there is no value.",
        "A product inside becomes a sum outside: that is why losses are logarithms of probabilities.",
        drawn=lambda x: log(max(x, 0.05)), low=1e-300, rises=True,
    ),
    "log1p": _kind(
        "Logarithm of 1 + x", "log1p", r"y = \ln(1 + x)", log1p,
        "For counts that may be zero. Of -1 and below there is no value.",
        "Near zero it is the value itself, far out a logarithm; exact where 1 + x would be rounded away.",
        drawn=lambda x: log1p(max(x, -0.95)), low=-1 + 1e-16, rises=True,
    ),
    "expm1": _kind(
        "Exponential less 1", "expm1", r"y = e^x - 1", expm1,
        "To undo the logarithm of 1 + x: from logarithms of counts back to counts.",
        "Near zero it is the value itself; exact where an exponential less 1 would be rounded away.",
        exp, span=2, least=-1, rises=True,
    ),
    "negative": _kind(
        "Negative", "negative", r"y = -x", lambda x: -x,
        "To turn a distance into a likeness, or a loss into a score.",
        "The gradient is turned round as well.", lambda x: -1.0, whole=True,
    ),
    "reciprocal": _kind(
        "Reciprocal", "reciprocal", r"y = 1 / x", lambda x: 1 / x,
        "To divide: multiply by it. Of zero there is no value.",
        "Near zero both it and its slope leave every bound; keep what comes in away from there.",
        drawn=lambda x: 1 / (x if abs(x) > 0.25 else copysign(0.25, x)),
    ),
    "sign": _kind(
        "Sign", "sign", r"y = \mathrm{sgn}(x)", _sign,
        "To binarize what is not learned: -1, 0 or 1.",
        "It has no slope anywhere, so nothing before it learns.",
        least=-1, most=1, rises=True, whole=True, sloped=False, silent=True,
    ),
    "sin": _kind(
        "Sine", "sin", r"y = \sin x", sin,
        "For what comes round again: angles, hours, positions.",
        "Beside the cosine it says where on a circle one is; one alone has two answers.", cos, least=-1, most=1,
    ),
    "cos": _kind(
        "Cosine", "cos", r"y = \cos x", cos,
        "For what comes round again: angles, hours, positions.",
        "The sine a quarter of a turn on.", lambda x: -sin(x), least=-1, most=1,
    ),
    "arctan": _kind(
        "Arctangent", "arctan", r"y = \arctan x", atan,
        "To make an angle of a slope, or to bend far values towards a bound.",
        "It bends later than tanh and comes nearer to its bound more slowly, so far out some slope is left.",
        lambda x: 1 / (1 + x * x), least=-pi / 2, most=pi / 2, rises=True,
    ),
    "erf": _kind(
        "Error function", "erf", r"y = \frac{2}{\sqrt{\pi}} \int_0^x e^{-t^2} dt", erf,
        "To say which share of a bell curve lies below a value.",
        "GELU is made of it: how likely a value is larger than another that is drawn from a bell curve.",
        lambda x: 2 / sqrt(pi) * exp(-x * x), span=3, least=-1, most=1, rises=True,
    ),
    "gelu_tanh": _kind(
        "GELU by tanh", "gelu", r"y = \frac{x}{2}\big(1 + \tanh(\sqrt{2/\pi}(x + 0.0447 x^3))\big)", _gelu_tanh,
        "In place of GELU, where a network was trained with its approximation, as GPT-2 was.",
        "It differs from GELU by less than a thousandth, which is more than a copied network's answers should.",
        least=-0.171,
    ),
    "ceil": _kind(
        "Round up", "ceil", r"y = \lceil x \rceil", ceil,
        "To make steps of amounts that are not learned, each to the next whole one above.",
        "It changes in jumps and is flat between them, so no gradient comes through.",
        rises=True, sloped=False, silent=True,
    ),
    "floor": _kind(
        "Round down", "floor", r"y = \lfloor x \rfloor", floor,
        "To make steps of amounts that are not learned.",
        "It has no slope anywhere, so nothing before it learns.", rises=True, sloped=False, silent=True,
    ),
    "round": _kind(
        "Round", "round", r"y = \mathrm{round}(x)", lambda x: float(round(x)),
        "To make whole amounts of what is not learned; halves go to the even one.",
        "It has no slope anywhere, so nothing before it learns.",
        rises=True, whole=True, sloped=False, silent=True,
    ),
    "power": _kind(
        "Power", "power", r"y = x^p", lambda x: x**3,
        "Where a law has an exponent. Of negative values only whole exponents have a value.",
        "Exponents above one stretch what is large, below one what is small; gamma of images is one of these.",
        lambda x: 3 * x * x, span=1.5,
    ),
    "clip": _kind(
        "Clip", "clip", r"y = \min(\max(x, low), high)", lambda x: max(-1.0, min(1.0, x)),
        "To hold values within bounds that they must not leave.",
        "Outside of the bounds there is no slope: what lies there no longer learns.", lambda x: float(-1 < x < 1),
    ),
}  # fmt: skip

_AMOUNTS_ALONE = Port("in", takes=frozenset({Numbers.FLOAT}))
_OF_AMOUNTS = ("clip", "reciprocal", "erf", "gelu_tanh")
_NEEDED = {"exponent": "power", "low": "clip", "high": "clip"}
"""Parameters that one function alone takes."""


class Elementwise(Operator, title="Function of a value", family=ARITHMETIC):
    """Works one function on every value by itself, without weights.

    Input shape: any. Output shape: the same.
    """

    keywords = (
        "elementwise", "math", "lambda", "exponential", "logarithm", "root", "absolute", "square", "power", "clip",
        "sine", "cosine", "round", "sign", "negative", "reciprocal", "clamp", "unary", "arctangent", "error function",
    )  # fmt: skip
    formula = r"y = f(x)"
    when = "Where a formula is known: what is known need not be learned."
    point = (
        "It is differentiated like any layer, so what stands before it learns through it, where it has a slope. "
        "A mask that comes in is lost here."
    )
    picture = graph_of("The exponential function and its slope, as one of many", exp, exp, 2)
    by_place = True

    function = Choice(
        "absolute", choices={name: kind.title for name, kind in FUNCTIONS.items()}, help="Which function it is."
    )
    exponent = Number(2.0, help="Of a power: what values are raised to.")
    low = Number(-1.0, help="Of a clip: the smallest value that is left.")
    high = Number(1.0, help="Of a clip: the largest value that is left.")

    @property
    def _kind(self) -> FunctionKind:
        """An unknown one is told by its bounds."""
        return FUNCTIONS.get(self.function, FUNCTIONS["absolute"])

    def input_ports(self) -> tuple[Port, ...]:
        """Of whole numbers Keras cannot work these."""
        return (_AMOUNTS_ALONE,) if self.function in _OF_AMOUNTS else self.inputs

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if self.function == "clip" and self.low > self.high:
            says = "must be at most high, {high:g}; received {received:g}"
            yield "low", Phrase(says, high=self.high, received=self.low)

    def folds(self, name: str) -> bool:
        return _NEEDED.get(name, self.function) != self.function

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return inputs[0]

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        (came,) = inputs.specs
        whole = came.numbers is Numbers.WHOLE and self._kind.whole
        return (TensorSpec(came.shape, Numbers.WHOLE if whole else Numbers.FLOAT),)

    def reach(self, came: Sequence[Span]) -> Span:
        ((low, high),) = came
        kind = self._kind
        match self.function:
            case "negative":
                return -high, -low
            case "absolute" | "square":
                ends = [kind.function(end) if abs(end) < inf else inf for end in (low, high)]
                return 0.0 if low < 0 < high else min(ends), max(ends)
            case "clip":
                return max(self.low, min(self.high, low)), min(self.high, max(self.low, high))
            case "power":
                return (0.0, inf) if low >= 0 and self.exponent >= 0 else EVERYTHING
        return kind.span(low, high)

    def stops(self, fields: Fields) -> Stop | None:
        kind = self._kind
        if kind.sloped:
            return None
        return Stop(
            "works {function}, which has no slope, so nothing before it learns",
            "function",
            "absolute",
            {"function": kind.title.lower()},
        )

    def silent_at_zero(self) -> bool:
        if self.function == "power":
            return self.exponent > 1
        return self._kind.silent

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        own: tuple[Argument, ...] = tuple(
            self.params[name]  # type: ignore[misc]
            for name, function in _NEEDED.items()
            if function == self.function
        )
        return Call(f"ops.{self._kind.call}", (values["in"][0], *own))

    def lesson_as_set(self) -> Lesson:
        return self._kind.lesson

    def line(self) -> str:
        match self.function:
            case "power":
                return f"to the power of {self.exponent:g}"
            case "clip":
                return f"clip to {self.low:g} to {self.high:g}"
        return self._kind.title.lower()
