"""How large the values and the gradients of each node are before the first step, worked out without data.

Spans of the fields enter, and names as rows with a single 1 or as the vectors that are drawn for them; weights are what
their initializers draw. Sums of n random terms grow with the root of n,
sums of equal ones with n (Glorot and Bengio, 2010; He et al., 2015). Estimates, right to a factor of three or so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import exp, inf, isfinite, pi, prod, sqrt
from typing import Any

from graphbuilder.activations import ACTIVATIONS, ActivationKind
from graphbuilder.checks import Report
from graphbuilder.operators import Operator
from graphbuilder.operators.convolution import Convolution
from graphbuilder.operators.data import Input
from graphbuilder.operators.embedding import Embedding
from graphbuilder.operators.linear import Dense
from graphbuilder.operators.loss import Loss
from graphbuilder.operators.merge import Add, Average, Concatenate, Multiply, Subtract
from graphbuilder.operators.names import Encoding
from graphbuilder.operators.normalization import BatchNormalization, Normalization, Rescaling
from graphbuilder.operators.recurrent import Recurrent
from graphbuilder.operators.resizing import Resizing
from graphbuilder.parameters import INITIALIZERS, Chosen
from graphbuilder.shapes import size

_POINTS = [place / 5 for place in range(-20, 21)]
_DENSITY = [exp(-z * z / 2) / sqrt(2 * pi) / 5 for z in _POINTS]
_MEASURING = ("LayerNormalization", "GroupNormalization", "RMSNormalization")
_FLAT = 0.05
"""Of an activation's steepest slope: below this nothing is learned to speak of."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Weights as an initializer draws them: their mean, their variance, and what none lies beyond."""

    mean: float
    variance: float
    low: float
    high: float

    @property
    def is_constant(self) -> bool:
        return self.variance == 0

    @property
    def square(self) -> float:
        return self.mean**2 + self.variance


def drawn(value: object, fan_in: float, fan_out: float) -> Drawn | None:
    """None for one whose weights are no independent draws."""
    name = value.name if isinstance(value, Chosen) else str(value)
    option = INITIALIZERS.get(name)
    if option is None:
        return None
    params: dict[str, Any] = {**option.defaults(), **(value.params if isinstance(value, Chosen) else {})}
    constant = option(params).constant()
    if constant is not None:
        return Drawn(constant, 0.0, constant, constant)
    if name == "random_uniform":
        low, high = params["minval"], params["maxval"]
        return Drawn((low + high) / 2, (high - low) ** 2 / 12, low, high)
    if name in ("random_normal", "truncated_normal"):
        return Drawn(params["mean"], params["stddev"] ** 2, -inf, inf)
    if name == "orthogonal":
        return Drawn(0.0, params["gain"] ** 2 / max(fan_in, fan_out), -inf, inf)
    scales = {"glorot": (1.0, (fan_in + fan_out) / 2), "he": (2.0, fan_in), "lecun": (1.0, fan_in)}
    fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
    if name == "variance_scaling":
        variance = params["scale"] / fans[params["mode"]]
    elif (sort := name.split("_")[0]) in scales:
        variance = scales[sort][0] / scales[sort][1]
    else:
        return None
    limit = sqrt(3 * variance) if name.endswith("uniform") else inf
    return Drawn(0.0, variance, -limit, limit)


@dataclass(frozen=True, slots=True)
class Signal:
    """The values of a node over samples and units. size: their root mean square; spread: by how much the value of one
    unit differs from sample to sample. alike: all units of a sample give the same. low, high: none lies beyond."""

    mean: float
    size: float
    spread: float
    alike: bool = False
    low: float = -inf
    high: float = inf

    @property
    def scatter(self) -> float:
        """Spread over samples and units."""
        return sqrt(max(0.0, self.size**2 - self.mean**2))


@dataclass(frozen=True, slots=True)
class Bent:
    """What comes to an activation. slope: RMS of its slope there; flat: the share where it has next to none; above: the
    share above 0."""

    sums: Signal
    slope: float
    flat: float
    above: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """A node with a kernel: what it reads, and its sums as they come to its own activation. fan_in, fan_out: how many
    values enter one sum, and how many sums a value enters. bias: the mean of what is added to the sums. steps, kept: of
    one that goes through a sequence, how many steps it goes, and by what its memory is multiplied at each of them."""

    bent: Bent
    came: Signal
    weights: Drawn
    fan_in: float
    fan_out: float
    bias: float
    steps: int = 1
    kept: float = 1.0

    @property
    def growth(self) -> float:
        """By how much its sums are larger than what comes in."""
        return self.bent.sums.size / self.came.size if self.came.size else 0.0


@dataclass
class Signals:
    """By node id; a node of which nothing can be said has none. gradients: RMS of the loss' slope by each value of a
    node, up to a factor that all have."""

    given: dict[str, Signal] = field(default_factory=dict)
    weighed: dict[str, Weighed] = field(default_factory=dict)
    bent: dict[str, Bent] = field(default_factory=dict)
    stretched: dict[str, float] = field(default_factory=dict)
    gradients: dict[str, float] = field(default_factory=dict)

    def of_weights(self, id: str) -> float | None:
        """How large the gradients of a node's weights are, up to that factor."""
        one = self.weighed.get(id)
        return self.gradients[id] * one.bent.slope * one.came.size if one and id in self.gradients else None


def signals(report: Report) -> Signals:
    found = Signals()
    for id in report.wired.order:
        operator = report.wired.operators[id]
        if operator is not None and id in report.facts:
            _forward(report, found, id, operator)
    _backward(report, found)
    return found


def _forward(report: Report, found: Signals, id: str, operator: Operator) -> None:
    came = [found.given[source] for source in report.wired.before[id] if source in found.given]
    if isinstance(operator, Input):
        declared = report.document.data.fields.get(operator.field)
        if (
            declared
            and isfinite(declared.low)
            and isfinite(declared.high)
            and declared.kind not in ("text", "category")
        ):
            found.given[id] = _even(declared.low, declared.high)
        return
    if (begun := _whatever_comes(operator)) is not None:
        found.given[id] = begun
        if operator.kind in _MEASURING and came:
            found.stretched[id] = 1 / max(1e-3, came[0].scatter)
        return
    if not came or len(came) < len(report.wired.before[id]):
        return
    one = came[0]
    match operator:
        case Rescaling():
            found.given[id] = _scaled(one, operator.scale, operator.offset)
        case Normalization() if operator.mean is None:
            found.given[id] = Signal(0.0, 1.0, 1.0)
        case BatchNormalization():
            gamma = drawn(operator.params["gamma_initializer"], 1, 1) if operator.scale else Drawn(1, 0, 1, 1)
            if gamma:
                found.stretched[id] = gamma.mean / sqrt(one.spread**2 + operator.epsilon)
                found.given[id] = Signal(0.0, found.stretched[id] * one.spread, found.stretched[id] * one.spread)
        case Add() | Subtract():
            found.given[id] = Signal(
                sum(each.mean for each in came) if isinstance(operator, Add) else came[0].mean - came[1].mean,
                sqrt(sum(each.size**2 for each in came)),
                sqrt(sum(each.spread**2 for each in came)),
            )
        case Multiply():
            mean, square = prod(each.mean for each in came), prod(each.size for each in came)
            found.given[id] = Signal(mean, square, square and square * max(each.spread / each.size for each in came))
        case Concatenate() | Average():
            wide = [size(shape) if isinstance(operator, Concatenate) else 1 for shape in report.facts[id].inputs]
            parts = [(count / sum(wide), each) for count, each in zip(wide, came, strict=True)]
            found.given[id] = Signal(
                sum(part * each.mean for part, each in parts),
                sqrt(sum(part * each.size**2 for part, each in parts)),
                sqrt(sum(part * each.spread**2 for part, each in parts)),
                low=min(each.low for each in came),
                high=max(each.high for each in came),
            )
        case Dense() | Convolution() if "kernel_initializer" in operator.parameters:
            _weigh(report, found, id, operator, one)
        case Recurrent():
            _remember(report, found, id, operator, one)
        case _ if operator.keeps_range or operator.keeps_values or isinstance(operator, Resizing):
            found.given[id] = one
        case _ if (bend := ACTIVATIONS.get(operator.activation_name() or "")) and not report.facts[id].parameters:
            found.given[id], found.bent[id] = _bend(bend, one)


def _whatever_comes(operator: Operator) -> Signal | None:
    """What a node gives that does not go by the size of what it reads: names looked up, and what is measured anew."""
    if operator.kind in _MEASURING:
        return Signal(0.0, 1.0, 1.0)
    if isinstance(operator, Embedding):
        vectors = drawn(operator.params["embeddings_initializer"], operator.input_dim, operator.output_dim)
        if vectors is None:
            return None
        spread = sqrt(vectors.variance)
        return Signal(vectors.mean, sqrt(vectors.square), spread, vectors.is_constant, vectors.low, vectors.high)
    if isinstance(operator, Encoding) and operator.params.get("output_mode") == "one_hot":
        share = 1 / operator.names
        return Signal(share, sqrt(share), sqrt(share * (1 - share)), low=0.0, high=1.0)
    return None


def _even(low: float, high: float) -> Signal:
    mean, spread = (low + high) / 2, (high - low) / sqrt(12)
    return Signal(mean, sqrt(mean**2 + spread**2), spread, low=low, high=high)


def _scaled(one: Signal, scale: float, offset: float) -> Signal:
    mean = one.mean * scale + offset
    ends = [end * scale + offset if isfinite(end) else (end if scale > 0 else -end) for end in (one.low, one.high)]
    size = sqrt((scale * one.scatter) ** 2 + mean**2)
    return Signal(mean, size, abs(scale) * one.spread, one.alike, min(ends), max(ends))


def _fans(report: Report, id: str, operator: Operator) -> tuple[float, float]:
    facts = report.facts[id]
    shape, came = facts.shape, facts.inputs[0]
    fan_in = facts.counts.multiply_adds / max(1, size(shape))
    return max(1.0, fan_in), max(1.0, facts.counts.multiply_adds / max(1, size(came)))


def _weigh(report: Report, found: Signals, id: str, operator: Operator, one: Signal) -> None:
    fan_in, fan_out = _fans(report, id, operator)
    window = size(operator.params.get("kernel_size", (1,)))  # type: ignore[arg-type]
    channels = report.facts[id].shape[-1] or 1
    weights = drawn(operator.params["kernel_initializer"], fan_in, window * channels)
    bias = drawn(operator.params.get("bias_initializer", "zeros"), 1, 1) if operator.params.get("use_bias") else None
    if weights is None:
        return
    moved = bias.mean if bias else 0.0
    coherent = fan_in**2 if one.alike else fan_in
    mean = fan_in * weights.mean * one.mean + moved
    square = fan_in * weights.variance * one.size**2
    square += weights.mean**2 * (coherent * (one.size**2 - one.mean**2)) + (bias.variance if bias else 0.0)
    spread = sqrt(fan_in * weights.variance * one.spread**2 + weights.mean**2 * coherent * one.spread**2)
    ends = [w * x if w and x else 0.0 for w in (weights.low, weights.high) for x in (one.low, one.high)]
    low, high = fan_in * min(ends) + moved, fan_in * max(ends) + moved
    sums = Signal(mean, sqrt(square + mean**2), spread, weights.is_constant, low, high)
    bend = ACTIVATIONS.get(operator.activation_name() or "linear")
    found.given[id], bent = _bend(bend, sums) if bend and bend.function else (sums, Bent(sums, 1.0, 0.0, 0.5))
    found.weighed[id] = Weighed(bent, one, weights, fan_in, fan_out, moved)


_MOST = 1e12


def _remember(report: Report, found: Signals, id: str, operator: Recurrent, one: Signal) -> None:
    """The sums of one step, in one gate; and of a memory without gates what becomes of it from step to step. With gates
    it is kept by them."""
    came = report.facts[id].inputs[0]
    units, features, steps = operator.units, came[-1] or 1, came[0] or 1
    weights = drawn(operator.params["kernel_initializer"], features, operator.gates * units)
    again = drawn(operator.params["recurrent_initializer"], units, operator.gates * units)
    bend = ACTIVATIONS.get(str(operator.params.get("activation")))
    if weights is None or again is None or bend is None or bend.function is None:
        return
    size = sqrt(features * weights.square) * one.size
    spread = sqrt(features * weights.variance) * one.spread
    given, bent = _bend(bend, Signal(0.0, size, spread, weights.is_constant))
    held = sqrt(units * again.variance) + units * abs(again.mean)
    kept = bent.slope * held if operator.gates == 1 else 1.0
    if bend.high - bend.low == inf and kept > 1:
        grown = min(_MOST, kept ** min(steps, 200))
        given = Signal(given.mean * grown, given.size * grown, given.spread * grown)
        bent = Bent(Signal(0.0, size * grown, spread * grown), bent.slope, bent.flat, bent.above)
    found.given[id] = given
    found.weighed[id] = Weighed(bent, one, weights, features, operator.gates * units, 0.0, steps, kept)


def _slope(function: Callable[[float], float], at: float) -> float:
    step = 1e-4 * max(1.0, abs(at))
    try:
        return (function(at + step) - function(at - step)) / (2 * step)
    except OverflowError:
        return 0.0


def _bend(bend: ActivationKind, came: Signal) -> tuple[Signal, Bent]:
    """What comes out of an activation."""
    function = bend.function
    if function is None:
        return Signal(0.0, 1.0, 1.0, low=bend.low, high=bend.high), Bent(came, 1.0, 0.0, 0.5)
    steepest = max(abs(_slope(function, z / 2)) for z in range(-6, 7)) or 1.0
    mean = square = slopes = flat = above = total = 0.0
    for z, share in zip(_POINTS, _DENSITY, strict=True):
        x = min(max(came.mean + z * came.scatter, came.low), came.high)
        try:
            y = function(x)
        except OverflowError:
            y = bend.high if x > 0 else bend.low
        if not isfinite(y):
            continue
        slope = abs(_slope(function, x))
        total += share
        mean, square, slopes = mean + share * y, square + share * y * y, slopes + share * slope * slope
        flat += share * (slope < _FLAT * steepest)
        above += share * (x > 0)
    mean, square, slope = mean / total, square / total, sqrt(slopes / total)
    low, high = bend.reach(came.low, came.high)
    scatter = sqrt(max(0.0, square - mean**2))
    spread = min(slope * came.spread, scatter) if not came.alike else slope * came.spread
    given = Signal(mean, sqrt(square), spread, came.alike, low, high)
    return given, Bent(came, slope, flat / total, above / total)


def _backward(report: Report, found: Signals) -> None:
    """From the Losses back; where several read a node, their gradients add up as independent ones."""
    squares: dict[str, float] = {}
    for id in reversed(report.wired.order):
        operator = report.wired.operators[id]
        if operator is None or id not in report.facts:
            continue
        if isinstance(operator, Loss):
            for source in report.wired.before[id]:
                squares[source] = squares.get(source, 0.0) + 1.0
            continue
        if id not in squares:
            continue
        found.gradients[id] = sqrt(squares[id])
        before = report.wired.before[id]
        for at, source in enumerate(before):
            beside = [found.given.get(one) for place, one in enumerate(before) if place != at]
            if (factor := _factor(found, id, operator, beside)) is not None:
                squares[source] = squares.get(source, 0.0) + squares[id] * factor**2


def _factor(found: Signals, id: str, operator: Operator, beside: list[Signal | None]) -> float | None:
    """How much larger the gradient is at one of the sources of a node than behind it; None where that is not known.
    beside: what the other sources give."""
    if isinstance(operator, Multiply):
        return prod(one.size for one in beside if one) if all(beside) else None
    if one := found.weighed.get(id):
        random = one.fan_out * one.weights.variance
        return one.bent.slope * sqrt(random + (one.fan_out * one.weights.mean) ** 2)
    if id in found.bent:
        return found.bent[id].slope
    if id in found.stretched:
        return found.stretched[id]
    if isinstance(operator, Rescaling):
        return abs(operator.scale)
    return 1.0 if id in found.given else None
