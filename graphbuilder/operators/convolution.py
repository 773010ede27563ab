"""Operators that slide a window of weights over an image."""

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from math import gcd

from graphbuilder.fields import Fields
from graphbuilder.operators.families import CONVOLUTION
from graphbuilder.operators.operator import (
    REQUIRED,
    Counts,
    Look,
    Operator,
    ShapeFault,
    activation_choice,
    known_size,
    with_activation,
)
from graphbuilder.operators.window import CONVOLUTION_SUMS, PADDINGS, grid_in, slide, stepping, window_sums
from graphbuilder.parameters import Choice, Params, Sizes, Weight, Whole, YesNo, activity_regularizer
from graphbuilder.repair import Repair, SetParameter
from graphbuilder.shapes import Shape, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch, block, values
from graphbuilder.tensors import Inputs


class Convolution(Operator):
    """A window of weights that slides over a grid; the number of sizes of the window is the grid's rank."""

    source = CONVOLUTION_SUMS

    filters = Whole(32, low=1, high=10**9, keras_default=REQUIRED, help="How many patterns are looked for.")
    kernel_size = Sizes((3, 3), high=1000, keras_default=REQUIRED, help="Rows and columns of the window.")
    strides = Sizes((1, 1), high=1000, help="How far the window moves each time, down and across.")
    padding = Choice("valid", choices=PADDINGS, help="Whether the window stays inside, or zeros are put around.")
    activation = activation_choice(keras_default=None)
    dilation_rate = Sizes((1, 1), high=1000, more=True, help="Gaps between the weights of a window; 1 is none.")
    groups = Whole(1, low=1, high=10**9, more=True, help="Groups of channels, each convolved by itself.")
    use_bias = YesNo(True, more=True, help="Add a trained constant to every filter's answer.")
    kernel = Weight("glorot_uniform")
    bias = Weight("zeros", "biases")
    activity_regularizer = activity_regularizer()

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
            ones = [1] * len(self.strides)
            return SetParameter("dilation_rate", ones), SetParameter("strides", ones)
        if name == "groups":
            return SetParameter("groups", gcd(self.filters, self.groups)), SetParameter("groups", 1)
        return ()

    def _window(self) -> tuple[int, ...]:
        return tuple((k - 1) * d + 1 for k, d in zip(self.kernel_size, self.dilation_rate, strict=True))

    def looks(self, inputs: Inputs) -> list[Look]:
        return [Look(span, Fraction(step)) for span, step in zip(self._window(), self.strides, strict=True)]

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        grid, channels = grid_in(inputs, fields, len(self.kernel_size))
        if channels % self.groups:
            raise ShapeFault(
                "in {groups} groups needs a number of channels that {groups} divides; received {channels}.",
                "Change groups, or the channels that come in.",
                "groups",
                repairs=[SetParameter("groups", gcd(self.groups, channels))],
                groups=self.groups,
                channels=channels,
            )
        steps = slide(grid, self._window(), self.strides, self.padding, "kernel_size", self.dilation_rate)
        return *steps, self.filters

    def _channels_of_a_group(self, inputs: Inputs) -> int:
        return known_size(inputs[0], -1, "channels") // self.groups

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        weights = size(self.kernel_size) * self._channels_of_a_group(inputs)
        trainable = (weights + self.use_bias) * self.filters
        return Counts(trainable=trainable, multiply_adds=weights * size(output))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield from window_sums(inputs[0][:-1], self._window(), self.strides, self.padding)
        yield f"channels: one for each filter, {self.filters}"
        counts = self.counts(inputs, output)
        window = "×".join(map(str, (*self.kernel_size, self._channels_of_a_group(inputs))))
        bias = " + 1" if self.use_bias else ""
        yield f"parameters: ({window}{bias}) × {self.filters} = {whole(counts.trainable)}"
        yield f"multiply-adds: {window} × {whole(size(output))} = {whole(counts.multiply_adds)}"

    def activation_name(self) -> str:
        return self.activation

    def line(self) -> str:
        usual = (1,) * len(self.strides)
        window = f"{self.filters} × {'×'.join(map(str, self.kernel_size))}{stepping(self.strides, usual)}"
        return with_activation(self.params, window, self.padding)


class Conv2D(Convolution, title="Convolution", family=CONVOLUTION):
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


class Conv1D(Convolution, title="Convolution 1D", family=CONVOLUTION):
    """Slides small windows of weights over a sequence; each filter answers where its pattern is found.

    Input shape: (steps, channels). Output shape: (steps', filters).
    """

    keywords = ("conv", "filter", "kernel", "sequence", "signal", "text", "causal")
    formula = r"y_{t,k} = f\Big(\sum_{u,c} W_{u,c,k}\, x_{s t+u,\;c} + b_k\Big)"
    when = "For signals, measurements over time and words in a row: the same pattern is looked for at every step."
    point = (
        "What a window sees is its neighbourhood in time. With causal padding it looks back only, so that nothing of "
        "the future is known to a step."
    )
    picture = (
        Sketch("A window of 3 steps of a sequence makes one step of the output")
        .cells(40, 30, [[1, 3, 2, 5, 4, 1, 2]], 30, {(0, 2), (0, 3), (0, 4)})
        .arrow(145, 66, 145, 100)
        .text(160, 88, "3 weights", color=BLUE, anchor="start")
        .cells(70, 108, [["", "", "", "", ""]], 30, {(0, 2)}, ORANGE)
    )

    kernel_size = Sizes((3,), high=1000, keras_default=REQUIRED, help="Steps of the window.")
    strides = Sizes((1,), high=1000, keras_default=1, help="How far the window moves each time.")
    padding = Choice(
        "valid",
        choices={**PADDINGS, "causal": "Causal: back in time only"},
        help="Whether the window stays inside, zeros are put around, or zeros are put before the first step.",
    )
    dilation_rate = Sizes((1,), high=1000, keras_default=1, more=True, help="Gaps between the weights of a window.")
