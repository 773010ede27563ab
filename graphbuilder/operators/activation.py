"""Activation functions as operators of their own."""

from collections.abc import Sequence

from graphbuilder.activations import ACTIVATIONS, title_of
from graphbuilder.calls import Argument
from graphbuilder.fields import Fields
from graphbuilder.operators.families import ACTIVATION
from graphbuilder.operators.operator import (
    EVERYTHING,
    REQUIRED,
    Counts,
    Operator,
    ShapeFault,
    Span,
    activation_choice,
    known_size,
)
from graphbuilder.parameters import Number, Weight, YesNo, constant_of
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape, size
from graphbuilder.sketches import graph_of
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

    activation = activation_choice("relu", keras_default=REQUIRED)

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return inputs[0]

    def activation_name(self) -> str:
        return self.activation

    def reach(self, came: Sequence[Span]) -> Span:
        return ACTIVATIONS[self.activation].reach(*came[0])

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

    shared_axes = YesNo(False, help="Learn one slope a channel instead of one a value; for images.")
    alpha = Weight("zeros", "slopes", keras_default="Zeros")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        if self.shared_axes and len(came) != 3:
            raise ShapeFault(
                "needs an image of rows × columns × channels to share a slope over; received {came}.",
                "Set shared_axes to no.",
                "shared_axes",
                repairs=[SetParameter("shared_axes", False)],
                came=came,
            )
        for place in (-1,) if self.shared_axes else range(len(came)):
            known_size(came, place, "values")
        return came

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        return Counts(trainable=known_size(output, -1, "channels") if self.shared_axes else size(output))

    def reach(self, came: Sequence[Span]) -> Span:
        ((low, high),) = came
        return (low, high) if low >= 0 else EVERYTHING

    def silent_at_zero(self) -> bool:
        return constant_of(self.alpha.initializer) == 0

    def arguments(self) -> dict[str, Argument]:
        told = super().arguments()
        return told | {"shared_axes": (1, 2)} if self.shared_axes else told


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

    negative_slope = Number(0.3, low=0.0, help="The slope below zero; 0 is ReLU.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return inputs[0]

    def reach(self, came: Sequence[Span]) -> Span:
        ((low, high),) = came
        return self._bent(low), self._bent(high)

    def silent_at_zero(self) -> bool:
        return not self.negative_slope

    def _bent(self, x: float) -> float:
        return x if x >= 0 else self.negative_slope * x if self.negative_slope else 0.0

    def line(self) -> str:
        return f"slope {self.negative_slope:g}"
