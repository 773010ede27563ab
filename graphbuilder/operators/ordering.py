"""Operators that put values in order: all of them, or the largest."""

from collections.abc import Iterator, Mapping, Sequence

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Fields
from graphbuilder.operators.axes import place_of
from graphbuilder.operators.families import ARITHMETIC
from graphbuilder.operators.operator import REQUIRED, Operator, Port, ShapeFault
from graphbuilder.operators.window import axis_names
from graphbuilder.parameters import AxisOf, Whole
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Shape, show
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs, Numbers, TensorSpec


class Sort(Operator, title="Sort", family=ARITHMETIC):
    """Puts the values along an axis in order, the smallest first.

    Input shape: any with that axis. Output shape: the same.
    """

    keywords = ("order", "rank", "ascending", "median", "quantile", "sorted")
    formula = r"y_1 \leq y_2 \leq \ldots"
    when = (
        "Where it matters which values there are and not where they stand: quantiles, sets, a smooth maximum of a few."
    )
    point = (
        "Each value keeps its gradient, which goes back to the place where it came from. What stood where is lost, and "
        "a mask that comes in, too."
    )
    picture = (
        Sketch("Four values are put in order, the smallest first")
        .bars([0.5, 0.9, 0.2, 0.7], 30, 110, 84, 110, BLUE)
        .arrow(130, 66, 180, 66)
        .bars([0.2, 0.5, 0.7, 0.9], 200, 110, 84, 110, ORANGE)
    )
    keeps_range = True
    keeps_positive = True
    keeps_numbers = True

    axis = AxisOf(-1, keras_default=-1, help="Along which axis: -1 is the last, 1 the first after the batch.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        place_of(self.axis, inputs[0])
        return inputs[0]

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("ops.sort", (values["in"][0],), self.arguments())

    def line(self) -> str:
        return f"along {self.axis}"


class TopK(Operator, title="The largest few", family=ARITHMETIC):
    """Gives the largest few values along the last axis, the largest first, and at which places they stood.

    Input shape: any. Output shapes: the same with k in place of the last axis; places are whole numbers.
    """

    keywords = ("top k", "topk", "best", "sparse", "mixture of experts", "routing", "k-max pooling", "beam", "largest")
    formula = r"y_1 \geq \ldots \geq y_k"
    when = (
        "To choose a few of many: experts that are asked, answers that are kept, the strongest response of each filter."
    )
    point = (
        "The values that are chosen have gradients, all others none, and the choice itself has none: which are chosen "
        "changes only as their values do."
    )
    picture = (
        Sketch("Of five values the two largest are given, and their places")
        .bars([0.4, 0.9, 0.2, 0.7, 0.3], 24, 110, 100, 110, BLUE)
        .arrow(136, 66, 180, 66)
        .cells(200, 30, [[0.9, 0.7]], 40, {(0, 0), (0, 1)}, BLUE)
        .text(282, 55, "values", anchor="start", size=11)
        .cells(200, 84, [[1, 3]], 40, {(0, 0), (0, 1)}, ORANGE)
        .text(282, 109, "places", anchor="start", size=11)
    )
    outputs = (Port("values"), Port("places"))

    k = Whole(2, low=1, high=10**6, keras_default=REQUIRED, help="How many are given.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        last = came[-1]
        if last is not None and last < self.k:
            raise ShapeFault(
                "takes the largest {k} of {last} along the last axis; received {came}.",
                "Take at most as many as there are.",
                "k",
                repairs=[SetParameter("k", last)],
                k=self.k,
                last=last,
                came=came,
            )
        return (*came[:-1], self.k)

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        (came,) = inputs.specs
        shape = self.output_shape(inputs, fields)
        return TensorSpec(shape, came.numbers, came.vocabulary), TensorSpec(shape, Numbers.WHOLE, came.shape[-1])

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        *names, last = axis_names(output)
        for name, axis in zip(names, output, strict=False):
            yield f"{name}: as they come in, {show((axis,))}"
        yield f"{last}: the largest {self.k} of {show(inputs[0][-1:])}"

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("ops.top_k", (values["in"][0], self.k))

    def line(self) -> str:
        return f"the largest {self.k:,}"
