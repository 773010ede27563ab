"""What is legal but seldom meant."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isfinite

from graphbuilder.activations import word_of
from graphbuilder.checks import remedies
from graphbuilder.checks.examined import Examined
from graphbuilder.checks.learning import batch_without_rest
from graphbuilder.checks.remedies import Held
from graphbuilder.diagnostics import Diagnostic, Suspicion, such_as
from graphbuilder.fields import Field
from graphbuilder.operators.data import Input
from graphbuilder.operators.fitting import is_picture, one_shape
from graphbuilder.operators.operator import EVERYTHING, Span
from graphbuilder.parameters import LARGEST_NUMBER
from graphbuilder.repair import SetParameter, SetSetting
from graphbuilder.settings import Settings
from graphbuilder.shapes import Shape, show, size
from graphbuilder.texts import started

_LARGE_VALUES = 10.0
_NO_MATTER, _FAR_LESS = 0.01, 4
"""Of a range of values: the share that may lie beyond it, and how often what comes may go into it."""


def _weighs(examined: Examined, id: str) -> bool:
    """The node takes weighted sums of its inputs, by weights that are learned."""
    operator, facts = examined.wired.operators[id], examined.facts.get(id)
    return bool(operator and facts and facts.counts.multiply_adds and not operator.is_linear)


class RawValues(Suspicion):
    """Values of large size go into weights: the first steps are then far too large.

    low, high: between which values those of the field come. scale: of the Rescaling before, what would bring them
    to at most 1, with an offset of 0 where it has another; None where there is none before.
    """

    code = "W_RAW_VALUES"
    title = "Raw values into weights"
    remedy = "Put a Rescaling or a Normalization behind the Input."
    point = (
        "The gradient of a weight is the error times what came in. Pixels up to 255 make it 255 times as "
        "large as values up to 1, and no learning rate is right for both."
    )
    see = ("operator.Rescaling", "operator.Normalization")
    example = such_as(who="Linear 'd1'", field="pixels", low=0.0, high=255.0)
    who: str
    field: str
    low: float
    high: float
    scale: float | None = None
    has_offset: bool = False

    @property
    def message(self) -> str:
        whose = f"{'the raw values' if self.scale is None else 'values'} of {self.field!r}"
        finite = isfinite(self.low) and isfinite(self.high)
        received = f"from {self.low:g} to {self.high:g}" if finite else "too large for any number"
        return f"{self.who} receives {whose}, {received}."

    @property
    def fix(self) -> str:
        if self.scale is None:
            return "Put a Rescaling or a Normalization behind the Input."
        return f"Set the Rescaling's scale to {self.scale:.5g}{' and its offset to 0' if self.has_offset else ''}."


def raw_values_into_weights(examined: Examined) -> Iterator[Diagnostic]:
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
                found = RawValues(
                    who=examined.called(wire.target), field=field.name, low=low, high=high, nodes=(wire.target,)
                )
                if reader not in scaled or (low, high) == (field.low, field.high):
                    yield replace(found, repairs=remedies.of_raw_values(examined, came[reader], field))
                else:
                    yield _rescaled(examined, found, *scaled[reader])
            elif wire.target not in behind and follower and (span := follower.span(low, high)):
                came[wire.target], behind[wire.target] = came[reader], span
                if "scale" in follower.parameters:
                    scaled[wire.target] = wire.target, (low, high)
                elif reader in scaled:
                    scaled[wire.target] = scaled[reader]
                ahead.append(wire.target)


def _rescaled(examined: Examined, found: RawValues, id: str, came: Span) -> RawValues:
    """With how the Rescaling of this id brings to at most 1 what comes to it, or leaves it where no scale does."""
    operator = examined.wired.operators[id]
    assert operator is not None
    scale = remedies.scale_for(*came)
    scale = scale if 0 < scale <= LARGEST_NUMBER else 1.0
    scaled, centred = SetParameter("scale", scale, id), SetParameter("offset", 0.0, id)
    has_offset = bool(operator.params["offset"])
    return replace(found, scale=scale, has_offset=has_offset, repairs=((scaled, centred) if has_offset else scaled,))


class ValuesElsewhere(Suspicion):
    """An operator that cuts pixels off at the ends of a range receives such as lie beyond it, or fill little of
    it.

    taken: the value_range of an operator that works on pixels. came: between which values those come.
    """

    code = "W_VALUE_RANGE"
    title = "Pixels of another range"
    remedy = "Set its value_range to what comes in, as the button beside it does."
    point = (
        "A change of 0.2 is much in a picture from 0 to 1 and nothing in one from 0 to 255. Programs do "
        "not agree on the range, so look."
    )
    see = ("operator.RandomBrightness", "operator.Rescaling")
    example = such_as(who="Random brightness 'b'", taken=(0.0, 255.0), came=(0.0, 1.0))
    who: str
    taken: Span
    came: Span

    @property
    def message(self) -> str:
        received = f"takes values of {_from_to(self.taken)}; received {_from_to(self.came)}"
        cut = self.came[0] < self.taken[0] or self.came[1] > self.taken[1]
        return f"{self.who} {received}: {'it cuts off the rest' if cut else 'its changes are far too large for them'}."

    @property
    def fix(self) -> str:
        return f"Set value_range to {_from_to(self.came)}."


def _from_to(span: Span) -> str:
    return f"{span[0]:g} to {span[1]:g}"


def values_in_another_range(examined: Examined) -> Iterator[Diagnostic]:
    for id, operator in examined.where(lambda one: one.takes_values()):
        taken = operator.takes_values() if id in examined.facts else None
        came = examined.reach.get(examined.before(id)[0], EVERYTHING) if taken else EVERYTHING
        if taken is None or not (isfinite(came[0]) and isfinite(came[1]) and came[0] < came[1]):
            continue
        width = taken[1] - taken[0]
        beyond = max(taken[0] - came[0], came[1] - taken[1])
        if beyond > _NO_MATTER * width or came[1] - came[0] < width / _FAR_LESS:
            repairs = (SetParameter("value_range", list(came)),)
            yield ValuesElsewhere(
                who=examined.called(id), taken=taken, came=came, nodes=(id,), parameter="value_range", repairs=repairs
            )


class LinearAfterLinear(Suspicion):
    """Two weighted sums follow each other with nothing bent between them: together they are one weighted sum."""

    code = "W_LINEAR_AFTER_LINEAR"
    title = "Two linear operators in a row"
    remedy = "Give the first one an activation, such as ReLU."
    point = "The product of two matrices is a matrix. All that depth is good for comes of what is bent in between."
    see = ("activation.relu", "operator.Dense")
    example = such_as(first="Linear 'd1'", second="Linear 'd2'")
    first: str
    second: str
    between: str = ""
    fix = "Give the first one an activation, such as ReLU."

    @property
    def message(self) -> str:
        """between: an activation that is a straight line."""
        lacks = f"{self.between} bends nothing between {self.first} and" if self.between else ""
        lacks = lacks or f"{self.first} has no activation before"
        return f"{lacks} {self.second}: the two are but one."


def linear_after_linear(examined: Examined) -> Iterator[Diagnostic]:
    """Not so at a bottleneck, where the first gives fewer values than it reads and than the second gives: the
    product of two narrow matrices is not every matrix. Nor where one of them has weights for each channel by
    itself: looking around and mixing channels apart has few weights, which is why it is done. Nor where what the first
    gives goes past the second, too, to be added to what comes of it, as before a row of residual blocks."""
    for id, operator in examined.wired.operators.items():
        if not _weighs(examined, id) or operator is None:
            continue
        maker = examined.past_linear.get(id)
        above = examined.wired.operators[maker] if maker else None
        if not maker or not above or not _weighs(examined, maker) or _bottleneck(examined, maker, id):
            continue
        mixes = above.mixes_channels and operator.mixes_channels
        if above.activation_name() == "linear" and mixes and not _goes_past(examined, maker):
            yield LinearAfterLinear(
                first=examined.called(maker),
                second=examined.called(id),
                between=_straight_between(examined, maker, id),
                nodes=(maker, id),
                repairs=remedies.last_activation(above, maker, "relu"),
            )


def _straight_between(examined: Examined, maker: str, id: str) -> str:
    """The last operator for activations on the way between the two, which is a straight line as it is set."""
    (source,) = examined.before(id)[:1]
    while source != maker:
        operator = examined.wired.operators[source]
        if operator and operator.activation_name() == "linear":
            return examined.called(source)
        (source,) = examined.before(source)[:1]
    return ""


def _goes_past(examined: Examined, first: str) -> bool:
    """Whether what a node gives is merged with other values as it is."""
    return any(len(examined.wired.before[wire.target]) > 1 for wire in examined.wired.out_of[first])


def _bottleneck(examined: Examined, first: str, second: str) -> bool:
    one, two = examined.facts[first], examined.facts[second]
    read = one.counts.multiply_adds // size(one.shape)  # by each value that the first gives
    came = two.inputs[0]
    given = size(came[-1:] if len(came) == len(one.shape) else came)
    return given < min(read, size(two.shape[-1:]))


class LastAxisOfImage(Suspicion):
    """An operator that weighs the last axis alone receives an image or a volume: the channels of each place, and
    no place beside another."""

    code = "W_LAST_AXIS_OF_IMAGE"
    title = "A Linear on an image"
    remedy = "Put a Flatten before it to join all places, or a global pooling to take their mean."
    point = "On an image Linear is a 1×1 convolution: it sees colours and no edges, since an edge lies between places."
    see = ("operator.Flatten", "operator.GlobalAveragePooling2D", "operator.Conv2D")
    example = such_as(who="Linear 'd1'", received=(8, 8, 16))
    who: str
    received: Shape
    fix = "Put a Flatten before it to join all places."

    @property
    def message(self) -> str:
        grid = "a volume" if len(self.received) > 3 else "an image"
        return f"{self.who} receives {grid} of {show(self.received)} and works on each place's channels alone."


def last_axis_of_an_image(examined: Examined) -> Iterator[Diagnostic]:
    """Where there is one place alone, nothing is lost."""
    for id, _ in examined.where(lambda one: one.weighs_last_axis):
        facts = examined.facts.get(id)
        if facts and is_picture(came := facts.inputs[0]) and size(came[:-1]) > 1:
            repairs = remedies.joined(id, came)
            yield LastAxisOfImage(who=examined.called(id), received=came, nodes=(id,), repairs=repairs)


class RepeatedChannels(Suspicion):
    """A skip of one channel meets a branch of several: it is added to each of them, which Keras does without a
    word.

    one: who gives a single channel. times: how often it is repeated to meet the others.
    """

    code = "W_REPEATED_CHANNEL"
    title = "One channel added to many"
    remedy = "Put a 1×1 convolution on one branch, which makes the channels equal."
    point = (
        "Broadcasting is convenient and silent. The skip of a residual network is meant to carry each "
        "channel by itself."
    )
    see = ("operator.Add", "operator.Conv2D")
    example = such_as(who="Add 'sum'", one="Input 'image'", received=(8, 8, 1), times=16)
    who: str
    one: str
    received: Shape
    times: int
    fix = "A 1×1 convolution on one branch makes the channels equal."

    @property
    def message(self) -> str:
        return f"{self.who} repeats the one channel of {self.one}, {show(self.received)}, {self.times} times."


def repeated_channels(examined: Examined) -> Iterator[Diagnostic]:
    for id, _ in examined.where(lambda one: one.sums_inputs):
        facts = examined.facts.get(id)
        if not facts or not is_picture(facts.shape) or facts.shape[-1] in (1, None):
            continue
        single = next((place for place, came in enumerate(facts.inputs) if came == (*facts.shape[:-1], 1)), None)
        if single is not None:
            yield RepeatedChannels(
                who=examined.called(id),
                one=examined.called(examined.before(id)[single]),
                received=facts.inputs[single],
                times=facts.shape[-1] or 0,
                nodes=(id,),
                repairs=tuple(one_shape(facts.inputs)),
            )


class SoftmaxInside(Suspicion):
    """Softmax inside a network makes its values compete, which few layers are meant to do.

    again: who applies it a second time. wanted: the activation in its place. held: where it stands.
    """

    code = "W_SOFTMAX_INSIDE"
    title = "Softmax inside the network"
    remedy = "Use ReLU there, and softmax last."
    point = (
        "Shares add up to one: where one rises all others fall. Attention wants just that, and features "
        "of a picture do not."
    )
    see = ("activation.softmax", "activation.relu", "operator.MultiHeadAttention")
    example = such_as(who="Linear 'd1'", again=None, wanted="relu", held="parameter")
    who: str
    again: str | None
    wanted: str
    held: Held

    @property
    def message(self) -> str:
        if self.again:
            return f"{self.who} applies softmax, and {self.again} does it again."
        return f"{self.who} applies softmax inside the network."

    @property
    def fix(self) -> str:
        if self.held == "operator" and self.wanted == "linear":
            return "Take the first out." if self.again else "Take it out."
        if self.again:
            return f"Set the activation of the first to {self.wanted}."
        return f"{started(word_of(self.wanted))} is the usual choice there."


def softmax_inside(examined: Examined) -> Iterator[Diagnostic]:
    as_error = {*examined.softmaxed_logits.values()}
    for id, operator in examined.where(lambda one: one.activation_name() == "softmax"):
        if id in examined.broken or id in as_error:
            continue
        for wire in examined.wired.out_of[id]:
            if wire.target not in examined.leads_to_loss and wire.target not in examined.summed_for_loss:
                again, wanted = None, "relu"
                reader = examined.wired.operators[wire.target]
                if reader and reader.activation_name() == "softmax" and not _weighs(examined, wire.target):
                    again, wanted = examined.called(wire.target), "linear"
                elif wire.target in examined.unweighed:
                    wanted = "linear"
                yield SoftmaxInside(
                    who=examined.called(id),
                    again=again,
                    wanted=wanted,
                    held=remedies.held(operator, wanted),
                    nodes=(id,),
                    parameter=remedies.set_in(operator),
                    repairs=remedies.last_activation(operator, id, wanted),
                )
                break


class DropoutLast(Suspicion):
    """Dropout right before the loss sets answers to zero, instead of features.

    does: to values, in training.
    """

    code = "W_DROPOUT_LAST"
    title = "Dropout right before the loss"
    remedy = "Put it before the last operator with weights, or take it out."
    point = (
        "Dropout teaches those behind it to rely on no single feature. Behind the last weights there is "
        "nobody left to learn that, and the answers alone are spoilt."
    )
    see = ("operator.Dropout",)
    example = such_as(who="Dropout 'drop'", does="sets to zero some of")
    who: str
    does: str
    fix = "Put it before the last operator with weights."

    @property
    def message(self) -> str:
        return f"{self.who} {self.does} the network's answers themselves."


def dropout_before_loss(examined: Examined) -> Iterator[Diagnostic]:
    for id, operator in examined.where(lambda one: one.is_random and one.keeps_values):
        if any(wire.target in examined.answers for wire in examined.wired.out_of[id]):
            repairs = remedies.of_dropout(examined, id, operator)
            yield DropoutLast(who=examined.called(id), does=operator.draws, nodes=(id,), repairs=repairs)


class BatchLargerThanData(Suspicion):
    """A batch cannot have more samples than the training part; each epoch is then one step.

    rows: of the training part.
    """

    code = "W_BATCH_SIZE"
    title = "A batch larger than the data"
    remedy = "Set batch_size to at most the rows of the training part; 32 is usual."
    point = (
        "With all rows in one batch every gradient is exact, and there is one step an epoch. Many rough "
        "steps get further in the same time."
    )
    see = ("training.batch_size", "idea.gradient_descent")
    example = such_as(batch=512, rows=90)
    batch: int
    rows: int
    fix = "Each epoch is one step then."

    @property
    def message(self) -> str:
        return f"Training: batch_size is {self.batch:,}, and the training part has {self.rows:,} samples."


def batch_larger_than_data(examined: Examined) -> Iterator[Diagnostic]:
    batch, rows = examined.wired.document.training.settings["batch_size"], examined.rows
    if rows is None or batch is None or not examined.wired.reads_data:
        return
    if batch > rows > 0 and not Settings.parameters["batch_size"].fault(batch):
        sizes = dict.fromkeys((batch_without_rest(rows, 32), rows))
        repairs = tuple(SetSetting("training", "batch_size", size) for size in sizes)
        yield BatchLargerThanData(batch=batch, rows=rows, parameter="training.batch_size", repairs=repairs)
