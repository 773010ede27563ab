"""Operators that bring images to one size, by a fixed rule."""

from collections.abc import Iterator
from fractions import Fraction

from graphbuilder.calls import Call
from graphbuilder.fields import Fields
from graphbuilder.operators.families import PREPROCESSING
from graphbuilder.operators.fitting import RESCALING
from graphbuilder.operators.operator import REQUIRED, Look, Port, Span
from graphbuilder.operators.window import AXES, Grid
from graphbuilder.parameters import Choice, Number, Sizes, Whole, YesNo
from graphbuilder.repair import Repair, SetParameter
from graphbuilder.shapes import Axis, Phrase, Shape, show
from graphbuilder.sketches import BLUE, ORANGE, Sketch, block, values
from graphbuilder.tensors import Inputs, Numbers

PIXELS = (Port("in", takes=frozenset({Numbers.FLOAT})),)
"""One input of amounts: Keras would round what it works out of whole numbers."""
NO_PIXELS = f"Pixels are amounts: set the Input's numbers to amounts, or put a {RESCALING} of scale 1 before it."

_INTERPOLATIONS = {
    "bilinear": "Bilinear: blend 4 neighbours",
    "nearest": "Nearest: repeat or leave out",
    "bicubic": "Bicubic: blend 16, sharper",
    "area": "Area: mean of what lies under",
    "lanczos3": "Lanczos of 3: sharper still",
    "lanczos5": "Lanczos of 5: sharpest",
}
_OVERSHOOTS = ("bicubic", "lanczos3", "lanczos5")
_ASPECTS = ("crop_to_aspect_ratio", "pad_to_aspect_ratio")


class _Sized(Grid):
    """Makes images of one size, whatever theirs is."""

    rank = 2
    inputs = PIXELS
    of_other_numbers = NO_PIXELS
    is_linear = True

    height = Whole(64, low=1, high=10_000, keras_default=REQUIRED, help="Rows of what comes out.")
    width = Whole(64, low=1, high=10_000, keras_default=REQUIRED, help="Columns of what comes out.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        _, channels = self.grid(inputs, fields)
        return self.height, self.width, channels

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        yield f"rows: as set, {self.height}"
        yield f"columns: as set, {self.width}"

    def line(self) -> str:
        return f"to {self.height}×{self.width}"


class Resizing(_Sized, title="Resizing", family=PREPROCESSING):
    """Enlarges or shrinks images to one size, by blending the pixels that lie nearest.

    Input shape: (rows, columns, channels). Output shape: (height, width, channels).
    """

    keywords = ("resize", "scale", "interpolation", "bilinear", "bicubic", "image", "preprocessing")
    formula = r"y_{i,j,c} = \sum_{u,v} w(i s_r - u)\, w(j s_c - v)\, x_{u,v,c}"
    when = "Right behind an Input of images of any size, or to bring images to the size that a network was made for."
    point = (
        "A network with a Linear at its end needs one size. Shrinking without antialias keeps single pixels and "
        "drops those between: fine patterns come back as patterns that were never there."
    )
    picture = (
        Sketch("An image of 2 by 3 cells becomes one of 4 by 4, blended between its cells")
        .cells(24, 56, [[0, 4, 8], [8, 4, 0]], 24)
        .arrow(106, 80, 160, 80)
        .cells(182, 32, [[0, 3, 5, 8], [2, 3, 5, 6], [6, 5, 3, 2], [8, 5, 3, 0]], 24, block(1, 1, 2, 2), ORANGE)
    )

    interpolation = Choice("bilinear", choices=_INTERPOLATIONS, help="How new pixels are made of those that came.")
    crop_to_aspect_ratio = YesNo(False, more=True, help="Cut off what would be squeezed, so that nothing is distorted.")
    pad_to_aspect_ratio = YesNo(False, more=True, help="Fill what is left free, so that nothing is distorted or cut.")
    fill_value = Number(0.0, more=True, help="What is filled in where images are padded.")
    antialias = YesNo(False, more=True, help="Blend all pixels that lie under a new one when images shrink.")

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio:
            yield _ASPECTS[1], Phrase("cannot go with crop_to_aspect_ratio; received both")

    def parameter_repairs(self, name: str) -> Iterator[Repair]:
        if name in _ASPECTS:
            yield from (SetParameter(one, False) for one in reversed(_ASPECTS))

    def span(self, low: float, high: float) -> Span | None:
        if self.interpolation in _OVERSHOOTS:
            return None
        filled = (self.fill_value,) if self.pad_to_aspect_ratio else ()
        return min(low, *filled, high), max(low, *filled, high)

    def line(self) -> str:
        return f"{super().line()}, {self.interpolation}"


class CenterCrop(_Sized, title="Center crop", family=PREPROCESSING):
    """Cuts the middle out of images; of one that is smaller it enlarges the largest part of the same proportions.

    Input shape: (rows, columns, channels). Output shape: (height, width, channels).
    """

    keywords = ("crop", "cut", "middle", "image", "preprocessing")
    formula = r"y_{i,j,c} = x_{i + \lfloor (R-h)/2 \rfloor,\; j + \lfloor (C-w)/2 \rfloor,\; c}"
    when = "Where what matters is in the middle, or images have a rim that says nothing."
    point = (
        "Photographers put the subject in the middle: a network that is judged on crops is judged on easier pictures."
    )
    picture = (
        Sketch("The middle 2 by 2 cells are cut out of 4 by 4")
        .cells(30, 32, values(4, 4, lambda r, c: r * 4 + c + 1), 24, block(1, 1, 2, 2))
        .arrow(142, 80, 196, 80)
        .cells(216, 56, [[6, 7], [10, 11]], 24, block(0, 0, 2, 2))
    )
    keeps_range = True

    def looks(self, inputs: Inputs) -> list[Look] | None:
        rows, columns = inputs[0][:2]
        cut = (rows or self.height) >= self.height and (columns or self.width) >= self.width
        return [Look(), Look()] if cut else None

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        for place, name in enumerate(AXES[2]):
            have, kept = inputs[0][place], output[place]
            before = f", {(have - kept) // 2} cut off before" if have and kept and have >= kept else ""
            yield f"{name}: as set, {kept} of {show((have,))}{before}"


class Downsampling2D(Grid, title="Downsampling", family=PREPROCESSING):
    """Makes images smaller by a whole factor: by the mean of each block of pixels, or by keeping one pixel of each.

    Input shape: (rows, columns, channels). Output shape: (⌈rows / factor⌉, ⌈columns / factor⌉, channels).
    """

    keywords = ("subsample", "decimate", "shrink", "resize", "aliasing", "image", "preprocessing")
    formula = (
        r"y_{i,j,c} = \frac{1}{|b|} \sum_{u,v} x_{s i+u,\; s j+v,\; c} \quad or \quad y_{i,j,c} = x_{s i,\; s j,\; c}"
    )
    when = "Where images are larger than what is to be seen in them: a quarter of the pixels is a quarter of the work."
    point = (
        "Keeping every second pixel of a fine grid keeps either all lines or none: detail finer than the new pixels "
        "has to be averaged away first. Signal processing calls it aliasing."
    )
    picture = (
        Sketch("Of 2 by 2 cells the mean is kept, or the first alone")
        .cells(20, 32, [[8, 0, 8, 0], [0, 8, 0, 8], [8, 0, 8, 0], [0, 8, 0, 8]], 24, block(0, 0, 2, 2))
        .arrow(126, 62, 190, 44)
        .text(158, 40, "mean")
        .cells(204, 20, [[4, 4], [4, 4]], 24, {(0, 0)}, ORANGE)
        .arrow(126, 98, 190, 116)
        .text(158, 128, "first", color=BLUE)
        .cells(204, 92, [[8, 8], [8, 8]], 24, {(0, 0)}, BLUE)
    )
    rank = 2
    keeps_range = True
    is_linear = True
    needs_amounts = True

    factor = Sizes((2, 2), high=1000, help="How many rows and columns become one.")
    method = Choice(
        "mean",
        choices={"mean": "Mean of each block", "first": "The first pixel of each block"},
        help="What stands for a block of pixels.",
    )

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        (rows, columns), channels = self.grid(inputs, fields)
        return _part(rows, self.factor[0]), _part(columns, self.factor[1]), channels

    def looks(self, inputs: Inputs) -> list[Look]:
        return [Look(by if self.method == "mean" else 1, Fraction(by)) for by in self.factor]

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        for name, came, by, left in zip(AXES[2], inputs[0], self.factor, output, strict=False):
            yield f"{name}: ⌈{show((came,))} / {by}⌉ = {show((left,))}"

    def call(self, name: str) -> Call:
        by, told = self.factor, {"padding": "same", "name": name}
        if self.method == "mean":
            return Call("layers.AveragePooling2D", (by,), told)
        return Call("layers.MaxPooling2D", (1,), {"strides": by, **told})

    def line(self) -> str:
        return f"by {'×'.join(map(str, self.factor))}, {self.method}"


def _part(axis: Axis, by: int) -> Axis:
    return None if axis is None else -(-axis // by)
