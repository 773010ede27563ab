"""Operators that place values otherwise and leave them as they are."""

from collections.abc import Iterator, Sequence

from graphbuilder.fields import Fields
from graphbuilder.operators.families import SHAPE
from graphbuilder.operators.operator import REQUIRED, Operator, ShapeFault
from graphbuilder.operators.window import image_in
from graphbuilder.parameters import Choice, ShapeOf, Sizes
from graphbuilder.shapes import Shape, show, size


class Flatten(Operator, title="Flatten", family=SHAPE):
    """Lays all values out in one row.

    Input shape: any. Output shape: (values,).
    """

    keywords = ("reshape", "vector")
    formula = r"y = vec(x)"
    when = "Between convolutions and Linear operators."
    keeps_values = True

    def output_shape(self, inputs: Sequence[Shape], fields: Fields) -> Shape:
        return (size(inputs[0]),)

    def worked(self, inputs: Sequence[Shape], output: Shape) -> Iterator[str]:
        yield f"values: {show(inputs[0])} = {output[0]:,}"


class Reshape(Operator, title="Reshape", family=SHAPE):
    """Gives the same values, in the same order, another shape.

    Input shape: any. Output shape: target_shape, where one size may be -1: whatever is left over.
    """

    keywords = ("view", "image")
    formula = r"vec(y) = vec(x)"
    when = "To make an image of a vector, or back."
    keeps_values = True

    target_shape = ShapeOf((8, 8, 1), one_open=True, keras_default=REQUIRED, help="The new shape; one size may be -1.")

    def output_shape(self, inputs: Sequence[Shape], fields: Fields) -> Shape:
        (came,) = inputs
        fixed = size(tuple(axis for axis in self.target_shape if axis != -1))
        have = size(came)
        if -1 in self.target_shape and have % fixed == 0:
            return tuple(have // fixed if axis == -1 else axis for axis in self.target_shape)
        if fixed == have and -1 not in self.target_shape:
            return self.target_shape
        wanted = show(self.target_shape)
        needs = f"a multiple of {fixed}" if -1 in self.target_shape else f"{fixed}"
        raise ShapeFault(
            f"to {wanted} needs {needs} values; received {show(came)}{f' = {have}' if len(came) > 1 else ''}.",
            "Choose sizes whose product is the number of values that come in, or one -1.",
            "target_shape",
        )

    def line(self) -> str:
        return f"to {show(self.target_shape)}"


class UpSampling2D(Operator, title="Upsampling", family=SHAPE):
    """Repeats rows and columns, so that an image grows.

    Input shape: (rows, columns, channels). Output shape: (rows × size, columns × size, channels).
    """

    keywords = ("decoder", "resize", "nearest")
    formula = r"y_{i,j,c} = x_{\lfloor i/s \rfloor,\, \lfloor j/s \rfloor,\, c}"
    when = "In a decoder, to undo what pooling did to rows and columns."
    keeps_values = True

    size = Sizes((2, 2), high=1000, help="How often each row and each column is repeated.")
    interpolation = Choice(
        "nearest",
        choices={"nearest": "Nearest: repeat", "bilinear": "Bilinear: blend"},
        help="How new values are found.",
    )

    def output_shape(self, inputs: Sequence[Shape], fields: Fields) -> Shape:
        rows, columns, channels = image_in(inputs)
        return rows * self.size[0], columns * self.size[1], channels

    def worked(self, inputs: Sequence[Shape], output: Shape) -> Iterator[str]:
        yield f"rows: {inputs[0][0]} × {self.size[0]} = {output[0]}"
        yield f"columns: {inputs[0][1]} × {self.size[1]} = {output[1]}"

    def line(self) -> str:
        return f"{self.size[0]}×{self.size[1]}, {self.interpolation}"
