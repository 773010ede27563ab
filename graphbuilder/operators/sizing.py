"""Operators that cut a sequence, an image or a volume, put zeros around it, or repeat its values."""

from collections.abc import Iterator
from fractions import Fraction

from graphbuilder.fields import Fields
from graphbuilder.operators.families import SHAPE
from graphbuilder.operators.operator import REQUIRED, Look, ShapeFault
from graphbuilder.operators.window import AXES, Grid, by, one
from graphbuilder.parameters import ENDS, Choice, Edges, Params, Sizes
from graphbuilder.repair import SetParameter
from graphbuilder.shapes import Axis, Shape
from graphbuilder.sketches import BLUE, ORANGE, Sketch, block, values
from graphbuilder.tensors import Inputs

Pairs = list[tuple[int, int]]


class _UpSampling(Grid, family=SHAPE):
    """Each value several times, along every axis."""

    keeps_values = True
    needs_amounts = True

    size = Sizes((2,), high=1000, help="How often {axes} are repeated.")

    def looks(self, inputs: Inputs) -> list[Look]:
        return [Look(step=Fraction(1, times)) for times in self.size]

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        grid, channels = self.grid(inputs, fields)
        return *(None if axis is None else axis * times for axis, times in zip(grid, self.size, strict=True)), channels

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        for place, name in enumerate(AXES[self.rank]):
            yield f"{name}: {one(inputs[0][place])} × {self.size[place]} = {one(output[place])}"

    def line(self) -> str:
        return by(self.size) if self.rank > 1 else f"× {by(self.size)}"


_BLENDED = {"nearest": 1, "bilinear": 2, "bicubic": 4, "lanczos3": 6, "lanczos5": 10}
"""Of how many neighbours, along one axis, each way of finding new values makes them."""
_WITHIN = ("nearest", "bilinear")
"""The ways whose values lie between those of the neighbours."""


class UpSampling2D(_UpSampling, title="Upsampling", rank=2):
    """Repeats rows and columns, so that an image grows.

    Input shape: (rows, columns, channels). Output shape: (rows × size, columns × size, channels).
    """

    keywords = ("decoder", "resize", "nearest", "bilinear", "bicubic", "lanczos", "interpolation")
    formula = r"y_{i,j,c} = x_{\lfloor i/s \rfloor,\, \lfloor j/s \rfloor,\, c}"
    when = "In a decoder, to undo what pooling did to rows and columns."
    point = "It adds size and no knowledge. The convolution behind it learns what belongs between the pixels."
    picture = (
        Sketch("Each value is repeated over 2 by 2 cells")
        .cells(36, 58, [[1, 2], [3, 4]], 24, {(0, 0)}, ORANGE)
        .arrow(100, 82, 150, 82)
        .cells(170, 32, values(4, 4, lambda r, c: 1 + r // 2 * 2 + c // 2), 24, block(0, 0, 2, 2))
    )

    interpolation = Choice(
        "nearest",
        choices={
            "nearest": "Nearest: repeat",
            "bilinear": "Bilinear: blend",
            "bicubic": "Bicubic: smooth, of 4×4 neighbours",
            "lanczos3": "Lanczos: sharp, of 6×6 neighbours",
            "lanczos5": "Lanczos: sharp, of 10×10 neighbours",
        },
        help="How new values are found.",
    )

    def __init__(self, params: Params | None = None) -> None:
        super().__init__(params)
        if self.interpolation not in _WITHIN:
            self.keeps_values = self.keeps_range = False

    def looks(self, inputs: Inputs) -> list[Look]:
        blended = _BLENDED.get(self.interpolation, 1)
        return [Look(blended if times > 1 else 1, Fraction(1, times)) for times in self.size]

    def line(self) -> str:
        return f"{by(self.size)}, {self.interpolation}"


class UpSampling1D(_UpSampling, title="Upsampling 1D", rank=1):
    """Repeats every step, so that a sequence gets longer.

    Input shape: (steps, channels). Output shape: (steps × size, channels).
    """

    keywords = ("decoder", "resize", "repeat", "sequence", "signal")
    formula = r"y_{t,c} = x_{\lfloor t/s \rfloor,\, c}"
    when = "In a decoder of signals, to undo what pooling did to the steps."
    point = "A staircase comes out: each step is held until the next. What follows has to make a curve of it."
    picture = (
        Sketch("Each of 3 steps is repeated twice")
        .cells(100, 32, [[1, 2, 3]], 36, {(0, 1)}, ORANGE)
        .arrow(154, 72, 154, 98)
        .text(168, 90, "× 2", anchor="start")
        .cells(46, 104, [[1, 1, 2, 2, 3, 3]], 36, {(0, 2), (0, 3)})
    )


class UpSampling3D(_UpSampling, title="Upsampling 3D", rank=3):
    """Repeats slices, rows and columns, so that a volume grows.

    Input shape: (slices, rows, columns, channels). Output shape: (slices × size, rows × size, columns × size,
    channels).
    """

    keywords = ("decoder", "resize", "repeat", "volume", "voxel", "video")
    formula = r"y_{h,i,j,c} = x_{\lfloor h/s \rfloor,\, \lfloor i/s \rfloor,\, \lfloor j/s \rfloor,\, c}"
    when = "On the way up through volumes, in front of a convolution, where a transposed one leaves a chessboard."
    point = (
        "Twice along three axes is eight copies of every value, and eight times the memory for what was known before."
    )
    picture = (
        Sketch("Each value of one slice is repeated over 2 by 2 cells of two slices")
        .cells(24, 52, [[1, 2], [3, 4]], 26, {(0, 0)}, ORANGE)
        .text(50, 124, "1 slice")
        .arrow(88, 78, 114, 78)
        .cells(126, 40, values(4, 4, lambda r, c: 1 + r // 2 * 2 + c // 2), 21, block(0, 0, 2, 2))
        .cells(222, 40, values(4, 4, lambda r, c: 1 + r // 2 * 2 + c // 2), 21, block(0, 0, 2, 2))
        .text(216, 144, "2 slices")
    )


class _Edged(Grid, family=SHAPE):
    """So much more, or less, before and after each axis."""

    edges: str
    """The parameter that says how much."""
    sign: str
    is_linear = True
    by_place = True

    def _pairs(self) -> Pairs:
        sizes = self.params[self.edges]
        assert isinstance(sizes, tuple)
        return [sizes[place : place + 2] for place in range(0, 2 * self.rank, 2)]  # type: ignore[misc]

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        grid, channels = self.grid(inputs, fields)
        sign = 1 if self.sign == "+" else -1
        axes = zip(grid, self._pairs(), strict=True)
        return *(None if axis is None else axis + sign * sum(pair) for axis, pair in axes), channels

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        for name, had, (before, after), has in zip(AXES[self.rank], inputs[0], self._pairs(), output, strict=False):
            yield f"{name}: {one(had)} {self.sign} {before} {self.sign} {after} = {one(has)}"

    def line(self) -> str:
        """1 at each edge, or as many as at top, bottom, left and right."""
        sizes = [count for pair in self._pairs() for count in pair]
        if len({*sizes}) == 1:
            return f"{sizes[0]} at each {'end' if self.rank == 1 else 'edge'}"
        return ", ".join(f"{name} {count}" for count, name in zip(sizes, ENDS[len(sizes)], strict=True) if count)


class _Cropping(_Edged):
    keeps_range = True
    keeps_numbers = True
    edges, sign = "cropping", "-"

    cropping = Edges((1, 1), low=0, keras_default=REQUIRED, help="How many {axes} are cut off at each end.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        grid, _ = self.grid(inputs, fields)
        for name, have, pair in zip(AXES[self.rank], grid, self._pairs(), strict=True):
            if have is not None and sum(pair) >= have:
                spared = [size for axis in zip(grid, self._pairs(), strict=True) for size in _spared(*axis)]
                raise ShapeFault(
                    "cuts {cut} of {have} {what}, and nothing is left; received {came}.",
                    "Cut fewer {what}.",
                    "cropping",
                    repairs=[SetParameter("cropping", spared)],
                    cut=sum(pair),
                    have=have,
                    what=name,
                    came=inputs[0],
                )
        return super().output_shape(inputs, fields)


def _spared(have: Axis, edges: tuple[int, int]) -> tuple[int, int]:
    """How much may be cut off before and after, so that one at least of `have` is left."""
    if have is None:
        return edges
    before = min(edges[0], have - 1)
    return before, min(edges[1], have - 1 - before)


class Cropping2D(_Cropping, title="Cropping", rank=2):
    """Cuts rows and columns off the edges of an image.

    Input shape: (rows, columns, channels). Output shape: (rows - top - bottom, columns - left - right, channels).
    """

    keywords = ("crop", "cut", "edge", "skip")
    formula = r"y_{i,j,c} = x_{i+top,\, j+left,\, c}"
    when = "On a skip whose image is a row or a column larger than the one it is to meet."
    point = "What is cut off is lost to all that follows; padding the smaller image instead keeps everything."
    picture = (
        Sketch("Of 4 by 4 cells the top row and the left column are cut off")
        .cells(30, 26, values(4, 4, lambda r, c: r * 4 + c + 1), 26, block(1, 1, 3, 3))
        .arrow(146, 78, 196, 78)
        .cells(212, 39, values(3, 3, lambda r, c: r * 4 + c + 6), 26, block(0, 0, 3, 3))
    )


class Cropping1D(_Cropping, title="Cropping 1D", rank=1):
    """Cuts steps off the start and the end of a sequence.

    Input shape: (steps, channels). Output shape: (steps - start - end, channels).
    """

    keywords = ("crop", "cut", "trim", "sequence", "signal", "causal")
    formula = r"y_{t,c} = x_{t+start,\, c}"
    when = (
        "To bring a skip along a sequence to the length of valid convolutions, or to drop steps that saw only padding."
    )
    point = "Behind zeros at the front, the last steps of a causal convolution are what nobody has seen yet: cut them."
    picture = (
        Sketch("Of 6 steps the first and the last two are cut off")
        .cells(52, 36, [[1, 2, 3, 4, 5, 6]], 36, block(0, 1, 1, 3))
        .arrow(160, 76, 160, 100)
        .cells(106, 106, [[2, 3, 4]], 36, block(0, 0, 1, 3))
    )


class Cropping3D(_Cropping, title="Cropping 3D", rank=3):
    """Cuts slices, rows and columns off the sides of a volume.

    Input shape: (slices, rows, columns, channels). Output shape: (slices - front - back, rows - top - bottom,
    columns - left - right, channels).
    """

    keywords = ("crop", "cut", "edge", "skip", "volume", "voxel", "u-net")
    formula = r"y_{h,i,j,c} = x_{h+front,\, i+top,\, j+left,\, c}"
    when = "On the skips of a 3D U-Net with valid convolutions, whose way down is larger than its way up."
    point = (
        "A border of one voxel is more than half of a cube of four: 56 of 64 values. Borders are dear in three "
        "dimensions."
    )
    picture = (
        Sketch("Of 4 slices of 4 by 4 the outer ones and their borders are cut off")
        .cells(6, 26, values(4, 4), 15)
        .cells(72, 26, values(4, 4), 15, block(1, 1, 2, 2))
        .cells(138, 26, values(4, 4), 15, block(1, 1, 2, 2))
        .cells(204, 26, values(4, 4), 15)
        .text(134, 14, "4 slices")
        .arrow(136, 92, 136, 110)
        .cells(94, 116, values(2, 2), 18, block(0, 0, 2, 2))
        .cells(146, 116, values(2, 2), 18, block(0, 0, 2, 2))
        .text(232, 140, "2 of 2×2")
    )


class _ZeroPadding(_Edged):
    keeps_positive = True
    keeps_numbers = True
    edges, sign = "padding", "+"

    padding = Edges((1, 1), low=0, keras_default=REQUIRED, help="How many {axes} of zeros stand at each end.")

    def span(self, low: float, high: float) -> tuple[float, float] | None:
        return min(low, 0.0), max(high, 0.0)


class ZeroPadding2D(_ZeroPadding, title="Zero padding", rank=2):
    """Puts rows and columns of zeros around an image.

    Input shape: (rows, columns, channels). Output shape: (rows + top + bottom, columns + left + right, channels).
    """

    keywords = ("pad", "border", "edge", "skip")
    formula = r"y_{i,j,c} = x_{i-top,\, j-left,\, c}\ \mathrm{or}\ 0"
    when = "Where an image has to be a row or a column larger: before a convolution with strides, or on a skip."
    point = "Zeros are no pixels. Filters that lie on them see an edge that is not in the picture."
    picture = (
        Sketch("A row and a column of zeros are put around 2 by 2 cells")
        .cells(36, 58, [[1, 2], [3, 4]], 24, block(0, 0, 2, 2))
        .arrow(100, 82, 150, 82)
        .cells(170, 32, [[0, 0, 0, 0], [0, 1, 2, 0], [0, 3, 4, 0], [0, 0, 0, 0]], 24, block(1, 1, 2, 2))
    )


class ZeroPadding1D(_ZeroPadding, title="Zero padding 1D", rank=1):
    """Puts steps of zeros before and after a sequence.

    Input shape: (steps, channels). Output shape: (steps + start + end, channels).
    """

    keywords = ("pad", "border", "sequence", "signal", "causal")
    formula = r"y_{t,c} = x_{t-start,\, c}\ \mathrm{or}\ 0"
    when = (
        "Before a convolution along a sequence that is to keep its length, with all zeros in front to look back only."
    )
    point = "Two zeros in front of a window of three make it causal: a step then sees itself and the two before it."
    picture = (
        Sketch("Two steps of zeros are put before 4 steps")
        .cells(88, 36, [[1, 2, 3, 4]], 36, block(0, 0, 1, 4))
        .arrow(160, 76, 160, 100)
        .cells(52, 106, [[0, 0, 1, 2, 3, 4]], 36, block(0, 2, 1, 4))
        .text(88, 98, "start", color=BLUE)
    )


class ZeroPadding3D(_ZeroPadding, title="Zero padding 3D", rank=3):
    """Puts slices, rows and columns of zeros around a volume.

    Input shape: (slices, rows, columns, channels). Output shape: (slices + front + back, rows + top + bottom,
    columns + left + right, channels).
    """

    keywords = ("pad", "border", "edge", "skip", "volume", "voxel")
    formula = r"y_{h,i,j,c} = x_{h-front,\, i-top,\, j-left,\, c}\ \mathrm{or}\ 0"
    when = (
        "Where scans of fewer slices have to be as thick as the others, or a volume must divide by two on the way down."
    )
    point = "Slices of zeros look like air. Where zero is not air, rescale first, so that it is."
    picture = (
        Sketch("One slice of 2 by 2 gets a slice of zeros before and behind it, and zeros around it")
        .cells(20, 56, [[1, 2], [3, 4]], 24, block(0, 0, 2, 2))
        .arrow(74, 80, 94, 80)
        .cells(100, 48, values(4, 4, lambda r, c: 0), 16)
        .cells(174, 48, [[0, 0, 0, 0], [0, 1, 2, 0], [0, 3, 4, 0], [0, 0, 0, 0]], 16, block(1, 1, 2, 2))
        .cells(248, 48, values(4, 4, lambda r, c: 0), 16)
        .text(210, 136, "3 slices of 4×4")
    )
