"""Operators that move and stretch values, to a fixed rule or to what the data say."""

from collections.abc import Collection, Iterator
from math import prod, sqrt

from graphbuilder.calls import Argument
from graphbuilder.fields import Fields
from graphbuilder.operators.axes import place_of, places_of
from graphbuilder.operators.families import NORMALIZATION, PREPROCESSING
from graphbuilder.operators.operator import REQUIRED, Counts, Operator, ShapeFault, Stop, known_size
from graphbuilder.parameters import AxesOf, AxisOf, Number, NumberListOrNone, OrNone, Params, Weight, YesNo, constant_of
from graphbuilder.parameters.lists import LONGEST_VOCABULARY
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Phrase, Shape, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch, before_and_after, bell
from graphbuilder.tensors import Inputs


class Rescaling(Operator, title="Rescaling", family=PREPROCESSING):
    """Multiplies every value by a number and adds another; nothing is learned.

    Input shape: any. Output shape: the same.
    """

    keywords = ("scale", "preprocessing", "pixels")
    formula = r"y = x \cdot scale + offset"
    when = "Right behind an Input of pixels, to bring them to 0 to 1; at the end, to bring values to a target's range."
    point = (
        "Weights are drawn for inputs of about size one. Pixels of 0 to 255 would put every unit far out on its "
        "curve before the first step."
    )
    picture = (
        Sketch("A long range of values becomes a short one")
        .line([(20, 56), (300, 56)], ORANGE, width=5)
        .text(20, 40, "0", anchor="start")
        .text(300, 40, "255", anchor="end")
        .arrow(160, 66, 160, 98)
        .text(172, 88, "× 1/255", anchor="start")
        .line([(20, 116), (70, 116)], BLUE, width=5)
        .text(20, 138, "0", anchor="start")
        .text(70, 138, "1")
    )

    by_place = True
    is_linear = True

    scale = Number(
        1.0, keras_default=REQUIRED, help="What values are multiplied by; 1/16 is 0.0625, 1/255 is 0.0039216."
    )
    offset = Number(0.0, help="What is added after that.")
    scales = NumberListOrNone(
        none="one for all",
        longest=LONGEST_VOCABULARY,
        more=True,
        quiet=True,
        keras_default=REQUIRED,
        help="What each channel is multiplied by, in place of scale.",
    )
    offsets = NumberListOrNone(
        none="one for all",
        longest=LONGEST_VOCABULARY,
        more=True,
        quiet=True,
        keras_default=REQUIRED,
        help="What is added to each channel, in place of offset.",
    )

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if self.scales is not None and self.scale != 1:
            yield (
                "scale",
                Phrase("must be 1 where each channel has its own; received {received:g}", received=self.scale),
            )
        if self.offsets is not None and self.offset:
            says = "must be 0 where each channel has its own; received {received:g}"
            yield "offset", Phrase(says, received=self.offset)

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        for name in ("scales", "offsets"):
            given = self.params[name]
            if isinstance(given, tuple) and len(given) not in (1, came[-1]):
                raise ShapeFault(
                    "has {name} for {given} channels; received {came}.",
                    "Give one number for each channel, or one for all.",
                    name,
                    repairs=[SetParameter(name, None)],
                    name=name,
                    given=len(given),
                    came=came,
                )
        return came

    def arguments(self) -> dict[str, Argument]:
        told = super().arguments()
        scales, offsets = told.pop("scales"), told.pop("offsets")
        if scales is not None:
            told["scale"] = scales
        return told | ({"offset": offsets} if offsets is not None else {})

    def _each(self) -> Iterator[tuple[float, float]]:
        """What values are multiplied by and what is added, of each channel that differs."""
        scales, offsets = self.scales or (self.scale,), self.offsets or (self.offset,)
        count = max(len(scales), len(offsets))
        for place in range(count):
            yield scales[place % len(scales)], offsets[place % len(offsets)]

    def span(self, low: float, high: float) -> tuple[float, float]:
        ends = [
            scale * end + offset if scale else offset  # of infinite ends nothing is left either
            for scale, offset in self._each()
            for end in (low, high)
        ]
        return min(ends), max(ends)

    @classmethod
    def suggested(cls, fields: Fields, taken: Collection[str]) -> Params:
        """What brings the data set's image or vector to about 1, where its values are larger."""
        largest = max(
            (max(abs(f.low), abs(f.high)) for f in fields.values() if f.kind in ("image", "vector")), default=1
        )
        return {"scale": float(f"{1 / largest:.5g}")} if largest >= 10 else {}

    def stops(self, fields: Fields) -> Stop | None:
        if self.scale or self.scales is not None:
            return None
        scale = self.suggested(fields, ()).get("scale", 1.0)
        assert isinstance(scale, float)
        return Stop("multiplies by 0: it gives {gives:g} whatever comes in", "scale", scale, {"gives": self.offset})

    def line(self) -> str:
        if self.scales is not None or self.offsets is not None:
            return "each channel by its own"
        return f"× {self.scale:g}" + (f" {self.offset:+g}" if self.offset else "")


class Normalization(Operator, title="Normalization", family=PREPROCESSING):
    """Brings every feature to mean 0 and variance 1, by mean and variance measured once on the training part.

    Input shape: (..., features). Output shape: the same. Keras keeps 2 numbers a feature and a counter, none trained;
    where mean and variance are given, nothing is measured and nothing kept.
    """

    keywords = ("standardize", "preprocessing", "mean", "variance")
    formula = r"y = \frac{x - \mu}{\sigma}"
    when = "Right behind an Input of measurements in different units."
    point = (
        "A feature in millimetres must not weigh a thousand times one in metres. Mean and spread come from the "
        "training part alone: those of the test part would be a look at the answers."
    )
    picture = before_and_after(
        "Values far from zero are brought to mean 0 and spread 1",
        bell(1.9, 0.5),
        bell(0, 1),
        ("as measured", "normalized"),
    )
    by_place = True

    mean = NumberListOrNone(
        none="measured", more=True, quiet=True, help="The mean of each feature, or one number for all."
    )
    variance = NumberListOrNone(
        none="measured", low=0.0, more=True, quiet=True, help="The variance of each feature, or one number for all."
    )
    axis = OrNone(
        AxesOf(help=""),
        none="one mean for all",
        default=(-1,),
        more=True,
        quiet=True,
        keras_default=-1,
        help="Along which axes each place has a mean of its own: -1 is the last, 1 the first.",
    )

    def adapts(self) -> bool:
        return self.mean is None

    def arguments(self) -> dict[str, Argument]:
        told = super().arguments()
        alone = self.axis is None  # numbers that are one for all are no lists
        return {name: one[0] if alone and isinstance(one, tuple) else one for name, one in told.items()}

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        mean, variance = self.mean, self.variance
        if (mean is None) != (variance is None):
            lacking = "variance" if variance is None else "mean"
            yield lacking, Phrase("must be given where the other is, or both left empty")
        elif mean and variance and len(mean) != len(variance):
            says = "must have as many numbers as mean, {count}; received {received}"
            yield "variance", Phrase(says, count=len(mean), received=len(variance))
        elif len(mean or ()) > 1 and len(self.axis or ()) != 1:
            yield (
                "mean",
                Phrase(
                    "must be one number where it is not told along one axis; received {received}",
                    received=len(mean or ()),
                ),
            )

    def _places(self, came: Shape) -> int:
        """How many means there are."""
        return prod(known_size(came, place, "features") for place in places_of(self.axis or (), came))

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        features = self._places(inputs[0])
        given = len(self.mean or ())
        if given not in (0, 1, features):
            raise ShapeFault(
                "has a mean for {given} features; received {came}.",
                "Give one number for each feature, or one for all.",
                "mean",
                given=given,
                came=inputs[0],
            )
        return inputs[0]

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return Counts(fixed=2 * self._places(output) + 1 if self.adapts() else 0)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        if self.adapts():
            fixed = whole(self.counts(inputs, output).fixed)
            places = whole(self._places(output))
            yield f"not trained: mean and variance of {places} features and a counter = {fixed}"

    def span(self, low: float, high: float) -> tuple[float, float] | None:
        if self.mean is None or self.variance is None:
            return None
        each = [
            (mean, max(sqrt(spread), _LEAST_SPREAD)) for mean, spread in zip(self.mean, self.variance, strict=False)
        ]
        return min((low - mean) / spread for mean, spread in each), max((high - mean) / spread for mean, spread in each)

    def line(self) -> str:
        return "" if self.adapts() else "by given numbers"


_LEAST_SPREAD = 1e-7
"""Keras divides by no less."""


class Normalizing(Operator):
    """What ends in a mean and a spread that are learned: each declares center, scale, beta and gamma."""

    def learned(self) -> int:
        """How many numbers are learned of each value that has its own."""
        return int(self.params["center"] is True) + int(self.params["scale"] is True)

    def stops(self, fields: Fields) -> Stop | None:
        starts_at_zero = self.params["scale"] and constant_of(self.params["gamma_initializer"]) == 0
        shifts = self.params["center"] and constant_of(self.params["beta_initializer"]) != 0
        if not starts_at_zero or shifts:
            return None
        why = "every output is 0, where ReLU has no slope, so nothing before it will ever learn"
        says = f"starts with a gamma of zeros: {why}"
        return Stop(says, "gamma_initializer", "ones", before=frozenset({"relu"}))


class BatchNormalization(Normalizing, title="Batch normalization", family=NORMALIZATION):
    """Brings every channel to mean 0 and variance 1 over each batch, then to a mean and spread that are learned.

    Input shape: (..., channels). Output shape: the same. Source: Ioffe and Szegedy (2015), "Batch Normalization".
    """

    keywords = ("batchnorm", "bn")
    formula = r"y = \gamma \frac{x - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}} + \beta"
    when = "Between an operator with weights and its activation: deeper networks train faster and forgive the rate."
    point = (
        "It behaves in two ways: in training by this batch's mean and spread, afterwards by running ones. That is"
        " why a network can score well in training and badly when it is used."
    )
    picture = before_and_after(
        "Values of a batch are brought to mean 0 and spread 1", bell(-1.2, 1.3), bell(0, 1), ("before", "after")
    )

    by_place = True
    measures_batch = True

    momentum = Number(0.99, low=0.0, high=1.0, open_high=True, help="How slowly the running mean and variance move.")
    epsilon = Number(0.001, low=0.0, open_low=True, more=True, help="Added to the variance, against division by zero.")
    center = YesNo(True, more=True, help="Learn a new mean (beta).")
    scale = YesNo(True, more=True, help="Learn a new spread (gamma).")
    beta = Weight("zeros", "betas")
    gamma = Weight("ones", "gammas")
    axis = AxisOf(-1, more=True, quiet=True, help="The axis of the channels: -1 is the last, 1 the first of a sample.")

    def _channels(self, shape: Shape) -> int:
        return known_size(shape, place_of(self.axis, shape), "channels")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        self._channels(inputs[0])
        return inputs[0]

    def work(self, inputs: Inputs, output: Shape) -> int:
        return 2 * size(output)

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        channels = self._channels(output)
        return Counts(trainable=channels * self.learned(), fixed=2 * channels)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        counts, channels = self.counts(inputs, output), self._channels(output)
        yield f"trained: {self.learned()} × {channels} = {whole(counts.trainable)}"
        yield f"not trained: running mean and variance, 2 × {channels} = {whole(counts.fixed)}"

    def line(self) -> str:
        return f"momentum {self.momentum:g}"
