"""What is legal but seldom meant."""

from collections.abc import Iterator, Sequence
from math import isfinite

from graphbuilder.checks import remedies
from graphbuilder.checks.examined import Examined
from graphbuilder.checks.learning import batch_without_rest
from graphbuilder.diagnostics import Diagnostic, warning
from graphbuilder.fields import Field
from graphbuilder.operators.data import Input
from graphbuilder.operators.operator import Span
from graphbuilder.operators.regularization import Dropout
from graphbuilder.parameters import LARGEST_NUMBER
from graphbuilder.repair import Repair, SetParameter, SetSetting
from graphbuilder.settings import Settings
from graphbuilder.shapes import show, size

_LARGE_VALUES = 10.0


def _weighs(examined: Examined, id: str) -> bool:
    """The node takes weighted sums of its inputs."""
    return id in examined.facts and examined.facts[id].counts.multiply_adds > 0


def raw_values_into_weights(examined: Examined) -> Iterator[Diagnostic]:
    """Values of large size go into weights: the first steps are then far too large."""
    entrances: dict[str, list[str]] = {}
    for id, operator in examined.every(Input):
        if operator.field in examined.fields:
            entrances.setdefault(operator.field, []).append(id)
    for name, inputs in entrances.items():
        yield from _raw_values(examined, examined.fields[name], inputs)


def _raw_values(examined: Examined, field: Field, inputs: Sequence[str]) -> Iterator[Diagnostic]:
    """What weighs values of this field that are too large, each told once, whichever Inputs they come from."""
    came = {id: id for id in inputs}  # from which Input
    behind = dict.fromkeys(inputs, (field.low, field.high))
    scaled: dict[str, tuple[str, Span]] = {}  # what stretched values last, and what came to it
    weighed: set[str] = set()
    for reader in (ahead := [*inputs]):  # grows; each node once, so that a circle ends
        low, high = behind[reader]
        for wire in examined.wired.out_of[reader]:
            follower = examined.wired.operators[wire.target]
            if _weighs(examined, wire.target):
                if wire.target in weighed or max(abs(low), abs(high)) < _LARGE_VALUES:
                    continue
                weighed.add(wire.target)
                whose, fix = f"the raw values of {field.name!r}", "Put a Rescaling or a Normalization behind the Input."
                repairs = remedies.of_raw_values(examined, came[reader], field)
                if (low, high) != (field.low, field.high):
                    last, received = scaled[reader]
                    whose, (fix, repairs) = f"values of {field.name!r}", _rescaled(examined, last, received)
                message = f"{examined.called(wire.target)} receives {whose}, {_from_to(low, high)}."
                yield warning("W_RAW_VALUES", message, fix, wire.target, repairs=repairs)
            elif wire.target not in behind and follower and (span := follower.span(low, high)):
                came[wire.target], behind[wire.target] = came[reader], span
                if not follower.keeps_range:
                    scaled[wire.target] = wire.target, (low, high)
                elif reader in scaled:
                    scaled[wire.target] = scaled[reader]
                ahead.append(wire.target)


def _from_to(low: float, high: float) -> str:
    finite = isfinite(low) and isfinite(high)
    return f"from {low:g} to {high:g}" if finite else "too large for any number"


def _rescaled(examined: Examined, id: str, came: Span) -> tuple[str, tuple[Repair, ...]]:
    """How a Rescaling brings to at most 1 what comes to it, or leaves it where no scale does: in words, and as a
    repair."""
    operator = examined.wired.operators[id]
    assert operator is not None
    scale = remedies.scale_for(*came)
    scale = scale if 0 < scale <= LARGEST_NUMBER else 1.0
    fix, repairs = f"Set the Rescaling's scale to {scale:.5g}", [SetParameter("scale", scale, id)]
    if operator.params["offset"]:
        fix += " and its offset to 0"
        repairs.append(SetParameter("offset", 0.0, id))
    return f"{fix}.", (tuple(repairs) if len(repairs) > 1 else repairs[0],)


def linear_after_linear(examined: Examined) -> Iterator[Diagnostic]:
    """Two weighted sums follow each other with nothing bent between them: together they are one weighted sum.

    Not so at a bottleneck, where the first gives fewer values than it reads and than the second gives: the product of
    two narrow matrices is not every matrix."""
    for id, operator in examined.wired.operators.items():
        if not _weighs(examined, id) or operator is None:
            continue
        maker = examined.past_linear.get(id)
        above = examined.wired.operators[maker] if maker else None
        if not maker or not above or not _weighs(examined, maker) or _bottleneck(examined, maker, id):
            continue
        if above.activation_name() == "linear":
            message = f"{examined.called(maker)} has no activation before {examined.called(id)}: the two are but one."
            fix, repairs = (
                "Give the first one an activation, such as ReLU.",
                remedies.last_activation(above, maker, "relu"),
            )
            yield warning("W_LINEAR_AFTER_LINEAR", message, fix, maker, id, repairs=repairs)


def _bottleneck(examined: Examined, first: str, second: str) -> bool:
    one, two = examined.facts[first], examined.facts[second]
    read = one.counts.multiply_adds // size(one.shape)  # by each value that the first gives
    came = two.inputs[0]
    given = came[-1] if len(came) == len(one.shape) else size(came)
    return given < min(read, two.shape[-1])


def last_axis_of_an_image(examined: Examined) -> Iterator[Diagnostic]:
    """An operator that weighs the last axis alone receives an image: the channels of each place, and no place beside
    another. Where there is one place alone, nothing is lost."""
    for id, facts in examined.facts.items():
        operator = examined.wired.operators[id]
        if operator and operator.weighs_last_axis and len(facts.inputs[0]) == 3 and size(facts.inputs[0][:2]) > 1:
            came = show(facts.inputs[0])
            message = f"{examined.called(id)} receives an image of {came} and works on each place's channels alone."
            fix = "Put a Flatten before it to join all places."
            yield warning("W_LAST_AXIS_OF_IMAGE", message, fix, id, repairs=remedies.joined(id))


def softmax_inside(examined: Examined) -> Iterator[Diagnostic]:
    """Softmax inside a network makes its values compete, which few layers are meant to do."""
    as_error = {*examined.softmaxed_logits.values()}
    for id, operator in examined.wired.operators.items():
        if operator is None or operator.activation_name() != "softmax" or id in examined.broken:
            continue
        if id in as_error:
            continue
        for wire in examined.wired.out_of[id]:
            if wire.target not in examined.leads_to_loss and wire.target not in examined.summed_for_loss:
                message = f"{examined.called(id)} applies softmax inside the network."
                fix, wanted = "ReLU is the usual choice there.", "relu"
                reader = examined.wired.operators[wire.target]
                if reader and reader.activation_name() == "softmax" and not _weighs(examined, wire.target):
                    message = (
                        f"{examined.called(id)} applies softmax, and {examined.called(wire.target)} does it again."
                    )
                    fix, wanted = "Set the activation of the first to linear.", "linear"
                elif wire.target in examined.unweighed:
                    fix, wanted = "Linear is the usual choice there.", "linear"
                repairs = remedies.last_activation(operator, id, wanted)
                yield warning("W_SOFTMAX_INSIDE", message, fix, id, parameter="activation", repairs=repairs)
                break


def dropout_before_loss(examined: Examined) -> Iterator[Diagnostic]:
    """Dropout right before the loss sets answers to zero, instead of features."""
    for id, dropout in examined.every(Dropout):
        if any(wire.target in examined.placed_for_loss for wire in examined.wired.out_of[id]):
            message = f"{examined.called(id)} drops the network's answers themselves."
            repairs = remedies.of_dropout(examined, id, dropout.rate)
            yield warning(
                "W_DROPOUT_LAST", message, "Put it before the last operator with weights.", id, repairs=repairs
            )


def batch_larger_than_data(examined: Examined) -> Iterator[Diagnostic]:
    """A batch cannot have more samples than the training part; each epoch is then one step."""
    batch, rows = examined.wired.document.training.settings["batch_size"], examined.rows
    if rows is None or not examined.wired.reads_data:
        return
    if batch > rows > 0 and not Settings.parameters["batch_size"].fault(batch):
        message = f"Training: batch_size is {batch:,}, and the training part has {rows:,} samples."
        fix, sizes = "Each epoch is one step then.", dict.fromkeys((batch_without_rest(rows, 32), rows))
        repairs = tuple(SetSetting("training", "batch_size", size) for size in sizes)
        yield warning("W_BATCH_SIZE", message, fix, parameter="training.batch_size", repairs=repairs)
