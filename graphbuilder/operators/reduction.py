"""Operators that take the values along some axes together to one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Fields
from graphbuilder.operators.axes import places_of
from graphbuilder.operators.families import ARITHMETIC
from graphbuilder.operators.operator import REQUIRED, Operator, ShapeFault, Span
from graphbuilder.operators.window import axis_names
from graphbuilder.parameters import AxesOf, YesNo
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape, show
from graphbuilder.sketches import ORANGE, Sketch, block
from graphbuilder.tensors import Inputs, Numbers, TensorSpec

_UNMASKED = "A mask is not heeded: what is masked counts like the rest."


class _Reduction(Operator):
    """function: of Keras. what: that it gives, in a word. whole: of whole numbers it is whole."""

    function: ClassVar[str]
    what: ClassVar[str]
    whole: ClassVar[bool] = True

    axis = AxesOf(
        (1,),
        keras_default=REQUIRED,
        help="Which axes are taken together: 1 is the first, -1 the last, 1 and 2 of an image.",
    )
    keepdims = YesNo(False, help="Keep each of these axes, with size 1.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        gone = places_of(self.axis, came)
        if self.keepdims:
            return tuple(1 if place in gone else axis for place, axis in enumerate(came))
        if len(gone) == len(came):
            raise ShapeFault(
                "takes all axes together, and none is left; received {came}.",
                "Keep them with size 1.",
                "keepdims",
                repairs=[SetParameter("keepdims", True)],
                came=came,
            )
        return tuple(axis for place, axis in enumerate(came) if place not in gone)

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        whole = self.whole and inputs.specs[0].numbers is Numbers.WHOLE
        return (TensorSpec(self.output_shape(inputs, fields), Numbers.WHOLE if whole else Numbers.FLOAT),)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        (came,) = inputs
        gone = places_of(self.axis, came)
        for place, (name, axis) in enumerate(zip(axis_names(came), came, strict=True)):
            if place not in gone:
                yield f"{name}: as they come in, {show((axis,))}"
            elif self.keepdims:
                yield f"{name}: one is left, the {self.what} of {show((axis,))}"

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call(f"ops.{self.function}", (values["in"][0],), self.arguments())

    def line(self) -> str:
        axes = f"axis {self.axis[0]}" if len(self.axis) == 1 else f"axes {', '.join(map(str, self.axis))}"
        return f"over {axes}{', kept' if self.keepdims else ''}"


def _down(what: str, made: Sequence[object]) -> Sketch:
    """Three rows of cells, of which each column becomes one."""
    rows = [[1, 4, 0, 2], [3, 4, 6, 2], [5, 1, 3, 2]]
    return (
        Sketch(f"Each column of three values becomes one: the {what}")
        .cells(24, 34, rows, 28, block(0, 1, 3, 1))
        .arrow(148, 76, 190, 76)
        .text(169, 66, what)
        .cells(200, 62, [made], 28, {(0, 1)}, ORANGE)
        .text(80, 142, "axis 1 runs down")
    )


class ReduceMean(_Reduction, title="Mean over axes", family=ARITHMETIC):
    """Takes the mean of all values along some axes.

    Input shape: any. Output shape: without these axes, or with 1 in their place with keepdims.
    """

    keywords = ("average", "reduce", "mean over an axis", "pool", "aggregate", "bag of words")
    formula = r"y = \frac{1}{n} \sum_{i=1}^{n} x_i"
    when = "To make one vector of a sequence, or to take several answers together."
    point = f"It forgets the order and does not grow with the length: the plainest summary of a sequence. {_UNMASKED}"
    picture = _down("mean", [3, 3, 3, 2])
    function, what, whole = "mean", "mean", False
    keeps_range = True
    is_linear = True


class ReduceSum(_Reduction, title="Sum over axes", family=ARITHMETIC):
    """Adds up all values along some axes.

    Input shape: any. Output shape: without these axes, or with 1 in their place with keepdims.
    """

    keywords = ("add", "reduce", "total", "aggregate", "count")
    formula = r"y = \sum_{i=1}^{n} x_i"
    when = "To count, or where a whole is the sum of its parts: behind a Multiply it makes an inner product."
    point = f"It grows with the number of values, so later weights see larger numbers of longer sequences. {_UNMASKED}"
    picture = _down("sum", [9, 9, 9, 6])
    function = what = "sum"
    is_linear = True


class ReduceMax(_Reduction, title="Maximum over axes", family=ARITHMETIC):
    """Keeps the largest value along some axes.

    Input shape: any. Output shape: without these axes, or with 1 in their place with keepdims.
    """

    keywords = ("max", "reduce", "largest", "pool", "aggregate")
    formula = r"y = \max_i x_i"
    when = "Where it matters whether something is there at all, anywhere along the axis."
    point = f"Only the largest value gets a gradient; all others are as if they were not there. {_UNMASKED}"
    picture = _down("max", [5, 4, 6, 2])
    function, what = "max", "largest"
    keeps_range = True


class ReduceMin(_Reduction, title="Minimum over axes", family=ARITHMETIC):
    """Keeps the smallest value along some axes.

    Input shape: any. Output shape: without these axes, or with 1 in their place with keepdims.
    """

    keywords = ("min", "reduce", "smallest", "aggregate")
    formula = r"y = \min_i x_i"
    when = "Where everything along the axis has to hold, or the weakest link decides."
    point = f"Only the smallest value gets a gradient; all others are as if they were not there. {_UNMASKED}"
    picture = _down("min", [1, 1, 0, 2])
    function, what = "min", "smallest"
    keeps_range = True


class ReduceStd(_Reduction, title="Spread over axes", family=ARITHMETIC):
    """Takes the standard deviation of all values along some axes.

    Input shape: any. Output shape: without these axes, or with 1 in their place with keepdims.
    """

    keywords = ("standard deviation", "std", "variance", "reduce", "aggregate")
    formula = r"y = \sqrt{\frac{1}{n} \sum_{i=1}^{n} (x_i - \bar x)^2}"
    when = "Beside the mean, where how much values differ says something: textures, noise, motion."
    point = f"It is zero where all values are alike, and its slope there is not defined: keep them apart. {_UNMASKED}"
    picture = _down("spread", ["1.6", "1.4", "2.4", 0])
    function, what, whole = "std", "spread", False

    def reach(self, came: Sequence[Span]) -> Span:
        ((low, high),) = came
        return 0.0, (high - low) / 2


class ReduceProduct(_Reduction, title="Product over axes", family=ARITHMETIC):
    """Multiplies all values along some axes.

    Input shape: any. Output shape: without these axes, or with 1 in their place with keepdims.
    """

    keywords = ("prod", "multiply", "reduce", "likelihood", "aggregate")
    formula = r"y = \prod_{i=1}^{n} x_i"
    when = "Where all has to hold at once: chances of events that do not depend on each other."
    point = f"One zero makes all of it zero, and a long row leaves every bound: add logarithms instead. {_UNMASKED}"
    picture = _down("product", [15, 16, 0, 8])
    function, what = "prod", "product"


class ReduceLogSumExp(_Reduction, title="Log of summed exponentials", family=ARITHMETIC):
    """Takes the logarithm of the sum of the exponentials of all values along some axes: a maximum that is smooth.

    Input shape: any. Output shape: without these axes, or with 1 in their place with keepdims.
    """

    keywords = ("logsumexp", "softmax", "smooth maximum", "partition function", "reduce", "free energy")
    formula = r"y = \ln \sum_{i=1}^{n} e^{x_i}"
    when = "To add up chances that are there as logarithms, or for a maximum that all values have a part in."
    point = f"Its slope is the softmax: the largest pulls most, and none is left out. {_UNMASKED}"
    picture = _down("log sum", ["5.1", "4.7", "6.1", "3.1"])
    function, what, whole = "logsumexp", "smooth maximum", False
    needs_amounts = True
