"""Augmentation: images are changed at random while training, so that a network sees each of them in many ways."""

from collections.abc import Callable, Iterator, Sequence
from math import cos, sin
from typing import Any, ClassVar

from graphbuilder.calls import Argument, Call, Listed
from graphbuilder.fields import Fields
from graphbuilder.operators.families import AUGMENTATION
from graphbuilder.operators.operator import REQUIRED, ShapeFault, Span
from graphbuilder.operators.resizing import NO_PIXELS, PIXELS
from graphbuilder.operators.window import AXES, Grid
from graphbuilder.parameters import Choice, Number, NumberList, NumberOrNone, Whole
from graphbuilder.repair import TakeOut
from graphbuilder.shapes import Shape, is_known, show
from graphbuilder.sketches import BLUE, ORANGE, Points, Sketch, block, values
from graphbuilder.tensors import Inputs

_FILL_MODES = {
    "reflect": "Mirror the image at its edge",
    "constant": "One value",
    "nearest": "Repeat the edge",
    "wrap": "Go on at the opposite edge",
}
_INTERPOLATIONS = {"bilinear": "Bilinear: blend", "nearest": "Nearest: take one pixel"}


class Augmentation(Grid):
    """A change of images, drawn anew for each image and step; outside of training images pass as they are."""

    rank = 2
    inputs = PIXELS
    of_other_numbers = NO_PIXELS
    is_random = True
    keeps_values = True
    by_place = True
    needs_colours: ClassVar[bool] = False
    needs_sizes: ClassVar[bool] = False
    """Rows and columns must be known before the data are."""

    def takes_values(self) -> Span | None:
        return span_of(getattr(self, "value_range", ()))

    def leaves(self) -> float:
        """Share of an image's places that is still in it, on average of what is drawn."""
        return 1.0

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        grid, channels = self.grid(inputs, fields)
        if self.needs_colours and channels != 3:
            raise ShapeFault(
                "changes colours and needs 3 channels, red, green and blue; received {came}.",
                "What has other channels has no colours to change: take it out.",
                repairs=[TakeOut()],
                came=inputs[0],
            )
        if self.needs_sizes and not is_known(grid):
            raise ShapeFault(
                "needs known rows and columns; received {came}.",
                "Give the Input its rows and columns, or put a Resizing before it.",
                came=inputs[0],
            )
        return inputs[0]


class ValueRange(NumberList):
    """The least and the greatest value that comes in. Keras takes pixels of 0 to 255 where nothing is said."""

    def __init__(self, help: str = "Between which values pixels lie when they come in; beyond them they are cut off."):
        super().__init__((0.0, 1.0), least=2, longest=2, rising=True, keras_default=(0, 255), help=help)


def span_of(value_range: Sequence[float]) -> Span | None:
    """None of a list that has not two ends, which a document may hold."""
    return (value_range[0], value_range[1]) if len(value_range) == 2 else None


class Share(Number):
    """A share of the images. Keras draws a chance for each of them between two numbers, 0 being the first of one alone:
    their mean is the share. Given twice, it is the share itself."""

    def __init__(self, default: float, help: str) -> None:
        super().__init__(default, low=0.0, high=1.0, help=help, keras_default=1.0)

    def argument(self, value: float) -> Argument:
        return value, value


def amount(default: float, help: str, high: float = 1.0, **told: Any) -> Number:
    """How far a change goes."""
    return Number(default, low=0.0, high=high, help=help, **{"keras_default": REQUIRED, **told})


# Pictures

_FLAG: Sequence[Points] = ([(-22, 40), (-22, -40), (24, -40)], [(-22, -6), (12, -6)])
"""The strokes of an F: mirrored or turned, it is seen to be."""


def moved(told: str, change: Callable[[float, float], tuple[float, float]], named: str) -> Sketch:
    """An F in its frame, and what becomes of it. change: of places, from -60 to 60 across and down."""
    sketch = Sketch(told)
    for middle, place in ((78.0, lambda x, y: (x, y)), (242.0, change)):
        sketch.box(middle - 60, 14, 120, 120)
        for stroke in _FLAG:
            points = [place(x, y) for x, y in stroke]
            held = [(middle + max(-60, min(60, x)), 74 + max(-60, min(60, y))) for x, y in points]
            sketch.line(held, ORANGE if middle > 160 else BLUE, width=5)
    return sketch.arrow(144, 74, 176, 74).text(160, 154, named)


class _Moving(Augmentation):
    """Moves the pixels of an image to other places; what comes in from beyond its edges is made up."""

    fill_mode = Choice("reflect", choices=_FILL_MODES, more=True, help="What lies beyond the edges.")
    fill_value = Number(0.0, more=True, help="The value beyond the edges where it is one.")
    interpolation = Choice("bilinear", choices=_INTERPOLATIONS, more=True, help="How values between pixels are found.")


class RandomFlip(Augmentation, title="Random flip", family=AUGMENTATION):
    """Mirrors half of the images, drawn at random, while training; afterwards it does nothing.

    Input shape: (rows, columns, channels). Output shape: the same.
    """

    keywords = ("augmentation", "mirror", "image", "left", "right", "overfitting")
    formula = r"y_{i,j,c} = x_{i,\, C-1-j,\, c}\ \mathrm{or}\ x_{i,j,c}"
    when = "For photographs, whose left and right do not matter; not for letters and digits."
    point = (
        "A mirrored cat is a cat, so every picture counts twice. A mirrored b is a d: what an augmentation may do is "
        "said by the labels, not by the pixels."
    )
    picture = moved("An F is mirrored from left to right", lambda x, y: (-x, y), "one image of two")

    mode = Choice(
        "horizontal",
        choices={
            "horizontal": "Left and right",
            "vertical": "Top and bottom",
            "horizontal_and_vertical": "Both, each by itself",
        },
        keras_default="horizontal_and_vertical",
        help="What is swapped.",
    )

    def line(self) -> str:
        return self.mode.replace("_", " ")


class RandomRotation(_Moving, title="Random rotation", family=AUGMENTATION):
    """Turns every image by an angle drawn at random while training; afterwards it does nothing.

    Input shape: (rows, columns, channels). Output shape: the same.
    """

    keywords = ("augmentation", "rotate", "turn", "angle", "image", "overfitting")
    formula = r"y(p) = x(R_\alpha\, p), \quad \alpha \sim U(-2\pi f,\; 2\pi f)"
    when = "Where things are seen at a slant: handwriting by a little, cells and stars by any angle."
    point = (
        "A convolution finds a pattern wherever it lies, and not however it is turned. Turned examples teach what is "
        "not built in."
    )
    picture = moved(
        "An F is turned",
        lambda x, y: (x * cos(0.35) - y * sin(0.35), x * sin(0.35) + y * cos(0.35)),
        "by up to ± 360° × factor",
    )

    factor = amount(0.05, "The largest angle, as a share of a full turn: 0.05 is 18 degrees either way.")

    def line(self) -> str:
        return f"up to ± {360 * self.factor:.3g}°"


class RandomTranslation(_Moving, title="Random translation", family=AUGMENTATION):
    """Shifts every image up or down and left or right by shares drawn at random while training.

    Input shape: (rows, columns, channels). Output shape: the same. Afterwards it does nothing.
    """

    keywords = ("augmentation", "shift", "move", "image", "overfitting")
    formula = r"y_{i,j,c} = x_{i+a,\; j+b,\; c}, \quad a \sim U(-hR,\; hR),\ b \sim U(-wC,\; wC)"
    when = "Where things are centred in the data and will not be when the network is used."
    point = (
        "Flatten and Linear know every place apart: shift a digit by two pixels and it is another input to them. "
        "Shifted examples, or pooling, make up for it."
    )
    picture = moved("An F is shifted", lambda x, y: (x + 22, y - 14), "by up to ± height_factor, ± width_factor")

    height_factor = amount(0.1, "How far up or down at most, as a share of the rows.")
    width_factor = amount(0.1, "How far to the left or right at most, as a share of the columns.")

    def line(self) -> str:
        return f"± {self.height_factor:.3g} down, ± {self.width_factor:.3g} across"

    def leaves(self) -> float:
        return max(0.0, 1 - self.height_factor / 2) * max(0.0, 1 - self.width_factor / 2)


class RandomZoom(_Moving, title="Random zoom", family=AUGMENTATION):
    """Enlarges or shrinks what is in every image by a factor drawn at random while training.

    Input shape: (rows, columns, channels). Output shape: the same. Afterwards it does nothing.
    """

    keywords = ("augmentation", "scale", "enlarge", "shrink", "image", "overfitting")
    formula = r"y(p) = x(p \cdot z), \quad z \sim U(1 - f,\; 1 + f)"
    when = "Where the same things are seen from near and from far."
    point = "No operator of a network looks past size by itself; examples of several sizes teach it, or nothing does."
    picture = moved("An F is made smaller", lambda x, y: (0.62 * x, 0.62 * y), "by up to ± height_factor")

    height_factor = amount(0.1, "How much larger or smaller at most: 0.1 is from 0.9 to 1.1 of the rows.", 0.99)
    width_factor = NumberOrNone(
        none="as the height, so that nothing is squeezed", low=0.0, high=0.99, more=True,
        help="The same of the columns.",
    )  # fmt: skip

    def line(self) -> str:
        across = "" if self.width_factor is None else f", ± {self.width_factor:.3g} across"
        return f"± {self.height_factor:.3g}{across}"

    def leaves(self) -> float:
        """All where it is made smaller; where it is made larger, from a sight of 1 - factor to the whole of each axis,
        or of both by the same."""
        if self.width_factor is not None:
            return 0.5 + 0.5 * (1 - self.height_factor / 2) * (1 - self.width_factor / 2)
        nearest = 1 - self.height_factor
        return 0.5 + (1 + nearest + nearest**2) / 6


class _Slant(Number):
    """Keras draws the side by itself, and of a single number makes a range that it refuses when a model is loaded."""

    def __init__(self, default: float, help: str) -> None:
        super().__init__(default, low=0.0, high=1.0, help=help, keras_default=0.0)

    def argument(self, value: float) -> Argument:
        return 0.0, value


class RandomShear(_Moving, title="Random shear", family=AUGMENTATION):
    """Slants every image by an amount drawn at random while training; afterwards it does nothing.

    Input shape: (rows, columns, channels). Output shape: the same.
    """

    keywords = ("augmentation", "slant", "skew", "affine", "image", "overfitting")
    formula = r"y(u, v) = x(u + s_x v,\; v + s_y u), \quad s \sim U(-f,\; f)"
    when = "For handwriting, which leans to either side."
    point = "Flip, turn, zoom, shift and slant together are all that a 2 by 2 matrix and a shift can do to a picture."
    picture = moved("An F is slanted", lambda x, y: (x - 0.4 * y, y), "by up to ± x_factor")

    x_factor = _Slant(0.1, "How far rows slide over each other at most, as a share of the height.")
    y_factor = _Slant(0.0, "How far columns slide along each other at most, as a share of the width.")

    def line(self) -> str:
        return f"± {self.x_factor:.3g} across, ± {self.y_factor:.3g} down"


class RandomPerspective(Augmentation, title="Random perspective", family=AUGMENTATION):
    """Pulls the corners of images apart or together at random while training, as if seen from aside.

    Input shape: (rows, columns, channels), rows and columns known. Output shape: the same. Afterwards it does nothing.
    """

    keywords = ("augmentation", "warp", "homography", "camera", "image", "overfitting")
    formula = r"y(p) = x(H p), \quad H\ \mathrm{takes\ four\ corners\ to\ places\ drawn\ at\ random}"
    when = "For photographs of flat things taken from any side: signs, pages, labels."
    point = "What a camera does to a plane is a matrix of 3 by 3 followed by a division: four points tell all of it."
    picture = moved(
        "An F is seen from aside",
        lambda x, y: (x * (1 - y / 160), 0.8 * y + 0.1 * x),
        "corners move by up to scale / 2",
    )
    needs_sizes = True

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        """Of one row or column, corners lie on each other: there is no matrix that takes them apart."""
        rows, columns, _ = came = super().output_shape(inputs, fields)
        if 1 in (rows, columns):
            raise ShapeFault(
                "moves four corners and needs 2 rows and 2 columns; received {came}.",
                "What has one row or column has no corners: take it out.",
                repairs=[TakeOut()],
                came=came,
            )
        return came

    factor = Share(0.5, "The share of the images that are changed.")
    scale = Number(
        0.3, low=0.0, high=1.0, keras_default=1.0, help="How far corners move at most, in halves of the image."
    )
    fill_value = Number(0.0, more=True, help="The value beyond the edges.")
    interpolation = Choice("bilinear", choices=_INTERPOLATIONS, more=True, help="How values between pixels are found.")

    def line(self) -> str:
        return f"{self.factor:.3g} of images, scale {self.scale:.3g}"


class RandomCrop(Augmentation, title="Random crop", family=AUGMENTATION):
    """Cuts a part of one size out of every image, from a place drawn at random while training; afterwards the middle.

    Input shape: (rows, columns, channels), rows and columns known. Output shape: (height, width, channels).
    """

    keywords = ("augmentation", "cut", "crop", "image", "overfitting")
    formula = r"y_{i,j,c} = x_{i+a,\; j+b,\; c}, \quad a \sim U\{0..R-h\},\ b \sim U\{0..C-w\}"
    when = "Where images are larger than the network takes: each epoch sees other parts of them."
    point = (
        "In training it hides the rest of the picture, so that no single part of it can be relied upon. The middle is "
        "what it is judged on: scores are often better than in training."
    )
    picture = (
        Sketch("Parts of one size are cut from places drawn at random")
        .cells(30, 32, values(4, 4, lambda r, c: r * 4 + c + 1), 24, block(0, 1, 3, 3))
        .arrow(142, 80, 196, 80)
        .cells(216, 44, values(3, 3, lambda r, c: r * 4 + c + 2), 24, block(0, 0, 3, 3))
        .text(252, 138, "one of four places")
    )
    keeps_values = False
    keeps_range = True
    by_place = True
    needs_sizes = True

    height = Whole(32, low=1, high=10_000, keras_default=REQUIRED, help="Rows of what comes out.")
    width = Whole(32, low=1, high=10_000, keras_default=REQUIRED, help="Columns of what comes out.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        *_, channels = super().output_shape(inputs, fields)
        return self.height, self.width, channels

    def worked(self, inputs: Inputs, output: Shape) -> Iterator[str]:
        for name, came, size in zip(AXES[2], inputs[0], output, strict=False):
            yield f"{name}: as set, {show((size,))} of {show((came,))}"

    def call(self, name: str) -> Call:
        """Outside of training Keras' own RandomCrop leaves images as large as they came: what follows it does not."""
        kinds = {"random_crop": "layers.RandomCrop", "center_crop": "layers.CenterCrop"}
        parts = [Call(kind, (self.height, self.width), {"name": one}) for one, kind in kinds.items()]
        return Call("layers.Pipeline", (Listed(tuple(parts)),), {"name": name})

    def line(self) -> str:
        return f"to {self.height}×{self.width}"
