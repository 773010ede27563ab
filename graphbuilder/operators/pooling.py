"""Operators that summarise each channel of a sequence, an image or a volume: in windows that slide, in as many windows
as are asked for, or all of it at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import ClassVar

from graphbuilder.calls import Argument, Call
from graphbuilder.fields import Fields
from graphbuilder.operators.families import POOLING
from graphbuilder.operators.masked import Masked, masked
from graphbuilder.operators.operator import REQUIRED, Look, ShapeFault, known_size
from graphbuilder.operators.window import AXES, CONVOLUTION_SUMS, PADDINGS, Grid, by, slide, stepping, window_sums
from graphbuilder.parameters import Choice, Sizes, YesNo
from graphbuilder.repair import Repair, Replace, SetParameter
from graphbuilder.shapes import Phrase, Shape, show, size
from graphbuilder.sketches import BLUE, ORANGE, Sketch, block, values
from graphbuilder.tensors import Inputs


class _Pooling(Grid, family=POOLING):
    """A window that slides over each channel, without weights."""

    keeps_range = True
    source = CONVOLUTION_SUMS
    needs_amounts = True

    pool_size = Sizes((2,), high=1000, keras_default=REQUIRED, help="{axes} of the window.")
    strides = Sizes(
        (2,), high=1000, keras_default=REQUIRED, keras_as="pool_size", help="How far the window moves each time."
    )
    padding = Choice("valid", choices=PADDINGS, help="Whether the window stays inside, or reaches over the edge.")

    def looks(self, inputs: Inputs) -> list[Look]:
        return [Look(span, Fraction(step)) for span, step in zip(self.pool_size, self.strides, strict=True)]

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        grid, channels = self.grid(inputs, fields)
        return *slide(grid, self.pool_size, self.strides, self.padding, "pool_size"), channels

    def work(self, inputs: Inputs, output: Shape) -> int:
        """Where in each window its largest value lies, as numbers of twice the size."""
        return 2 * size(output)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield from window_sums(inputs[0][:-1], self.pool_size, self.strides, self.padding)

    def line(self) -> str:
        return f"{by(self.pool_size)}{stepping(self.strides, self.pool_size)}, {self.padding}"


class MaxPooling2D(_Pooling, title="Max pooling", rank=2):
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


class MaxPooling1D(_Pooling, title="Max pooling 1D", rank=1):
    """Keeps the largest value of each few steps, so that a pattern counts whichever of them it was found at.

    Input shape: (steps, channels). Output shape: (steps', channels).
    """

    keywords = ("pool", "downsample", "subsample", "sequence", "signal")
    formula = r"y_{t,c} = \max_{u} x_{s t+u,\; c}"
    when = "After convolutions along a sequence, so that fewer steps follow and each has seen more of it."
    point = (
        "A shift by one step often changes nothing behind it. Behind several of them, a step stands for a long stretch."
    )
    picture = (
        Sketch("Of every 2 steps the larger value is kept")
        .cells(56, 34, [[1, 3, 2, 0, 5, 4]], 34, {(0, 0), (0, 1)})
        .arrow(90, 72, 102, 98)
        .text(124, 90, "max", anchor="start")
        .cells(86, 104, [[3, 2, 5]], 34, {(0, 0)}, ORANGE)
    )


class MaxPooling3D(_Pooling, title="Max pooling 3D", rank=3):
    """Keeps the largest value of each small cube of a volume.

    Input shape: (slices, rows, columns, channels). Output shape: (slices', rows', columns', channels).
    """

    keywords = ("pool", "downsample", "subsample", "volume", "voxel", "video")
    formula = r"y_{h,i,j,c} = \max_{t,u,v} x_{s h+t,\; s i+u,\; s j+v,\; c}"
    when = "After convolutions through a volume, to halve all three axes. For films of few frames leave the first at 1."
    point = "One value of eight stays. What is costly in three dimensions gets cheap in three dimensions as well."
    picture = (
        Sketch("Of each 2 by 2 by 2 values in two slices the largest is kept")
        .cells(10, 36, [[1, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 2], [2, 0, 3, 7]], 22, block(0, 0, 2, 2))
        .cells(106, 36, [[0, 6, 1, 1], [2, 1, 3, 0], [1, 1, 0, 4], [3, 2, 2, 1]], 22, block(0, 0, 2, 2))
        .text(100, 146, "2 slices")
        .arrow(204, 80, 238, 80)
        .text(221, 70, "max")
        .cells(250, 58, [[6, 3], [3, 7]], 22, {(0, 0)}, ORANGE)
    )


class AveragePooling2D(_Pooling, title="Average pooling", rank=2):
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


class AveragePooling1D(_Pooling, title="Average pooling 1D", rank=1):
    """Takes the mean of each few steps.

    Input shape: (steps, channels). Output shape: (steps', channels).
    """

    keywords = ("pool", "downsample", "mean", "moving average", "sequence", "signal")
    formula = r"y_{t,c} = \frac{1}{|w|} \sum_{u} x_{s t+u,\; c}"
    when = "To make a noisy signal slower and smoother before it is looked at."
    point = (
        "With a stride of 1 it is the moving average of every spreadsheet, and what wiggles faster than its "
        "window goes."
    )
    picture = (
        Sketch("Of every 2 steps the mean is taken")
        .cells(56, 34, [[1, 3, 2, 0, 5, 3]], 34, {(0, 0), (0, 1)})
        .arrow(90, 72, 102, 98)
        .text(124, 90, "mean", anchor="start")
        .cells(86, 104, [[2, 1, 4]], 34, {(0, 0)}, ORANGE)
    )

    is_linear = True


class AveragePooling3D(_Pooling, title="Average pooling 3D", rank=3):
    """Takes the mean of each small cube of a volume.

    Input shape: (slices, rows, columns, channels). Output shape: (slices', rows', columns', channels).
    """

    keywords = ("pool", "downsample", "mean", "volume", "voxel", "video")
    formula = r"y_{h,i,j,c} = \frac{1}{|w|} \sum_{t,u,v} x_{s h+t,\; s i+u,\; s j+v,\; c}"
    when = "To bring a scan to coarser voxels, or to blend neighbouring frames of a film."
    point = (
        "The mean of eight noisy voxels is nearly three times as sure as one: the noise falls with the root of eight."
    )
    picture = (
        Sketch("Of each 2 by 2 by 2 values in two slices the mean is taken")
        .cells(10, 36, [[1, 3, 2, 0], [4, 0, 1, 1], [0, 2, 5, 1], [2, 0, 3, 7]], 22, block(0, 0, 2, 2))
        .cells(106, 36, [[2, 2, 1, 1], [0, 4, 2, 0], [3, 5, 4, 4], [1, 3, 6, 2]], 22, block(0, 0, 2, 2))
        .text(100, 146, "2 slices")
        .arrow(204, 80, 238, 80)
        .text(221, 70, "mean")
        .cells(250, 58, [[2, 1], [2, 4]], 22, {(0, 0)}, ORANGE)
    )

    is_linear = True


class _GlobalPooling(Grid, family=POOLING):
    """One value of each channel."""

    keeps_range = True

    takes: ClassVar[str]
    """What is taken of all values of a channel, as the worked line has it."""

    keepdims = YesNo(False, more=True, help="Keep {axes} as axes of size 1.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        _, channels = self.grid(inputs, fields)
        return (*(1,) * self.rank, channels) if self.keepdims else (channels,)

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        if self.keepdims:
            yield from (f"{name}: one is left" for name in AXES[self.rank])
        yield f"channels: as they come in, {output[-1]}, each the {self.takes} of {show(inputs[0][:-1])} values"


class _GlobalAveragePooling(_GlobalPooling):
    takes = "mean"
    is_linear = True


class _GlobalMaxPooling(_GlobalPooling):
    needs_amounts = True
    takes = "largest"


class GlobalAveragePooling2D(_GlobalAveragePooling, title="Global average pooling", rank=2):
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


class GlobalAveragePooling1D(_GlobalAveragePooling, Masked, title="Global average pooling 1D", rank=1):
    """Takes the mean of every channel over all steps.

    Input shape: (steps, channels). Output shape: (channels,), or (1, channels) with keepdims.
    """

    keywords = ("pool", "gap", "mean", "sequence", "text", "bag of words")
    formula = r"y_c = \frac{1}{T} \sum_{t} x_{t,c}"
    when = (
        "Behind an Embedding or convolutions along a sequence, where its length differs and its order may be forgotten."
    )
    point = (
        "The mean of the vectors of all words tells what a text is about, and not what it says: their order is gone."
    )
    picture = (
        Sketch("The mean over all steps makes one value of each channel")
        .cells(30, 44, [[1, 3, 2, 6], [0, 4, 2, 2]], 34, block(0, 0, 1, 4))
        .text(98, 34, "4 steps, 2 channels")
        .arrow(180, 78, 232, 78)
        .text(206, 68, "mean")
        .cells(246, 44, [[3], [2]], 34, {(0, 0)}, ORANGE)
    )

    masked = masked()

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        shape = super().output_shape(Inputs.of([("in", inputs.on("in")[0])]), fields)
        self.hold_mask(inputs, inputs[0][:1])
        return shape

    def applied(self, values: Mapping[str, Sequence[Argument]]) -> Call:
        return Call("", (values["in"][0],), self.mask_told(values))


class GlobalAveragePooling3D(_GlobalAveragePooling, title="Global average pooling 3D", rank=3):
    """Takes the mean of every channel over the whole volume.

    Input shape: (slices, rows, columns, channels). Output shape: (channels,), or (1, 1, 1, channels) with keepdims.
    """

    keywords = ("pool", "gap", "mean", "volume", "voxel", "video")
    formula = r"y_c = \frac{1}{S R C} \sum_{h,i,j} x_{h,i,j,c}"
    when = "At the end of a network through volumes: a Flatten there would need millions of weights."
    point = "A scan has no fixed number of slices. Their mean has one size, however many there were."
    picture = (
        Sketch("The mean over all slices, rows and columns makes one value of a channel")
        .cells(16, 44, values(4, 4), 16, block(0, 0, 4, 4))
        .cells(86, 44, values(4, 4), 16, block(0, 0, 4, 4))
        .cells(156, 44, values(4, 4), 16, block(0, 0, 4, 4))
        .text(118, 132, "3 slices of one channel")
        .arrow(228, 76, 264, 76)
        .text(246, 66, "mean")
        .cells(274, 62, [[""]], 28, {(0, 0)}, ORANGE)
    )


class GlobalMaxPooling2D(_GlobalMaxPooling, title="Global max pooling", rank=2):
    """Takes the largest value of every channel over the whole image.

    Input shape: (rows, columns, channels). Output shape: (channels,), or (1, 1, channels) with keepdims.
    """

    keywords = ("pool", "gmp", "largest", "detection")
    formula = r"y_c = \max_{i,j} x_{i,j,c}"
    when = "At the end of a convolutional network that asks whether something is there, however small."
    point = "The strongest answer decides, and only the place that gave it is corrected when training: one of all."
    picture = (
        Sketch("Each channel becomes one number, its largest")
        .cells(28, 26, [[1, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 2], [2, 0, 3, 7]], 26, {(3, 3)})
        .arrow(146, 78, 210, 78)
        .text(178, 68, "max")
        .cells(228, 64, [[7]], 28, {(0, 0)}, ORANGE)
        .text(242, 112, "a channel")
    )


class GlobalMaxPooling1D(_GlobalMaxPooling, title="Global max pooling 1D", rank=1):
    """Takes the largest value of every channel over all steps.

    Input shape: (steps, channels). Output shape: (channels,), or (1, channels) with keepdims.
    """

    keywords = ("pool", "gmp", "largest", "sequence", "text", "max over time")
    formula = r"y_c = \max_{t} x_{t,c}"
    when = "Behind convolutions along a sequence, where one telling step is enough: a word, a beat, a spike."
    point = (
        "Max over time: each filter says whether its few words stood anywhere in the text. With convolutions of "
        "several widths it made the first good classifier of sentences by a network (Kim, 2014)."
    )
    picture = (
        Sketch("The largest over all steps makes one value of each channel")
        .cells(30, 44, [[1, 3, 2, 6], [0, 4, 2, 2]], 34, {(0, 3), (1, 1)})
        .text(98, 34, "4 steps, 2 channels")
        .arrow(180, 78, 232, 78)
        .text(206, 68, "max")
        .cells(246, 44, [[6], [4]], 34, {(0, 0), (1, 0)}, ORANGE)
    )


class GlobalMaxPooling3D(_GlobalMaxPooling, title="Global max pooling 3D", rank=3):
    """Takes the largest value of every channel over the whole volume.

    Input shape: (slices, rows, columns, channels). Output shape: (channels,), or (1, 1, 1, channels) with keepdims.
    """

    keywords = ("pool", "gmp", "largest", "volume", "voxel", "video")
    formula = r"y_c = \max_{h,i,j} x_{h,i,j,c}"
    when = "Where a single spot in a scan, or a single moment of a film, is what is asked for."
    point = "A nodule fills a hundred voxels of a million. Their mean would drown it; the largest value does not."
    picture = (
        Sketch("The largest over all slices, rows and columns makes one value of a channel")
        .cells(16, 44, values(4, 4), 16)
        .cells(86, 44, values(4, 4, lambda r, c: "9" if (r, c) == (1, 2) else ""), 16, {(1, 2)})
        .cells(156, 44, values(4, 4), 16)
        .text(118, 132, "3 slices of one channel")
        .arrow(228, 76, 264, 76)
        .text(246, 66, "max")
        .cells(274, 62, [[9]], 28, {(0, 0)}, ORANGE)
    )


class _AdaptivePooling(Grid, family=POOLING):
    """As many windows as are asked for: the i-th of m over n values goes from ⌊i n / m⌋ to before ⌈(i + 1) n / m⌉."""

    keeps_range = True
    source = "Windows: PyTorch's AdaptiveAvgPool, as keras.ops.adaptive_average_pool has them"
    needs_amounts = True

    output_size = Sizes((4,), high=1000, keras_default=REQUIRED, help="{axes} that come out.")

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        """Keras lays windows of one more than needed as well, which one window over an axis has no room for."""
        if 1 in self.output_size:
            says = "must be at least 2 along each axis, since one window is a global pooling; received 1"
            yield "output_size", Phrase(says)

    def parameter_repairs(self, name: str) -> Iterable[Repair]:
        twos = SetParameter("output_size", [max(2, count) for count in self.output_size])
        alone = {*self.output_size} == {1}
        return (Replace(self.kind.replace("Adaptive", "Global"), {"keepdims": True}), twos) if alone else (twos,)

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        _, channels = self.grid(inputs, fields)
        for place, name in enumerate(AXES[self.rank]):
            if known_size(inputs[0], place, name) == 1:
                raise ShapeFault("needs at least 2 {what}; received {came}.", what=name, came=inputs[0])
        return *self.output_size, channels

    def _axes(self, inputs: Inputs) -> Iterator[tuple[str, int, int]]:
        """Of each axis the name, how long it is, and how many windows it is divided among."""
        for place, (name, count) in enumerate(zip(AXES[self.rank], self.output_size, strict=True)):
            yield name, known_size(inputs[0], place, name), count

    def looks(self, inputs: Inputs) -> list[Look]:
        return [
            Look(_window_sizes(length, count)[-1], Fraction(length, count)) for _, length, count in self._axes(inputs)
        ]

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        for name, length, count in self._axes(inputs):
            sizes = " or ".join(map(str, _window_sizes(length, count)))
            yield f"{name}: as set, {count}, of windows of {sizes} over {length}"

    def kept(self, inputs: Inputs, output: Shape) -> int:
        """Along each axis in turn Keras lays windows of two sizes at every place, and picks of them."""
        sizes, laid = list(inputs[0]), 0
        for place, (_, length, count) in enumerate(self._axes(inputs)):
            window = -(-length // count)
            sizes[place] = 2 * (length - window) + 1
            laid += size(tuple(sizes))
            sizes[place] = count
        return laid

    def work(self, inputs: Inputs, output: Shape) -> int:
        """Of each axis windows of both sizes are there by themselves, joined, and as their gradients."""
        return 2 * self.kept(inputs, output)

    def line(self) -> str:
        return f"to {by(self.output_size)}"


def _window_sizes(length: int, count: int) -> list[int]:
    """The sizes that `count` windows over a length have, as they come round again."""
    different = count // gcd(length, count)
    ends = ((place * length // count, -(-(place + 1) * length // count)) for place in range(different))
    return sorted({end - start for start, end in ends})


class _AdaptiveAveragePooling(_AdaptivePooling):
    is_linear = True


class AdaptiveAveragePooling2D(_AdaptiveAveragePooling, title="Adaptive average pooling", rank=2):
    """Takes the mean of as many windows as are asked for, whatever the size of the image.

    Input shape: (rows, columns, channels). Output shape: (rows', columns', channels), those of output_size.
    """

    keywords = ("pool", "adaptive", "mean", "adaptiveavgpool2d", "spatial pyramid")
    formula = (
        r"y_{i,j,c} = \mathrm{mean}\{x_{u,v,c} : \lfloor i R/r \rfloor \le u < \lceil (i{+}1) R/r \rceil, \ldots\}"
    )
    when = "Before a Flatten, so that Linear operators behind it fit images of any size."
    point = (
        "You say what comes out, and the windows follow from what comes in. One window alone would be the global mean."
    )
    picture = (
        Sketch("Five rows and columns are divided among 2 by 2 windows, which share the middle ones")
        .cells(30, 20, values(5, 5), 24, block(0, 0, 3, 3))
        .box(80, 70, 68, 68, color=ORANGE)
        .arrow(164, 80, 214, 80)
        .text(189, 70, "mean")
        .cells(226, 54, values(2, 2), 26, {(0, 0)})
        .box(253, 81, 24, 24, color=ORANGE)
        .text(90, 156, "5×5 to 2×2")
    )


class AdaptiveAveragePooling1D(_AdaptiveAveragePooling, title="Adaptive average pooling 1D", rank=1):
    """Takes the mean of as many stretches as are asked for, however long the sequence is.

    Input shape: (steps, channels). Output shape: (output_size, channels).
    """

    keywords = ("pool", "adaptive", "mean", "adaptiveavgpool1d", "sequence", "resample")
    formula = r"y_{i,c} = \mathrm{mean}\{x_{t,c} : \lfloor i T/m \rfloor \le t < \lceil (i{+}1) T/m \rceil\}"
    when = "To bring signals of one recorded length to another, a few values each."
    point = "Where the lengths do not divide, neighbouring stretches share a step, and so no step is left out."
    picture = (
        Sketch("Five steps are divided among three windows, which share steps; each gives its mean")
        .cells(76, 20, [[2, 4, 3, 5, 1]], 34)
        .line([(78, 66), (142, 66)], BLUE, width=4)
        .line([(112, 76), (210, 76)], ORANGE, width=4)
        .line([(180, 66), (244, 66)], BLUE, width=4)
        .arrow(161, 84, 161, 104)
        .text(176, 98, "mean", anchor="start")
        .cells(110, 108, [[3, 4, 3]], 34, {(0, 1)}, ORANGE)
    )


class AdaptiveAveragePooling3D(_AdaptiveAveragePooling, title="Adaptive average pooling 3D", rank=3):
    """Takes the mean of as many boxes as are asked for, whatever the size of the volume.

    Input shape: (slices, rows, columns, channels). Output shape: (slices', rows', columns', channels), those of
    output_size.
    """

    keywords = ("pool", "adaptive", "mean", "adaptiveavgpool3d", "volume", "video")
    formula = (
        r"y_{h,i,j,c} = \mathrm{mean}\{x_{t,u,v,c} : \lfloor h S/s \rfloor \le t < \lceil (h{+}1) S/s \rceil, \ldots\}"
    )
    when = "To give films or scans of one size to a head that was made for another."
    point = "Each axis is divided by itself, so a box is wherever its three stretches meet."
    picture = (
        Sketch("Three slices of 4 by 4 become one slice of 2 by 2")
        .cells(16, 44, values(4, 4), 16, block(0, 0, 2, 2))
        .cells(86, 44, values(4, 4), 16, block(0, 0, 2, 2))
        .cells(156, 44, values(4, 4), 16, block(0, 0, 2, 2))
        .text(118, 132, "3×4×4 to 1×2×2")
        .arrow(228, 76, 262, 76)
        .text(245, 66, "mean")
        .cells(270, 58, values(2, 2), 18, {(0, 0)}, ORANGE)
    )


class AdaptiveMaxPooling2D(_AdaptivePooling, title="Adaptive max pooling", rank=2):
    """Keeps the largest value of as many windows as are asked for, whatever the size of the image.

    Input shape: (rows, columns, channels). Output shape: (rows', columns', channels), those of output_size.
    """

    keywords = ("pool", "adaptive", "largest", "adaptivemaxpool2d", "region of interest", "roi")
    formula = r"y_{i,j,c} = \max\{x_{u,v,c} : \lfloor i R/r \rfloor \le u < \lceil (i{+}1) R/r \rceil, \ldots\}"
    when = "To bring regions of several sizes to one, as detectors of objects do before they name what is in them."
    point = (
        "A pattern at the edge of two windows is found in both, since windows that do not divide evenly share places."
    )
    picture = (
        Sketch("The largest of each of 2 by 2 windows over three rows and columns, which share the middle ones")
        .cells(36, 34, [[1, 3, 2], [4, 0, 1], [0, 2, 5]], 32, block(0, 0, 2, 2))
        .box(70, 68, 60, 60, color=ORANGE)
        .arrow(150, 82, 210, 82)
        .text(180, 72, "max")
        .cells(222, 52, [[4, 3], [4, 5]], 32, {(0, 0)})
        .box(256, 86, 28, 28, color=ORANGE)
    )


class AdaptiveMaxPooling1D(_AdaptivePooling, title="Adaptive max pooling 1D", rank=1):
    """Keeps the largest value of as many stretches as are asked for, however long the sequence is.

    Input shape: (steps, channels). Output shape: (output_size, channels).
    """

    keywords = ("pool", "adaptive", "largest", "adaptivemaxpool1d", "sequence", "envelope")
    formula = r"y_{i,c} = \max\{x_{t,c} : \lfloor i T/m \rfloor \le t < \lceil (i{+}1) T/m \rceil\}"
    when = "To keep the peaks of a long signal in a few values, in their order."
    point = (
        "Between the global maximum, which forgets all order, and plain pooling, whose length depends on the input's."
    )
    picture = (
        Sketch("Five steps are divided among three windows, which share steps; each gives its largest")
        .cells(76, 20, [[2, 4, 3, 5, 1]], 34)
        .line([(78, 66), (142, 66)], BLUE, width=4)
        .line([(112, 76), (210, 76)], ORANGE, width=4)
        .line([(180, 66), (244, 66)], BLUE, width=4)
        .arrow(161, 84, 161, 104)
        .text(176, 98, "max", anchor="start")
        .cells(110, 108, [[4, 5, 5]], 34, {(0, 1)}, ORANGE)
    )


class AdaptiveMaxPooling3D(_AdaptivePooling, title="Adaptive max pooling 3D", rank=3):
    """Keeps the largest value of as many boxes as are asked for, whatever the size of the volume.

    Input shape: (slices, rows, columns, channels). Output shape: (slices', rows', columns', channels), those of
    output_size.
    """

    keywords = ("pool", "adaptive", "largest", "adaptivemaxpool3d", "volume", "video")
    formula = r"y_{h,i,j,c} = \max\{x_{t,u,v,c} : \lfloor h S/s \rfloor \le t < \lceil (h{+}1) S/s \rceil, \ldots\}"
    when = "To keep the brightest spots of a volume in a coarse map of fixed size."
    point = (
        "Where in the coarse map a value stands says in which part of the body, or which second of the film, it was."
    )
    picture = (
        Sketch("The largest of three slices of 4 by 4, in one slice of 2 by 2")
        .cells(16, 44, values(4, 4, lambda r, c: "6" if (r, c) == (0, 1) else ""), 16, block(0, 0, 2, 2))
        .cells(86, 44, values(4, 4, lambda r, c: "8" if (r, c) == (1, 0) else ""), 16, block(0, 0, 2, 2))
        .cells(156, 44, values(4, 4, lambda r, c: "3" if (r, c) == (1, 1) else ""), 16, block(0, 0, 2, 2))
        .text(118, 132, "3×4×4 to 1×2×2")
        .arrow(228, 76, 262, 76)
        .text(245, 66, "max")
        .cells(270, 58, [[8, ""], ["", ""]], 18, {(0, 0)}, ORANGE)
    )
