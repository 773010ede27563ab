"""Augmentation that leaves places as they are and changes what pixels are: brightness, colour, sharpness, gaps."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from math import cos, sin

from graphbuilder.calls import Argument
from graphbuilder.fields import Fields
from graphbuilder.operators.augmentation import Augmentation, Share, ValueRange, amount, span_of
from graphbuilder.operators.families import AUGMENTATION, PREPROCESSING
from graphbuilder.operators.operator import REQUIRED, Span
from graphbuilder.operators.resizing import NO_PIXELS, PIXELS
from graphbuilder.operators.window import Grid
from graphbuilder.parameters import Number, NumberList, NumberOrNone, Odd, OrNone, Whole
from graphbuilder.repair import Repair, SetParameter
from graphbuilder.shapes import Phrase, Shape
from graphbuilder.sketches import BLUE, ORANGE, Sketch, before_and_after, bell, block, values
from graphbuilder.tensors import Inputs

# Pictures


def _cells(
    told: str, change: Callable[[int, int], object], named: str, marked: Collection[tuple[int, int]] = ()
) -> Sketch:
    """Pixels of 0 to 9, and what becomes of them."""
    return (
        Sketch(told)
        .cells(30, 32, values(4, 4, _pixel), 24)
        .arrow(136, 80, 184, 80)
        .text(160, 70, named)
        .cells(196, 32, values(4, 4, change), 24, marked or block(0, 0, 4, 4), ORANGE)
    )


def _pixel(row: int, column: int) -> int:
    return (row * 3 + column * 2 + 1) % 10


def _held(value: float) -> int:
    return round(max(0.0, min(9.0, value)))


def _colours(told: str, before: Sequence[float], after: Sequence[float], named: str) -> Sketch:
    """Red, green and blue of one pixel, and what becomes of them."""
    sketch = Sketch(told).arrow(140, 80, 180, 80).text(160, 70, named)
    for left, heights, color in ((24, before, BLUE), (196, after, ORANGE)):
        most = max(heights)
        sketch.bars(heights, left, 126, 100, 96 * most, color)
        for place, name in enumerate("RGB"):
            sketch.text(left + 14 + 33 * place, 144, name)
    return sketch


def _rubber(told: str) -> Sketch:
    """A grid, and the same on rubber that is pulled here and there."""

    def pulled(row: int, column: int) -> tuple[float, float]:
        return 200 + 20 * column + 7 * sin(1.3 * row + column), 24 + 20 * row + 6 * cos(1.1 * column - 0.7 * row)

    sketch = Sketch(told).cells(30, 24, values(5, 5), 20).arrow(146, 75, 182, 75)
    for one in range(6):
        sketch.line([pulled(one, other) for other in range(6)], ORANGE, width=1.6)
        sketch.line([pulled(other, one) for other in range(6)], ORANGE, width=1.6)
    return sketch


_SUNSET = (0.9, 0.5, 0.2)


class RandomErasing(Augmentation, title="Random erasing", family=AUGMENTATION):
    """Covers a rectangle of some images, at a place and of a size drawn at random while training.

    Input shape: (rows, columns, channels), rows and columns known. Output shape: the same.
    Afterwards it does nothing.
    Source: Zhong et al. (2017), "Random Erasing Data Augmentation".
    """

    keywords = ("augmentation", "cutout", "occlusion", "hide", "dropout", "image", "overfitting")
    formula = r"y_p = v\ \mathrm{for}\ p \in box,\ \mathrm{else}\ x_p"
    when = "Where things are partly hidden when the network is used, and against relying on one detail."
    point = (
        "Dropout for pixels that lie together: a network that knows a cat by its ears alone has to look for the rest."
    )
    picture = (
        Sketch("A rectangle of an image is covered")
        .cells(30, 20, values(5, 5, lambda r, c: (r * 3 + c * 2) % 10), 22)
        .arrow(150, 75, 190, 75)
        .cells(204, 20, values(5, 5, lambda r, c: "" if 1 <= r < 4 and 2 <= c < 4 else (r * 3 + c * 2) % 10), 22,
               block(1, 2, 3, 2), ORANGE)
    )  # fmt: skip

    needs_sizes = True

    factor = Share(0.5, "The share of the images that are covered in part.")
    scale = NumberList(
        (0.02, 0.33), low=0.0, high=1.0, least=2, longest=2, rising=True,
        help="Of which share of the image the rectangle is, at least and at most.",
    )  # fmt: skip
    fill_value = NumberOrNone(none="noise", help="What covers it.")
    value_range = ValueRange("Between which values pixels lie; noise reaches to the greatest.")

    def line(self) -> str:
        return f"{self.factor:.3g} of images"


class RandomBrightness(Augmentation, title="Random brightness", family=AUGMENTATION):
    """Adds one number, drawn at random while training, to all pixels of an image, and cuts off at the range's ends.

    Input shape: (rows, columns, channels). Output shape: the same. Afterwards it does nothing.
    """

    keywords = ("augmentation", "light", "dark", "exposure", "image", "overfitting")
    formula = r"y = \mathrm{clip}(x + b), \quad b \sim U(-f,\; f) \cdot (high - low)"
    when = "For photographs, taken in any light."
    point = "To eyes, light and shade are the same thing seen twice. To a network every value is another at first."
    picture = _cells("2 is added to every pixel, and 9 is the most", lambda r, c: _held(_pixel(r, c) + 2), "+ 2")

    factor = amount(0.2, "How much is added or taken away at most, as a share of the range.")
    value_range = ValueRange()

    def line(self) -> str:
        return f"± {self.factor:.3g}"


class RandomContrast(Augmentation, title="Random contrast", family=AUGMENTATION):
    """Pulls the pixels of a channel away from their mean or towards it, by a factor drawn at random while training.

    Input shape: (rows, columns, channels). Output shape: the same. Afterwards it does nothing.
    """

    keywords = ("augmentation", "haze", "light", "image", "overfitting")
    formula = r"y = \mathrm{clip}(\mu + a (x - \mu)), \quad a \sim U(1 - f,\; 1 + f)"
    when = "For photographs, some of them hazy, and scans that differ from machine to machine."
    point = "What tells things apart is differences between pixels. This changes their size and leaves their signs."
    picture = _cells(
        "Pixels are pulled to their mean by a half", lambda r, c: _held(4.5 + 0.5 * (_pixel(r, c) - 4.5)), "× 0.5"
    )

    factor = amount(0.2, "How much less or more contrast there is at most: 0.2 is from 0.8 to 1.2 of it.")
    value_range = ValueRange()

    def arguments(self) -> dict[str, Argument]:
        """Keras takes a single number as what is added to contrast alone, so both ways are given."""
        return super().arguments() | {"factor": (self.factor, self.factor)}

    def line(self) -> str:
        return f"± {self.factor:.3g}"


class RandomHue(Augmentation, title="Random hue", family=AUGMENTATION):
    """Turns the colours of an image along the colour wheel, by an angle drawn at random while training.

    Input shape: (rows, columns, 3). Output shape: the same. Afterwards it does nothing.
    """

    keywords = ("augmentation", "colour", "color", "hsv", "tint", "image", "overfitting")
    formula = r"h' = h + a, \quad a \sim U(-f/2,\; f/2)"
    when = "Where things come in any colour, or light is now yellow, now blue."
    point = "It tells a network that colour says nothing. Of fruit that ripens from green to red that is a lie."
    picture = _colours("Red, green and blue change places as the colour is turned", _SUNSET, (0.2, 0.9, 0.5), "hue")
    needs_colours = True

    factor = amount(0.1, "How far colours are turned at most: 1 is half of the wheel either way.")
    value_range = ValueRange()

    def line(self) -> str:
        return f"± {self.factor:.3g}"


class RandomSaturation(Augmentation, title="Random saturation", family=AUGMENTATION):
    """Makes the colours of an image paler or stronger, by a factor drawn at random while training.

    Input shape: (rows, columns, 3). Output shape: the same. Afterwards it does nothing.
    """

    keywords = ("augmentation", "colour", "color", "hsv", "pale", "image", "overfitting")
    formula = r"s' = \min(1,\; s \cdot \frac{f}{1 - f}), \quad f \sim U(low,\; high)"
    when = "For photographs of many cameras, which agree on shapes and not on colours."
    point = (
        "Half way to grey there is still a picture: what a network has to keep is form, and colour only where it helps."
    )
    picture = _colours("Red, green and blue come nearer to each other", _SUNSET, (0.9, 0.7, 0.55), "paler")
    needs_colours = True

    factor = NumberList(
        (0.4, 0.6), low=0.0, high=0.99, least=2, longest=2, rising=True, keras_default=REQUIRED,
        help="Least and most: 0 is grey, 0.5 as it came, towards 1 ever stronger.",
    )  # fmt: skip

    def arguments(self) -> dict[str, Argument]:
        """Keras holds saturation itself within the range, and that lies from 0 to 1 whatever pixels are."""
        return super().arguments() | {"value_range": (0.0, 1.0)}

    def line(self) -> str:
        return " to ".join(f"{one:.3g}" for one in self.factor)


def _part(default: float, like: str) -> NumberOrNone:
    return NumberOrNone(default=default, none="as it is", low=0.0, high=1.0, keras_default=None, help=f"As of {like}.")


class RandomColorJitter(Augmentation, title="Random colour jitter", family=AUGMENTATION):
    """Changes brightness, contrast, saturation and hue of an image one after the other, each at random while training.

    Input shape: (rows, columns, 3). Output shape: the same. Afterwards it does nothing.
    """

    keywords = ("augmentation", "color", "brightness", "contrast", "saturation", "hue", "image", "overfitting")
    formula = r"y = hue(saturation(contrast(brightness(x))))"
    when = "As one node for all that light and cameras do to colours; the usual start for photographs."
    point = (
        "Light, haze, film and lamp: what differs from picture to picture of the same thing, gathered in four numbers."
    )
    picture = _colours("Red, green and blue all change a little", _SUNSET, (0.8, 0.6, 0.35), "jitter")
    needs_colours = True

    brightness_factor = _part(0.2, "Random brightness")
    contrast_factor = _part(0.2, "Random contrast")
    saturation_factor = OrNone(
        NumberList((0.4, 0.6), low=0.0, high=0.99, least=2, longest=2, rising=True, help=""), default=(0.4, 0.6),
        none="as it is", keras_default=None, help="As of Random saturation: least and most; 0.5 is as it came.",
    )  # fmt: skip
    hue_factor = _part(0.05, "Random hue")
    value_range = ValueRange()

    def parameter_faults(self) -> Iterator[tuple[str, Phrase]]:
        if self.saturation_factor is not None and self.value_range[-1] > 1:
            says = "must end at 1 where saturation changes: so Keras has it; received {received:g}"
            yield "value_range", Phrase(says, received=self.value_range[-1])

    def parameter_repairs(self, name: str) -> Iterable[Repair]:
        if name == "value_range":
            return SetParameter("saturation_factor", None), SetParameter("value_range", [0.0, 1.0])
        return ()

    def arguments(self) -> dict[str, Argument]:
        """Both ways of contrast, as of Random contrast."""
        told, contrast = super().arguments(), self.contrast_factor
        return told if contrast is None else told | {"contrast_factor": (contrast, contrast)}


class RandomColorDegeneration(Augmentation, title="Random colour loss", family=AUGMENTATION):
    """Blends every image with its own grey, by a share drawn at random while training.

    Input shape: (rows, columns, 3). Output shape: the same. Afterwards it does nothing.
    """

    keywords = ("augmentation", "color", "degeneration", "grey", "fade", "image", "overfitting")
    formula = r"y = (1 - a)\, x + a\, grey(x), \quad a \sim U(0,\; f)"
    when = "Where some pictures are faded, or a network looks at colours more than it should."
    point = "Between colour and grey lie all faded photographs: one straight line in the space of pictures."
    picture = _colours("Red, green and blue go half of the way to their grey", _SUNSET, (0.74, 0.54, 0.39), "half grey")
    needs_colours = True

    factor = amount(0.5, "How much of the colour is lost at most: 1 is all of it.")
    value_range = ValueRange()

    def line(self) -> str:
        return f"up to {self.factor:.3g}"


class RandomGrayscale(Augmentation, title="Random greyscale", family=AUGMENTATION):
    """Makes some images grey, drawn at random while training, and keeps their three channels.

    Input shape: (rows, columns, 3). Output shape: the same. Afterwards it does nothing.
    """

    keywords = ("augmentation", "gray", "grey", "black and white", "color", "image", "overfitting")
    formula = r"y_c = 0.299 R + 0.587 G + 0.114 B"
    when = "With photographs, so that shapes are learned where colour would be the easy way."
    point = "Green counts most in grey because eyes see it brightest: even a sum of three numbers has a history."
    picture = _colours("Red, green and blue become the same grey", _SUNSET, (0.585, 0.585, 0.585), "grey")
    needs_colours = True

    factor = Number(0.2, low=0.0, high=1.0, keras_default=0.5, help="The share of the images that lose their colour.")

    def line(self) -> str:
        return f"{self.factor:.3g} of images"


class RandomSharpness(Augmentation, title="Random sharpness", family=AUGMENTATION):
    """Blurs or sharpens every image by an amount drawn at random while training; afterwards it does nothing.

    Input shape: (rows, columns, channels). Output shape: the same.
    """

    keywords = ("augmentation", "blur", "focus", "image", "overfitting")
    formula = r"y = x + (1 - 2f)(blur(x) - x), \quad f \sim U(low,\; high)"
    when = "Where some pictures are out of focus and others sharpened by a camera."
    point = "Sharpening is the blur's opposite: what a blur would take away is added once more."
    picture = (
        Sketch("An edge becomes softer, or steeper with a fringe on both sides")
        .line([(20, 110), (58, 110), (58, 50), (96, 50)], BLUE, width=2.6)
        .arrow(108, 80, 136, 80)
        .line([(148, 110), (170, 108), (200, 52), (222, 50)], ORANGE, width=2.6)
        .line([(236, 110), (258, 110), (264, 122), (270, 38), (276, 50), (304, 50)], ORANGE, width=2.6)
        .text(58, 140, "an edge")
        .text(185, 140, "below 0.5")
        .text(270, 150, "above 0.5")
    )

    factor = NumberList(
        (0.3, 0.7), low=0.0, high=1.0, least=2, longest=2, rising=True, keras_default=REQUIRED,
        help="Least and most: 0 is blurred, 0.5 as it came, 1 sharpened.",
    )  # fmt: skip
    value_range = ValueRange()

    def line(self) -> str:
        return " to ".join(f"{one:.3g}" for one in self.factor)


class RandomGaussianBlur(Augmentation, title="Random blur", family=AUGMENTATION):
    """Blurs some images by a bell-shaped window whose width is drawn at random while training.

    Input shape: (rows, columns, channels). Output shape: the same. Afterwards it does nothing.
    """

    keywords = ("augmentation", "gaussian", "smooth", "focus", "image", "overfitting")
    formula = r"y = G_\sigma * x, \quad \sigma \sim U(0,\; s)"
    when = "Where pictures are out of focus or shaken when the network is used."
    point = (
        "Fine texture is what networks like to lean on and what the next camera loses: blur takes it away now and then."
    )
    picture = _cells(
        "Every pixel becomes a mean of its neighbours",
        lambda r, c: _held(
            sum(_pixel(r + u, c + v) * w for u, v, w in ((0, 0, 4), (0, 1, 2), (1, 0, 2), (1, 1, 1))) / 9
        ),
        "blur",
    )

    factor = Share(0.5, "The share of the images that are blurred.")
    kernel_size = Odd(3, low=3, high=31, help="Rows and columns of the window, an odd number.")
    sigma = Number(1.0, low=0.0, high=1.0, help="The width of the bell in pixels, at most.")
    value_range = ValueRange()

    def line(self) -> str:
        return f"{self.factor:.3g} of images, {self.kernel_size}×{self.kernel_size}"


class RandomInvert(Augmentation, title="Random invert", family=AUGMENTATION):
    """Turns some images into their negatives, drawn at random while training; afterwards it does nothing.

    Input shape: (rows, columns, channels). Output shape: the same.
    """

    keywords = ("augmentation", "negative", "image", "overfitting")
    formula = r"y = high - x\ \mathrm{or}\ x"
    when = "Where dark on bright and bright on dark mean the same, as in writing on boards and on paper."
    point = "Edges keep their places and change their signs: a network that knows shapes does not care."
    picture = _cells("Every pixel becomes what is missing to 9", lambda r, c: 9 - _pixel(r, c), "9 - x")

    factor = Share(0.5, "The share of the images that are turned.")
    value_range = ValueRange("Between which values pixels lie: each becomes the greatest less itself.")

    def line(self) -> str:
        return f"{self.factor:.3g} of images"


class RandomPosterization(Augmentation, title="Random posterization", family=AUGMENTATION):
    """Keeps only the first bits of every pixel, as many as are drawn at random while training.

    Input shape: (rows, columns, channels). Output shape: the same. Afterwards it does nothing.
    """

    keywords = ("augmentation", "bits", "quantization", "image", "overfitting")
    formula = r"y = 2^{8-b} \lfloor x / 2^{8-b} \rfloor, \quad x\ \mathrm{as}\ 0..255"
    when = "Against leaning on fine shades, which compression and cheap cameras lose."
    point = "Eight bits are 256 shades; with three of them left, people still name what they see."
    picture = (
        Sketch("Of the eight bits of a pixel the first three are kept, and 183 becomes 160")
        .cells(30, 30, [[1, 0, 1, 1, 0, 1, 1, 1]], 26, block(0, 0, 1, 3))
        .text(252, 48, "183", anchor="start")
        .arrow(134, 64, 134, 94)
        .text(148, 84, "3 bits kept", anchor="start")
        .cells(30, 100, [[1, 0, 1, 0, 0, 0, 0, 0]], 26, block(0, 0, 1, 3))
        .text(252, 118, "160", anchor="start")
    )

    factor = Whole(
        4, low=1, high=7, keras_default=REQUIRED, help="The fewest bits of 8 that are kept; at most it is 7."
    )
    value_range = ValueRange("Between which values pixels lie: 256 shades are made of it.")

    def arguments(self) -> dict[str, Argument]:
        """From the fewest to below 8: of a single number Keras would draw from 1."""
        return super().arguments() | {"factor": (self.factor, 8)}

    def line(self) -> str:
        return f"{self.factor} to 7 bits"


class Solarization(Augmentation, title="Solarization", family=AUGMENTATION):
    """Turns the brightest pixels into their negatives, above a threshold that is drawn at random while training.

    Input shape: (rows, columns, channels). Output shape: the same. Afterwards it does nothing.
    """

    keywords = ("augmentation", "negative", "threshold", "image", "overfitting")
    formula = r"y = x\ \mathrm{for}\ x < t,\ \mathrm{else}\ high - x"
    when = "As one of many changes, where a network is to look at shapes and at nothing else."
    point = "Named after film that has seen the sun: an augmentation need not look real, it has to keep the label."
    picture = _cells(
        "Pixels of 6 and more become their negatives", lambda r, c: v if (v := _pixel(r, c)) < 6 else 9 - v, "≥ 6"
    )

    addition_factor = amount(0.0, "How much is added first at most, as a share of the range.", keras_default=0.0)
    threshold_factor = amount(0.5, "Up to which share of the range the threshold is drawn.", keras_default=0.0)
    value_range = ValueRange()

    def line(self) -> str:
        return f"threshold up to {self.threshold_factor:.3g}"


class RandomElasticTransform(Augmentation, title="Random elastic transform", family=AUGMENTATION):
    """Moves every pixel of some images a little, neighbours alike, as if the picture were printed on rubber.

    Input shape: (rows, columns, channels), rows and columns known. Output shape: the same.
    Afterwards it does nothing.
    Source: Simard, Steinkraus and Platt (2003), "Best Practices for Convolutional Neural Networks".
    """

    keywords = ("augmentation", "distort", "warp", "handwriting", "tissue", "image", "overfitting")
    formula = r"y(p) = x(p + \alpha\, G_\sigma * n(p)), \quad n\ \mathrm{random}"
    when = "For handwriting and tissue, which bend; not for buildings."
    point = "The best digits of 2003 owed more to rubber than to layers: examples made up of others cost nothing."
    picture = _rubber("A grid of straight lines becomes one of wavy lines")
    needs_sizes = True

    factor = Share(0.5, "The share of the images that are changed.")
    scale = Number(0.5, low=0.0, high=1.0, keras_default=1.0, help="How far pixels move at most.")
    value_range = ValueRange()

    def line(self) -> str:
        return f"{self.factor:.3g} of images, scale {self.scale:.3g}"


class AutoContrast(Grid, title="Auto contrast", family=PREPROCESSING):
    """Stretches each channel of an image until it fills the whole range, in training and afterwards.

    Input shape: (rows, columns, channels). Output shape: the same.
    """

    keywords = ("histogram", "stretch", "levels", "normalize", "image", "preprocessing")
    formula = r"y = low + (high - low) \frac{x - \min x}{\max x - \min x}"
    when = "For scans and photographs that are too dark or too pale, each in its own way."
    point = (
        "Every image is measured by itself, so that light and exposure are gone before the network looks. One bright "
        "speck is enough to spoil it: least and greatest are the pixels that errors make."
    )
    picture = before_and_after(
        "Pixels that fill a part of the range are stretched over all of it",
        bell(-0.6, 0.5),
        bell(0, 1.1),
        ("as it came", "stretched"),
    )
    rank = 2
    inputs = PIXELS
    of_other_numbers = NO_PIXELS

    value_range = ValueRange("What pixels are stretched to: the least and the greatest value they can have.")

    def output_shape(self, inputs: Inputs, fields: Fields) -> Shape:
        self.grid(inputs, fields)
        return inputs[0]

    def takes_values(self) -> Span | None:
        return span_of(self.value_range)

    def span(self, low: float, high: float) -> Span | None:
        return span_of(self.value_range)

    def line(self) -> str:
        return "fills " + " to ".join(f"{one:g}" for one in self.value_range)
