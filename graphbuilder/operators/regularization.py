"""Operators that act in training alone, against overfitting."""

from graphbuilder.fields import Fields
from graphbuilder.operators.families import REGULARIZATION
from graphbuilder.operators.operator import REQUIRED, Operator
from graphbuilder.parameters import Number
from graphbuilder.shapes import Shape
from graphbuilder.sketches import ORANGE, Sketch
from graphbuilder.tensors import Inputs


class Dropout(Operator, title="Dropout", family=REGULARIZATION):
    """Sets a random share of values to zero in training and scales up the rest; afterwards it does nothing.

    Input shape: any. Output shape: the same. Source: Srivastava et al. (2014), "Dropout".
    """

    keywords = ("regularization", "overfitting")
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
    by_place = True
    keeps_values = True
    is_random = True

    rate = Number(
        0.5, low=0.0, high=1.0, open_high=True, keras_default=REQUIRED, help="The share of values set to zero."
    )

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return inputs[0]

    def line(self) -> str:
        return f"rate {self.rate:g}"
