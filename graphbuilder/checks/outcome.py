"""Whether the last operator, the loss and the target go together."""

from collections.abc import Iterator
from dataclasses import replace
from math import inf, isfinite

from graphbuilder.checks import loss_remedies, remedies
from graphbuilder.checks.examined import Examined
from graphbuilder.checks.last_activation import out_of_reach, over_one, unfit
from graphbuilder.diagnostics import Diagnostic, Fault, Need, Suspicion, such_as
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
    """A Loss compares with a field that the data set lacks, or names none.

    target: the field that it names and the data set lacks; none where it names none.
    """

    code = "E_TARGET"
    title = "No target to compare with"
    remedy = "Choose at the Loss the field that is to be learned."
    point = (
        "Supervised learning needs the answers beside the questions. An autoencoder takes the question "
        "for the answer, and learns what it can leave out."
    )
    see = ("operator.Loss",)
    example = such_as(who="Loss 'digit'", target="species", fields=("digit", "image"))
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
    """A loss cannot be worked out for such a target: cross-entropy reads classes, squared error reads amounts.

    kind: of the target's field; classes: how many it has.
    """

    code = "E_LOSS_TARGET"
    title = "A loss for another target"
    remedy = "Choose the loss by the target: cross-entropy for classes, squared or absolute error for amounts."
    point = (
        "A loss is an assumption about how answers scatter: squared error assumes a bell around a mean, "
        "cross-entropy a draw among classes."
    )
    see = ("loss.softmax_crossentropy", "loss.mean_squared_error")
    example = such_as(who="Loss 'price'", loss="softmax cross-entropy", target="price", kind="number", classes=0)
    who: str
    loss: str
    target: str
    kind: str
    classes: int

    @property
    def _is_constant(self) -> bool:
        return self.kind == "class" and self.classes == 1

    @property
    def message(self) -> str:
        if self._is_constant:
            return f"{self.who}: {self.target!r} is one class in every row, so there is nothing to tell apart."
        is_a = "an image" if self.kind == "image" else f"a {self.kind}"
        of = f" of {self.classes}" if self.kind == "class" else ""
        return f"{self.who}: {self.loss} cannot compare with {self.target!r}, which is {is_a}{of}."

    @property
    def fix(self) -> str:
        if self._is_constant:
            return "Choose another target, or data in which it takes several values."
        many = self.kind == "class" and self.classes > 2
        return f"Use {f'{_FOR_CLASSES} with one unit a class' if many else _FOR_VALUES}."


class TargetBeyond(Fault):
    """The target has values for which the loss makes no sense.

    low, high: of the target. least, most: that the loss has a sense for.
    """

    code = "E_LOSS_TARGET"
    example = such_as(
        who="Loss 'change'", loss="Poisson loss", target="change", low=-3.0, high=8.0, least=0.0, most=inf
    )
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
    """The loss divides by the target, which is zero somewhere or changes its sign.

    low, high: of the target.
    """

    code = "W_LOSS_DIVIDES"
    title = "A loss that divides by values near zero"
    remedy = "Use mean absolute error, or predict something that is never near zero."
    point = (
        "Errors in per cent are natural for prices and counts. At zero any error is infinitely many per "
        "cent, and one such row outweighs all others."
    )
    see = ("loss.mean_absolute_error",)
    example = such_as(who="Loss 'change'", loss="mean absolute percentage error", target="change", low=-3.0, high=8.0)
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
    """A loss for amounts compares with a class."""

    code = "W_LOSS_ON_CLASSES"
    title = "A loss for amounts on classes"
    remedy = "Use cross-entropy, unless comparing the two is the lesson."
    point = (
        "Behind a sigmoid the slope of squared error is next to nothing where the answer is far off, just"
        " where most is to be learned. The slope of cross-entropy is the error itself."
    )
    see = ("loss.softmax_crossentropy", "loss.binary_crossentropy")
    example = such_as(who="Loss 'digit'", loss="mean squared error", target="digit")
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
    elif not kind.is_for_classes and target.kind == "class" and len(target.classes) > 1:
        found = LossOnClasses(who=who, loss=title, target=name)
    if found:
        yield replace(found, nodes=(id,), parameter="loss", repairs=repairs)


class UnitsForClasses(Fault):
    """The last operator gives another number of values than the loss needs for the classes of its target.

    units: that the loss needs for these classes. last, sized: the last operator that says how many values there
    are, and by which parameter. each: where there is a class at every step of a sequence or place of an image,
    their shape. joins: the first operator that works on each place of an image or a volume alone.
    """

    code = "E_UNITS_CLASSES"
    title = "Units that do not match the classes"
    remedy = "Give the last Linear one unit for each class, or one in all where a sigmoid tells two classes apart."
    point = (
        "Each class gets a score, and softmax makes shares of them. For two classes one score is enough, "
        "since the other share follows from it."
    )
    see = ("operator.Dense", "activation.softmax")
    example = such_as(
        who="Loss 'digit'",
        target="digit",
        classes=10,
        loss="softmax cross-entropy",
        units=10,
        each=(),
        received=(8,),
        last="Linear 'scores'",
        sized="units",
        joins=None,
    )
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
        if self.classes == 1:
            return f"{self.who}: {self.target!r} has one class alone, so there is nothing to tell apart."
        classes = f"{self.target!r} has {self.classes} classes{f' at each of {show(self.each)}' if self.each else ''}"
        needs = f"{self.loss} needs {_units(self.units)}"
        return f"{self.who}: {classes}, so {needs}; received {show(self.received)}."

    @property
    def fix(self) -> str:
        if self.classes == 1:
            return "Choose another target, or data in which it takes several values."
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
    """What a Loss reads and what it compares with have different shapes.

    last, sized: the last operator that says how many values there are, and by which parameter.
    """

    code = "E_OUTPUT_SHAPE"
    title = "An output of another shape than the target"
    remedy = "Give the last operator as many values as the target has, or bring them into its shape by a Reshape."
    point = (
        "Errors are taken place by place. A program that repeats a missing axis instead compares pairs "
        "that do not belong together, and still gives a number."
    )
    see = ("operator.Reshape", "operator.Dense")
    example = such_as(who="Loss 'image'", target="image", needed=(8, 8, 1), received=(64,), last=None, sized=None)
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
    """No operator before any Loss has weights, so training would change nothing. The network is right.

    loss: the first.
    """

    code = "E_NOTHING_TO_LEARN"
    title = "Nothing to learn"
    remedy = "Put a Linear or a Convolution before the Loss."
    point = "Pooling, activations and sums are fixed functions. To learn is to change weights, so there must be some."
    see = ("operator.Dense", "operator.Conv2D")
    example = such_as(loss="Loss 'digit'")
    needs = "weights"
    loss: str
    fix = "Put a Linear or a Convolution before it."

    @property
    def why(self) -> str:
        return f"nothing before {self.loss} has any that could be learned"


def nothing_to_learn(examined: Examined) -> Iterator[Diagnostic]:
    losses = examined.losses
    whole = losses and all(id in examined.facts for id in losses)
    if whole and not any(facts.counts.trainable for facts in examined.facts.values()):
        repairs = loss_remedies.something_to_learn(examined, losses)
        yield NothingToLearn(loss=examined.called(losses[0]), nodes=losses, repairs=repairs)


class NormalizationLate(Fault):
    """Normalization measures mean and variance once, before training: what it reads must not be learned."""

    code = "E_NORMALIZATION_LATE"
    title = "Normalization behind what is trained"
    remedy = "Use Batch normalization there, or put Normalization right behind the Input."
    point = (
        "What a layer gives moves with every step, so what was measured before the first is wrong ever "
        "after. Batch normalization measures each batch anew."
    )
    see = ("operator.BatchNormalization", "operator.Normalization")
    example = such_as(who="Normalization 'n'")
    who: str
    fix = "Use Batch normalization there."

    @property
    def message(self) -> str:
        return f"{self.who} stands behind operators that are trained, but measures only once."


def late_normalization(examined: Examined) -> Iterator[Diagnostic]:
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
