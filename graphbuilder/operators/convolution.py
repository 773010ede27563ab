"""Operators that slide a window of weights over an image."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from math import gcd

from graphbuilder.fields import Fields
from graphbuilder.operators.families import CONVOLUTION
from graphbuilder.operators.operator import (
    REQUIRED,
    Counts,
    Operator,
    ShapeFault,
    activation_choice,
    with_activation,
)
from graphbuilder.operators.window import PADDINGS, image_in, slide, stepping, window_sums
from graphbuilder.parameters import Choice, Initializer, Params, Regularizer, Sizes, Whole, YesNo
from graphbuilder.repair import Repair, SetParameter
from graphbuilder.shapes import Shape, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch, block, values


class Conv2D(Operator, title="Convolution", family=CONVOLUTION):
    """Slides small windows of weights over an image; each filter answers where its pattern is found.

    Input shape: (rows, columns, channels). Output shape: (rows', columns', filters).
    """

    keywords = ("conv", "filter", "kernel", "image")
    formula = r"y_{i,j,k} = f\Big(\sum_{u,v,c} W_{u,v,c,k}\, x_{s i+u,\;s j+v,\;c} + b_k\Big)"
    when = "For images and other grids: the same pattern is looked for everywhere, with few weights."
    point = (
        "The same few weights are used at every place: what was learned in one corner is known in all, and the "
        "count of weights does not depend on the size of the image."
    )
    picture = (
        Sketch("A window of 3 by 3 in the image makes one value of the output")
        .cells(20, 22, values(5, 5), 22, block(0, 1, 3, 3))
        .cells(216, 44, values(3, 3), 22, {(0, 1)}, ORANGE)
        .arrow(112, 44, 238, 52)
        .text(75, 150, "5×5")
        .text(166, 36, "3×3 weights", color=BLUE)
        .text(249, 128, "3×3")
    )

    filters = Whole(32, low=1, high=10**9, keras_default=REQUIRED, help="How many patterns are looked for.")
    kernel_size = Sizes((3, 3), high=1000, keras_default=REQUIRED, help="Rows and columns of the window.")
    strides = Sizes((1, 1), high=1000, help="How far the window moves each time, down and across.")
    padding = Choice("valid", choices=PADDINGS, help="Whether the window stays inside, or zeros are put around.")
    activation = activation_choice(keras_default=None)
    dilation_rate = Sizes((1, 1), high=1000, more=True, help="Gaps between the weights of a window; 1 is none.")
    groups = Whole(1, low=1, high=10**9, more=True, help="Groups of channels, each convolved by itself.")
    use_bias = YesNo(True, more=True, help="Add a trained constant to every filter's answer.")
    kernel_initializer = Initializer("glorot_uniform", more=True, help="How the weights are drawn at the start.")
    bias_initializer = Initializer("zeros", more=True, help="How the biases are drawn at the start.")
    kernel_regularizer = Regularizer(help="Penalty on large weights.")
    bias_regularizer = Regularizer(help="Penalty on large biases.")

    @classmethod
    def suggested(cls, fields: Fields, taken: Collection[str]) -> Params:
        """ReLU: several linear operators in a row are but one."""
        return {"activation": "relu"}

    def parameter_faults(self) -> Iterator[tuple[str, str]]:
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            yield "dilation_rate", f"must be 1 where strides are above 1; received {max(self.dilation_rate)}"
        if self.groups > 0 and self.filters % self.groups:
            yield "groups", f"must divide the {self.filters} filters; received {self.groups}"

    def parameter_repairs(self, name: str) -> Iterable[Repair]:
        if name == "dilation_rate":
            return SetParameter("dilation_rate", [1, 1]), SetParameter("strides", [1, 1])
        if name == "groups":
            return SetParameter("groups", gcd(self.filters, self.groups)), SetParameter("groups", 1)
        return ()

    def _window(self) -> tuple[int, ...]:
        return tuple((k - 1) * d + 1 for k, d in zip(self.kernel_size, self.dilation_rate, strict=True))

    def output_shape(self, inputs: Sequence[Shape], fields: Fields) -> Shape:
        image = image_in(inputs, fields)
        if image[2] % self.groups:
            raise ShapeFault(
                f"in {self.groups} groups needs a number of channels that {self.groups} divides; received {image[2]}.",
                "Change groups, or the channels that come in.",
                "groups",
                repairs=[SetParameter("groups", gcd(self.groups, image[2]))],
            )
        rows, columns = slide(image, self._window(), self.strides, self.padding, "kernel_size", self.dilation_rate)
        return rows, columns, self.filters

    def counts(self, inputs: Sequence[Shape], output: Shape) -> Counts:
        weights = size(self.kernel_size) * (inputs[0][2] // self.groups)
        trainable = (weights + self.use_bias) * self.filters
        return Counts(trainable=trainable, multiply_adds=weights * size(output))

    def worked(self, inputs: Sequence[Shape], output: Shape) -> Iterator[str]:
        yield from window_sums(inputs[0], self._window(), self.strides, self.padding)
        counts, channels = self.counts(inputs, output), inputs[0][2] // self.groups
        window = f"{self.kernel_size[0]}×{self.kernel_size[1]}×{channels}"
        bias = " + 1" if self.use_bias else ""
        yield f"parameters: ({window}{bias}) × {self.filters} = {whole(counts.trainable)}"
        yield f"multiply-adds: {window} × {whole(size(output))} = {whole(counts.multiply_adds)}"

    def activation_name(self) -> str:
        return self.activation

    def line(self) -> str:
        rows, columns = self.kernel_size
        window = f"{self.filters} × {rows}×{columns}{stepping(self.strides, (1, 1))}"
        return with_activation(self.params, window, self.padding)
