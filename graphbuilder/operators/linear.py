"""The fully connected operator."""

from collections.abc import Collection, Iterator

from graphbuilder.fields import Fields
from graphbuilder.operators.families import LINEAR
from graphbuilder.operators.operator import (
    REQUIRED,
    Counts,
    Operator,
    ShapeFault,
    activation_choice,
    known_size,
    with_activation,
)
from graphbuilder.parameters import Params, Weight, Whole, YesNo, activity_regularizer
from graphbuilder.shapes import Shape, size, whole
from graphbuilder.sketches import BLUE, Sketch
from graphbuilder.tensors import Inputs


class Dense(Operator, title="Linear", family=LINEAR):
    """Every output is a weighted sum of all inputs, plus a bias, through an activation.

    Input shape: (..., features). Output shape: (..., units). An input with more axes is worked on along its last one.
    """

    shows = "sums"

    keywords = ("fully connected", "perceptron", "matrix")
    formula = r"y = f(W x + b)"
    when = "To combine features that stand anywhere in the input, and as the last operator before a loss."
    point = (
        "Matrix times vector, bent by a function: all of deep learning is built of this. Every pair of input and "
        "output has a weight of its own, so the count grows as their product."
    )
    picture = (
        Sketch("Every input is joined to every output by a weight")
        .web([(70, y) for y in (24, 60, 96, 132)], [(240, y) for y in (42, 78, 114)])
        .text(70, 156, "4 inputs")
        .text(240, 156, "3 outputs")
        .text(155, 16, "12 weights", color=BLUE)
    )

    by_place = True
    weighs_last_axis = True
    has_kernel = True

    units = Whole(64, low=1, high=10**9, keras_default=REQUIRED, help="How many outputs there are.")
    activation = activation_choice(keras_default=None)
    use_bias = YesNo(True, more=True, help="Add a trained constant to every output.")
    kernel = Weight("glorot_uniform", axes=2)
    bias = Weight("zeros", "biases")
    activity_regularizer = activity_regularizer()

    @classmethod
    def suggested(cls, fields: Fields, taken: Collection[str]) -> Params:
        """ReLU: several linear operators in a row are but one."""
        return {"activation": "relu"}

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        if not came:
            raise ShapeFault("needs features on its last axis; received {came}.", came=came)
        known_size(came, -1, "features")
        return (*came[:-1], self.units)

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        features = known_size(inputs[0], -1, "features")
        weights = features * self.units + self.use_bias * self.units
        return Counts(trainable=weights, multiply_adds=features * size(output))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        features, counts = known_size(inputs[0], -1, "features"), self.counts(inputs, output)
        bias = " + 1" if self.use_bias else ""
        yield f"units: as set, {self.units}"
        yield f"parameters: ({features}{bias}) × {self.units} = {whole(counts.trainable)}"
        yield f"multiply-adds: {features} × {whole(size(output))} = {whole(counts.multiply_adds)}"

    def activation_name(self) -> str:
        return self.activation

    def line(self) -> str:
        return with_activation(self.params, f"{self.units:,} unit{'s' if self.units != 1 else ''}")
