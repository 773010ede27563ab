"""Operators that set each sample beside itself: over its features, groups of its channels, or its length."""

from collections.abc import Iterator, Sequence

from graphbuilder.fields import Fields
from graphbuilder.operators.axes import looks_along, named, place_of, places_of
from graphbuilder.operators.families import NORMALIZATION
from graphbuilder.operators.normalization import Normalizing
from graphbuilder.operators.operator import Counts, Look, Operator, ShapeFault, Span, known_size
from graphbuilder.parameters import AxesOf, AxisOf, Number, Weight, Whole, YesNo
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Phrase, Shape, show, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch, values
from graphbuilder.tensors import Inputs


def _along(axes: tuple[int, ...]) -> str:
    return "" if axes == (-1,) else f"along {'axis' if len(axes) == 1 else 'axes'} {named(axes)}"


def _sizes(axes: tuple[int, ...], shape: Shape) -> tuple[int, ...]:
    """Of the axes, in the order of the shape; each has to be known."""
    return tuple(known_size(shape, place, "values") for place in places_of(axes, shape))


class LayerNormalization(Normalizing, title="Layer normalization", family=NORMALIZATION):
    """Brings the features of each sample to mean 0 and variance 1, then to a mean and spread that are learned.

    Input shape: any. Output shape: the same. Source: Ba et al. (2016), "Layer Normalization".
    """

    keywords = ("layernorm", "ln", "transformer")
    formula = r"y = \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta"
    when = "In transformers and recurrent networks, and wherever batches are small."
    point = (
        "Mean and spread are the sample's own, so it does the same in training and in use, and the size of the batch "
        "does not matter. At a step of a sequence it knows of no other step."
    )
    picture = (
        Sketch("Mean and spread are taken over the features of one sample, a row")
        .cells(96, 32, values(4, 6), 24, {(1, c) for c in range(6)}, ORANGE)
        .text(86, 84, "one sample", anchor="end", color=ORANGE)
        .text(168, 148, "features")
    )

    axis = AxesOf((-1,), more=True, help="The axes that mean and spread are taken over; -1 is the features alone.")
    epsilon = Number(0.001, low=0.0, open_low=True, more=True, help="Added to the variance, against division by zero.")
    center = YesNo(True, more=True, help="Learn a new mean (beta).")
    scale = YesNo(True, more=True, help="Learn a new spread (gamma).")
    beta = Weight("zeros", "betas")
    gamma = Weight("ones", "gammas")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        _sizes(self.axis, inputs[0])
        return inputs[0]

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """What is normalized, before it is scaled."""
        return size(output)

    def work(self, inputs: Inputs, output: Shape) -> int:
        return 2 * size(output)

    def looks(self, inputs: Inputs) -> Sequence[Look] | None:
        return looks_along(self.axis, inputs)

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return Counts(trainable=self.learned() * size(_sizes(self.axis, output)))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        over = _sizes(self.axis, output)
        yield f"trained: {self.learned()} × {show(over)} = {whole(self.counts(inputs, output).trainable)}"

    def line(self) -> str:
        return _along(self.axis)


class GroupNormalization(Normalizing, title="Group normalization", family=NORMALIZATION):
    """Brings each group of channels of each sample to mean 0 and variance 1, then to one learned for each channel.

    Input shape: (..., channels). Output shape: the same. Source: Wu and He (2018), "Group Normalization".
    """

    keywords = ("groupnorm", "gn", "instance normalization", "style")
    formula = r"y = \gamma \frac{x - \mu_g}{\sqrt{\sigma_g^2 + \epsilon}} + \beta"
    when = (
        "In convolutional networks whose batches are too small for batch normalization; with a group for each channel, "
        "for styles of images."
    )
    point = (
        "One group of all channels is layer normalization over the whole image, a group for each is instance "
        "normalization. What lies between keeps some of the contrast between channels, which is what they say."
    )
    picture = (
        Sketch("Of four channels two and two have one mean and spread")
        .box(40, 40, 44, 70, "", BLUE)
        .box(90, 40, 44, 70, "", BLUE)
        .box(186, 40, 44, 70, "", ORANGE)
        .box(236, 40, 44, 70, "", ORANGE)
        .text(160, 26, "4 channels of one sample")
        .text(87, 132, "group 1", color=BLUE)
        .text(87, 150, "mean 0, spread 1")
        .text(233, 132, "group 2", color=ORANGE)
        .text(233, 150, "mean 0, spread 1")
    )

    groups = Whole(2, low=-1, high=10**6, keras_default=32, help="How many groups; -1 is one for each channel.")
    axis = AxisOf(-1, more=True, help="The axis of the channels: -1 is the last, 1 the first of a sample.")
    epsilon = Number(0.001, low=0.0, open_low=True, more=True, help="Added to the variance, against division by zero.")
    center = YesNo(True, more=True, help="Learn a new mean (beta).")
    scale = YesNo(True, more=True, help="Learn a new spread (gamma).")
    beta = Weight("zeros", "betas")
    gamma = Weight("ones", "gammas")

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if self.groups == 0:
            yield "groups", Phrase("must be at least 1, or -1 for a group of each channel; received 0")

    def _channels(self, shape: Shape) -> int:
        return known_size(shape, place_of(self.axis, shape), "channels")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        channels = self._channels(inputs[0])
        if self.groups > 0 and channels % self.groups:
            fits = [count for count in range(1, min(self.groups, channels) + 1) if channels % count == 0]
            raise ShapeFault(
                "in {groups} groups needs a number of channels that {groups} divides; received {channels}.",
                "Change groups, or the channels that come in.",
                "groups",
                repairs=[SetParameter("groups", fits[-1])],
                groups=self.groups,
                channels=channels,
            )
        return inputs[0]

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return Counts(trainable=self.learned() * self._channels(output))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        channels = self._channels(output)
        groups = channels if self.groups == -1 else self.groups
        yield f"channels of a group: {channels} / {groups} = {channels // groups}"
        yield f"trained: {self.learned()} × {channels} = {whole(self.counts(inputs, output).trainable)}"

    def line(self) -> str:
        return "each channel" if self.groups == -1 else f"{self.groups} group{'s' if self.groups != 1 else ''}"


class _LastAxes(AxesOf):
    """Keras finds its factors on no others."""

    def fault(self, value: tuple[int, ...]) -> Phrase | None:
        if sorted(value) != [*range(-len(value), 0)]:
            says = "must be the last axes, such as -1, or -2 and -1; received {received}"
            return Phrase(says, received=tuple(map(str, value)))
        return super().fault(value)


class RMSNormalization(Operator, title="RMS normalization", family=NORMALIZATION):
    """Divides the features of each sample by the root of their mean square, then multiplies by learned factors.

    Input shape: any. Output shape: the same. Source: Zhang and Sennrich (2019), "Root Mean Square Layer
    Normalization".
    """

    keywords = ("rmsnorm", "root mean square", "transformer")
    formula = r"y_i = g_i \frac{x_i}{\sqrt{\frac{1}{n} \sum_j x_j^2 + \epsilon}}"
    when = "In place of layer normalization in large transformers."
    point = (
        "What makes layer normalization work is the scale, not the mean: without the mean it is as good and costs less."
    )
    picture = (
        Sketch("Features keep their signs and their ratios, and get a size of about one")
        .bars([0.9, 0.6, 1.0, 0.3], 30, 120, 100, 90, ORANGE)
        .arrow(144, 80, 180, 80)
        .bars([0.9, 0.6, 1.0, 0.3], 194, 120, 100, 45, BLUE)
        .text(80, 144, "root mean square 2", color=ORANGE)
        .text(244, 144, "1", color=BLUE)
    )
    needs_amounts = True

    axis = _LastAxes(more=True, help="The axes that the mean square is taken over: the last one, or the last ones.")
    epsilon = Number(
        1e-6, low=0.0, open_low=True, more=True, help="Added to the mean square, against division by zero."
    )

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        _sizes(self.axis, inputs[0])
        return inputs[0]

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """The same."""
        return size(output)

    def looks(self, inputs: Inputs) -> Sequence[Look] | None:
        return looks_along(self.axis, inputs)

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return Counts(trainable=size(_sizes(self.axis, output)))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"trained: a factor for each of {show(_sizes(self.axis, output))} values"

    def line(self) -> str:
        return _along(self.axis)


class UnitNormalization(Operator, title="Unit normalization", family=NORMALIZATION):
    """Divides the features of each sample by their length, so that it becomes one; nothing is learned.

    Input shape: any. Output shape: the same.
    """

    keywords = ("l2 normalization", "cosine", "length", "embedding")
    formula = r"y = \frac{x}{\|x\|_2}"
    when = "Before vectors are compared by their direction, as faces or words are."
    point = (
        "A vector's length says how loud, its direction says what. The dot product of two unit vectors is the cosine."
    )
    picture = (
        Sketch("Long and short vectors are brought to the circle of length one")
        .ring(160, 80, 46)
        .arrow(160, 80, 266, 40, ORANGE)
        .arrow(160, 80, 203, 64, BLUE)
        .arrow(160, 80, 140, 62, ORANGE)
        .arrow(160, 80, 126, 49, BLUE)
        .text(272, 34, "as it came", color=ORANGE, anchor="end")
        .text(210, 92, "length 1", color=BLUE, anchor="start")
    )
    needs_amounts = True

    axis = AxesOf((-1,), more=True, help="The axes that the length is taken over; -1 is the features alone.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        places_of(self.axis, inputs[0])
        return inputs[0]

    def looks(self, inputs: Inputs) -> Sequence[Look] | None:
        return looks_along(self.axis, inputs)

    def reach(self, came: Sequence[Span]) -> Span:
        ((low, high),) = came
        return (0.0 if low >= 0 else -1.0), (0.0 if high <= 0 else 1.0)

    def line(self) -> str:
        return _along(self.axis)
