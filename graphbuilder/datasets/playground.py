"""Made-up sets of points in two dimensions, of two classes or with an amount each, to see on what a network learns."""

from typing import Any

import numpy as np

from graphbuilder.datasets.source import Source, by_name
from graphbuilder.fields import Field
from graphbuilder.parameters import Matrix, Number, Whole
from graphbuilder.shapes import Phrase

_FEW = 50
"""Points of a thumbnail."""


class _Made(Source):
    """What is made by a formula, within a millisecond."""

    def thumbnail(self) -> "np.ndarray[Any, Any]":
        made = type(self).load(**{**self.arguments(), "size": _FEW})
        told = next(values for name, values in made.items() if name != "point").reshape(-1, 1)
        low = next(one for name, one in self.fields().items() if name != "point").low
        return np.hstack([made["point"], (told - low) / (1 - low)])


class _Points(_Made):
    main_class = "class"

    size = Whole(500, low=20, high=20_000, help="How many points are made, half of each class.")
    noise = Number(0.1, low=0.0, high=2.0, help="The spread by which each point is moved off its place.")
    seed = Whole(0, low=0, high=2**31 - 1, help="Another seed makes other points of the same kind.")

    def rows(self) -> int:
        return self.size

    def class_rows(self) -> tuple[int, ...]:
        return self.size - self.size // 2, self.size // 2

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("point", "vector", (2,), low=-1, high=1, parts=("x", "y")),
            Field("class", "class", (), classes=("orange", "blue")),
        )


def make_circles(size, noise, seed):
    random = np.random.default_rng(seed)
    label = np.arange(size) % 2
    angle = random.uniform(0, 2 * np.pi, size)
    radius = np.where(label == 0, 1.0, 0.4)
    point = radius[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    point += random.normal(0, noise, point.shape)
    return {"point": point.astype("float32"), "class": label.astype("int64")}


class Circles(_Points, name="circles", title="Circles"):
    """Points of one class on a circle, of the other on a smaller circle inside it."""

    is_curved = True
    load = staticmethod(make_circles)


def make_moons(size, noise, seed):
    random = np.random.default_rng(seed)
    label = np.arange(size) % 2
    angle = random.uniform(0, np.pi, size)
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
    point = np.where(label[:, np.newaxis] == 0, upper, -upper)
    point = point / 1.2 + random.normal(0, noise, point.shape)
    return {"point": point.astype("float32"), "class": label.astype("int64")}


class Moons(_Points, name="moons", title="Moons"):
    """Two half moons that reach into each other."""

    load = staticmethod(make_moons)


def make_spirals(size, noise, seed):
    random = np.random.default_rng(seed)
    label = np.arange(size) % 2
    along = np.sqrt(random.uniform(0.02, 1, size))
    angle = 3.5 * np.pi * along + np.pi * label
    point = along[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    point += random.normal(0, 0.3 * noise, point.shape)
    return {"point": point.astype("float32"), "class": label.astype("int64")}


class Spirals(_Points, name="spirals", title="Spirals"):
    """Two spirals wound around each other: hard for a small network."""

    is_curved = True
    load = staticmethod(make_spirals)


def make_xor(size, noise, seed):
    random = np.random.default_rng(seed)
    label = np.arange(size) % 2
    point = random.uniform(0.05, 1, (size, 2)) * random.choice([-1, 1], (size, 1))
    point[:, 1] *= np.where(label == 0, 1, -1)
    point += random.normal(0, noise, point.shape)
    return {"point": point.astype("float32"), "class": label.astype("int64")}


class Xor(_Points, name="xor", title="Exclusive or"):
    """One class where both coordinates have one sign, the other where they differ: no straight line parts them."""

    is_curved = True
    load = staticmethod(make_xor)


def make_gaussians(size, noise, seed):
    random = np.random.default_rng(seed)
    label = np.arange(size) % 2
    centre = np.where(label[:, np.newaxis] == 0, -0.5, 0.5)
    point = centre + random.normal(0, 0.1 + noise, (size, 2))
    return {"point": point.astype("float32"), "class": label.astype("int64")}


class Gaussians(_Points, name="gaussians", title="Gaussians"):
    """Two clouds of points; a straight line parts them as far as they can be parted."""

    load = staticmethod(make_gaussians)


class _Amounts(_Made):
    targets = ("value",)

    size = Whole(500, low=20, high=20_000, help="How many points are made.")
    noise = Number(
        0.1, low=0.0, high=2.0, help="The spread by which each point is moved off the place whose value it has."
    )
    seed = Whole(0, low=0, high=2**31 - 1, help="Another seed makes other points of the same kind.")

    def rows(self) -> int:
        return self.size

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("point", "vector", (2,), low=-1, high=1, parts=("x", "y")),
            Field("value", "number", (1,), low=-1, high=1),
        )


def make_plane(size, noise, seed):
    random = np.random.default_rng(seed)
    place = random.uniform(-1, 1, (size, 2))
    value = place.mean(axis=1, keepdims=True)
    point = place + random.normal(0, noise, place.shape)
    return {"point": point.astype("float32"), "value": value.astype("float32")}


class Plane(_Amounts, name="plane", title="Plane"):
    """A value at each point that grows evenly from one corner to the opposite one: no hidden layer is needed."""

    load = staticmethod(make_plane)


def make_hills(size, noise, seed):
    random = np.random.default_rng(seed)
    place = random.uniform(-1, 1, (size, 2))
    point = place + random.normal(0, 0.3 * noise, place.shape)
    tops = np.array([(x, y) for y in (0.4, -0.4) for x in (-0.65, 0, 0.65)])
    heights = np.array([1, -1, 1, -1, 1, -1])
    away = np.linalg.norm(place[:, np.newaxis] - tops, axis=2)
    each = heights * np.clip(1 - away / 0.4, 0, 1)
    value = np.take_along_axis(each, abs(each).argmax(axis=1)[:, np.newaxis], axis=1)
    return {"point": point.astype("float32"), "value": value.astype("float32")}


class Hills(_Amounts, name="multi_gaussian", title="Multi-Gaussian"):
    """Three hills and three hollows in two rows: a value at each point, for which a network needs hidden units."""

    load = staticmethod(make_hills)


def make_drawn(points):
    rows = np.asarray(points, "float32")
    return {"point": rows[:, :2], "class": (rows[:, 2] >= 0.5).astype("int64")}


LEAST_POINTS, MOST_POINTS = 20, 180


class Points(Matrix):
    """Rows of x, y and class: 0, or from 0.5 on the other."""

    def fault(self, value: tuple[tuple[float, ...], ...]) -> Phrase | None:
        if not LEAST_POINTS <= len(value) <= MOST_POINTS or any(len(row) != 3 for row in value):
            return Phrase(
                "must have {least} to {most} rows of x, y and class; received {rows}",
                least=LEAST_POINTS, most=MOST_POINTS, rows=len(value),
            )  # fmt: skip
        return None

    def bounds(self) -> str:
        return f"{LEAST_POINTS} to {MOST_POINTS} rows of x, y and class"


_BEGINNING = tuple(
    (round(side * 0.5 + 0.25 * x, 2), round(side * 0.4 + 0.25 * y, 2), float(side > 0))
    for side in (-1, 1)
    for x, y in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7),
                 (1.4, 0.2), (-1.4, -0.2), (0.2, 1.4), (-0.2, -1.4), (0.4, 0.1), (-0.3, 0.5))
)  # fmt: skip


class Drawn(Source, name="drawn", title="My points"):
    """Points of two classes that you place yourself: press into the plane beside the curves."""

    main_class = "class"
    load = staticmethod(make_drawn)

    points = Points(_BEGINNING, longest=MOST_POINTS, help="x, y and class (0 or 1) of each point, a row each.")

    def rows(self) -> int:
        return len(self.points)

    def thumbnail(self) -> "np.ndarray[Any, Any]":
        return np.asarray(self.points, "float32")

    def class_rows(self) -> tuple[int, ...]:
        blue = sum(row[-1] >= 0.5 for row in self.points)
        return len(self.points) - blue, blue

    def fields(self) -> dict[str, Field]:
        return _Points().fields()
