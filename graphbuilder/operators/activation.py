"""Activation functions as operators of their own."""

from collections.abc import Iterator, Mapping, Sequence
from math import exp, expm1, prod

from graphbuilder.activations import ACTIVATIONS, title_of
from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Fields
from graphbuilder.lessons import Lesson
from graphbuilder.operators.axes import looks_along, named, place_of, places_of
from graphbuilder.operators.families import ACTIVATION
from graphbuilder.operators.masked import Masked, masked
from graphbuilder.operators.operator import (
    EVERYTHING,
    REQUIRED,
    Counts,
    Look,
    Operator,
    ShapeFault,
    Span,
    activation_choice,
    known_size,
)
from graphbuilder.parameters import AxesOf, AxisOf, Number, NumberOrNone, OrNone, Weight, WholeList, YesNo, constant_of
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Phrase, Shape, size, whole
from graphbuilder.sketches import ORANGE, Sketch, graph_of
from graphbuilder.tensors import Inputs


class Activation(Operator, title="Activation", family=ACTIVATION):
    """Bends every value by one function, without weights.

    Input shape: any. Output shape: the same. Softmax works along the last axis.
    """

    keywords = ("nonlinearity", *ACTIVATIONS)
    formula = r"y = f(x)"
    when = "Between operators with weights; without one, two of them in a row are no more than one."
    point = "Without a bend, ten layers are one matrix. The bend is what makes depth worth anything."
    picture = graph_of("ReLU: zero below zero, the value itself above", lambda x: max(0.0, x))

    by_place = True
    needs_amounts = True

    activation = activation_choice("relu", keras_default=REQUIRED)

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return inputs[0]

    def activation_name(self) -> str:
        return self.activation

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """What comes in is there already, as what another operator gave."""
        return max(0, super().kept(inputs, output) - size(output))

    def work(self, inputs: Inputs, output: Shape) -> int:
        return 0 if self.overwrites() else size(output)

    def overwrites(self) -> bool:
        known = ACTIVATIONS.get(self.activation)
        return known is not None and not known.kept

    def reach(self, came: Sequence[Span]) -> Span:
        return ACTIVATIONS[self.activation].reach(*came[0])

    def lesson_as_set(self) -> Lesson:
        known = ACTIVATIONS.get(self.activation)
        return known.lesson if known else self.lesson()

    def line(self) -> str:
        return title_of(self.activation)


class PReLU(Operator, title="PReLU", family=ACTIVATION):
    """ReLU whose slope below zero is learned, one for every value or shared over rows and columns.

    Input shape: any. Output shape: the same. Source: He et al. (2015), "Delving Deep into Rectifiers".
    """

    keywords = ("parametric relu", "nonlinearity")
    formula = r"y = \max(0, x) + \alpha \min(0, x)"
    when = "Where ReLU units die and a few more weights do not hurt."
    point = "The bend itself is learned: gradient descent chooses how much of the negative side to let through."
    picture = graph_of(
        "A line that is flatter below zero, by a slope that is learned", lambda x: x if x > 0 else 0.25 * x
    )

    by_place = True
    keeps_positive = True
    needs_amounts = True

    shared_axes = YesNo(False, help="Learn one slope a channel instead of one a value; for images.")
    shared_along = OrNone(
        WholeList((3,), low=1, high=8, least=1, longest=8, distinct=True, help=""),
        none="as shared_axes says",
        more=True,
        quiet=True,
        keras_default=REQUIRED,
        help="Axes along which one slope is shared, where these are not rows and columns: 1 is the first.",
    )
    alpha = Weight("zeros", "slopes", keras_default="Zeros")

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if self.shared_axes and self.shared_along is not None:
            yield "shared_axes", Phrase("must be no where other axes are named")

    def _slopes(self, came: Shape) -> int:
        """How many there are."""
        shared = {1, 2} if self.shared_axes else {*(self.shared_along or ())}
        return prod(known_size(came, at, "values") for at in range(len(came)) if at + 1 not in shared)

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        if self.shared_along is not None:
            places_of(self.shared_along, came, "shared_along")
        if self.shared_axes and len(came) != 3:
            raise ShapeFault(
                "needs an image of rows × columns × channels to share a slope over; received {came}.",
                "Set shared_axes to no.",
                "shared_axes",
                repairs=[SetParameter("shared_axes", False)],
                came=came,
            )
        self._slopes(came)
        return came

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """What lies below zero."""
        return size(output)

    def work(self, inputs: Inputs, output: Shape) -> int:
        return size(output)

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return Counts(trainable=self._slopes(output))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        each = "channel" if self.shared_axes else "value" if self.shared_along is None else "place that is its own"
        yield f"parameters: a slope for each {each}, {whole(self.counts(inputs, output).trainable)}"

    def reach(self, came: Sequence[Span]) -> Span:
        ((low, high),) = came
        return (low, high) if low >= 0 else EVERYTHING

    def silent_at_zero(self) -> bool:
        return constant_of(self.alpha.initializer) == 0

    def arguments(self) -> dict[str, Argument]:
        told = super().arguments()
        along = told.pop("shared_along")
        return told | {"shared_axes": (1, 2) if self.shared_axes else along} if self.shared_axes or along else told


class LeakyReLU(Operator, title="Leaky ReLU", family=ACTIVATION):
    """ReLU that lets a small share of negative values through.

    Input shape: any. Output shape: the same.
    """

    keywords = ("nonlinearity",)
    formula = r"y = \max(0, x) + a \min(0, x)"
    when = "Where ReLU units die: below zero there is still a slope to learn from."
    point = (
        "A unit that always answers zero gets no gradient, and seldom comes back. A small slope below zero keeps "
        "the door open."
    )
    picture = graph_of(
        "A line that is flatter below zero, and its slope",
        lambda x: x if x > 0 else 0.3 * x,
        lambda x: 1.0 if x > 0 else 0.3,
    )

    by_place = True
    keeps_positive = True

    negative_slope = Number(0.3, low=0.0, help="The slope below zero; 0 is ReLU, and 1 bends nothing.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return inputs[0]

    def activation_name(self) -> str | None:
        return "linear" if self.negative_slope == 1 else None

    def reach(self, came: Sequence[Span]) -> Span:
        ((low, high),) = came
        return self._bent(low), self._bent(high)

    def silent_at_zero(self) -> bool:
        return not self.negative_slope

    def _bent(self, x: float) -> float:
        return x if x >= 0 else self.negative_slope * x if self.negative_slope else 0.0

    def line(self) -> str:
        return f"slope {self.negative_slope:g}"


class ReLU(Operator, title="ReLU", family=ACTIVATION):
    """Sets what lies below a threshold to zero, or lets a share of it through, and may cap what is large.

    Input shape: any. Output shape: the same.
    """

    keywords = ("rectifier", "relu6", "cap", "nonlinearity")
    formula = r"y = \min(m, x) \text{ for } x \ge t, \quad a (x - t) \text{ else}"
    when = "Where ReLU is to be capped, as ReLU6 is, or to begin elsewhere than at zero."
    point = (
        "Two straight lines are enough: put many of them side by side and any curve comes out. A cap keeps numbers in "
        "a range that few bits can hold."
    )
    picture = graph_of("Zero below zero, the value itself above, and a cap at three", lambda x: max(0.0, min(3.0, x)))
    by_place = True
    needs_amounts = True

    max_value = NumberOrNone(none="no cap", low=0.0, help="What larger values are cut to.")
    negative_slope = Number(0.0, low=0.0, help="The slope below the threshold.")
    threshold = Number(0.0, low=0.0, help="Where the line begins to rise.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return inputs[0]

    def activation_name(self) -> str | None:
        if self.max_value is not None or self.threshold:
            return None
        if self.negative_slope == 1:
            return "linear"
        return None if self.negative_slope else "relu"

    def overwrites(self) -> bool:
        return self.activation_name() == "relu"

    def silent_at_zero(self) -> bool:
        return not self.negative_slope

    def may_die(self) -> bool:
        return not self.negative_slope

    def reach(self, came: Sequence[Span]) -> Span:
        ((low, high),) = came
        ends = [self._bent(low), self._bent(high)]
        if low < self.threshold <= high:  # just under the threshold and on it
            ends += [0.0, self._bent(self.threshold)]
        return min(ends), max(ends)

    def _bent(self, x: float) -> float:
        if x >= self.threshold:
            return x if self.max_value is None else min(x, self.max_value)
        return self.negative_slope * (x - self.threshold) if self.negative_slope else 0.0

    def line(self) -> str:
        parts = [f"at most {self.max_value:g}"] if self.max_value is not None else []
        parts += [f"slope {self.negative_slope:g}"] if self.negative_slope else []
        return ", ".join([*parts, *([f"from {self.threshold:g}"] if self.threshold else [])])


class ELU(Operator, title="ELU", family=ACTIVATION):
    """Leaves what is positive and bends what is negative towards a bound.

    Input shape: any. Output shape: the same. Source: Clevert et al. (2015), "Exponential Linear Units".
    """

    keywords = ("exponential linear unit", "nonlinearity")
    formula = r"y = x \text{ for } x > 0, \quad \alpha (e^x - 1) \text{ else}"
    when = "Where ReLU units die, and the bound below zero is to be chosen."
    point = (
        "Outputs that may be negative have a mean nearer zero, which is what the next layer's weights were drawn for."
    )
    picture = graph_of(
        "A line above zero that bends to -1 below it, and its slope",
        lambda x: x if x > 0 else expm1(x),
        lambda x: 1.0 if x > 0 else exp(x),
    )
    by_place = True
    keeps_positive = True
    needs_amounts = True

    alpha = Number(1.0, low=0.0, help="How far below zero the values may come.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return inputs[0]

    def activation_name(self) -> str | None:
        return "elu" if self.alpha == 1 else None

    def silent_at_zero(self) -> bool:
        return not self.alpha

    def may_die(self) -> bool:
        return not self.alpha

    def reach(self, came: Sequence[Span]) -> Span:
        ((low, high),) = came
        return self._bent(low), self._bent(high)

    def _bent(self, x: float) -> float:
        return x if x >= 0 else self.alpha * expm1(x)

    def line(self) -> str:
        return f"down to {-self.alpha:g}" if self.alpha else "as ReLU"


class Softmax(Masked, title="Softmax", family=ACTIVATION):
    """Makes shares of scores, which add up to one along an axis.

    Input shape: any. Output shape: the same.
    """

    keywords = ("probabilities", "normalized exponential", "attention weights")
    formula = r"y_k = \frac{e^{x_k}}{\sum_j e^{x_j}}"
    when = "For shares along another axis than the last, such as over the steps of a sequence."
    point = "The shares of one axis compete: what one gains the others lose. Which axis that is decides who competes."
    picture = (
        Sketch("Along each column of scores the shares add up to one")
        .cells(40, 34, [["2", "0"], ["1", "0"]], 40, {(0, 0), (1, 0)}, ORANGE)
        .text(80, 140, "scores")
        .arrow(134, 74, 178, 74)
        .cells(194, 34, [[".73", ".5"], [".27", ".5"]], 40, {(0, 0), (1, 0)})
        .text(234, 140, "shares")
    )
    needs_amounts = True

    axis = AxesOf((-1,), help="The axis, or the axes together, along which shares add up to one.")
    masked = masked()

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        places_of(self.axis, inputs[0])
        self.hold_mask(inputs, inputs[0], repeats=True)
        return inputs[0]

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("", (values["in"][0],), self.mask_told(values))

    def looks(self, inputs: Inputs) -> Sequence[Look] | None:
        return looks_along(self.axis, inputs)

    def activation_name(self) -> str | None:
        return "softmax" if self.axis == (-1,) else None

    def reach(self, came: Sequence[Span]) -> Span:
        return 0.0, 1.0

    def line(self) -> str:
        return "" if self.axis == (-1,) else f"along {'axis' if len(self.axis) == 1 else 'axes'} {named(self.axis)}"


class GLU(Operator, title="GLU", family=ACTIVATION):
    """Cuts its input in half and lets one half gate the other.

    Input shape: any whose axis is even. Output shape: the same, that axis halved. Source: Dauphin et al. (2017),
    "Language Modeling with Gated Convolutional Networks".
    """

    keywords = ("gated linear unit", "gate", "nonlinearity")
    formula = r"y = a \odot \sigma(b), \quad [a, b] = x"
    when = "Behind an operator with twice the units that are wanted, in place of its activation."
    point = (
        "Half of the units say what, half say how much of it. What passes is not bent, so its gradient is not either: "
        "a gate that is open is a straight way back."
    )
    picture = (
        Sketch("Of four values two are multiplied by the gates that the other two make")
        .cells(24, 62, [["a", "a", "b", "b"]], 34, {(0, 0), (0, 1)})
        .arrow(168, 79, 206, 79)
        .cells(220, 62, [["a·σ(b)", "a·σ(b)"]], 48, {(0, 0), (0, 1)})
        .text(126, 122, "gates", color=ORANGE)
    )

    needs_amounts = True

    axis = AxisOf(-1, help="The axis that is cut in half: -1 is the last, 1 the first after the batch.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        place = place_of(self.axis, came)
        length = known_size(came, place, "values")
        if length % 2:
            raise ShapeFault(
                "needs an even number of values on axis {axis}; received {came}.",
                "Give the operator before it twice the units that are wanted.",
                "axis",
                axis=self.axis,
                came=came,
            )
        return (*came[:place], length // 2, *came[place + 1 :])

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """Both halves, one of them as a gate."""
        return 2 * size(output)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        place = place_of(self.axis, inputs[0])
        yield f"axis {self.axis}: {inputs[0][place]} / 2 = {output[place]}"

    def looks(self, inputs: Inputs) -> Sequence[Look] | None:
        return looks_along((self.axis,), inputs)

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("ops.glu", (values["in"][0],), {"axis": self.axis})


class Threshold(Operator, title="Threshold", family=ACTIVATION):
    """Leaves what lies above a threshold and puts one value in place of all else.

    Input shape: any. Output shape: the same.
    """

    keywords = ("cut", "step", "binarize", "nonlinearity")
    formula = r"y = x \text{ for } x > t, \quad v \text{ else}"
    when = "To drop what is too small to mean anything, such as faint pixels."
    point = (
        "What is replaced has no slope, so nothing is learned from it: a threshold belongs to preparing, not within."
    )
    picture = graph_of("Zero up to one, the value itself above", lambda x: x if x > 1 else 0.0)
    needs_amounts = True
    by_place = True

    threshold = Number(0.0, keras_default=REQUIRED, help="What values have to be above.")
    default_value = Number(0.0, keras_default=REQUIRED, help="What stands in place of all others.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return inputs[0]

    def silent_at_zero(self) -> bool:
        return self.threshold >= 0 and not self.default_value

    def reach(self, came: Sequence[Span]) -> Span:
        ((low, high),) = came
        kept = [max(low, self.threshold), high] if high > self.threshold else []
        put = [self.default_value] if low <= self.threshold else []
        return min([*kept, *put]), max([*kept, *put])

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("ops.threshold", (values["in"][0], self.threshold, self.default_value))

    def line(self) -> str:
        return f"above {self.threshold:g}" + (f", else {self.default_value:g}" if self.default_value else "")
