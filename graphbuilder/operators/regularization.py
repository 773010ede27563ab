"""Operators that act in training alone, against overfitting."""

from collections.abc import Iterator
from math import sqrt

from graphbuilder.calls import Argument
from graphbuilder.fields import Fields
from graphbuilder.operators.families import REGULARIZATION
from graphbuilder.operators.operator import REQUIRED, Operator, ShapeFault
from graphbuilder.operators.window import Grid
from graphbuilder.parameters import Number, OrNone, Parameter, ShapeOf, WholeOrNone
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape, size
from graphbuilder.sketches import BLUE, ORANGE, Sketch, before_and_after, bell, values
from graphbuilder.tensors import Inputs


class InTraining(Operator):
    """What changes values while the network is trained, and leaves them as they are when it is used."""

    keeps_values = True
    by_place = True
    needs_amounts = True

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return inputs[0]


def _seed() -> WholeOrNone:
    return WholeOrNone(
        none="drawn",
        low=0,
        high=2**31 - 1,
        more=True,
        quiet=True,
        help="What the draws begin with, to have them again.",
    )


def _noise_shape() -> OrNone[Shape]:
    shape: Parameter[Shape] = ShapeOf((1,), unknown=True, help="")
    return OrNone(
        shape, none="each by itself", more=True, quiet=True,
        help="Which values share one draw: 1 for an axis that they share it along, ? for one that they do not.",
    )  # fmt: skip


def _rate(help: str) -> Number:
    return Number(0.5, low=0.0, high=1.0, open_high=True, keras_default=REQUIRED, help=help)


class SharedDraws(InTraining):
    """With a noise_shape, which says of every axis whether values share a draw along it."""

    is_random = True
    draws = "drops"

    rate = _rate("The share of values set to zero.")
    noise_shape = _noise_shape()
    seed = _seed()

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        drawn = self.noise_shape
        if drawn is None:
            return came
        fits = len(drawn) == len(came) and all(one in (None, 1, axis) for one, axis in zip(drawn, came, strict=True))
        if not fits:
            raise ShapeFault(
                "draws in the shape {drawn}, which has to be 1 or ? along each axis that comes in; received {came}.",
                "Name every axis but the batch, or leave noise_shape empty.",
                "noise_shape",
                repairs=[SetParameter("noise_shape", None)],
                drawn=drawn,
                came=came,
            )
        return came

    def arguments(self) -> dict[str, Argument]:
        """Keras names the batch too; each sample has draws of its own."""
        told = super().arguments()
        return told | {"noise_shape": (None, *self.noise_shape)} if self.noise_shape is not None else told

    def line(self) -> str:
        return f"rate {self.rate:g}" + (", shared" if self.noise_shape and 1 in self.noise_shape else "")


class Dropout(SharedDraws, title="Dropout", family=REGULARIZATION):
    """Sets a random share of values to zero in training and scales up the rest; afterwards it does nothing.

    Input shape: any. Output shape: the same. Source: Srivastava et al. (2014), "Dropout".
    """

    keywords = ("regularization", "overfitting", "stochastic depth", "noise shape")
    formula = r"y = \frac{m \odot x}{1 - p}, \quad m_i \sim Bernoulli(1 - p)"
    when = "Against overfitting: no unit can rely on another being there."
    point = (
        "Every batch trains another, thinner network that shares its weights with all others. It is on in "
        "training alone, which is why the training loss may stand above the validation loss."
    )
    picture = (
        Sketch("Some units of a layer are left out, others at each step")
        .web([(70, y) for y in (24, 60, 96, 132)], [(240, y) for y in (24, 60, 96, 132)], without={1, 2})
        .text(155, 16, "2 of 4 left out", color=ORANGE)
    )


class AlphaDropout(SharedDraws, title="Alpha dropout", family=REGULARIZATION):
    """Sets a random share of values to SELU's lower bound in training, and keeps their mean and variance.

    Input shape: any. Output shape: the same. Source: Klambauer et al. (2017), "Self-Normalizing Neural Networks".
    """

    keywords = ("selu", "self-normalizing", "overfitting")
    formula = r"y = a\,(m \odot x + (1 - m)\, \alpha') + b, \quad \alpha' = -1.7581"
    when = "In place of dropout in a network of SELU layers."
    point = (
        "Zeros would move the mean that SELU works to keep. What is dropped goes where a unit that is off stands, and "
        "the rest is moved and scaled so that mean and variance stay."
    )
    picture = (
        Sketch("What is dropped stands at the lower bound of SELU, not at zero")
        .line([(40, 124), (280, 124)], width=1, faint=True)
        .text(292, 128, "0", anchor="start")
        .dot(70, 60, BLUE)
        .dot(130, 40, BLUE)
        .dot(190, 146, ORANGE, 6)
        .dot(250, 80, BLUE)
        .text(206, 142, "-1.76: dropped", anchor="start", color=ORANGE)
    )

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """What values are multiplied by."""
        return size(output)


class GaussianDropout(InTraining, title="Gaussian dropout", family=REGULARIZATION):
    """Multiplies every value by a random factor around one in training.

    Input shape: any. Output shape: the same. Source: Srivastava et al. (2014), "Dropout", section 10.
    """

    keywords = ("multiplicative noise", "overfitting")
    formula = r"y = x \odot (1 + \epsilon), \quad \epsilon_i \sim N\left(0,\ \frac{p}{1 - p}\right)"
    when = "As dropout, where no value is to be lost whole."
    point = "Dropout's factors are 0 or large; these have the same mean and spread and are drawn from a bell."
    picture = before_and_after(
        "Factors of 0 and 2 become factors from a bell around 1",
        [1.0 if place in (2, 12) else 0.0 for place in range(15)],
        bell(0, 1),
        ("dropout", "Gaussian"),
    )
    is_random = True

    rate = _rate("The rate of the dropout that has the same spread.")
    seed = _seed()

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"spread of the factors: √({self.rate:g} / (1 - {self.rate:g})) = {sqrt(self.rate / (1 - self.rate)):.3g}"

    def line(self) -> str:
        return f"rate {self.rate:g}"

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """What values are multiplied by."""
        return size(output)


class GaussianNoise(InTraining, title="Gaussian noise", family=REGULARIZATION):
    """Adds a random number around zero to every value in training.

    Input shape: any. Output shape: the same.
    """

    keywords = ("additive noise", "denoising", "augmentation", "jitter")
    formula = r"y = x + \epsilon, \quad \epsilon_i \sim N(0, \sigma^2)"
    when = "Right behind an Input, so that samples are never twice the same; before a denoising autoencoder."
    point = (
        "A network that gives the same answer for a sample and for what lies around it has learned no sample by heart. "
        "To first order it is a penalty on the slope of the answer."
    )
    picture = (
        Sketch("One value and where it may come to lie with noise")
        .line([(30, 124), (290, 124)], width=1.2, faint=True)
        .bars(bell(0, 1), 70, 124, 180, 84, BLUE)
        .dot(160, 124, ORANGE, 6)
        .text(160, 146, "x", color=ORANGE)
    )
    is_random = True

    stddev = Number(
        0.1, low=0.0, high=1.0, keras_default=REQUIRED, help="The spread of what is added; Keras takes 0 to 1."
    )
    seed = _seed()

    def line(self) -> str:
        return f"spread {self.stddev:g}"


class ActivityRegularization(InTraining, title="Activity regularization", family=REGULARIZATION):
    """Adds a penalty on large values to the loss, and leaves the values as they are.

    Input shape: any. Output shape: the same.
    """

    keywords = ("sparse", "penalty", "l1", "l2", "sparse autoencoder")
    formula = r"L + \lambda_1 \sum |x| + \lambda_2 \sum x^2"
    when = "To have few units speak at a time, as in the code of a sparse autoencoder."
    point = (
        "A penalty on weights makes the function simple; one on values makes the answer sparse. With l1 most units are "
        "silent, and what the others say is easier to read."
    )
    picture = (
        Sketch("Of many values few stay large")
        .bars([0.6, 0.5, 0.7, 0.4, 0.6, 0.5], 24, 120, 110, 84, ORANGE)
        .arrow(148, 80, 180, 80)
        .bars([0.02, 0.02, 1.0, 0.02, 0.5, 0.02], 194, 120, 110, 84, BLUE)
    )

    l1 = Number(0.0, low=0.0, help="Times the sum of |x|.")
    l2 = Number(0.0, low=0.0, help="Times the sum of x².")

    def line(self) -> str:
        return ", ".join(f"{name} {weight:g}" for name, weight in (("l1", self.l1), ("l2", self.l2)) if weight)


class SpatialDropout(Grid, family=REGULARIZATION):
    """Sets whole channels of a grid to zero."""

    keeps_values = True
    by_place = True
    keywords = ("channels", "feature maps", "overfitting")
    formula = r"y_{p,c} = \frac{m_c\, x_{p,c}}{1 - p}, \quad m_c \sim Bernoulli(1 - p)"
    is_random = True
    needs_amounts = True
    draws = "drops"

    rate = _rate("The share of channels set to zero.")
    seed = _seed()

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        self.grid(inputs, fields)
        return inputs[0]

    def line(self) -> str:
        return f"rate {self.rate:g}"


class SpatialDropout1D(SpatialDropout, title="Spatial dropout 1D", rank=1):
    """Sets a random share of the features of a sequence to zero at all its steps, in training.

    Input shape: (steps, channels). Output shape: the same. Source: Tompson et al. (2015), "Efficient Object
    Localization Using Convolutional Networks".
    """

    when = "Behind an Embedding or a convolution over a sequence."
    point = (
        "Steps that stand beside each other are alike: a value that is dropped at one is known from the next. Dropped "
        "at all of them it is really gone."
    )
    picture = (
        Sketch("One feature of a sequence is zero at every step")
        .cells(76, 44, values(3, 7, lambda r, c: 0 if r == 1 else ""), 24, {(1, c) for c in range(7)}, ORANGE)
        .text(160, 140, "steps")
    )


class SpatialDropout2D(SpatialDropout, title="Spatial dropout", rank=2):
    """Sets a random share of the channels of an image to zero at all places, in training.

    Input shape: (rows, columns, channels). Output shape: the same. Source: Tompson et al. (2015), "Efficient Object
    Localization Using Convolutional Networks".
    """

    when = "Between convolutions, where dropout of single pixels changes little."
    point = (
        "Neighbouring pixels are alike, so one that is dropped is guessed from those around it. A channel that is "
        "dropped whole takes its pattern away."
    )
    picture = (
        Sketch("Of three channels one is zero at every place")
        .cells(20, 44, values(3, 3), 26)
        .cells(120, 44, values(3, 3, lambda r, c: 0), 26, {(r, c) for r in range(3) for c in range(3)}, ORANGE)
        .cells(220, 44, values(3, 3), 26)
    )


class SpatialDropout3D(SpatialDropout, title="Spatial dropout 3D", rank=3):
    """Sets a random share of the channels of a volume to zero at all places, in training.

    Input shape: (slices, rows, columns, channels). Output shape: the same. Source: Tompson et al. (2015), "Efficient
    Object Localization Using Convolutional Networks".
    """

    when = "Between convolutions over volumes, such as scans or films."
    point = "What is dropped in one slice is seen in the next, which shows nearly the same; a whole channel is not."
    picture = (
        Sketch("Of two channels of a volume one is zero in every slice")
        .box(40, 40, 70, 70, "", BLUE)
        .box(52, 30, 70, 70, "", BLUE)
        .box(64, 20, 70, 70, "", BLUE)
        .text(87, 134, "channel 1", color=BLUE)
        .box(180, 40, 70, 70, "", ORANGE)
        .box(192, 30, 70, 70, "", ORANGE)
        .box(204, 20, 70, 70, "0", ORANGE)
        .text(227, 134, "channel 2: all 0", color=ORANGE)
    )
