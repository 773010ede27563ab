"""Operators that compare values, choose between them, and say which is the largest."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Fields
from graphbuilder.operators.axes import place_of
from graphbuilder.operators.families import ARITHMETIC, PREPROCESSING
from graphbuilder.operators.operator import REQUIRED, Look, Operator, Port, ShapeFault, Span, Stop
from graphbuilder.operators.window import axis_names
from graphbuilder.parameters import AxisOf, Choice, Number, Whole, YesNo
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Axis, Shape, broadcast, show
from graphbuilder.sketches import BLUE, ORANGE, Sketch, graph_of
from graphbuilder.tensors import Inputs, Numbers, TensorSpec

_SIGNS = {"greater": ">", "greater_equal": "≥", "less": "<", "less_equal": "≤", "equal": "=", "not_equal": "≠"}


def _met(inputs: Inputs) -> Shape:
    """The shape that all of them meet in, of equally many axes: else the samples of one would meet places of the other.
    Raises ShapeFault."""
    shape = broadcast(inputs) if len({*map(len, inputs)}) == 1 else None
    if shape is None:
        raise ShapeFault(
            "needs inputs of one shape", "Make the branches end in one shape, of equally many axes.", received=inputs
        )
    return tuple(_known(place, inputs) if axis is None else axis for place, axis in enumerate(shape, -len(shape)))


def _known(place: int, inputs: Inputs) -> Axis:
    """A size that another input tells. place: counted from the end."""
    sizes = (shape[place] for shape in inputs if len(shape) >= -place)
    return next((one for one in sizes if one is not None and one > 1), None)


class ByValue(Operator):
    """Works on values that stand at one place of each input."""

    by_place = True

    def looks(self, inputs: Inputs) -> Sequence[Look] | None:
        return [Look()] * (max(map(len, inputs)) - 1)

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return _met(inputs)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"values: {show(output)}, of as many that are compared"

    def call(self, name: str) -> Call | None:
        return None


class Relational(ByValue, title="Comparison", family=ARITHMETIC):
    """Compares every value with a number, or with a value of another input: 1 where it holds, 0 where not.

    Input shape: any; a second input of the same shape, or one that is repeated to it. Output shape: the one that they
    meet in.
    """

    keywords = ("greater", "less", "equal", "larger", "smaller", "mask", "condition", "boolean", "if", "step")
    formula = r"y = [\,x > v\,]"
    when = "To mark values: those above a bound, those that are not zero, those that two inputs agree in."
    point = (
        "An answer of yes or no has no slope: a value may come as near to the bound as it likes, nothing changes. So "
        "nothing before it learns; a sigmoid is the comparison that can be learned."
    )
    picture = graph_of("A step from 0 to 1 where values grow beyond the bound", lambda x: float(x > 0))
    inputs = (Port("in", help="What is compared."), Port("other", least=0, help="What with, in place of the number."))

    comparison = Choice(
        "greater",
        choices={name: f"in {sign} value" for name, sign in _SIGNS.items()},
        help="What has to hold.",
    )
    value = Number(0.0, help="What values are compared with, where nothing is wired to other.")

    def reach(self, came: Sequence[Span]) -> Span:
        return 0.0, 1.0

    def stops(self, fields: Fields) -> Stop | None:
        return Stop("answers yes or no, which has no slope, so nothing before it learns", "comparison", "greater")

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        other = values["other"][0] if values.get("other") else self.value
        return Call("ops.cast", (Call(f"ops.{self.comparison}", (values["in"][0], other)), "float32"))

    def line(self) -> str:
        return f"{_SIGNS.get(self.comparison, self.comparison)} {self.value:g}"


class Conditional(ByValue, title="Choose by condition", family=ARITHMETIC):
    """Takes a value where a condition holds, and another one where not.

    Input shapes: three of one shape, or such as are repeated to it; without the last, a number stands in its place.
    Output shape: the one that they meet in.
    """

    keywords = ("where", "select", "condition", "if", "mask", "switch", "piecewise")
    formula = r"y = c > 0 \;?\; x : v"
    when = "To put a mask over values, or to join two formulas that hold for different values."
    point = (
        "The gradient goes to the value that was chosen, and to no other. What decides gets none: where the bound lies "
        "is not learned."
    )
    picture = (
        Sketch("Where the condition is 1 the first value is taken, where it is 0 the other")
        .cells(24, 12, [[1, 0, 1, 0]], 28)
        .cells(24, 58, [["a", "a", "a", "a"]], 28, {(0, 0), (0, 2)}, BLUE)
        .cells(24, 104, [["b", "b", "b", "b"]], 28, {(0, 1), (0, 3)}, ORANGE)
        .arrow(146, 74, 178, 74)
        .cells(188, 58, [["a", "b", "a", "b"]], 28, {(0, 0), (0, 2)}, BLUE)
    )
    inputs = (
        Port("condition", help="Taken as yes wherever it is above 0."),
        Port("in", help="What is taken where it holds."),
        Port("other", least=0, help="What is taken where it does not, in place of the number."),
    )
    needs_amounts = True

    value = Number(0.0, help="What stands where the condition does not hold and nothing is wired to other.")

    def reach(self, came: Sequence[Span]) -> Span:
        spans = [*came[1:], *([(self.value, self.value)] if len(came) < 3 else [])]
        return min(low for low, _ in spans), max(high for _, high in spans)

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        other = values["other"][0] if values.get("other") else self.value
        holds = Call("ops.greater", (values["condition"][0], 0))
        return Call("ops.where", (holds, values["in"][0], other))

    def line(self) -> str:
        return f"else {self.value:g}"


class ArgMax(Operator, title="Place of the largest", family=ARITHMETIC):
    """Says at which place along an axis the largest value stands, counted from 0.

    Input shape: any with that axis. Output shape: without it, or with 1 in its place with keepdims; whole numbers.
    """

    keywords = ("argmax", "argmin", "class", "decode", "greedy", "index", "winner", "prediction")
    formula = r"y = \arg\max_i x_i"
    when = "At the end, to say the class alone; or to choose a word that an Embedding then looks up."
    point = (
        "By how much the largest is larger is lost, and with it the gradient. In training one keeps the shares of a "
        "Softmax, and asks for the place only when the network is used."
    )
    picture = (
        Sketch("Of four values the third is the largest: its place is 2")
        .bars([0.3, 0.5, 0.9, 0.2], 30, 110, 84, 110, BLUE)
        .arrow(130, 66, 180, 66)
        .cells(196, 50, [[2]], 34, {(0, 0)}, ORANGE)
        .text(72, 140, "values")
    )

    axis = AxisOf(-1, keras_default=None, help="Along which axis: -1 is the last, 1 the first after the batch.")
    keepdims = YesNo(False, help="Keep this axis, with size 1.")
    smallest = YesNo(False, keras_default=REQUIRED, more=True, help="Say where the smallest stands.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        place = place_of(self.axis, came)
        if len(came) == 1 and not self.keepdims:
            raise ShapeFault(
                "takes away the only axis, and none is left; received {came}.",
                "Keep it with size 1.",
                "keepdims",
                repairs=[SetParameter("keepdims", True)],
                came=came,
            )
        return (*came[:place], *([1] if self.keepdims else []), *came[place + 1 :])

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        (came,) = inputs
        vocabulary = came[place_of(self.axis, came)]
        return (TensorSpec(self.output_shape(inputs, fields), Numbers.WHOLE, vocabulary),)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        (came,) = inputs
        gone = place_of(self.axis, came)
        for place, (name, axis) in enumerate(zip(axis_names(came), came, strict=True)):
            if place != gone:
                yield f"{name}: as they come in, {show((axis,))}"
            elif self.keepdims:
                yield f"{name}: one is left, the place among {show((axis,))}"

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        told = {name: value for name, value in self.arguments().items() if name != "smallest"}
        return Call(f"ops.{'argmin' if self.smallest else 'argmax'}", (values["in"][0],), told)

    def line(self) -> str:
        return f"{'smallest' if self.smallest else 'largest'} along {self.axis}"


class OneHot(Operator, title="One-hot", family=PREPROCESSING):
    """Makes of each whole number a row of zeros with a single 1 at that place.

    Input shape: any, of whole numbers from 0 to below num_classes; others give rows of zeros. Output shape: the same
    with one axis more, (..., num_classes).
    """

    keywords = ("one hot", "dummy", "category", "class", "indicator", "label", "character")
    formula = r"y_{i,k} = [\,x_i = k\,]"
    when = "To put a class beside amounts, as the condition of a generator; of few characters at each step."
    point = (
        "Every name stands at a right angle to every other, so no order is made up between them. An axis is put in, "
        "whatever comes in: where a Category encoding takes a row of names together, here each has a row of its own."
    )
    picture = (
        Sketch("Each of three numbers becomes a row with a single 1")
        .cells(30, 38, [[2], [0], [3]], 28)
        .arrow(72, 80, 118, 80)
        .cells(134, 38, [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]], 28, {(0, 2), (1, 0), (2, 3)}, ORANGE)
    )
    inputs = (Port("in", takes=frozenset({Numbers.WHOLE})),)
    of_other_numbers = "It takes names alone: give it an Input of whole numbers, or put a Discretization before it."

    num_classes = Whole(10, low=1, high=10**6, keras_default=REQUIRED, help="How many names there are.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return (*inputs[0], self.num_classes)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"values: a row of {self.num_classes} for each of {show(inputs[0])}"

    def reach(self, came: Sequence[Span]) -> Span:
        return 0.0, 1.0

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("ops.one_hot", (values["in"][0], self.num_classes))

    def line(self) -> str:
        return f"of {self.num_classes:,}"


class _SoFar(Operator):
    """Works along an axis, and gives what it has so far at every place."""

    function: ClassVar[str]
    """The one of Keras that does so."""
    keeps_numbers = True

    axis = AxisOf(1, keras_default=REQUIRED, help="Along which axis: 1 is the first after the batch, -1 the last.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        place_of(self.axis, inputs[0])
        return inputs[0]

    def output_specs(self, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
        return (TensorSpec(self.output_shape(inputs, fields), inputs.specs[0].numbers),)

    def reach(self, came: Sequence[Span]) -> Span:
        return super().reach([])

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call(f"ops.{self.function}", (values["in"][0],), {"axis": self.axis})

    def line(self) -> str:
        return f"along {self.axis}"


class CumulativeSum(_SoFar, title="Running sum", family=ARITHMETIC):
    """Adds up along an axis, and gives the sum so far at every place.

    Input shape: any with that axis. Output shape: the same.
    """

    keywords = ("cumsum", "cumulative", "prefix sum", "integral", "total so far", "count")
    formula = r"y_t = \sum_{i \leq t} x_i"
    when = "To make a level of changes, a position of speeds, or a distribution of shares."
    point = (
        "What comes in early is in every sum behind it, so its gradient is the sum of theirs: long sequences make it "
        "large."
    )
    picture = (
        Sketch("Of four changes the level after each of them is made")
        .cells(24, 38, [[2, 1, 0, 3]], 28, {(0, 0), (0, 1)})
        .arrow(80, 74, 80, 98)
        .cells(24, 104, [[2, 3, 3, 6]], 28, {(0, 1)}, ORANGE)
        .text(160, 124, "so far", anchor="start")
    )
    function = "cumsum"
    is_linear = True


class CumulativeProduct(_SoFar, title="Running product", family=ARITHMETIC):
    """Multiplies along an axis, and gives the product so far at every place.

    Input shape: any with that axis. Output shape: the same.
    """

    keywords = ("cumprod", "cumulative", "survival", "stick breaking", "growth", "discount", "transmittance")
    formula = r"y_t = \prod_{i \leq t} x_i"
    when = "To make a level of rates of growth, or the share that is left after each of several losses."
    point = (
        "Of many factors below 1 soon nothing is left, and of many above 1 more than there is room for; so goes the "
        "gradient. A running sum of logarithms says the same and stays within bounds."
    )
    picture = (
        Sketch("Of four factors the product so far is made")
        .cells(24, 38, [[2, 1, 3, 2]], 28, {(0, 0), (0, 1), (0, 2)})
        .arrow(94, 74, 94, 98)
        .cells(24, 104, [[2, 2, 6, 12]], 28, {(0, 2)}, ORANGE)
        .text(160, 124, "so far", anchor="start")
    )
    function = "cumprod"
