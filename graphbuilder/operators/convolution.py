"""Operators that slide windows of weights over a sequence, an image or a volume.

Four sorts, each of any rank: a window over all channels, one that is laid down instead of laid on (transposed), one
over each channel by itself (depthwise), and that followed by a mix of the channels (separable).
"""

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from math import gcd
from types import MappingProxyType
from typing import Any, NamedTuple

from graphbuilder.fields import Fields
from graphbuilder.operators.families import CONVOLUTION
from graphbuilder.operators.operator import (
    REQUIRED,
    Counts,
    Look,
    ShapeFault,
    activation_choice,
    known_size,
    with_activation,
)
from graphbuilder.operators.window import AXES, CONVOLUTION_SUMS, PADDINGS, Grid, by, one, slide, stepping, window_sums
from graphbuilder.parameters import Choice, Params, Sizes, SizesOrNone, Weight, Whole, YesNo, activity_regularizer
from graphbuilder.repair import Repair, SetParameter
from graphbuilder.shapes import Axis, KnownShape, Phrase, Shape, size, whole
from graphbuilder.sketches import BLUE, ORANGE, Sketch, block, values
from graphbuilder.tensors import Inputs

_ORDER = (
    "filters", "depth_multiplier", "kernel_size", "strides", "padding", "output_padding", "activation", "dilation_rate",
    "groups", "use_bias",
)  # fmt: skip
"""Of parameters in forms and files, whichever class declares them; the weights follow."""


class Part(NamedTuple):
    """Weights of one kernel: a window for each of its outputs."""

    window: KnownShape
    outputs: int


class Convolution(Grid, family=CONVOLUTION):
    """A window of weights that slides over a grid."""

    source = CONVOLUTION_SUMS
    needs_amounts = True

    filters = Whole(32, low=1, high=10**9, keras_default=REQUIRED, help="How many patterns are looked for.")
    kernel_size = Sizes((3,), high=1000, keras_default=REQUIRED, help="{axes} of the window.")
    strides = Sizes((1,), high=1000, help="How far the window moves each time.")
    padding = Choice("valid", choices=PADDINGS, help="Whether the window stays inside, or zeros are put around.")
    activation = activation_choice(keras_default=None)
    dilation_rate = Sizes((1,), high=1000, more=True, help="Gaps between the weights of a window; 1 is none.")
    use_bias = YesNo(True, more=True, help="Add a trained constant to every filter's answer.")

    def __init_subclass__(cls, **told: Any) -> None:
        super().__init_subclass__(**told)
        places = {name: place for place, name in enumerate(_ORDER)}
        ordered = sorted(cls.parameters.items(), key=lambda item: places.get(item[0], len(_ORDER)))
        cls.parameters = MappingProxyType(dict(ordered))

    @classmethod
    def suggested(cls, fields: Fields, taken: Collection[str]) -> Params:
        """ReLU: several linear operators in a row are but one."""
        return {"activation": "relu"}

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            says = "must be 1 where strides are above 1; received {received}"
            yield "dilation_rate", Phrase(says, received=max(self.dilation_rate))

    def parameter_repairs(self, name: str) -> Iterable[Repair]:
        ones = [1] * self.rank
        return (SetParameter("dilation_rate", ones), SetParameter("strides", ones)) if name == "dilation_rate" else ()

    def _window(self) -> KnownShape:
        return tuple((k - 1) * d + 1 for k, d in zip(self.kernel_size, self.dilation_rate, strict=True))

    def looks(self, inputs: Inputs) -> list[Look]:
        return [Look(span, Fraction(step)) for span, step in zip(self._window(), self.strides, strict=True)]

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        grid, channels = self.grid(inputs, fields)
        return *self._steps(grid), self._given(channels)

    def _steps(self, grid: Shape) -> Shape:
        return slide(grid, self._window(), self.strides, self.padding, "kernel_size", self.dilation_rate)

    def _sums(self, grid: Shape) -> Iterator[str]:
        yield from window_sums(grid, self._window(), self.strides, self.padding)

    def _given(self, channels: int) -> int:
        """How many channels come out of so many."""
        return self.filters

    def _parts(self, channels: int) -> tuple[Part, ...]:
        """The kernels; the biases are one more weight of the last one's windows."""
        return (Part((*self.kernel_size, channels), self.filters),)

    def _uses(self, inputs: Inputs, output: Shape) -> Iterator[tuple[KnownShape, int]]:
        """Multiply-adds, kernel by kernel: what one value takes of weights, and how many values do."""
        for window, outputs in self._parts(_channels(inputs)):
            yield window, outputs * size(output[:-1])

    def counts(self, inputs: Inputs, output: Shape) -> Counts:
        parts = self._parts(_channels(inputs))
        weights = sum(size(window) * outputs for window, outputs in parts) + self.use_bias * parts[-1].outputs
        return Counts(weights, multiply_adds=sum(size(window) * many for window, many in self._uses(inputs, output)))

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield from self._sums(inputs[0][:-1])
        channels = _channels(inputs)
        yield f"channels: {self._channel_sum(channels)}"
        *parts, last = self._parts(channels)
        counts, bias = self.counts(inputs, output), " + 1" if self.use_bias else ""
        told = [f"{by(window)} × {outputs}" for window, outputs in parts]
        told.append(f"({by(last.window)}{bias}) × {last.outputs}")
        yield f"parameters: {' + '.join(told)} = {whole(counts.trainable)}"
        uses = " + ".join(f"{by(window)} × {whole(many)}" for window, many in self._uses(inputs, output))
        yield f"multiply-adds: {uses} = {whole(counts.multiply_adds)}"

    def _channel_sum(self, channels: int) -> str:
        return f"one for each filter, {self.filters}"

    def activation_name(self) -> str:
        return self.activation

    def line(self) -> str:
        window = f"{self.filters} × {by(self.kernel_size)}{stepping(self.strides, (1,) * self.rank)}"
        return with_activation(self.params, window, self.padding)


def _channels(inputs: Inputs) -> int:
    return known_size(inputs[0], -1, "channels")


class Grouped(Convolution):
    """A window over all channels, or over those of its group."""

    has_kernel = True

    groups = Whole(1, low=1, high=10**9, more=True, help="Groups of channels, each convolved by itself.")
    kernel = Weight("glorot_uniform")
    bias = Weight("zeros", "biases")
    activity_regularizer = activity_regularizer()

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        yield from super().parameter_faults()
        if self.groups > 0 and self.filters % self.groups:
            says = "must divide the {filters} filters; received {received}"
            yield "groups", Phrase(says, filters=self.filters, received=self.groups)

    def parameter_repairs(self, name: str) -> Iterable[Repair]:
        if name == "groups":
            return SetParameter("groups", gcd(self.filters, self.groups)), SetParameter("groups", 1)
        return super().parameter_repairs(name)

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        _, channels = self.grid(inputs, fields)
        if channels % self.groups:
            raise ShapeFault(
                "in {groups} groups needs a number of channels that {groups} divides; received {channels}.",
                "Change groups, or the channels that come in.",
                "groups",
                repairs=[SetParameter("groups", gcd(self.groups, channels))],
                groups=self.groups,
                channels=channels,
            )
        return super().output_shape(inputs, fields)

    def _parts(self, channels: int) -> tuple[Part, ...]:
        return super()._parts(channels // self.groups)

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """What comes in laid out anew, where windows have gaps."""
        return super().kept(inputs, output) + (max(self.dilation_rate) > 1) * size(inputs[0])

    def work(self, inputs: Inputs, output: Shape) -> int:
        """Keras has groups compiled by XLA, which holds much at a time however many they are."""
        return 5 * (size(inputs[0]) + size(output)) if self.groups > 1 else 0


class Transposed(Convolution):
    """The way back of a convolution: every value that comes in lays its window down, times itself, and what lies on one
    place is added up.

    Multiply-adds are those of every value that comes in with every weight of its window, over the edge or not. Sizes:
    Dumoulin and Visin (2016), chapter 4, with output_padding as keras.ops.conv_transpose has it.
    """

    output_padding = SizesOrNone(
        1, none="as many as the strides make of it", low=0, high=1000, more=True,
        help="How many {axes} more come out; the strides make one size of several.",
    )  # fmt: skip
    kernel = Weight("glorot_uniform")
    bias = Weight("zeros", "biases")
    activity_regularizer = activity_regularizer()

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        yield from super().parameter_faults()
        for more, stride, window in zip(self.output_padding or (), self.strides, self._window(), strict=False):
            if more >= stride:
                says = "must be below the strides, which are {strides}; received {received}"
                yield "output_padding", Phrase(says, strides=by(self.strides), received=more)
                return
            if self.padding == "same" and window % 2 == more == 0:
                says = "must be at least 1 for an even window with padding same; received {received}"
                yield "output_padding", Phrase(says, received=more)
                return

    def parameter_repairs(self, name: str) -> Iterable[Repair]:
        if name != "output_padding":
            return super().parameter_repairs(name)
        least = [int(self.padding == "same" and window % 2 == 0) for window in self._window()]
        axes = zip(self.output_padding or least, self.strides, least, strict=True)
        held = [max(low, min(more, stride - 1)) for more, stride, low in axes]
        return SetParameter("output_padding", held), SetParameter("output_padding", None)

    def looks(self, inputs: Inputs) -> list[Look]:
        """At a place of the output the windows of a few neighbours lie over each other."""
        axes = zip(self._window(), self.strides, strict=True)
        return [Look(-(-span // stride), Fraction(1, stride)) for span, stride in axes]

    def _more(self) -> tuple[int | None, ...]:
        return self.output_padding or (None,) * self.rank

    def _axes(self, grid: Shape) -> list[tuple[Axis, int, int, str, int | None]]:
        """What `spread_steps` takes, for each axis."""
        axes = zip(grid, self._window(), self.strides, self._more(), strict=True)
        return [(length, window, stride, self.padding, more) for length, window, stride, more in axes]

    def _steps(self, grid: Shape) -> Shape:
        return tuple(spread_steps(*axis) for axis in self._axes(grid))

    def _sums(self, grid: Shape) -> Iterator[str]:
        for name, axis in zip(AXES[self.rank], self._axes(grid), strict=True):
            yield f"{name}: {spread_sum(*axis)}"

    def _uses(self, inputs: Inputs, output: Shape) -> Iterator[tuple[KnownShape, int]]:
        yield (*self.kernel_size, self.filters), size(inputs[0])

    def line(self) -> str:
        window = f"{self.filters} × {by(self.kernel_size)}{stepping(self.strides, (1,) * self.rank, '↑')}"
        return with_activation(self.params, window, self.padding)


def spread_steps(length: Axis, window: int, stride: int, padding: str, more: int | None) -> Axis:
    """How many places a transposed convolution gives along one axis.

    Source: keras.ops.conv_transpose. Windows that lie `stride` apart reach over (length - 1) × stride + window places;
    without `more` they are filled up to length × stride at least, and with padding "same" cut to that.
    """
    if length is None:
        return None
    if more is None:
        return length * stride if padding == "same" else (length - 1) * stride + max(window, stride)
    return (length - 1) * stride + (window % 2 if padding == "same" else window) + more


def spread_sum(length: Axis, window: int, stride: int, padding: str, more: int | None) -> str:
    """The line of arithmetic behind `spread_steps`, with the numbers put in."""
    ends = one(spread_steps(length, window, stride, padding, more))
    if more is None and padding == "same":
        return f"{one(length)} × {stride} = {ends}"
    last = window % 2 if padding == "same" else window if more is not None else max(window, stride)
    return f"({one(length)} - 1) × {stride} + {last}{'' if more is None else f' + {more}'} = {ends}"


class ByChannel(Convolution):
    """Each channel has windows of its own."""

    depth_multiplier = Whole(1, low=1, high=10**6, more=True, help="How many windows each channel has.")

    def _seen(self, channels: int) -> int:
        """How many channels the windows give."""
        return channels * self.depth_multiplier


class Depthwise(ByChannel):
    """A window over each channel by itself."""

    mixes_channels = False

    filters = None  # type: ignore[assignment]
    depthwise = Weight("glorot_uniform")
    bias = Weight("zeros", "biases")
    activity_regularizer = activity_regularizer()

    def _given(self, channels: int) -> int:
        return self._seen(channels)

    def _parts(self, channels: int) -> tuple[Part, ...]:
        return (Part(self.kernel_size, self._seen(channels)),)

    def _channel_sum(self, channels: int) -> str:
        return f"{channels} × {self.depth_multiplier} = {whole(self._seen(channels))}"

    def line(self) -> str:
        many = f"{self.depth_multiplier} × " if self.depth_multiplier > 1 else ""
        window = f"{many}{by(self.kernel_size)}{stepping(self.strides, (1,) * self.rank)}"
        return with_activation(self.params, window, self.padding)


class Separable(ByChannel):
    """A window over each channel by itself, and then at each place weighted sums of the channels.

    Source: Chollet (2017), "Xception: Deep Learning with Depthwise Separable Convolutions".
    """

    depthwise = Weight("glorot_uniform", "weights of the windows")
    pointwise = Weight("glorot_uniform", "weights of the channels")
    bias = Weight("zeros", "biases")
    activity_regularizer = activity_regularizer()

    def _parts(self, channels: int) -> tuple[Part, ...]:
        return Part(self.kernel_size, self._seen(channels)), Part((self._seen(channels),), self.filters)

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """What the windows give."""
        return super().kept(inputs, output) + self.work(inputs, output)

    def work(self, inputs: Inputs, output: Shape) -> int:
        """The gradient of what the windows give."""
        return size(output[:-1]) * self._seen(_channels(inputs))


class Conv2D(Grouped, title="Convolution", rank=2):
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
        .text(178, 34, "3×3 weights", color=BLUE)
        .text(249, 128, "3×3")
    )


class Conv1D(Grouped, title="Convolution 1D", rank=1):
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

    padding = Choice(
        "valid",
        choices={**PADDINGS, "causal": "Causal: back in time only"},
        help="Whether the window stays inside, zeros are put around, or zeros are put before the first step.",
    )


class Conv3D(Grouped, title="Convolution 3D", rank=3):
    """Slides small windows of weights through a volume; each filter answers where its pattern is found.

    Input shape: (slices, rows, columns, channels). Output shape: (slices', rows', columns', filters).
    """

    keywords = ("conv", "filter", "kernel", "volume", "voxel", "video", "scan")
    formula = r"y_{h,i,j,k} = f\Big(\sum_{t,u,v,c} W_{t,u,v,c,k}\, x_{s h+t,\;s i+u,\;s j+v,\;c} + b_k\Big)"
    when = "For scans in slices and for short films, where a pattern has a depth or a course in time."
    point = (
        "One axis more is dear: a window of 3×3×3 has three times the weights of 3×3, and there are as many more "
        "places to lay it on as there are slices."
    )
    picture = (
        Sketch("A window of 2 by 2 by 2 through two slices makes one value of the output")
        .cells(8, 40, values(4, 4), 15, block(0, 1, 2, 2))
        .cells(74, 40, values(4, 4), 15, block(0, 1, 2, 2))
        .cells(140, 40, values(4, 4), 15)
        .text(104, 122, "3 slices of 4×4")
        .text(90, 28, "2×2×2 weights", color=BLUE)
        .arrow(204, 70, 222, 70)
        .cells(226, 48, values(3, 3), 14, {(0, 1)}, ORANGE)
        .cells(274, 48, values(3, 3), 14)
        .text(271, 122, "2 of 3×3")
    )


class Conv2DTranspose(Transposed, title="Transposed convolution", rank=2):
    """Lays a window of weights down for every value of an image, and adds up what overlaps, so that the image grows.

    Input shape: (rows, columns, channels). Output shape: (rows', columns', filters), larger by the strides.
    Source: Zeiler et al. (2010), "Deconvolutional Networks"; sizes by Dumoulin and Visin (2016).
    """

    keywords = ("deconvolution", "upconvolution", "decoder", "upsample", "convtranspose2d", "fractional stride", "gan")
    formula = r"y_{p,q,k} = f\Big(\sum_{i,j,c} W_{p-s i,\;q-s j,\;k,\;c}\, x_{i,j,c} + b_k\Big)"
    when = "In a decoder or a generator, where how an image grows is to be learned; strides say how much it grows."
    point = (
        "It is the gradient of a convolution, run as a layer: shapes go backwards, values do not. Where the window "
        "is no multiple of the stride, some places are covered more often than others, which is seen as a chessboard."
    )
    picture = (
        Sketch("Each value of 2 by 2 lays a window of 3 by 3 down; where windows overlap they are added")
        .cells(24, 56, [["a", "b"], ["c", "d"]], 24, {(0, 1)}, ORANGE)
        .arrow(84, 68, 244, 48)
        .text(122, 38, "b × 3×3 weights", color=BLUE)
        .cells(190, 24, values(5, 5), 22, block(0, 2, 3, 3))
        .text(48, 124, "2×2")
        .text(245, 152, "5×5, stride 2")
    )


class Conv1DTranspose(Transposed, title="Transposed convolution 1D", rank=1):
    """Lays a window of weights down for every step of a sequence, and adds up what overlaps, so that it gets longer.

    Input shape: (steps, channels). Output shape: (steps', filters), longer by the strides.
    """

    keywords = ("deconvolution", "upconvolution", "decoder", "upsample", "convtranspose1d", "sequence", "audio")
    formula = r"y_{p,k} = f\Big(\sum_{t,c} W_{p-s t,\;k,\;c}\, x_{t,c} + b_k\Big)"
    when = "To make a signal of a shorter code of it: speech, music, measurements over time."
    point = (
        "Each step paints its window into the output, as strong as it is. With a stride of 2 the windows start two "
        "places apart, and so twice as many steps come out."
    )
    picture = (
        Sketch("Each of 3 steps lays weights 1, 2, 1 down, times itself, two places further on each time")
        .cells(100, 14, [[1, 2, 3]], 28, {(0, 1)}, ORANGE)
        .text(258, 34, "weights 1 2 1", color=BLUE)
        .arrow(142, 44, 158, 70)
        .cells(116, 74, [[2, 4, 2]], 28, block(0, 0, 1, 3))
        .text(48, 93, "its window", anchor="middle")
        .cells(60, 122, [[1, 2, 3, 4, 5, 6, 3]], 28, block(0, 2, 1, 3))
        .text(22, 141, "sum")
    )


class Conv3DTranspose(Transposed, title="Transposed convolution 3D", rank=3):
    """Lays a window of weights down for every value of a volume, and adds up what overlaps, so that the volume grows.

    Input shape: (slices, rows, columns, channels). Output shape: (slices', rows', columns', filters), larger by the
    strides.
    """

    keywords = ("deconvolution", "upconvolution", "decoder", "upsample", "convtranspose3d", "volume", "voxel")
    formula = r"y_{o,p,q,k} = f\Big(\sum_{h,i,j,c} W_{o-s h,\;p-s i,\;q-s j,\;k,\;c}\, x_{h,i,j,c} + b_k\Big)"
    when = "On the way up of a network that marks each voxel of a scan, such as a 3D U-Net."
    point = (
        "Doubling three axes makes eight values of one. Memory, not weights, is what ends such a network: the last, "
        "largest volumes take nearly all of it."
    )
    picture = (
        Sketch("Each value of two slices lays a window of 2 by 2 by 2 down, which makes four larger slices")
        .cells(10, 40, values(2, 2), 18, {(0, 0)}, ORANGE)
        .cells(56, 40, values(2, 2), 18)
        .arrow(98, 58, 118, 58)
        .cells(122, 36, values(4, 4), 11, block(0, 0, 2, 2))
        .cells(171, 36, values(4, 4), 11, block(0, 0, 2, 2))
        .cells(220, 36, values(4, 4), 11)
        .cells(269, 36, values(4, 4), 11)
        .text(51, 112, "2 of 2×2")
        .text(216, 112, "4 slices of 4×4, stride 2")
        .text(172, 22, "2×2×2 weights", color=BLUE)
    )


class DepthwiseConv2D(Depthwise, title="Depthwise convolution", rank=2):
    """Slides windows of weights over each channel of an image by itself: no channel sees another.

    Input shape: (rows, columns, channels). Output shape: (rows', columns', channels × depth_multiplier).
    """

    keywords = ("depthwise", "conv", "filter", "mobilenet", "efficient", "groups")
    formula = r"y_{i,j,\,c M+m} = f\Big(\sum_{u,v} W_{u,v,c,m}\, x_{s i+u,\;s j+v,\;c} + b_{c M+m}\Big)"
    when = "In small, fast networks, between two 1×1 convolutions that mix the channels."
    point = (
        "A convolution does two things at once: it looks around, and it mixes channels. This is the first alone, at a "
        "price that does not grow with the number of filters."
    )
    picture = (
        Sketch("Each channel has a window of its own and gives a channel of its own")
        .cells(30, 10, values(4, 4), 15, block(0, 1, 3, 3))
        .arrow(98, 40, 206, 40)
        .text(152, 30, "own weights", color=BLUE)
        .cells(216, 24, values(2, 2), 16, {(0, 1)})
        .cells(30, 90, values(4, 4), 15, block(0, 1, 3, 3), ORANGE)
        .arrow(98, 120, 206, 120)
        .text(152, 110, "own weights", color=ORANGE)
        .cells(216, 104, values(2, 2), 16, {(0, 1)}, ORANGE)
        .text(286, 44, "channel 1")
        .text(286, 124, "channel 2")
    )


class DepthwiseConv1D(Depthwise, title="Depthwise convolution 1D", rank=1):
    """Slides windows of weights over each channel of a sequence by itself: no channel sees another.

    Input shape: (steps, channels). Output shape: (steps', channels × depth_multiplier).
    """

    keywords = ("depthwise", "conv", "filter", "sequence", "signal", "sensor", "groups")
    formula = r"y_{t,\,c M+m} = f\Big(\sum_{u} W_{u,c,m}\, x_{s t+u,\;c} + b_{c M+m}\Big)"
    when = "Where each sensor or feature over time wants a filter of its own, before they are brought together."
    point = (
        "A filter in the engineer's sense: one signal in, the smoothed or differenced signal out. The weights say "
        "which it is, and they are learned for each signal."
    )
    picture = (
        Sketch("Each of two signals is filtered by weights of its own")
        .cells(24, 24, [[1, 3, 2, 5, 4, 1]], 24, block(0, 1, 1, 3))
        .arrow(172, 36, 204, 36)
        .cells(210, 24, values(1, 4), 24, {(0, 1)})
        .text(96, 66, "3 weights", color=BLUE)
        .cells(24, 92, [[0, 2, 2, 1, 6, 3]], 24, block(0, 1, 1, 3), ORANGE)
        .arrow(172, 104, 204, 104)
        .cells(210, 92, values(1, 4), 24, {(0, 1)}, ORANGE)
        .text(96, 134, "3 other weights", color=ORANGE)
    )


class SeparableConv2D(Separable, title="Separable convolution", rank=2):
    """Looks around in each channel of an image by itself, and then mixes the channels of each place.

    Input shape: (rows, columns, channels). Output shape: (rows', columns', filters).
    Source: Chollet (2017), "Xception: Deep Learning with Depthwise Separable Convolutions".
    """

    keywords = ("separable", "depthwise", "pointwise", "xception", "mobilenet", "efficient")
    formula = r"y_{i,j,k} = f\Big(\sum_{c,m} P_{c M+m,\,k} \sum_{u,v} D_{u,v,c,m}\, x_{s i+u,\;s j+v,\;c} + b_k\Big)"
    when = "In place of a convolution with many channels, where weights and time are short."
    point = (
        "Of 3×3×c weights a filter, 9 a channel and c a filter are left: eight or nine times less work, on the guess "
        "that where and what can be learned apart."
    )
    picture = (
        Sketch("Each channel has its own window; then each output is a weighted sum of the channels of a place")
        .cells(16, 6, values(3, 3), 15, block(0, 0, 2, 2))
        .cells(16, 57, values(3, 3), 15, block(0, 0, 2, 2))
        .cells(16, 108, values(3, 3), 15, block(0, 0, 2, 2))
        .arrow(68, 28, 128, 28)
        .arrow(68, 79, 128, 79)
        .arrow(68, 130, 128, 130)
        .text(98, 56, "around", color=BLUE)
        .web([(146, 28), (146, 79), (146, 130)], [(250, 54), (250, 104)])
        .text(200, 14, "1×1: mix")
        .text(286, 84, "2 filters")
    )


class SeparableConv1D(Separable, title="Separable convolution 1D", rank=1):
    """Looks around in each channel of a sequence by itself, and then mixes the channels of each step.

    Input shape: (steps, channels). Output shape: (steps', filters).
    """

    keywords = ("separable", "depthwise", "pointwise", "sequence", "signal", "keyword spotting", "efficient")
    formula = r"y_{t,k} = f\Big(\sum_{c,m} P_{c M+m,\,k} \sum_{u} D_{u,c,m}\, x_{s t+u,\;c} + b_k\Big)"
    when = "On long sequences of many channels, such as speech on a small device."
    point = (
        "A long window costs little here, since it is paid once a channel and not once a filter: nine steps instead of "
        "three add six weights a channel."
    )
    picture = (
        Sketch("Each channel of a sequence has its own window; then the channels of a step are mixed")
        .cells(14, 26, values(1, 5), 24, block(0, 1, 1, 3))
        .cells(14, 96, values(1, 5), 24, block(0, 1, 1, 3), ORANGE)
        .arrow(140, 38, 172, 38)
        .arrow(140, 108, 172, 108)
        .web([(190, 38), (190, 108)], [(264, 24), (264, 73), (264, 122)])
        .text(74, 74, "a window each", color=BLUE)
        .text(284, 150, "3 filters", anchor="middle")
        .text(190, 150, "mix")
    )
