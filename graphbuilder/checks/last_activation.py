"""Whether what comes out of the last activation is what the loss reads, and reaches the target."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf, isfinite

from graphbuilder.activations import word_of
from graphbuilder.checks import remedies
from graphbuilder.checks.examined import Examined
from graphbuilder.checks.remedies import Held, turned
from graphbuilder.diagnostics import Diagnostic, Fault, Suspicion, such_as
from graphbuilder.fields import Field
from graphbuilder.operators import Operator
from graphbuilder.operators.fitting import ACTIVATION, RESCALING
from graphbuilder.operators.loss import Loss
from graphbuilder.operators.operator import EVERYTHING, Span
from graphbuilder.parameters import LARGEST_NUMBER
from graphbuilder.repair import PutBefore, Repair, SetParameter
from graphbuilder.texts import started

_ROUNDING = 1e-6
"""By how much a sum of shares may be more than one: thirds are never exact."""
_NEARLY = 0.01
"""Share of a target's range that may be out of reach without a word."""


class ActivationAndLogits(Fault):
    """The loss works on logits and applies softmax or sigmoid itself, and what comes in has been through it
    already.

    applies: what the loss does itself; applied: what the maker has done, held: where. directly: nothing stands
    between. chosen: the loss does so because from_logits says it.
    """

    code = "E_ACTIVATION_LOGITS"
    title = "Softmax applied twice"
    remedy = "Set the last activation to linear, or from_logits of the Loss to no."
    point = (
        "Softmax of shares is nearly flat: of ten classes even a certain answer becomes 0.23. It still "
        "learns, only slowly, and no curve says why."
    )
    see = ("activation.softmax", "loss.softmax_crossentropy")
    example = such_as(
        who="Loss 'digit'",
        loss="softmax cross-entropy",
        applies="softmax",
        maker="Linear 'scores'",
        applied="softmax",
        held="parameter",
        directly=True,
    )
    who: str
    loss: str
    applies: str
    maker: str
    applied: str
    held: Held
    directly: bool
    chosen: bool = True

    @property
    def message(self) -> str:
        twice = f"{self.maker} has already applied {word_of(self.applied)}"
        return f"{self.who}: {self.loss} on logits applies {self.applies} itself, and {twice}."

    @property
    def fix(self) -> str:
        way = started(turned(self.held, "linear"))
        if self.directly and self.chosen and self.applied == self.applies:
            verb = "set " if self.held == "operator" else ""
            return f"{way}, or {verb}from_logits of {self.who} to no."
        return f"{way}."


class LogitsBent(Suspicion):
    """The loss reads logits, which may have any sign and size, and the last activation forbids some."""

    code = "W_LOGITS_BENT"
    title = "Logits that are bent"
    remedy = "Set the last activation to linear."
    point = (
        "Behind ReLU no class can be voted down below zero, and where every score is zero there is no "
        "slope left to learn by."
    )
    see = ("activation.relu", "loss.softmax_crossentropy")
    example = such_as(
        who="Loss 'digit'", loss="softmax cross-entropy", maker="Linear 'scores'", activation="relu", held="parameter"
    )
    who: str
    loss: str
    maker: str
    activation: str
    held: Held

    @property
    def fix(self) -> str:
        usual = "Linear is the usual last activation"
        return f"{usual}: {turned(self.held, 'linear')}." if self.held == "operator" else f"{usual}."

    @property
    def message(self) -> str:
        ends = f"{self.maker} ends in {word_of(self.activation)}"
        return f"{self.who}: {self.loss} reads logits of any sign, and {ends}."


class NoProbabilities(Fault):
    """The loss reads probabilities, or values of at least zero, and the last operator gives others.

    wanted: the activation that gives them. of_classes: of the target, or what the loss is usually for. amounts:
    what is needed are no probabilities but values of at least 0. chosen: from_logits may be. activation: that the
    maker ends in, where it has one, held: where; low, high: between which its values lie.
    """

    code = "E_LAST_ACTIVATION"
    title = "A last activation that the loss cannot read"
    remedy = "Give the last operator the activation that the sentence names, or set from_logits of the Loss to yes."
    point = (
        "Cross-entropy takes a logarithm, and that of a value below zero is no number. On logits the loss"
        " applies softmax itself, in a form that cannot overflow."
    )
    see = ("activation.softmax", "activation.sigmoid", "loss.softmax_crossentropy")
    example = such_as(
        who="Loss 'digit'",
        loss="softmax cross-entropy",
        wanted="softmax",
        of_classes=True,
        maker="Linear 'scores'",
        activation="relu",
        held="parameter",
        low=0.0,
        high=inf,
    )
    who: str
    loss: str
    wanted: str
    of_classes: bool
    maker: str
    activation: str | None
    held: Held
    low: float
    high: float
    amounts: bool = False
    chosen: bool = True

    @property
    def message(self) -> str:
        what = "values of at least 0" if self.amounts else "values from 0 to 1"
        if self.of_classes and not self.amounts:
            what = f"probabilities of {'several' if self.activation == 'sigmoid' else 'the'} classes"
        gives = f"gives {_values((self.low, self.high))}"
        ends = f"ends in {word_of(self.activation)}" if self.activation else gives
        return f"{self.who}: {self.loss} needs {what}, which {self.wanted} gives; {self.maker} {ends}."

    @property
    def fix(self) -> str:
        if self.activation is None:
            return (
                f"Put an Activation with {self.wanted} behind it{', or set from_logits to yes' if self.chosen else ''}."
            )
        logits = ", or set from_logits to yes" if self.activation == "linear" and self.chosen else ""
        return f"{started(turned(self.held, self.wanted))}{logits}."


class SharesAsChances(Suspicion):
    """The loss takes each value for a chance of its own, and softmax makes them shares of one.

    wanted: the activation that gives such chances; held: where the maker has its own.
    """

    code = "W_SHARES_AS_CHANCES"
    title = "Shares where chances are read"
    remedy = "Set the last activation to sigmoid, or the loss to softmax cross-entropy."
    point = (
        "Keras trains it. A yes for one class is then a no for all others twice: softmax takes their share away, and "
        "the loss adds what each of them is wrong by. Where several may be right, they cannot be."
    )
    see = ("activation.softmax", "activation.sigmoid", "loss.binary_crossentropy")
    example = such_as(
        who="Loss 'digit'",
        loss="binary cross-entropy",
        wanted="sigmoid",
        maker="Linear 'scores'",
        activation="softmax",
        held="parameter",
    )
    who: str
    loss: str
    wanted: str
    maker: str
    activation: str
    held: Held

    @property
    def message(self) -> str:
        ends = f"{self.maker} ends in {word_of(self.activation)}, whose values add up to 1"
        return f"{self.who}: {self.loss} takes each value as a chance of its own, and {ends}."

    @property
    def fix(self) -> str:
        return f"{started(turned(self.held, self.wanted))}, or use softmax cross-entropy where just one is right."


class OutOfReach(Suspicion):
    """The last activation is bounded and its target lies partly beyond: no training brings the loss to zero.

    least, most: of the target; low, high: of what the maker gives, which ends in this activation, where it has one;
    held: where. scale, offset: of a Rescaling that brings it there, where there is one.
    """

    code = "W_OUT_OF_REACH"
    title = "A target out of reach"
    remedy = "Set the last activation to linear, or stretch what it gives by a Rescaling."
    point = (
        "A sigmoid ends at 1. Asked for 50, a network drives its weights up without end, and the slope "
        "goes to nothing on the way."
    )
    see = ("activation.sigmoid", "operator.Rescaling")
    example = such_as(
        who="Loss 'price'",
        target="price",
        of_class=False,
        least=0.0,
        most=50.0,
        maker="Linear 'out'",
        activation="sigmoid",
        held="parameter",
        low=0.0,
        high=1.0,
        scale=50.0,
        offset=0.0,
    )
    who: str
    target: str
    of_class: bool
    least: float
    most: float
    maker: str
    activation: str | None
    held: Held
    low: float
    high: float
    scale: float | None
    offset: float | None

    @property
    def message(self) -> str:
        written = (
            f"is written as {self.least:g} or {self.most:g}"
            if self.of_class
            else f"goes from {self.least:g} to {self.most:g}"
        )
        ends = f" ends in {word_of(self.activation)} and" if self.activation else ""
        only = f"{self.maker}{ends} gives only {_values((self.low, self.high))}"
        return f"{self.who}: the target {self.target!r} {written}; {only}."

    @property
    def fix(self) -> str:
        ways = []
        if self.activation:
            ways.append(turned(self.held, "linear"))
        if self.scale is not None:
            ways.append(f"put a Rescaling of scale {self.scale:g} and offset {self.offset:g} behind it")
        return f"{started(', or '.join(ways or ['let an operator with linear activation stand last']))}."


class SoftmaxOverOne(Fault):
    """Softmax over one value gives 1, whatever the value is: nothing before it can learn.

    loss, applies: one that reads it and applies this itself. Else target, low, high: what it is compared with,
    where that is no class.
    """

    code = "E_SOFTMAX_ONE"
    title = "Softmax over one value"
    remedy = "Use sigmoid for one output, linear before a loss on logits, or give a value for each class."
    point = (
        "Softmax divides each value by the sum of all. One alone is divided by itself, and the slope of a"
        " constant is zero."
    )
    see = ("activation.sigmoid", "activation.softmax")
    example = such_as(who="Linear 'out'")
    who: str
    loss: str | None = None
    applies: str | None = None
    target: str | None = None
    low: float = 0.0
    high: float = 1.0

    @property
    def message(self) -> str:
        return f"{self.who} applies softmax over one value, which gives 1 whatever comes in."

    @property
    def fix(self) -> str:
        if self.loss:
            why = f"{self.loss} applies {self.applies} itself"
            return f"Use linear for one output, since {why}, or give it a value for each class."
        if self.target is None:
            return "Use sigmoid for one output, or give it a value for each class."
        if "sigmoid" not in self.wanted:
            return f"Use linear, since the target {self.target!r} goes from {self.low:g} to {self.high:g}."
        return f"Use sigmoid, since the target {self.target!r} lies within 0 to 1."

    @property
    def wanted(self) -> tuple[str, ...]:
        """Activations that might stand in its place, the best first."""
        return ("linear",) if self.loss or self.low < 0 or self.high > 1 else ("sigmoid", "linear")


def over_one(examined: Examined, id: str) -> bool:
    return any(_over_one_unit(examined, maker) for maker in _makers(examined, id).values())


def _makers(examined: Examined, id: str) -> Mapping[str | None, str]:
    """Who made the values that a Loss reads."""
    return examined.makers.get(examined.before(id)[0], {})


def _given_by(examined: Examined, id: str, loss: Loss, target: Field | None) -> tuple[str, ...]:
    """The last activations that give what a Loss needs, the usual one first; none where it reads any value."""
    several = (target is None or target.kind == "class") and examined.facts[id].inputs[0][-1:] != (1,)
    return loss.declared.given_by(several)


def unfit(examined: Examined, id: str, loss: Loss, target: Field | None) -> Iterator[Diagnostic]:
    """What comes in is not what the loss reads. target: None where no data are chosen."""
    kind, probabilities = loss.declared, _given_by(examined, id, loss, target)
    if not probabilities:
        return
    makers = _makers(examined, id)
    who, title = examined.called(id), kind.word
    wanted, chosen = probabilities[0], kind.logits == "chosen"
    if loss.on_logits:
        last = next((name for name in ("softmax", "sigmoid") if name in makers), None)
        earlier = examined.softmaxed_logits.get(id) if not last else None
        if last or earlier:
            maker = makers[last] if last else str(earlier)
            repairs = _bent(examined, maker, "linear")
            if earlier:
                repairs = [remedies.without_softmax(examined, id)]
            if last == wanted and chosen:
                repairs += [SetParameter("from_logits", False, id)]
            yield ActivationAndLogits(
                who=who,
                loss=title,
                applies=wanted,
                maker=examined.called(maker),
                applied=last or "softmax",
                held=_held(examined, maker, "linear"),
                directly=bool(last),
                chosen=chosen,
                nodes=(maker, id),
                parameter=_set_in(examined, maker),
                repairs=tuple(repairs),
            )
            return
        for last, maker in makers.items():
            if last not in (None, "linear"):
                yield LogitsBent(
                    who=who,
                    loss=title,
                    maker=examined.called(maker),
                    activation=last,
                    held=_held(examined, maker, "linear"),
                    nodes=(maker, id),
                    parameter=_set_in(examined, maker),
                    repairs=tuple(_bent(examined, maker, "linear")),
                )
                return
        return
    low, high = examined.reach.get(examined.before(id)[0], EVERYTHING)
    least, most = kind.span
    fits = low >= least and high <= most + _ROUNDING
    if kind.needs == "chances":
        fits = fits and ("softmax" not in makers or "softmax" in probabilities)
    elif kind.needs == "shares":  # means of shares are shares
        fits = fits and {*examined.sums.get(examined.before(id)[0], {})} == {"softmax"}
    wrong = [(last, maker) for last, maker in makers.items() if last not in probabilities]
    if not wrong or fits:
        return
    last, maker = wrong[0]
    if kind.needs == "chances" and last == "softmax" and low >= least and high <= most + _ROUNDING:
        yield SharesAsChances(
            who=who,
            loss=title,
            wanted=wanted,
            maker=examined.called(maker),
            activation=last,
            held=_held(examined, maker, wanted),
            nodes=(maker, id),
            parameter=_set_in(examined, maker),
            repairs=tuple(_bent(examined, maker, wanted)),
        )
        return
    yield _no_probabilities(examined, id, loss, target, last, maker)


def _no_probabilities(
    examined: Examined, id: str, loss: Loss, target: Field | None, last: str | None, maker: str
) -> Diagnostic:
    kind, wanted = loss.declared, _given_by(examined, id, loss, target)[0]
    who, title, chosen = examined.called(id), kind.word, kind.logits == "chosen"
    of_class = target.kind == "class" if target else wanted == "softmax"
    logits = [SetParameter("from_logits", True, id)] if chosen else []
    if last is None:
        plain = remedies.without_softmax(examined, maker)
        repairs: list[Repair] = [(*plain, PutBefore(ACTIVATION, {"activation": wanted}, id))]
        repairs += [(*plain, *logits)] if logits else []
    else:
        repairs = [*_bent(examined, maker, wanted), *(logits if last == "linear" else [])]
    low, high = examined.reach[maker]
    return NoProbabilities(
        who=who,
        loss=title,
        wanted=wanted,
        of_classes=of_class,
        maker=examined.called(maker),
        activation=last,
        held=_held(examined, maker, wanted),
        low=low,
        high=high,
        amounts=kind.needs == "amounts",
        chosen=chosen,
        nodes=(maker, id),
        parameter=_set_in(examined, maker) if last else None,
        repairs=tuple(repairs),
    )


def _values(reach: Span) -> str:
    low, high = reach
    if isfinite(low) and isfinite(high):
        return f"values from {low:g} to {high:g}"
    return (
        f"values of at least {low:g}"
        if isfinite(low)
        else (f"values of at most {high:g}" if isfinite(high) else "values of any size")
    )


def out_of_reach(examined: Examined, id: str, loss: Loss, target: Field) -> Iterator[Diagnostic]:
    source = examined.before(id)[0]
    low, high = reach = examined.reach.get(source, EVERYTHING)
    kind = loss.declared
    if kind.of_class is None:
        return
    least, most = kind.of_class if target.kind == "class" else (target.low, target.high)
    if loss.on_logits or (low <= least + _NEARLY * (most - least) and most - _NEARLY * (most - least) <= high):
        return
    makers = _makers(examined, id)
    last, maker = next(iter(makers.items())) if len(makers) == 1 else (None, source)
    repairs: list[Repair] = _bent(examined, maker, "linear") if last else []
    scale, offset = (1.0, 0.0) if high == low else _moved(reach, (least, most))
    settable = abs(scale) <= LARGEST_NUMBER and abs(offset) <= LARGEST_NUMBER
    if settable:
        repairs.append(PutBefore(RESCALING, {"scale": scale, "offset": offset}, id))
    yield OutOfReach(
        who=examined.called(id),
        target=target.name,
        of_class=target.kind == "class",
        least=least,
        most=most,
        maker=examined.called(maker),
        activation=last,
        held=_held(examined, maker, "linear"),
        low=low,
        high=high,
        scale=scale if settable else None,
        offset=offset if settable else None,
        nodes=(maker, id),
        parameter=_set_in(examined, maker) if last else None,
        repairs=tuple(repairs),
    )


def _moved(reach: Span, wanted: Span) -> tuple[float, float]:
    """Scale and offset that bring what lies within `reach` to all of `wanted`; not finite where it has no two ends."""
    scale = (wanted[1] - wanted[0]) / (reach[1] - reach[0]) if isfinite(reach[1] - reach[0]) else inf
    scale = float(f"{scale:.6g}")
    return scale, wanted[0] - scale * reach[0]


def _operator(examined: Examined, maker: str) -> Operator:
    operator = examined.wired.operators[maker]
    assert operator is not None
    return operator


def _held(examined: Examined, maker: str, wanted: str) -> Held:
    return remedies.held(_operator(examined, maker), wanted)


def _set_in(examined: Examined, maker: str) -> str | None:
    return remedies.set_in(_operator(examined, maker))


def _bent(examined: Examined, maker: str, wanted: str) -> list[Repair]:
    """What gives the maker another activation."""
    return list(remedies.last_activation(_operator(examined, maker), maker, wanted))


def softmax_over_one(examined: Examined) -> Iterator[Diagnostic]:
    readers: dict[str, list[str]] = {}
    for loss, _ in examined.every(Loss):
        for maker in _makers(examined, loss).values() if loss in examined.facts else ():
            readers.setdefault(maker, []).append(loss)
    for id, _ in examined.where(lambda one: one.activation_name() == "softmax"):
        if _over_one_unit(examined, id):
            found = _read_by(examined, id, readers.get(id, []))
            repairs = tuple(one for name in found.wanted for one in _bent(examined, id, name))
            yield replace(found, nodes=(id,), parameter=_set_in(examined, id), repairs=repairs)


def _read_by(examined: Examined, id: str, losses: Sequence[str]) -> SoftmaxOverOne:
    who = examined.called(id)
    for one in losses:
        loss = examined.wired.operators[one]
        assert isinstance(loss, Loss)
        target = examined.fields.get(loss.target)
        if loss.on_logits:
            return SoftmaxOverOne(who=who, loss=examined.called(one), applies=loss.declared.given_by(False)[0])
        if target and target.kind != "class":
            return SoftmaxOverOne(who=who, target=target.name, low=target.low, high=target.high)
    return SoftmaxOverOne(who=who)


def _over_one_unit(examined: Examined, id: str) -> bool:
    operator, facts = examined.wired.operators[id], examined.facts.get(id)
    return bool(operator and facts and operator.activation_name() == "softmax" and facts.shape[-1] == 1)
