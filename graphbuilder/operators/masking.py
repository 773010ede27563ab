"""The operator that says which steps are padding."""

from collections.abc import Iterator

from graphbuilder.fields import Fields
from graphbuilder.operators.families import SEQUENCE
from graphbuilder.operators.operator import Operator, need_axes
from graphbuilder.parameters import Number, Params
from graphbuilder.shapes import Shape, show
from graphbuilder.sketches import ORANGE, Sketch
from graphbuilder.tensors import Inputs


class Masking(Operator, title="Masking", family=SEQUENCE):
    """Marks the steps all of whose values are one number as padding, and makes them zeros.

    Input shape: (steps, features). Output shape: the same; the mask goes along unseen.
    """

    keywords = ("mask", "variable length", "ragged", "sequence", "missing")
    formula = r"m_t = \exists i: x_{t,i} \neq value, \quad y_t = m_t x_t"
    when = "Where sequences of unequal length were filled up to one length, before a recurrent operator or attention."
    point = (
        "A mask is a second value that goes along unseen: recurrent operators pass over the steps that it marks, "
        "attention gives them no weight, Global average pooling 1D leaves them out, and a loss step by step does not "
        "count them. What works step by step hands it on, and a merge does where all that meets has one; convolutions, "
        "Reshape and functions such as Slice or a mean over axes lose it, and padding then counts like the rest."
    )
    picture = (
        Sketch("Of five steps the last two are all zeros and are marked")
        .cells(50, 40, [[3, 1, 2, 0, 0], [1, 4, 1, 0, 0]], 34, {(0, 3), (0, 4), (1, 3), (1, 4)}, ORANGE)
        .text(67, 132, "yes")
        .text(101, 132, "yes")
        .text(135, 132, "yes")
        .text(169, 132, "no", color=ORANGE)
        .text(203, 132, "no", color=ORANGE)
        .text(232, 80, "steps run", anchor="start")
        .text(232, 96, "across", anchor="start")
    )
    by_place = True
    keeps_positive = True
    keeps_numbers = True

    mask_value = Number(0.0, help="The number that fills a step that is not there.")

    @classmethod
    def begins_mask(cls, params: Params) -> bool:
        return True

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return need_axes(inputs, 2, "a sequence of steps × features", "A Reshape to (steps, features) makes one of it.")

    def span(self, low: float, high: float) -> tuple[float, float]:
        return min(low, 0.0), max(high, 0.0)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"values: {show(output)} as they come in, or 0 in steps that are all {self.mask_value:g}"

    def line(self) -> str:
        return f"steps of {self.mask_value:g}"
