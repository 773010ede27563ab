"""From what somebody enters by hand to what a network is fed: as training's own data are brought to it.

Of an Input is given one of
    {"picture": base64}    a file of a picture, of any size
    {"drawing": base64}    a picture whose brightness is how much ink there is: scaled and centred as the data's are
    {"values": {part: number or word}}   of numbers and categories, by the names of a field's parts or their places
    {"text": "..."}        words
    {"steps": {line: {step: number}}}    of a series: by the names of its lines, or their places, and its steps from 0
    {"numbers": [...]}     the raw values, of the field's shape
and what is left out, an Input or some of its parts, is as the chosen sample has it.
"""

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from graphbuilder.blocks import labels
from graphbuilder.datasets import Own
from graphbuilder.datasets.decoded import Decoded
from graphbuilder.datasets.description import Column
from graphbuilder.datasets.fielding import parsed
from graphbuilder.fields import Field
from graphbuilder.readers.decoding import decode, upright
from graphbuilder.tensors import Numbers
from graphbuilder.training.inside import Inside, Sample, Unanswerable

MOST_LETTERS = 20_000
LOOKED_AT = 400
"""Pictures of the training part, from which is known how what is drawn lies in them."""
LARGEST = float(np.finfo("float32").max)
GRAIN = 0.25
"""Share of the farthest value from a photo's ground up to which it still is ground."""
LIGHT = 127.5
"""Grey from which ink that lies on nothing is taken for light, of 255."""
INKED = 0.2
"""Share of the greatest ink from which a place counts as drawn."""
_TRACE = 0.05 * INKED
"""Ink up to which nothing counts as drawn: what is left at the edge of a stroke."""
SURE = 0.25
"""How far from half of the full ink a place is surely ground, or surely ink."""
HARDLY_ANY = 0.95
"""Share of the data's pictures in which what is drawn is no wider than what is fed may be."""
FINE = 8
"""How many times as fine as the data what is drawn is, while its strokes are made as thick as theirs."""
TRIES = 4
"""To make strokes as thick."""
CUT_OUT = "What stands out of the ground was cut out, scaled and centred as in the data."
NOTHING_IN_IT = "Nothing stands out of the ground of this picture, so the network is fed an empty one."

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Entered:
    """inputs: what the network is fed, one row, by the Inputs' names. sample: that it is, or began with. changed: the
    Inputs that were entered by hand. notes: what was done with it, in sentences."""

    inputs: dict[str, Array]
    sample: Sample | None
    changed: tuple[str, ...]
    notes: tuple[str, ...]


def entered(inside: Inside, sample: str, given: Mapping[str, Any]) -> Entered:
    """Raises Unanswerable."""
    known = inside.plan.inputs
    if strange := next((name for name in given if name not in known), None):
        raise Unanswerable(f"The network has no Input {strange[:60]!r}. It has: {', '.join(known)}.")
    base = inside.sample(sample) if sample else None
    if base is None and (lacking := next((name for name in known if name not in given), None)):
        raise Unanswerable(f"Input {lacking!r} was given nothing. Enter it, or choose a sample of the data.")
    fed = inside.fed(base.row) if base else {}
    raw = {name: np.asarray(inside.arrays[known[name]][np.array([base.row])])[0] for name in given} if base else {}
    notes: list[str] = []
    for name, told in given.items():
        entry = Entry(inside, name, notes)
        values = entry.of(told, raw.get(name))
        fed[name] = inside.filled(known[name], values) if known[name] in inside.plan.imputed else values
    return Entered(fed, base, tuple(given), tuple(notes))


@dataclass(frozen=True)
class Entry:
    """One Input as it is entered."""

    inside: Inside
    name: str
    notes: list[str]

    @property
    def field(self) -> Field:
        return self.inside.fields[self.inside.plan.inputs[self.name]]

    @property
    def label(self) -> str:
        steps = {step.values[0]: step.node for step in self.inside.plan.body.steps}
        return f"Input {labels(self.inside.report.document).get(steps[self.name]) or self.name!r}"

    def refuse(self, why: str) -> Unanswerable:
        return Unanswerable(f"{self.label}: {why}")

    def of(self, told: Any, base: Array | None) -> Array:
        """(1, ...): what is fed. base: what the chosen sample has, as the data have it."""
        ways: dict[str, Callable[[Any, Array | None], Array]] = {
            "picture": self._picture,
            "drawing": self._drawing,
            "values": self._values,
            "text": self._text,
            "steps": self._steps,
            "numbers": self._numbers,
        }
        way = next(iter(told), None) if isinstance(told, Mapping) and len(told) == 1 else None
        if way not in ways:
            raise self.refuse(f"takes one of {', '.join(ways)}; received {str(told)[:60]}.")
        return ways[way](told[way], base)[np.newaxis]

    # Pictures

    @property
    def image(self) -> Field:
        """The field as pictures have it; also of a vector that is a picture of the same data, line by line."""
        found = image_of(self.inside, self.field)
        if found is None:
            shape = " × ".join(map(str, self.field.shape))
            raise self.refuse(f"takes {self.field.kind} values of shape {shape}, and no picture.")
        return found

    def _picture(self, told: Any, _: Array | None) -> Array:
        image, data = self.image, self._bytes(told)
        height, width, channels = image.shape
        own = self.inside.arrays[self.field.name]
        try:
            if isinstance(own, Decoded):
                return np.asarray(own.decode(data))
            if channels == 1:
                ink = inked(upright(data))  # type: ignore[no-untyped-call]
                self.notes.append(CUT_OUT if ink.getextrema()[1] else NOTHING_IN_IT)
                return self._placed(ink)
            how = {3: "colour", 4: "alpha"}.get(channels or 0)
            if how is None:
                raise self.refuse(f"has {channels} channels, which no picture has. Choose a sample instead.")
            found = decode(data, (height, width), how, "white", "pad")  # type: ignore[no-untyped-call]
        except ValueError as fault:
            if isinstance(fault, Unanswerable):
                raise
            raise self.refuse(f"the picture {fault}. Choose another one.") from None
        return self._as_fed(image.low + found.astype("float64") / 255 * (image.high - image.low))

    def _drawing(self, told: Any, _: Array | None) -> Array:
        image = self.image
        if image.shape[-1] != 1:
            raise self.refuse("takes pictures in colour. Choose a file or a sample instead of drawing.")
        try:
            ink = upright(self._bytes(told)).convert("L")  # type: ignore[no-untyped-call]
        except ValueError as fault:
            raise self.refuse(f"the drawing {fault}.") from None
        return self._placed(ink)

    def _placed(self, ink: Image.Image) -> Array:
        """Ink as the data have it."""
        image, lies = self.image, lies_of(self.inside, self.image)
        height, width, _channels = image.shape
        assert height and width, "a picture's size is known"
        placed = place(ink, (height, width), lies)
        values = image.low + placed * lies.full if lies.dark else image.high - placed * lies.full
        return self._as_fed(values[..., np.newaxis])

    def _as_fed(self, values: Array) -> Array:
        kind = np.dtype(self.inside.arrays[self.field.name].dtype)
        rounded = np.round(values) if kind.kind in "iu" else values
        return rounded.reshape(tuple(one or -1 for one in self.field.shape)).astype(kind)

    def _bytes(self, told: Any) -> bytes:
        text = told.rpartition("base64,")[2] if isinstance(told, str) else "?"
        try:
            found = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise self.refuse("the picture did not come whole. Send it again.") from None
        if not found:
            raise self.refuse("the picture is a file without content. Choose another one.")
        return found

    # Numbers and words

    def _values(self, told: Any, base: Array | None) -> Array:
        if not isinstance(told, Mapping):
            raise self.refuse(f"values are an object by the parts' names; received {str(told)[:60]}.")
        if len(self.field.shape) != 1:
            raise self.refuse("has no parts to enter one by one. Choose a sample, or another way.")
        parts = parts_of(self.field)
        if strange := next((name for name in told if name not in parts), None):
            raise self.refuse(f"has no part {strange[:60]!r}. It has: {', '.join(parts[:20])}.")
        if base is None and (lacking := next((name for name in parts if name not in told), None)):
            raise self.refuse(f"{lacking!r} was given no value. Enter one, or choose a sample.")
        found = [None] * len(parts) if base is None else base.tolist()
        words = self.field.numbers is Numbers.TEXT
        for name, value in told.items():
            found[parts.index(name)] = self._word(name, value) if words else self._number(name, value)
        if words:
            return np.array(found, object)
        return np.array(found, self.inside.arrays[self.field.name].dtype)

    def _word(self, name: str, value: Any) -> str:
        if value is not None and not isinstance(value, str):
            value = str(value) if isinstance(value, int | float) and math.isfinite(value) else None
        word = " ".join((value or "").split())
        if len(word) > MOST_LETTERS:
            raise self.refuse(f"{name!r} has {len(word):,} letters; at most {MOST_LETTERS:,} are taken.")
        return word

    def _number(self, name: str, value: Any) -> float:
        column = next((one for one in columns_of(self.inside, self.field) if one.name == name), None)
        place = (lines_of if is_series(self.field) else parts_of)(self.field).index(name)
        rule = self.field.missing[place] if self.field.missing else ""
        if value is None or (isinstance(value, str) and not value.strip()):
            number = math.nan
        elif isinstance(value, int | float):  # a bool is one
            number = float(value)
        else:
            number = float(parsed([str(value).strip()], column.type if column else "number")[0])
            if math.isnan(number):
                raise self.refuse(f"{name!r} takes a number; received {str(value)[:40]!r}.")
        if rule and (math.isnan(number) or abs(number) > LARGEST):
            return math.nan
        if not abs(number) <= LARGEST:
            raise self.refuse(
                f"{name!r} takes a number that is there, and nothing stands in for it; received {value!r}."
            )
        most = self.field.vocabulary
        if self.field.numbers is Numbers.WHOLE and (number != int(number) or (most and not 0 <= number < most)):
            bounds = f" from 0 to {most - 1:,}" if most else ""
            raise self.refuse(f"{name!r} takes a whole number{bounds}; received {value!r}.")
        return number

    def _text(self, told: Any, _: Array | None) -> Array:
        if self.field.kind != "text":
            raise self.refuse(f"takes {self.field.kind} values, and no text.")
        if not isinstance(told, str):
            raise self.refuse(f"takes a text; received {str(told)[:40]}.")
        return np.array([self._word("text", told)] * (self.field.shape[0] or 1), object)

    def _steps(self, told: Any, base: Array | None) -> Array:
        if not is_series(self.field):
            raise self.refuse("is no series to enter step by step. Choose a sample, or another way.")
        if base is None:
            raise self.refuse("steps are changed of a sample. Choose one.")
        values, lines = np.array(base), lines_of(self.field)
        columns = values.reshape(len(values), -1)
        for line, steps in told.items() if isinstance(told, Mapping) else ():
            if line not in lines or not isinstance(steps, Mapping):
                raise self.refuse(f"has no line {line[:60]!r}. It has: {', '.join(lines[:20])}.")
            for step, number in steps.items():
                if not (step.isdecimal() and len(step) < 10 and int(step) < len(columns)):
                    raise self.refuse(f"has the steps 0 to {len(columns) - 1:,}; received {step[:40]!r}.")
                columns[int(step), lines.index(line)] = self._number(line, number)
        return values

    def _numbers(self, told: Any, _: Array | None) -> Array:
        if self.field.numbers is Numbers.TEXT:
            raise self.refuse("takes words; received numbers.")
        shape = tuple(self.field.shape)
        try:
            values = np.asarray(told, "float64")
        except (TypeError, ValueError):
            raise self.refuse(f"takes numbers in the shape {shape}; received {str(told)[:40]}.") from None
        if values.shape != shape:
            raise self.refuse(f"takes numbers in the shape {shape}; received the shape {values.shape}.")
        ruled = np.array([bool(one) for one in self.field.missing] or [False])
        if not ((np.abs(values) <= LARGEST) | (np.isnan(values) & ruled)).all():
            raise self.refuse("takes numbers that are there; received one that is none, or too large.")
        return values.astype(self.inside.arrays[self.field.name].dtype)


def columns_of(inside: Inside, field: Field) -> list[Column]:
    """The columns of a table of the user's own that a field is made of; none of other data."""
    source = inside.plan.source
    columns = source.description.columns if isinstance(source, Own) else ()
    return [one for one in columns if (one.field or one.name) == field.name]


def parts_of(field: Field) -> list[str]:
    """What a field's numbers are called: their names, the field's own of a single one, else their places from 1."""
    count = field.shape[0] or 1
    if len(field.parts) == count:
        return [*field.parts]
    return [field.name] if count == 1 else [str(place + 1) for place in range(count)]


def is_series(field: Field) -> bool:
    """Numbers step by step: one a step, or several, which are its lines."""
    steps = len(field.shape) == 2 or (len(field.shape) == 1 and field.kind == "array")
    return steps and all(field.shape) and field.numbers is not Numbers.TEXT and field.kind in ("array", "vector")


def lines_of(field: Field) -> list[str]:
    """What the lines of a series are called: their names, the field's own of a single one, else their places from 1."""
    count = field.shape[1] or 1 if len(field.shape) == 2 else 1
    if len(field.parts) == count:
        return [*field.parts]
    return [field.name] if count == 1 else [str(place + 1) for place in range(count)]


def image_of(inside: Inside, field: Field) -> Field | None:
    """The pictures that a field is: itself, or of a vector those of the same data that it holds line by line."""
    if field.kind == "image":
        return field
    if len(field.shape) != 1 or field.parts or field.numbers is Numbers.TEXT:
        return None
    alike = (one for one in inside.fields.values() if one.kind == "image" and all(one.shape))
    return next(
        (
            one
            for one in alike
            if math.prod(map(int, one.shape)) == field.shape[0] and (one.low, one.high) == (field.low, field.high)  # type: ignore[arg-type]
        ),
        None,
    )


@dataclass(frozen=True)
class Lies:
    """How what is drawn lies in the pictures of a set. dark: is the ground. full: how far full ink is from the ground.
    side: the longer one of what is drawn, in pixels. by_mass: its centre of mass is in the middle, else that of its
    box. thick: from which thickness of strokes to which, in pixels, is usual: the middle fifth. wide: width over height
    of what is drawn, which hardly any exceeds: some sets bring all to about one width."""

    dark: bool
    full: float
    side: float
    by_mass: bool
    thick: tuple[float, float] = (0.0, math.inf)
    wide: float = math.inf


def lies_of(inside: Inside, image: Field) -> Lies:
    """Measured on pictures of the training part, once."""

    def measure() -> Lies:
        some = inside.some("train", LOOKED_AT)
        return measured(np.asarray(inside.arrays[image.name][some], "float64").mean(axis=-1), image)

    return inside.once(("lies", image.name), measure)


def measured(pictures: Array, image: Field) -> Lies:
    """pictures: (rows, height, width) of raw values."""
    border = np.concatenate([pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1]], axis=1)
    dark = bool(np.median(border) <= (image.low + image.high) / 2)
    ink = pictures - image.low if dark else image.high - pictures
    full = float(np.median(ink.reshape(len(ink), -1).max(axis=1))) or image.high - image.low
    middle = (np.array(pictures.shape[1:]) - 1) / 2
    sides, shapes, boxes, masses = [], [], [], []
    for one in ink:
        there = np.argwhere(one > INKED * full)
        if len(there):
            low, high = there.min(axis=0), there.max(axis=0)
            sides.append((high - low).max() + 1)
            shapes.append((high[1] - low[1] + 1) / (high[0] - low[0] + 1))
            boxes.append((low + high) / 2 - middle)
            masses.append(np.array([(np.indices(one.shape)[axis] * one).sum() for axis in (0, 1)]) / one.sum() - middle)
    if not sides:
        return Lies(dark, full, max(pictures.shape[1:]) * 0.7, True)
    by_mass = bool(np.abs(masses).mean() <= np.abs(boxes).mean())
    strokes = [thickness(one / full) for one in ink]
    low, high = np.quantile([one for one in strokes if one] or [0.0], (0.4, 0.6))
    thick, wide = (float(low), float(high) or math.inf), float(np.quantile(shapes, HARDLY_ANY))
    return Lies(dark, full, float(np.median(sides)), by_mass, thick, wide)


def thickness(ink: Array) -> float:
    """How thick the strokes are, in pixels: twice their area over the length of their outline; 0 where there are none.
    ink: (height, width), from 0 to 1; what lies near either counts as it, so that grain has no outline."""
    clear = np.pad(np.clip((ink - 0.5 + SURE) / (2 * SURE), 0, 1), 1)
    down, right = np.diff(clear, axis=0)[:, :-1], np.diff(clear, axis=1)[:-1]
    outline = float(np.hypot(down, right).sum())
    return 2 * float(clear.sum()) / outline if outline else 0.0


def place(ink: Image.Image, size: tuple[int, int], lies: Lies) -> Array:
    """What is drawn, cut out, scaled and centred as in the data, with strokes as thick as theirs: (height, width) of
    ink from 0 to 1. Nothing drawn is all 0."""
    drawn = np.asarray(ink, "float64") / 255
    placed = np.zeros(size)
    if drawn.max() <= _TRACE:
        return placed
    cut = _squeezed(_cut(drawn), lies.wide)
    scaled = _scaled(cut, size, lies.side)
    wanted, by, tried = float(np.clip(thickness(scaled), *lies.thick)), 0.0, [scaled]
    for _ in range(TRIES):  # what is made thicker becomes larger, and is scaled down again
        by += wanted - thickness(tried[-1])
        tried.append(_scaled(_thicker(cut, by, min(lies.side, *size)), size, lies.side))
    scaled = min(tried, key=lambda one: abs(wanted - thickness(one)))
    centre = np.array([(one - 1) / 2 for one in scaled.shape])
    if lies.by_mass:
        centre = np.array([(np.indices(scaled.shape)[axis] * scaled).sum() for axis in (0, 1)]) / scaled.sum()
    corner = [
        int(np.clip(round((whole - 1) / 2 - middle), 0, whole - own))
        for whole, middle, own in zip(size, centre, scaled.shape, strict=True)
    ]
    placed[corner[0] : corner[0] + scaled.shape[0], corner[1] : corner[1] + scaled.shape[1]] = scaled
    return placed


def _cut(drawn: Array) -> Array:
    """The box of what is drawn."""
    there = np.argwhere(drawn > max(INKED * drawn.max(), _TRACE))
    low, high = there.min(axis=0), there.max(axis=0) + 1
    return drawn[low[0] : high[0], low[1] : high[1]]


def _squeezed(cut: Array, wide: float) -> Array:
    """No wider over its height than this."""
    height, width = cut.shape
    most = max(1, round(wide * height)) if wide * height < width else width
    if most == width:
        return cut
    narrow = Image.fromarray((cut * 255).astype("uint8")).resize((most, height), Image.Resampling.BOX)
    return np.asarray(narrow, "float64") / 255


def _scaled(cut: Array, size: tuple[int, int], side: float) -> Array:
    """At most as large as the data's pictures, its longer side as long as is usual in them; its greatest ink is 1."""
    scale = min(side, *size) / max(cut.shape)
    shape = [max(1, min(most, round(one * scale))) for one, most in zip(cut.shape, size, strict=True)]
    small = Image.fromarray((cut * 255).astype("uint8")).resize((shape[1], shape[0]), Image.Resampling.BOX)
    scaled = np.asarray(small, "float64") / 255
    return np.asarray(scaled / max(scaled.max(), 1e-6))


def _thicker(cut: Array, by: float, side: float) -> Array:
    """What is drawn with strokes so many pixels of the data thicker, or thinner where it is less than 0."""
    fine = Image.fromarray((cut * 255).astype("uint8"))
    fine.thumbnail((round(FINE * side),) * 2, Image.Resampling.BOX)
    grain = max(fine.size) / side
    reach = round(abs(by) * grain / 2)
    room = reach if by > 0 else 1
    wide = Image.new("L", (fine.width + 2 * room, fine.height + 2 * room))
    wide.paste(fine, (room, room))
    way = ImageFilter.MaxFilter if by > 0 else ImageFilter.MinFilter
    found = np.asarray(wide.filter(way(2 * reach + 1)), "float64") / 255
    return _cut(found) if found.max() > _TRACE else cut


def inked(picture: Image.Image) -> Image.Image:
    """A photo or a scan as ink: how far each pixel is from the ground, which its edge shows, without the grain of the
    ground. Nothing that stands out is all 0. What can be seen through lies on white, or on black where it is light."""
    if picture.mode == "RGBA":
        cover = np.asarray(picture.getchannel("A"), "float64")
        light = np.average(np.asarray(picture.convert("L"), "float64"), weights=cover) > LIGHT if cover.any() else False
        behind = Image.new("RGBA", picture.size, "black" if light else "white")
        picture = Image.alpha_composite(behind, picture)
    grey = np.asarray(picture.convert("L"), "float64")
    ground = np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    ink = np.abs(grey - ground)
    ink = np.clip(ink / max(ink.max(), 1.0) - GRAIN, 0, None) / (1 - GRAIN)
    return Image.fromarray((255 * ink).astype("uint8"))


def png(values: Array) -> str:
    """A picture of values from 0 to 255, (height, width) or with 3 channels, as base64 of a PNG."""
    file = BytesIO()
    Image.fromarray(values.astype("uint8")).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode("ascii")
