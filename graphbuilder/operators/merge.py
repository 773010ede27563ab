"""Operators where branches meet."""

from collections.abc import Iterator, Sequence

from graphbuilder.fields import Fields
from graphbuilder.operators.families import MERGE
from graphbuilder.operators.fitting import FLATTEN, one_shape, one_size
from graphbuilder.operators.operator import Look, Operator, Port, ShapeFault, Span
from graphbuilder.parameters import Whole
from graphbuilder.repair import PutBefore, Repair, SetParameter
from graphbuilder.shapes import Shape, joined, show
from graphbuilder.sketches import BLUE, ORANGE, Sketch
from graphbuilder.tensors import Inputs


class Add(Operator, title="Add", family=MERGE):
    """Adds its inputs value by value.

    Input shapes: two or more, all the same. Output shape: the same.
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
    inputs = (Port("in", many=True, least=2),)
    by_place = True
    sums_inputs = True

    def reach(self, came: Sequence[Span]) -> Span:
        return sum(low for low, _ in came), sum(high for _, high in came)

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        shape = joined(inputs)
        if shape is None:
            same_place = joined([shape[:-1] for shape in inputs]) and len(inputs[0]) == 3
            raise ShapeFault(
                "needs inputs of one shape",
                "A 1×1 convolution on one branch makes the channels equal."
                if same_place
                else "Make the branches end in one shape: equal strides and padding, then equal channels or units.",
                repairs=one_shape(inputs),
                received=inputs,
            )
        return shape


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

    axis = Whole(-1, low=-4, high=4, more=True, help="The axis to grow: -1 is the last, 1 the first after the batch.")

    def _position(self, axes: int) -> int:
        """The axis as a place in a shape without the batch axis."""
        place = self.axis - 1 if self.axis > 0 else axes + self.axis
        if self.axis == 0 or not 0 <= place < axes:
            raise ShapeFault(
                f"along axis {{axis}} needs that axis; received inputs of {{axes}} {'axis' if axes == 1 else 'axes'}.",
                "Use axis -1.",
                "axis",
                repairs=[SetParameter("axis", -1)],
                axis=self.axis,
                axes=axes,
            )
        return place

    def looks(self, inputs: Inputs) -> Sequence[Look] | None:
        axes = len(inputs[0])
        return [Look()] * (axes - 1) if self._position(axes) == axes - 1 else None

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        if len({len(shape) for shape in inputs}) > 1:
            raise ShapeFault(
                "needs inputs with equally many axes",
                "A Flatten or Reshape helps.",
                repairs=[self._flattened(inputs)],
                received=inputs,
            )
        place = self._position(len(inputs[0]))
        others = joined([shape[:place] + shape[place + 1 :] for shape in inputs])
        if others is None:
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
        return (*others[:place], summed, *others[place:])

    def _flattened(self, inputs: Inputs) -> Repair:
        return tuple(PutBefore(FLATTEN, place=place) for place, shape in enumerate(inputs) if len(shape) > 1)

    def _fitting(self, inputs: Inputs, place: int) -> list[Repair]:
        images = len(inputs[0]) == 3 and place == 2
        sizes = one_size(inputs) if images else []
        flat = [self._flattened(inputs)] if len(inputs[0]) > 1 and place == len(inputs[0]) - 1 else []
        return [*sizes, SetParameter("axis", -1), *flat]

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        place = self._position(len(output))
        *sizes, whole = (show((shape[place],)) for shape in (*inputs, output))
        yield f"axis {self.axis}: {' + '.join(sizes)} = {whole}"
