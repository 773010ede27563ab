"""Whether the last operator, the loss and the target go together."""

from collections.abc import Iterator
from dataclasses import replace
from math import isfinite

from graphbuilder.checks import loss_remedies, remedies
from graphbuilder.checks.examined import Examined
from graphbuilder.checks.last_activation import out_of_reach, over_one, unfit
from graphbuilder.diagnostics import Diagnostic, Fault, Need, Suspicion
from graphbuilder.fields import Field
from graphbuilder.losses import LOSSES, LossKind, usual
from graphbuilder.operators.fitting import is_picture
from graphbuilder.operators.loss import Loss
from graphbuilder.shapes import Shape, show, size

_FOR_CLASSES, _FOR_VALUES = (LOSSES[usual(purpose)].word for purpose in ("classes", "values"))


def losses_and_targets(examined: Examined) -> Iterator[Diagnostic]:
    """The loss, its target and what comes in do not go together: the wrong number of units for the classes, softmax
    before a loss that applies it itself, sigmoid where several classes are told apart, a loss that cannot read the
    target, a last activation that cannot reach it.

    The activation is followed through all that only places, averages or picks values. Averages of probabilities are
    probabilities. Maxima of them add up to more than 1, yet the loss divides by their sum, so they are read as shares
    as well."""
    for id, loss in examined.every(Loss):
        if id in examined.broken:
            continue
        kind = loss.declared
        if not (examined.fields and examined.wired.reads_data):
            yield from _untargeted(examined, id, loss)
            continue
        target = examined.fields.get(loss.target)
        if target is None:
            yield NoTarget(
                who=examined.called(id),
                target=loss.target,
                fields=tuple(examined.fields),
                nodes=(id,),
                parameter="target",
                of_training=True,
                repairs=loss_remedies.another_target(examined, id, loss),
            )
            yield from _untargeted(examined, id, loss)
            continue
        yield from _kind_and_target(examined, id, kind, target)
        if id not in examined.facts or kind.outputs_needed(target) is None:
            continue
        (shape,) = examined.facts[id].inputs
        if kind.encoding(target, shape) is None:
            yield _wrong_shape(examined, id, kind, target, shape)
        elif not over_one(examined, id):
            yield from list(unfit(examined, id, loss, target)) or out_of_reach(examined, id, loss, target)


def _untargeted(examined: Examined, id: str, loss: Loss) -> Iterator[Diagnostic]:
    """What is wrong whatever the target is: code is given without one, and would train wrongly."""
    if id in examined.facts and not over_one(examined, id):
        yield from unfit(examined, id, loss, None)


class NoTarget(Fault):
    """target: the field that it names and the data set lacks; none where it names none."""

    code = "E_TARGET"
    who: str
    target: str
    fields: tuple[str, ...]

    @property
    def message(self) -> str:
        if not self.target:
            return f"{self.who} has no target to compare with."
        return f"{self.who} compares with the field {self.target!r}, which this data set lacks."

    @property
    def fix(self) -> str:
        return f"Choose one of {', '.join(self.fields)}." if self.fields else "Choose a data set first."


class LossAgainstTarget(Fault):
    """kind: of the target's field; classes: how many it has."""

    code = "E_LOSS_TARGET"
    who: str
    loss: str
    target: str
    kind: str
    classes: int

    @property
    def message(self) -> str:
        is_a = "an image" if self.kind == "image" else f"a {self.kind}"
        of = f" of {self.classes}" if self.kind == "class" else ""
        return f"{self.who}: {self.loss} cannot compare with {self.target!r}, which is {is_a}{of}."

    @property
    def fix(self) -> str:
        many = self.kind == "class" and self.classes > 2
        return f"Use {f'{_FOR_CLASSES} with one unit a class' if many else _FOR_VALUES}."


class TargetBeyond(Fault):
    """low, high: of the target. least, most: that the loss has a sense for."""

    code = "E_LOSS_TARGET"
    who: str
    loss: str
    target: str
    low: float
    high: float
    least: float
    most: float
    fix = f"Use {_FOR_VALUES}."

    @property
    def message(self) -> str:
        goes = f"{self.target!r} goes from {self.low:g} to {self.high:g}"
        needs = f"from {self.least:g} to {self.most:g}" if isfinite(self.most) else f"of at least {self.least:g}"
        return f"{self.who}: {self.loss} needs targets {needs}; {goes}."


class TargetNearZero(Suspicion):
    """low, high: of the target."""

    code = "W_LOSS_DIVIDES"
    who: str
    loss: str
    target: str
    low: float
    high: float
    fix = "Mean absolute error does not divide."

    @property
    def message(self) -> str:
        goes = f"{self.target!r} goes from {self.low:g} to {self.high:g}"
        return f"{self.who}: {self.loss} divides by the target, and {goes}; near zero it explodes."


class LossOnClasses(Suspicion):
    code = "W_LOSS_ON_CLASSES"
    who: str
    loss: str
    target: str
    fix = "Cross-entropy is the usual loss for classes."

    @property
    def message(self) -> str:
        return f"{self.who}: {self.loss} on the class {self.target!r} learns slowly where the answer is far off."


def _kind_and_target(examined: Examined, id: str, kind: LossKind, target: Field) -> Iterator[Diagnostic]:
    who, title, name = examined.called(id), kind.word, target.name
    shape = examined.facts[id].inputs[0] if id in examined.facts else None
    repairs = loss_remedies.another_loss(id, target, shape)
    found: Diagnostic | None = None
    if kind.outputs_needed(target) is None:
        found = LossAgainstTarget(who=who, loss=title, target=name, kind=target.kind, classes=len(target.classes))
    elif target.kind != "class" and kind.is_beyond(target):
        least, most = kind.targets
        found = TargetBeyond(who=who, loss=title, target=name, low=target.low, high=target.high, least=least, most=most)
    elif target.kind != "class" and kind.divides and target.low <= 0 <= target.high:
        found = TargetNearZero(who=who, loss=title, target=name, low=target.low, high=target.high)
    elif not kind.is_for_classes and target.kind == "class":
        found = LossOnClasses(who=who, loss=title, target=name)
    if found:
        yield replace(found, nodes=(id,), parameter="loss", repairs=repairs)


class UnitsForClasses(Fault):
    """units: that the loss needs for these classes. last, sized: the last operator that says how many values there are,
    and by which parameter. each: where there is a class at every step of a sequence or place of an image, their shape.
    joins: the first operator that works on each place of an image or a volume alone."""

    code = "E_UNITS_CLASSES"
    who: str
    target: str
    classes: int
    loss: str
    units: int
    each: Shape
    received: Shape
    last: str | None
    sized: str | None
    joins: str | None

    @property
    def message(self) -> str:
        classes = f"{self.target!r} has {self.classes} classes{f' at each of {show(self.each)}' if self.each else ''}"
        needs = f"{self.loss} needs {_units(self.units)}"
        return f"{self.who}: {classes}, so {needs}; received {show(self.received)}."

    @property
    def fix(self) -> str:
        fix = _more_units(self.last, self.sized, self.units)
        if self.each:
            return fix
        if len(self.received) > 1 and size(self.received) == self.units:
            fix = "A Flatten before it is enough."
        elif len(self.received) > 1 and self.joins:
            grid = "volume" if len(self.received) > 3 else "image"
            fix = f"A Flatten before {self.joins} joins the places of the {grid}."
        elif len(self.received) > 1:
            fix = f"A Flatten and a Linear of {_units(self.units)} before it help."
        or_two = f" Or use {_FOR_CLASSES} with 2 units." if (self.units, self.received) == (1, (2,)) else ""
        return f"{fix}{or_two}"


class OutputShape(Fault):
    """last, sized: the last operator that says how many values there are, and by which parameter."""

    code = "E_OUTPUT_SHAPE"
    who: str
    target: str
    needed: Shape
    received: Shape
    last: str | None
    sized: str | None

    @property
    def message(self) -> str:
        return f"{self.who}: the target {self.target!r} is {show(self.needed)}; received {show(self.received)}."

    @property
    def fix(self) -> str:
        if len(self.received) == len(self.needed) == 1:
            return _more_units(self.last, self.sized, size(self.needed))
        return "Make the two shapes equal."


def _units(count: int, name: str = "units") -> str:
    return f"{count} {name if count != 1 else name.removesuffix('s')}"


def _more_units(last: str | None, sized: str | None, count: int) -> str:
    """What gives the Loss as many values as it needs: the last operator that says how many there are, or a new one."""
    added = f"ut a Linear of {_units(count)} before the Loss."
    if last is None or sized is None:
        return f"P{added}"
    if sized == "units":
        return f"Give the last Linear {_units(count)}."
    return f"Give {last} {_units(count, sized)}, or p{added}"


def _wrong_shape(examined: Examined, id: str, kind: LossKind, target: Field, shape: Shape) -> Diagnostic:
    needed = kind.outputs_needed(target)
    assert needed is not None
    last, sized = examined.last_sized.get(id, (None, None))
    last = examined.called(last) if last else None
    repairs = loss_remedies.needed_shape(examined, id, kind, target, shape)
    if target.kind == "class":
        early = examined.first_on_channels.get(id) if is_picture(shape) else None
        return UnitsForClasses(
            who=examined.called(id),
            target=target.name,
            classes=len(target.classes),
            loss=kind.word,
            units=size(needed[-1:]),
            each=target.shape,
            received=shape,
            last=last,
            sized=sized,
            joins=examined.called(early) if early else None,
            nodes=(id,),
            repairs=repairs,
        )
    return OutputShape(
        who=examined.called(id),
        target=target.name,
        needed=target.shape,
        received=shape,
        last=last,
        sized=sized,
        nodes=(id,),
        repairs=repairs,
    )


class NothingToLearn(Need):
    """loss: the first."""

    code = "E_NOTHING_TO_LEARN"
    needs = "weights"
    loss: str
    fix = "Put a Linear or a Convolution before it."

    @property
    def why(self) -> str:
        return f"nothing before {self.loss} has any that could be learned"


def nothing_to_learn(examined: Examined) -> Iterator[Diagnostic]:
    """No operator before any Loss has weights, so training would change nothing. The network is right."""
    losses = examined.losses
    whole = losses and all(id in examined.facts for id in losses)
    if whole and not any(facts.counts.trainable for facts in examined.facts.values()):
        repairs = loss_remedies.something_to_learn(examined, losses)
        yield NothingToLearn(loss=examined.called(losses[0]), nodes=losses, repairs=repairs)


class NormalizationLate(Fault):
    code = "E_NORMALIZATION_LATE"
    who: str
    fix = "Use Batch normalization there."

    @property
    def message(self) -> str:
        return f"{self.who} stands behind operators that are trained, but measures only once."


def late_normalization(examined: Examined) -> Iterator[Diagnostic]:
    """Normalization measures mean and variance once, before training: what it reads must not be learned."""
    once = [id for id, _ in examined.where(lambda one: one.adapts()) if id in examined.facts]
    behind: set[str] = set()
    for id in examined.wired.order if once else ():
        if any(source in behind or _learns(examined, source) for source in examined.before(id)):
            behind.add(id)
    for id in once:
        if id in behind:
            repairs = remedies.measured_in_training(id)
            yield NormalizationLate(who=examined.called(id), nodes=(id,), repairs=repairs)


def _learns(examined: Examined, id: str) -> bool:
    layer = examined.wired.layer_of(id)
    return layer in examined.facts and examined.facts[layer].counts.trainable > 0
