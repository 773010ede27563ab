"""Operators where branches meet: value by value, or side by side."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from graphbuilder.calls import Argument, Call, Listed
from graphbuilder.fields import Fields
from graphbuilder.operators.axes import place_of
from graphbuilder.operators.families import MERGE
from graphbuilder.operators.fitting import FLATTEN, is_picture, one_shape, one_size
from graphbuilder.operators.operator import REQUIRED, Look, Operator, Port, ShapeFault, Span
from graphbuilder.operators.window import axis_names
from graphbuilder.parameters import AxisOf
from graphbuilder.repair import PutBefore, Repair, SetParameter
from graphbuilder.shapes import Shape, broadcast, joined, show
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs


class _Merging(Operator):
    """Joins its inputs value by value.

    Input shapes: two or more, all the same; an axis that one of them lacks, or has as 1, is repeated to the others'
    size. Output shape: the one that they meet in.
    """

    inputs: ClassVar[tuple[Port, ...]] = (Port("in", many=True, least=2),)
    by_place = True
    needs_amounts = True
    sign = ""
    """Between the values that meet."""

    def looks(self, inputs: Inputs) -> Sequence[Look] | None:
        return [Look()] * (max(map(len, inputs)) - 1)

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        shape = broadcast(inputs)
        if shape is None:
            same_place = joined([shape[:-1] for shape in inputs]) and is_picture(inputs[0])
            raise ShapeFault(
                "needs inputs of one shape",
                "A 1×1 convolution on one branch makes the channels equal."
                if same_place
                else "Make the branches end in one shape: equal strides and padding, then equal channels or units.",
                repairs=one_shape(inputs),
                received=inputs,
            )
        return shape

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        if len({*inputs}) == 1:
            yield f"values: {show(output)} as they come in, each {self._each(len(inputs))}"
            return
        for place, (name, axis) in enumerate(zip(axis_names(output), output, strict=True), -len(output)):
            met = [show(shape[place:][:1]) if len(shape) >= -place else "1" for shape in inputs]
            yield f"{name}: {' and '.join(met)} meet in {show((axis,))}"

    def _each(self, count: int) -> str:
        return f" {self.sign} ".join(f"x{number}" for number in range(1, count + 1)) if count <= 4 else f"of {count}"


def _crossing(left: str, sign: str, right: str, out: str, told: str) -> Sketch:
    """Two rows of cells that meet place by place."""
    return (
        Sketch(told)
        .cells(24, 22, [left.split()], 28, {(0, 1)}, BLUE)
        .cells(24, 98, [right.split()], 28, {(0, 1)}, ORANGE)
        .text(66, 82, sign, size=20)
        .arrow(118, 76, 170, 76)
        .cells(190, 62, [out.split()], 28, {(0, 1)})
    )


class Add(_Merging, title="Add", family=MERGE):
    """Adds its inputs value by value.

    Input shapes: two or more, all the same; an axis of 1, or one that is missing, is repeated. Output shape: the one
    that they meet in.
    """

    keywords = ("sum", "skip", "residual", "merge")
    formula = r"y = x_1 + x_2 + \ldots"
    when = "For a skip connection: the branch then learns only the difference."
    point = (
        "The way around a block lets the gradient through unchanged, so networks of a hundred layers can be "
        "trained. The block has to learn what to change, and nothing else."
    )
    picture = (
        Sketch("A way around a block meets the way through it, and both are added")
        .dot(30, 96)
        .arrow(30, 96, 84, 96)
        .box(86, 76, 110, 40, "block", BLUE)
        .arrow(196, 96, 238, 96)
        .line([(30, 96), (30, 36), (252, 36)], ORANGE)
        .arrow(252, 36, 252, 82, ORANGE)
        .ring(252, 96, 13)
        .text(252, 101, "+", size=16)
        .arrow(266, 96, 306, 96)
        .text(141, 28, "skip", color=ORANGE)
    )
    sums_inputs = True
    sign = "+"

    def reach(self, came: Sequence[Span]) -> Span:
        return sum(low for low, _ in came), sum(high for _, high in came)


class Subtract(_Merging, title="Subtract", family=MERGE):
    """Takes one input from the other, value by value.

    Input shapes: two of one shape; an axis of 1, or one that is missing, is repeated. Output shape: the one that they
    meet in.
    """

    keywords = ("minus", "difference", "error", "residual", "siamese", "merge")
    formula = r"y = x_1 - x_2"
    when = "To let what follows see how two values differ: a siamese pair, a prediction and what it should be."
    point = "The order matters, so the two have ports of their own. Square it, or take its size, where it should not."
    picture = _crossing("5 7 2", "−", "1 4 2", "4 3 0", "Two rows of values, one taken from the other place by place")
    inputs = (Port("in", help="What is taken from."), Port("less", help="What is taken away."))
    sums_inputs = True
    sign = "-"

    def reach(self, came: Sequence[Span]) -> Span:
        (low, high), (least, most) = came
        return low - most, high - least

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("", (Listed((*values["in"], *values["less"])),))


class Multiply(_Merging, title="Multiply", family=MERGE):
    """Multiplies its inputs value by value.

    Input shapes: two or more, all the same; an axis of 1, or one that is missing, is repeated. Output shape: the one
    that they meet in.
    """

    keywords = ("product", "times", "gate", "squeeze and excitation", "attention", "hadamard", "square", "merge")
    formula = r"y = x_1 \odot x_2 \odot \ldots"
    when = "To let one branch decide how much of another gets through: a gate, or a weight for each channel."
    point = (
        "A gate of 0 closes and one of 1 opens. Weights of shape 1 × 1 × channels are repeated over the whole image; "
        "that is all of squeeze and excitation. A value wired to it twice is squared."
    )
    picture = _crossing(
        "5 7 2", "×", "0 1 ½", "0 7 1", "Two rows of values, multiplied place by place: 0 closes, 1 opens"
    )
    sign = "×"

    def reach(self, came: Sequence[Span]) -> Span:
        low, high = came[0]
        for span in came[1:]:
            ends = [a * b if a and b else 0.0 for a in (low, high) for b in span]  # 0 times infinity is nothing here
            low, high = min(ends), max(ends)
        return low, high


class Average(_Merging, title="Average", family=MERGE):
    """Takes the mean of its inputs, value by value.

    Input shapes: two or more, all the same; an axis of 1, or one that is missing, is repeated. Output shape: the one
    that they meet in.
    """

    keywords = ("mean", "ensemble", "merge")
    formula = r"y = \frac{1}{n} (x_1 + \ldots + x_n)"
    when = "Where several branches answer the same question, such as an ensemble in one network."
    point = "Errors that the branches do not share cancel out. Unlike a sum it does not grow with their number."
    picture = _crossing("5 7 2", "mean", "1 4 2", "3 5½ 2", "Two rows of values and the mean at each place")
    keeps_range = True
    sums_inputs = True

    def _each(self, count: int) -> str:
        return f"the sum of {count}, divided by {count}"


class Maximum(_Merging, title="Maximum", family=MERGE):
    """Keeps the largest of its inputs, value by value.

    Input shapes: two or more, all the same; an axis of 1, or one that is missing, is repeated. Output shape: the one
    that they meet in.
    """

    keywords = ("max", "maxout", "largest", "merge")
    formula = r"y = \max(x_1, x_2, \ldots)"
    when = "Where it is enough that one of the branches finds something; of linear branches it makes a maxout unit."
    point = "Only the branch that wins gets the gradient, at each place another one. ReLU is the maximum with 0."
    picture = _crossing("5 1 2", "max", "1 4 2", "5 4 2", "Two rows of values and the larger at each place")
    keeps_range = True

    def reach(self, came: Sequence[Span]) -> Span:
        return max(low for low, _ in came), max(high for _, high in came)

    def _each(self, count: int) -> str:
        return f"the largest of {count}"


class Minimum(_Merging, title="Minimum", family=MERGE):
    """Keeps the smallest of its inputs, value by value.

    Input shapes: two or more, all the same; an axis of 1, or one that is missing, is repeated. Output shape: the one
    that they meet in.
    """

    keywords = ("min", "smallest", "merge")
    formula = r"y = \min(x_1, x_2, \ldots)"
    when = "Where all of the branches have to find something, as 'and' has it."
    point = (
        "Of values from 0 to 1, the minimum is a soft 'and', the maximum a soft 'or'. Only the branch that wins learns."
    )
    picture = _crossing("5 1 2", "min", "1 4 2", "1 1 2", "Two rows of values and the smaller at each place")
    keeps_range = True

    def reach(self, came: Sequence[Span]) -> Span:
        return min(low for low, _ in came), min(high for _, high in came)

    def _each(self, count: int) -> str:
        return f"the smallest of {count}"


class Concatenate(Operator, title="Concatenate", family=MERGE):
    """Puts its inputs side by side along one axis, in the order of their wires.

    Input shapes: two or more, equal but for that axis. Output shape: the same, that axis summed up.
    """

    keywords = ("concat", "stack", "inception", "merge")
    formula = r"y = [x_1, x_2, \ldots]"
    when = "To give the next operator several views at once, as in an inception block."
    point = "Nothing is mixed yet: the next operator with weights decides which of the views it uses."
    picture = (
        Sketch("Two blocks of values are put side by side")
        .box(30, 22, 70, 44, "8×8×16", BLUE)
        .box(30, 92, 70, 44, "8×8×32", ORANGE)
        .arrow(106, 46, 164, 72)
        .arrow(106, 112, 164, 88)
        .box(172, 58, 42, 44, "", BLUE)
        .box(214, 58, 76, 44, "", ORANGE)
        .text(231, 122, "8×8×48")
    )
    inputs = (Port("in", many=True, least=2),)

    keeps_range = True
    keeps_numbers = True

    axis = AxisOf(-1, low=-4, high=4, more=True, help="The axis to grow: -1 is the last, 1 the first after the batch.")

    def looks(self, inputs: Inputs) -> Sequence[Look] | None:
        axes = len(inputs[0])
        return [Look()] * (axes - 1) if place_of(self.axis, inputs[0]) == axes - 1 else None

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        if len({len(shape) for shape in inputs}) > 1:
            raise ShapeFault(
                "needs inputs with equally many axes",
                "A Flatten or Reshape helps.",
                repairs=[self._flattened(inputs)],
                received=inputs,
            )
        place = place_of(self.axis, inputs[0])
        if joined([shape[:place] + shape[place + 1 :] for shape in inputs]) is None:
            raise ShapeFault(
                "needs inputs that are equal but for axis {axis}",
                "Make the other axes equal, for images by padding 'same' and equal strides.",
                repairs=self._fitting(inputs, place),
                received=inputs,
                axis=self.axis,
            )
        sizes = [shape[place] for shape in inputs]
        known = [axis for axis in sizes if axis is not None]
        summed = sum(known) if len(known) == len(sizes) else None
        return (*inputs[0][:place], summed, *inputs[0][place + 1 :])  # Keras asks the first for the other axes

    def _flattened(self, inputs: Inputs) -> Repair:
        return tuple(PutBefore(FLATTEN, place=place) for place, shape in enumerate(inputs) if len(shape) > 1)

    def _fitting(self, inputs: Inputs, place: int) -> list[Repair]:
        of_channels = len(inputs[0]) > 1 and place == len(inputs[0]) - 1
        sizes = one_size(inputs) if of_channels else []
        flat = [self._flattened(inputs)] if of_channels else []
        return [*sizes, SetParameter("axis", -1), *flat]

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        place = place_of(self.axis, output)
        *sizes, whole = (show((shape[place],)) for shape in (*inputs, output))
        yield f"axis {self.axis}: {' + '.join(sizes)} = {whole}"


class Stack(Operator, title="Stack", family=MERGE):
    """Sets its inputs beside each other along a new axis, in the order of their wires.

    Input shapes: two or more, all the same. Output shape: the same with one axis more, as long as there are inputs.
    """

    keywords = ("pack", "new axis", "sequence", "merge", "join")
    formula = r"y_{i} = x^{(i)}"
    when = "To make a sequence of several vectors, or a volume of several images."
    point = "Concatenate makes an axis longer, Stack makes a new one: what came from where can still be told."
    picture = (
        Sketch("Two rows of three become two rows of one table")
        .cells(24, 30, [[1, 2, 3]], 30, {(0, 0), (0, 1), (0, 2)}, BLUE)
        .cells(24, 98, [[4, 5, 6]], 30, {(0, 0), (0, 1), (0, 2)}, ORANGE)
        .arrow(126, 46, 178, 66)
        .arrow(126, 112, 178, 92)
        .cells(194, 48, [[1, 2, 3], [4, 5, 6]], 30, {(0, 0), (0, 1), (0, 2)}, BLUE)
        .text(239, 132, "2 × 3")
    )
    inputs = (Port("in", many=True, least=2),)
    keeps_range = True
    keeps_numbers = True

    axis = AxisOf(1, keras_default=REQUIRED, help="Where the new axis is to stand: 1 is the first, -1 the last.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        if joined(inputs) is None:
            raise ShapeFault(
                "needs inputs of one shape", "Make them equal.", repairs=one_shape(inputs), received=inputs
            )
        first = inputs[0]
        place = place_of(self.axis, (*first, 1))
        return (*first[:place], len(inputs), *first[place:])

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        place = place_of(self.axis, output)
        for at, (name, axis) in enumerate(zip(axis_names(output), output, strict=True)):
            told = f"one for each that comes in, {len(inputs)}" if at == place else f"as they come in, {show((axis,))}"
            yield f"{name}: {told}"

    def call(self, name: str) -> Call | None:
        return None

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("ops.stack", (Listed(tuple(values["in"])),), self.arguments())

    def line(self) -> str:
        return f"along a new axis {self.axis}"
