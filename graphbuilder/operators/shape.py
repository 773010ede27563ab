"""Operators that place values otherwise and leave them as they are."""

from collections.abc import Iterator

from graphbuilder.fields import Fields
from graphbuilder.operators.families import SHAPE
from graphbuilder.operators.operator import REQUIRED, Operator, ShapeFault
from graphbuilder.parameters import ShapeOf
from graphbuilder.repair import Repair, SetParameter
from graphbuilder.shapes import Shape, is_known, show, size, whole
from graphbuilder.sketches import Sketch, values
from graphbuilder.tensors import Inputs


class Flatten(Operator, title="Flatten", family=SHAPE):
    """Lays all values out in one row.

    Input shape: any. Output shape: (values,).
    """

    shows = "row"

    keywords = ("reshape", "vector")
    formula = r"y = vec(x)"
    when = "Between convolutions and Linear operators."
    point = "It forgets which pixels were neighbours. What should use that has to stand before it."
    picture = (
        Sketch("The rows of an image are laid out in one line")
        .cells(28, 50, [["a", "b"], ["c", "d"], ["e", "f"]], 24, {(0, 0), (0, 1)})
        .arrow(92, 86, 136, 86)
        .cells(150, 74, [["a", "b", "c", "d", "e", "f"]], 24, {(0, 0), (0, 1)})
    )
    keeps_values = True
    keeps_numbers = True

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        return (size(inputs[0]) if is_known(inputs[0]) else None,)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        told = show(output) if output[0] is None else whole(output[0])
        yield f"values: {show(inputs[0])} = {told}" if len(inputs[0]) > 1 else f"values: as they come in, {told}"


class Reshape(Operator, title="Reshape", family=SHAPE):
    """Gives the same values, in the same order, another shape.

    Input shape: any. Output shape: target_shape, where one size may be -1: whatever is left over.
    """

    keywords = ("view", "image")
    formula = r"vec(y) = vec(x)"
    when = "To make an image of a vector, or back."
    point = "Not a number changes, only how they are counted: the product of the sizes has to stay."
    picture = (
        Sketch("Twelve values in two rows become twelve values in three")
        .cells(20, 56, values(2, 6, lambda r, c: r * 6 + c + 1), 22, {(0, 0), (0, 1), (0, 2), (0, 3)})
        .arrow(164, 78, 200, 78)
        .cells(212, 46, values(3, 4, lambda r, c: r * 4 + c + 1), 22, {(0, 0), (0, 1), (0, 2), (0, 3)})
    )
    keeps_values = True
    keeps_numbers = True

    target_shape = ShapeOf((8, 8, 1), one_open=True, keras_default=REQUIRED, help="The new shape; one size may be -1.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (came,) = inputs
        fixed = size(tuple(axis for axis in self.target_shape if axis != -1))
        if not is_known(came):
            return tuple(None if axis == -1 else axis for axis in self.target_shape)
        have = size(came)
        if -1 in self.target_shape and have % fixed == 0:
            return tuple(have // fixed if axis == -1 else axis for axis in self.target_shape)
        if fixed == have and -1 not in self.target_shape:
            return self.target_shape
        needs = "a multiple of {needs:,}" if -1 in self.target_shape else "{needs:,}"
        raise ShapeFault(
            f"to {{wanted}} needs {needs} values; received {{came}}{' = {have:,}' if len(came) > 1 else ''}.",
            "Choose sizes whose product is the number of values that come in, or one -1.",
            "target_shape",
            repairs=self._fitting(have),
            wanted=self.target_shape,
            needs=fixed,
            came=came,
            have=have,
        )

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"values: {show(inputs[0])} = {show(output)}" + (f" = {size(output):,}" if is_known(output) else "")

    def _fitting(self, have: int) -> list[Repair]:
        """One size left open, where the others divide what comes in; the last size is the likeliest to be wrong."""
        shape = [1 if axis == -1 else axis for axis in self.target_shape]
        opened = [[-1 if place == at else axis for place, axis in enumerate(shape)] for at in range(len(shape))]
        fits = [one for one in reversed(opened) if have % size(tuple(axis for axis in one if axis != -1)) == 0]
        return [SetParameter("target_shape", one) for one in fits or [[-1]]]

    def line(self) -> str:
        return f"to {show(self.target_shape)}"
