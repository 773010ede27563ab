"""Whether the last operator, the loss and the target go together."""

from collections.abc import Iterator, Mapping, Sequence
from math import inf, isfinite

from graphbuilder.activations import word_of
from graphbuilder.checks import remedies
from graphbuilder.checks.examined import Examined
from graphbuilder.diagnostics import Diagnostic, error, need, warning
from graphbuilder.fields import Field
from graphbuilder.losses import LOSSES, LossKind
from graphbuilder.operators.fitting import ACTIVATION, RESCALING
from graphbuilder.operators.loss import Loss
from graphbuilder.operators.normalization import Normalization
from graphbuilder.operators.operator import EVERYTHING, Span
from graphbuilder.parameters import LARGEST_NUMBER
from graphbuilder.repair import PutBefore, Repair, SetParameter
from graphbuilder.shapes import Shape, show, size

_ROUNDING = 1e-6
"""By how much a sum of shares may be more than one: thirds are never exact."""
_NEARLY = 0.01
"""Share of a target's range that may be out of reach without a word."""


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
        kind = LOSSES[loss.loss]
        if not (examined.fields and examined.wired.reads_data):
            yield from _untargeted(examined, id, loss)
            continue
        target = examined.fields.get(loss.target)
        if target is None:
            yield _no_target(examined, id, loss)
            yield from _untargeted(examined, id, loss)
            continue
        yield from _kind_and_target(examined, id, kind, target)
        if id not in examined.facts or kind.outputs_needed(target) is None:
            continue
        (shape,) = examined.facts[id].inputs
        if kind.encoding(target, shape) is None:
            yield _wrong_shape(examined, id, kind, target, shape)
        elif not _over_one(examined, id):
            bent = list(_last_activation(examined, id, loss, kind, target)) if kind.probabilities else []
            yield from bent or _out_of_reach(examined, id, loss, kind, target)


def _untargeted(examined: Examined, id: str, loss: Loss) -> Iterator[Diagnostic]:
    """What is wrong whatever the target is: code is given without one, and would train wrongly."""
    kind = LOSSES[loss.loss]
    if id in examined.facts and kind.probabilities and not _over_one(examined, id):
        yield from _last_activation(examined, id, loss, kind, None)


def _no_target(examined: Examined, id: str, loss: Loss) -> Diagnostic:
    who, fields = examined.called(id), ", ".join(examined.fields)
    fix = f"Choose one of {fields}." if fields else "Choose a data set first."
    repairs = remedies.another_target(examined, id, loss)
    if not loss.target:
        message = f"{who} has no target to compare with."
        return error("E_TARGET", message, fix, id, parameter="target", of_training=True, repairs=repairs)
    message = f"{who} compares with the field {loss.target!r}, which this data set lacks."
    return error("E_TARGET", message, fix, id, parameter="target", of_training=True, repairs=repairs)


def _kind_and_target(examined: Examined, id: str, kind: LossKind, target: Field) -> Iterator[Diagnostic]:
    who, title = examined.called(id), kind.title.lower()
    shape = examined.facts[id].inputs[0] if id in examined.facts else None
    repairs = remedies.another_loss(id, target, shape)
    if kind.outputs_needed(target) is None:
        count = len(target.classes)
        is_a = (
            f"a class of {count}"
            if target.kind == "class"
            else {"image": "an image"}.get(target.kind, f"a {target.kind}")
        )
        message = f"{who}: {title} cannot compare with {target.name!r}, which is {is_a}."
        many = target.kind == "class" and count > 2
        use = "softmax cross-entropy with one unit a class" if many else "mean squared error"
        yield error("E_LOSS_TARGET", message, f"Use {use}.", id, parameter="loss", repairs=repairs)
    elif kind.probabilities and target.kind != "class" and (target.low < 0 or target.high > 1):
        message = (
            f"{who}: {title} needs targets from 0 to 1; {target.name!r} goes from {target.low:g} to {target.high:g}."
        )
        yield error("E_LOSS_TARGET", message, "Use mean squared error.", id, parameter="loss", repairs=repairs)
    elif not kind.probabilities and target.kind == "class":
        message = f"{who}: {title} on the class {target.name!r} learns slowly where the answer is far off."
        fix = "Cross-entropy is the usual loss for classes."
        yield warning("W_LOSS_ON_CLASSES", message, fix, id, parameter="loss", repairs=repairs)


def _wrong_shape(examined: Examined, id: str, kind: LossKind, target: Field, shape: Shape) -> Diagnostic:
    who, repairs = examined.called(id), remedies.needed_shape(examined, id, kind, target, shape)
    needed = kind.outputs_needed(target)
    assert needed is not None
    if target.kind == "class":
        classes = f"{target.name!r} has {len(target.classes)} classes"
        units = _units(needed[0])
        fix = _more_units(examined, id, needed[0])
        if size(shape) == size(needed) and len(shape) > 1:
            fix = "A Flatten before it is enough."
        elif len(shape) > 1:
            early = examined.first_on_channels.get(id)
            fix = f"A Flatten and a Linear of {units} before it help."
            if early and len(shape) == 3:
                fix = f"A Flatten before {examined.called(early)} joins the places of the image."
        if needed == (1,) and shape == (2,):
            fix += " Or use softmax cross-entropy with 2 units."
        message = f"{who}: {classes}, so {kind.title.lower()} needs {units}; received {show(shape)}."
        return error("E_UNITS_CLASSES", message, fix, id, repairs=repairs)
    message = f"{who}: the target {target.name!r} is {show(target.shape)}; received {show(shape)}."
    fix = _more_units(examined, id, needed[0]) if len(shape) == len(needed) == 1 else "Make the two shapes equal."
    return error("E_OUTPUT_SHAPE", message, fix, id, repairs=repairs)


def _units(count: int, name: str = "units") -> str:
    return f"{count} {name if count != 1 else name.removesuffix('s')}"


def _more_units(examined: Examined, id: str, count: int) -> str:
    """What gives the Loss as many values as it needs: the last operator that says how many there are, or a new one."""
    last = examined.last_sized.get(id)
    added = f"ut a Linear of {_units(count)} before the Loss."
    if last is None:
        return f"P{added}"
    node, name = last
    if name == "units":
        return f"Give the last Linear {_units(count)}."
    return f"Give {examined.called(node)} {_units(count, name)}, or p{added}"


def _over_one(examined: Examined, id: str) -> bool:
    return any(_over_one_unit(examined, maker) for maker in _makers(examined, id).values())


def _makers(examined: Examined, id: str) -> Mapping[str | None, str]:
    """Who made the values that a Loss reads."""
    return examined.makers.get(examined.before(id)[0], {})


def _last_activation(
    examined: Examined, id: str, loss: Loss, kind: LossKind, target: Field | None
) -> Iterator[Diagnostic]:
    """target: None where no data are chosen."""
    makers = _makers(examined, id)
    who, title = examined.called(id), kind.title.lower()
    wanted = kind.probabilities[0]
    if loss.from_logits:
        last = next((name for name in ("softmax", "sigmoid") if name in makers), None)
        earlier = examined.softmaxed_logits.get(id) if not last else None
        if last or earlier:
            maker, shown = (makers[last], word_of(last)) if last else (str(earlier), "softmax")
            twice = f"applies {wanted} itself, and {examined.called(maker)} has already applied {shown}"
            fix = "Set the activation to linear."
            repairs: list[Repair] = [SetParameter("activation", "linear", maker)]
            if earlier:
                repairs = [remedies.without_softmax(examined, id)]
            if last == wanted:
                fix = f"Set its activation to linear, or from_logits of {examined.called(id)} to no."
                repairs += [SetParameter("from_logits", False, id)]
            message = f"{who}: {title} on logits {twice}."
            yield error("E_ACTIVATION_LOGITS", message, fix, maker, id, parameter="activation", repairs=tuple(repairs))
            return
        for last, maker in makers.items():
            if last not in (None, "linear"):
                ends = f"{examined.called(maker)} ends in {word_of(last)}"
                message = f"{who}: {title} reads logits of any sign, and {ends}."
                fix, repairs = "Linear is the usual last activation.", [SetParameter("activation", "linear", maker)]
                yield warning("W_LOGITS_BENT", message, fix, maker, id, parameter="activation", repairs=tuple(repairs))
                return
        return
    low, high = examined.reach.get(examined.before(id)[0], EVERYTHING)
    within = low >= 0 and high <= 1 + _ROUNDING
    shares = within and "softmax" not in makers
    if wanted == "softmax":  # means of shares are shares
        shares = within and {*examined.sums.get(examined.before(id)[0], {})} == {"softmax"}
    wrong = [(last, maker) for last, maker in makers.items() if last not in kind.probabilities]
    if wrong and not shares:
        yield _no_probabilities(examined, id, kind, target, *wrong[0])


def _no_probabilities(
    examined: Examined, id: str, kind: LossKind, target: Field | None, last: str | None, maker: str
) -> Diagnostic:
    who, title, wanted = examined.called(id), kind.title.lower(), kind.probabilities[0]
    of_class = target.kind == "class" if target else wanted == "softmax"
    several = " several" if last == "sigmoid" and of_class else ""
    needs = f"{who}: {title} needs probabilities of{several or ' the'} classes, which {wanted} gives"
    if not of_class:
        needs = f"{who}: {title} needs values from 0 to 1, which {wanted} gives"
    logits = [SetParameter("from_logits", True, id)]
    if last is None:
        message = f"{needs}; {examined.called(maker)} gives {_values(examined.reach[maker])}."
        fix = f"Put an Activation with {wanted} behind it, or set from_logits to yes."
        plain = remedies.without_softmax(examined, maker)
        repairs: list[Repair] = [(*plain, PutBefore(ACTIVATION, {"activation": wanted}, id)), (*plain, *logits)]
        return error("E_LAST_ACTIVATION", message, fix, maker, id, repairs=tuple(repairs))
    message = f"{needs}; {examined.called(maker)} ends in {word_of(last)}."
    fix = f"Set its activation to {wanted}" + (", or set from_logits to yes." if last == "linear" else ".")
    repairs = [SetParameter("activation", wanted, maker), *(logits if last == "linear" else [])]
    return error("E_LAST_ACTIVATION", message, fix, maker, id, parameter="activation", repairs=tuple(repairs))


def _values(reach: Span) -> str:
    low, high = reach
    if isfinite(low) and isfinite(high):
        return f"values from {low:g} to {high:g}"
    return (
        f"values of at least {low:g}"
        if isfinite(low)
        else (f"values of at most {high:g}" if isfinite(high) else "values of any size")
    )


def _out_of_reach(examined: Examined, id: str, loss: Loss, kind: LossKind, target: Field) -> Iterator[Diagnostic]:
    """The last activation is bounded and its target lies partly beyond: no training brings the loss to zero."""
    source = examined.before(id)[0]
    low, high = reach = examined.reach.get(source, EVERYTHING)
    least, most = (0.0, 1.0) if target.kind == "class" else (target.low, target.high)
    if (kind.probabilities and loss.from_logits) or (
        low <= least + _NEARLY * (most - least) and most - _NEARLY * (most - least) <= high
    ):
        return
    makers = _makers(examined, id)
    last, maker = next(iter(makers.items())) if len(makers) == 1 else (None, source)
    ends = f" ends in {word_of(last)} and" if last else ""
    written = "is written as 0 or 1" if target.kind == "class" else f"goes from {least:g} to {most:g}"
    who, only = examined.called(id), f"{examined.called(maker)}{ends} gives only {_values(reach)}"
    message = f"{who}: the target {target.name!r} {written}; {only}."
    fix, repairs = "Let an operator with linear activation stand last.", list[Repair]()
    scale, offset = (1.0, 0.0) if high == low else _moved(reach, (least, most))
    settable = abs(scale) <= LARGEST_NUMBER and abs(offset) <= LARGEST_NUMBER
    if last:
        fix, repairs = "Set its activation to linear.", [SetParameter("activation", "linear", maker)]
        if settable:
            fix = (
                f"Set its activation to linear, or put a Rescaling of scale {scale:g} and offset {offset:g} behind it."
            )
            repairs.append(PutBefore(RESCALING, {"scale": scale, "offset": offset}, id))
    elif settable:
        fix = f"Put a Rescaling of scale {scale:g} and offset {offset:g} behind it."
        repairs = [PutBefore(RESCALING, {"scale": scale, "offset": offset}, id)]
    parameter = "activation" if last else None
    yield warning("W_OUT_OF_REACH", message, fix, maker, id, parameter=parameter, repairs=tuple(repairs))


def _moved(reach: Span, wanted: Span) -> tuple[float, float]:
    """Scale and offset that bring what lies within `reach` to all of `wanted`; not finite where it has no two ends."""
    scale = (wanted[1] - wanted[0]) / (reach[1] - reach[0]) if isfinite(reach[1] - reach[0]) else inf
    scale = float(f"{scale:.6g}")
    return scale, wanted[0] - scale * reach[0]


def softmax_over_one(examined: Examined) -> Iterator[Diagnostic]:
    """Softmax over one value gives 1, whatever the value is: nothing before it can learn."""
    readers: dict[str, list[str]] = {}
    for loss, _ in examined.every(Loss):
        for maker in _makers(examined, loss).values() if loss in examined.facts else ():
            readers.setdefault(maker, []).append(loss)
    for id in examined.facts:
        if _over_one_unit(examined, id):
            message = f"{examined.called(id)} applies softmax over one value, which gives 1 whatever comes in."
            fix, wanted = _instead(examined, readers.get(id, []))
            repairs = tuple(SetParameter("activation", name) for name in wanted)
            yield error("E_SOFTMAX_ONE", message, fix, id, parameter="activation", repairs=repairs)


def _instead(examined: Examined, losses: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """What might stand in place of softmax over one value, in words and best first: it follows from what reads it."""
    for one in losses:
        loss = examined.wired.operators[one]
        assert isinstance(loss, Loss)
        target = examined.fields.get(loss.target)
        if loss.on_logits:
            why = f"{examined.called(one)} applies {LOSSES[loss.loss].probabilities[0]} itself"
            return f"Use linear for one output, since {why}, or give it a value for each class.", ("linear",)
        if target and target.kind != "class" and (target.low < 0 or target.high > 1):
            beyond = f"{target.name!r} goes from {target.low:g} to {target.high:g}"
            return f"Use linear, since the target {beyond}.", ("linear",)
        if target and target.kind != "class":
            return f"Use sigmoid, since the target {target.name!r} lies within 0 to 1.", ("sigmoid", "linear")
    return "Use sigmoid for one output, or give it a value for each class.", ("sigmoid", "linear")


def _over_one_unit(examined: Examined, id: str) -> bool:
    operator = examined.wired.operators[id]
    return bool(operator and operator.activation_name() == "softmax" and examined.facts[id].shape[-1] == 1)


def nothing_to_learn(examined: Examined) -> Iterator[Diagnostic]:
    """No operator before any Loss has weights, so training would change nothing. The network is right."""
    losses = examined.losses
    whole = losses and all(id in examined.facts for id in losses)
    if whole and not any(facts.counts.trainable for facts in examined.facts.values()):
        why = f"nothing before {examined.called(losses[0])} has any that could be learned"
        fix, repairs = "Put a Linear or a Convolution before it.", remedies.something_to_learn(examined, losses)
        yield need("E_NOTHING_TO_LEARN", "weights", fix, *losses, why=why, repairs=repairs)


def late_normalization(examined: Examined) -> Iterator[Diagnostic]:
    """Normalization measures mean and variance once, before training: what it reads must not be learned."""
    behind: set[str] = set()
    for id in examined.wired.order:
        if any(source in behind or _learns(examined, source) for source in examined.before(id)):
            behind.add(id)
    for id, _ in examined.every(Normalization):
        if id in examined.facts and id in behind:
            message = f"{examined.called(id)} stands behind operators that are trained, but measures only once."
            repairs = remedies.measured_in_training(id)
            yield error("E_NORMALIZATION_LATE", message, "Use Batch normalization there.", id, repairs=repairs)


def _learns(examined: Examined, id: str) -> bool:
    return id in examined.facts and examined.facts[id].counts.trainable > 0
