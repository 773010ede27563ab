"""Whether the last operator, the loss and the target go together."""

from collections.abc import Iterator

import networkx as nx

from graphbuilder.activations import title_of
from graphbuilder.checks import remedies
from graphbuilder.checks.examined import Examined
from graphbuilder.diagnostics import Diagnostic, error, need, warning
from graphbuilder.fields import Field
from graphbuilder.losses import LOSSES, LossKind
from graphbuilder.operators.loss import Loss
from graphbuilder.operators.normalization import Normalization
from graphbuilder.shapes import Shape, show


def losses_and_targets(examined: Examined) -> Iterator[Diagnostic]:
    """The loss, its target and what comes in do not go together: the wrong number of units for the classes, softmax
    before a loss that applies it itself, sigmoid where several classes are told apart, a loss that cannot read the
    target."""
    for id, loss in examined.every(Loss):
        if id in examined.broken or not (examined.fields and examined.wired.reads_data):
            continue
        kind = LOSSES[loss.loss]
        target = examined.fields.get(loss.target)
        if target is None:
            yield _no_target(examined, id, loss)
            continue
        yield from _kind_and_target(examined, id, kind, target)
        if id not in examined.facts or kind.outputs_needed(target) is None:
            continue
        (shape,) = examined.facts[id].inputs
        if kind.encoding(target, shape) is None:
            yield _wrong_shape(examined, id, kind, target, shape)
        elif kind.probabilities:
            yield from _last_activation(examined, id, loss, kind, target)


def _no_target(examined: Examined, id: str, loss: Loss) -> Diagnostic:
    who, fields = examined.called(id), ", ".join(examined.fields)
    fix = f"Choose one of {fields}." if fields else "Choose a data set first."
    repairs = remedies.another_target(examined, id, loss)
    if not loss.target:
        return error("E_TARGET", f"{who} has no target to compare with.", fix, id, parameter="target", repairs=repairs)
    message = f"{who} compares with the field {loss.target!r}, which this data set lacks."
    return error("E_TARGET", message, fix, id, parameter="target", repairs=repairs)


def _kind_and_target(examined: Examined, id: str, kind: LossKind, target: Field) -> Iterator[Diagnostic]:
    who, title = examined.called(id), kind.title.lower()
    shape = examined.facts[id].inputs[0] if id in examined.facts else None
    repairs = remedies.another_loss(id, target, shape)
    if kind.outputs_needed(target) is None:
        count = len(target.classes)
        is_a = f"a class of {count}" if target.kind == "class" else f"a {target.kind}"
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
        units = "1 unit" if needed == (1,) else f"{needed[0]} units"
        fix = (
            f"Give the last Linear {units}."
            if len(shape) == 1
            else f"A Flatten and a Linear of {units} before it help."
        )
        if needed == (1,) and shape == (2,):
            fix += " Or use softmax cross-entropy with 2 units."
        message = f"{who}: {classes}, so {kind.title.lower()} needs {units}; received {show(shape)}."
        return error("E_UNITS_CLASSES", message, fix, id, repairs=repairs)
    message = f"{who}: the target {target.name!r} is {show(target.shape)}; received {show(shape)}."
    fix = f"Give the last Linear {needed[0]} units." if len(shape) == len(needed) == 1 else "Make the two shapes equal."
    return error("E_OUTPUT_SHAPE", message, fix, id, repairs=repairs)


def _last_activation(examined: Examined, id: str, loss: Loss, kind: LossKind, target: Field) -> Iterator[Diagnostic]:
    maker = examined.past_keepers(id)
    operator = examined.wired.operators.get(maker) if maker else None
    if maker is None or operator is None:
        return
    last = operator.activation_name() or "linear"
    who, title = examined.called(id), kind.title.lower()
    shown, wanted = title_of(last).lower(), kind.probabilities[0]
    if loss.from_logits and last in ("softmax", "sigmoid"):
        twice = f"applies {wanted} itself, and {examined.called(maker)} has already applied {shown}"
        fix, repairs = "Set the activation to linear.", remedies.last_activation(operator, maker, "linear")
        if last == wanted:
            fix = f"Set its activation to linear, or from_logits of {examined.called(id)} to no."
            repairs += remedies.from_logits(id, False)
        message = f"{who}: {title} on logits {twice}."
        yield error("E_ACTIVATION_LOGITS", message, fix, maker, id, parameter="activation", repairs=repairs)
    elif not loss.from_logits and last not in kind.probabilities:
        several = " several" if last == "sigmoid" and target.kind == "class" else ""
        needs = f"{who}: {title} needs probabilities of{several or ' the'} classes, which {wanted} gives"
        if target.kind != "class":
            needs = f"{who}: {title} needs values from 0 to 1, which {wanted} gives"
        message = f"{needs}; {examined.called(maker)} ends in {shown}."
        fix = f"Set its activation to {wanted}" + (", or set from_logits to yes." if last == "linear" else ".")
        repairs = remedies.last_activation(operator, maker, wanted)
        repairs += remedies.from_logits(id, True) if last == "linear" else ()
        yield error("E_LAST_ACTIVATION", message, fix, maker, id, parameter="activation", repairs=repairs)
    elif loss.from_logits and last not in ("linear",):
        message = f"{who}: {title} reads logits of any sign, and {examined.called(maker)} ends in {shown}."
        fix, repairs = "Linear is the usual last activation.", remedies.last_activation(operator, maker, "linear")
        yield warning("W_LOGITS_BENT", message, fix, maker, id, parameter="activation", repairs=repairs)


def nothing_to_learn(examined: Examined) -> Iterator[Diagnostic]:
    """No operator before any Loss has weights, so training would change nothing. The network is right."""
    losses = [id for id, _ in examined.every(Loss)]
    whole = losses and all(id in examined.facts for id in losses)
    if whole and not any(facts.counts.trainable for facts in examined.facts.values()):
        message = f"Training needs weights: nothing before {examined.called(losses[0])} has any that could be learned."
        fix, repairs = "Put a Linear or a Convolution before it.", remedies.something_to_learn(examined, losses)
        yield need("E_NOTHING_TO_LEARN", message, fix, *losses, repairs=repairs)


def late_normalization(examined: Examined) -> Iterator[Diagnostic]:
    """Normalization measures mean and variance once, before training: what it reads must not be learned."""
    wired = examined.wired
    learned = {id for id, facts in examined.facts.items() if facts.counts.trainable}
    for id, _ in examined.every(Normalization):
        if id in examined.facts and learned & nx.ancestors(wired.graph, id):
            message = f"{examined.called(id)} stands behind operators that are trained, but measures only once."
            repairs = remedies.measured_in_training(id)
            yield error("E_NORMALIZATION_LATE", message, "Use Batch normalization there.", id, repairs=repairs)
