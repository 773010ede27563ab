"""Operators that summarise the neighbourhood of each place of an image."""

from collections.abc import Iterator
from fractions import Fraction

from graphbuilder.fields import Fields
from graphbuilder.operators.families import POOLING
from graphbuilder.operators.operator import REQUIRED, Look, Operator
from graphbuilder.operators.window import AXES, CONVOLUTION_SUMS, PADDINGS, grid_in, slide, stepping, window_sums
from graphbuilder.parameters import Choice, Sizes, YesNo
from graphbuilder.shapes import Shape
from graphbuilder.sketches import ORANGE, Sketch, block, values
from graphbuilder.tensors import Inputs


class _Pooling(Operator):
    """A window that slides over each channel apart, without weights.

    Input shape: (rows, columns, channels). Output shape: (rows', columns', channels).
    """

    keeps_range = True
    source = CONVOLUTION_SUMS

    pool_size = Sizes((2, 2), high=1000, keras_default=REQUIRED, help="Rows and columns of the window.")
    strides = Sizes((2, 2), high=1000, keras_default=REQUIRED, help="How far the window moves each time.")
    padding = Choice("valid", choices=PADDINGS, help="Whether the window stays inside, or reaches over the edge.")

    def looks(self, inputs: Inputs) -> list[Look]:
        return [Look(span, Fraction(step)) for span, step in zip(self.pool_size, self.strides, strict=True)]

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        grid, channels = grid_in(inputs, fields, len(self.pool_size))
        return *slide(grid, self.pool_size, self.strides, self.padding, "pool_size"), channels

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield from window_sums(inputs[0][:-1], self.pool_size, self.strides, self.padding)

    def line(self) -> str:
        return f"{'×'.join(map(str, self.pool_size))}{stepping(self.strides, self.pool_size)}, {self.padding}"


class MaxPooling2D(_Pooling, title="Max pooling", family=POOLING):
    """Keeps the largest value of each window, so that a pattern counts wherever in it the pattern was found.

    Input shape: (rows, columns, channels). Output shape: (rows', columns', channels).
    """

    keywords = ("pool", "downsample", "subsample")
    formula = r"y_{i,j,c} = \max_{u,v} x_{s i+u,\; s j+v,\; c}"
    when = "After convolutions, to halve rows and columns and to care less for the exact place."
    point = (
        "It throws three values of four away on purpose: what stays is that a pattern was there, and no more than"
        " roughly where."
    )
    picture = (
        Sketch("Of each window of 2 by 2 the largest value is kept")
        .cells(20, 26, [[1, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 2], [2, 0, 3, 7]], 26, block(0, 0, 2, 2))
        .arrow(136, 78, 196, 78)
        .text(166, 68, "max")
        .cells(210, 52, [[4, 2], [2, 7]], 26, {(0, 0)}, ORANGE)
    )


class AveragePooling2D(_Pooling, title="Average pooling", family=POOLING):
    """Takes the mean of each window.

    Input shape: (rows, columns, channels). Output shape: (rows', columns', channels).
    """

    keywords = ("pool", "downsample", "mean")
    formula = r"y_{i,j,c} = \frac{1}{|w|} \sum_{u,v} x_{s i+u,\; s j+v,\; c}"
    when = "Where how much of a pattern there is matters more than its strongest place."
    point = "A blur that makes the image smaller: with equal weights it is a convolution that learns nothing."
    picture = (
        Sketch("Of each window of 2 by 2 the mean is taken")
        .cells(20, 26, [[1, 3, 2, 0], [4, 0, 1, 1], [0, 2, 5, 1], [2, 0, 3, 7]], 26, block(0, 0, 2, 2))
        .arrow(136, 78, 196, 78)
        .text(166, 68, "mean")
        .cells(210, 52, [[2, 1], [1, 4]], 26, {(0, 0)}, ORANGE)
    )

    is_linear = True


class GlobalAveragePooling2D(Operator, title="Global average pooling", family=POOLING):
    """Takes the mean of every channel over the whole image.

    Input shape: (rows, columns, channels). Output shape: (channels,), or (1, 1, channels) with keepdims.
    """

    keywords = ("pool", "gap", "mean")
    formula = r"y_c = \frac{1}{R C} \sum_{i,j} x_{i,j,c}"
    when = "Instead of Flatten at the end of a convolutional network: far fewer weights follow."
    point = (
        "One number a channel: how much of that pattern there is, wherever it is. Where it was is forgotten, "
        "and most weights of a head behind Flatten are not needed."
    )
    picture = (
        Sketch("Each channel becomes one number, its mean")
        .box(52, 14, 72, 72)
        .box(38, 28, 72, 72)
        .cells(24, 42, values(4, 4), 18, block(0, 0, 4, 4))
        .text(66, 140, "3 channels")
        .arrow(140, 78, 200, 78)
        .text(170, 68, "mean")
        .cells(220, 66, [["", "", ""]], 24, {(0, 0)}, ORANGE)
        .text(256, 112, "3 values")
    )

    keeps_range = True
    is_linear = True

    keepdims = YesNo(False, more=True, help="Keep rows and columns as axes of size 1.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        _, channels = grid_in(inputs, fields)
        return (1, 1, channels) if self.keepdims else (channels,)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        if self.keepdims:
            yield from (f"{name}: one is left" for name in AXES[2])
        yield f"channels: as they come in, {output[-1]}"
