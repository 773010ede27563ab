"""Operators that summarise the neighbourhood of each place of an image."""

from collections.abc import Iterator, Sequence

from graphbuilder.fields import Fields
from graphbuilder.operators.families import POOLING
from graphbuilder.operators.operator import REQUIRED, Operator
from graphbuilder.operators.window import PADDINGS, image_in, slide, window_sums
from graphbuilder.parameters import Choice, Sizes, YesNo
from graphbuilder.shapes import Shape


class _Pooling(Operator):
    """A window that slides over each channel apart, without weights.

    Input shape: (rows, columns, channels). Output shape: (rows', columns', channels).
    """

    pool_size = Sizes((2, 2), high=1000, keras_default=REQUIRED, help="Rows and columns of the window.")
    strides = Sizes((2, 2), high=1000, keras_default=REQUIRED, help="How far the window moves each time.")
    padding = Choice("valid", choices=PADDINGS, help="Whether the window stays inside, or reaches over the edge.")

    def output_shape(self, inputs: Sequence[Shape], fields: Fields) -> Shape:
        image = image_in(inputs)
        return *slide(image, self.pool_size, self.strides, self.padding, "pool_size"), image[2]

    def worked(self, inputs: Sequence[Shape], output: Shape) -> Iterator[str]:
        yield from window_sums(inputs[0], self.pool_size, self.strides, self.padding)

    def line(self) -> str:
        (rows, columns), (down, across) = self.pool_size, self.strides
        step = () if self.pool_size == self.strides else (f"stride {down}×{across}",)
        return ", ".join((f"{rows}×{columns}", *step, self.padding))


class MaxPooling2D(_Pooling, title="Max pooling", family=POOLING):
    """Keeps the largest value of each window, so that a pattern counts wherever in it the pattern was found.

    Input shape: (rows, columns, channels). Output shape: (rows', columns', channels).
    """

    keywords = ("pool", "downsample", "subsample")
    formula = r"y_{i,j,c} = \max_{u,v} x_{s i+u,\; s j+v,\; c}"
    when = "After convolutions, to halve rows and columns and to care less for the exact place."


class AveragePooling2D(_Pooling, title="Average pooling", family=POOLING):
    """Takes the mean of each window.

    Input shape: (rows, columns, channels). Output shape: (rows', columns', channels).
    """

    keywords = ("pool", "downsample", "mean")
    formula = r"y_{i,j,c} = \frac{1}{|w|} \sum_{u,v} x_{s i+u,\; s j+v,\; c}"
    when = "Where how much of a pattern there is matters more than its strongest place."


class GlobalAveragePooling2D(Operator, title="Global average pooling", family=POOLING):
    """Takes the mean of every channel over the whole image.

    Input shape: (rows, columns, channels). Output shape: (channels,), or (1, 1, channels) with keepdims.
    """

    keywords = ("pool", "gap", "mean")
    formula = r"y_c = \frac{1}{R C} \sum_{i,j} x_{i,j,c}"
    when = "Instead of Flatten at the end of a convolutional network: far fewer weights follow."

    keepdims = YesNo(False, more=True, help="Keep rows and columns as axes of size 1.")

    def output_shape(self, inputs: Sequence[Shape], fields: Fields) -> Shape:
        channels = image_in(inputs)[2]
        return (1, 1, channels) if self.keepdims else (channels,)
