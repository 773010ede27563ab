"""Sets that are made here: printed digits, road signs, shapes with masks, waves, and a curve."""

import numpy as np

from graphbuilder.datasets.source import Source, by_name
from graphbuilder.fields import Field
from graphbuilder.parameters import Number, Whole


def print_digits(size, noise, seed):
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    random = np.random.default_rng(seed)
    faces = ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono", "STIXGeneral", "cmr10")
    fonts = [FT2Font(font_manager.findfont(face)) for face in faces]
    images = np.zeros((size, 28, 28, 1), "float32")
    digits = random.permutation(np.arange(size) % 10)
    for image, digit in zip(images, digits, strict=True):
        font = fonts[random.integers(len(fonts))]
        font.set_size(float(random.integers(17, 26)), 72)
        font.set_text(str(digit), random.uniform(-15, 15))
        font.draw_glyphs_to_bitmap()
        drawn = font.get_image()[:28, :28].astype("float32")
        down = random.integers(0, 29 - drawn.shape[0])
        across = random.integers(0, 29 - drawn.shape[1])
        image[down:, across:][: drawn.shape[0], : drawn.shape[1], 0] = drawn
    images += random.normal(0, 255 * noise, images.shape)
    return {
        "image": np.clip(np.round(images), 0, 255).astype("float32"),
        "digit": digits.astype("int64"),
    }


class PrintedDigits(Source, name="printed_digits", title="Printed digits"):
    """Digits of 28 by 28 pixels in five typefaces, turned, shifted and with grain; drawn by matplotlib."""

    main_class = "digit"
    load = staticmethod(print_digits)

    size = Whole(2000, low=100, high=20_000, help="How many images are drawn, as many of each digit.")
    noise = Number(0.1, low=0.0, high=1.0, help="How strong the grain is, as a share of black.")
    seed = Whole(0, low=0, high=2**31 - 1, help="Another seed draws other images.")

    def rows(self) -> int:
        return self.size

    def class_rows(self) -> tuple[int, ...]:
        return tuple(len(range(digit, self.size, 10)) for digit in range(10))

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("image", "image", (28, 28, 1), low=0, high=255),
            Field("digit", "class", (), classes=tuple("0123456789")),
        )


def print_noisy_digits(size, noise, seed):
    clean = print_digits(size, 0.0, seed)["image"]
    grain = np.random.default_rng([seed, 1]).normal(0, 255 * noise, clean.shape)
    return {
        "noisy": np.clip(np.round(clean + grain), 0, 255).astype("float32"),
        "clean": clean,
    }


class NoisyDigits(Source, name="noisy_digits", title="Noisy digits"):
    """The printed digits under grain, and each of them without it, which is to be found again."""

    targets = ("clean",)
    load = staticmethod(print_noisy_digits)
    uses = (print_digits,)

    size = Whole(1000, low=100, high=20_000, help="How many images are drawn.")
    noise = Number(0.3, low=0.0, high=2.0, help="How strong the grain is, as a share of black.")
    seed = Whole(0, low=0, high=2**31 - 1, help="Another seed draws other images.")

    def rows(self) -> int:
        return self.size

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("noisy", "image", (28, 28, 1), low=0, high=255),
            Field("clean", "image", (28, 28, 1), low=0, high=255),
        )


def draw_signs(size, noise, seed):
    random = np.random.default_rng(seed)
    down, across = np.mgrid[:32, :32]
    white, red, blue, yellow = 235, (200, 30, 40), (30, 80, 190), (240, 190, 30)
    signs = random.permutation(np.arange(size) % 6)
    images = np.zeros((size, 32, 32, 3), "float32")
    for image, sign in zip(images, signs, strict=True):
        reach, middle = random.uniform(8, 13), random.uniform(14, 18, 2)
        y, x = (down - middle[0]) / reach, abs(across - middle[1]) / reach
        disc, square, diamond = np.hypot(y, x), np.maximum(abs(y), x), abs(y) + x
        point, slash = y + 0.7 + 2 * x, (disc < 1) & (abs(abs(y) - x) < 0.15)
        painted = {
            "no entry": [(disc < 1, red), ((abs(y) < 0.25) & (x < 0.7), white)],
            "no stopping": [(disc < 1, red), (disc < 0.75, blue), (slash, red)],
            "ahead only": [(disc < 1, blue), ((x < 0.2) & (abs(y) < 0.6), white)],
            "car park": [(square < 0.9, blue), (square < 0.4, white)],
            "give way": [(point < 1.6, red), ((y > -0.45) & (point < 1.1), white)],
            "priority road": [(diamond < 1, white), (diamond < 0.75, yellow)],
        }
        image[:] = random.uniform(40, 180, 3)
        for inside, color in list(painted.values())[sign]:
            image[inside & (y > -1)] = color
        image *= random.uniform(0.4, 1.1) * random.uniform(0.8, 1.2, 3)
    images += random.normal(0, 255 * noise, images.shape)
    return {
        "image": np.clip(np.round(images), 0, 255).astype("float32"),
        "sign": signs.astype("int64"),
    }


class Signs(Source, name="signs", title="Road signs"):
    """Road signs of six kinds in colour, of 32 by 32 pixels, near and far, in bright and in poor light."""

    main_class = "sign"
    load = staticmethod(draw_signs)

    size = Whole(1200, low=60, high=20_000, help="How many pictures are drawn, as many of each sign.")
    noise = Number(0.1, low=0.0, high=1.0, help="How strong the grain is, as a share of full brightness.")
    seed = Whole(0, low=0, high=2**31 - 1, help="Another seed draws other pictures.")

    def rows(self) -> int:
        return self.size

    def class_rows(self) -> tuple[int, ...]:
        return tuple(len(range(sign, self.size, 6)) for sign in range(6))

    def fields(self) -> dict[str, Field]:
        signs = ("no entry", "no stopping", "ahead only", "car park", "give way", "priority road")
        return by_name(
            Field("image", "image", (32, 32, 3), low=0, high=255),
            Field("sign", "class", (), classes=signs),
        )


def draw_shapes(size, noise, seed):
    random = np.random.default_rng(seed)
    down, across = np.mgrid[:32, :32]
    images = np.zeros((size, 32, 32, 3), "float32")
    masks = np.zeros((size, 32, 32), "int64")
    for image, mask in zip(images, masks, strict=True):
        image[:] = random.uniform(0, 110, 3)
        for kind in random.permutation(3)[: random.integers(1, 4)]:
            y, x = random.integers(7, 25, 2)
            reach = random.integers(4, 8)
            if kind == 0:
                inside = (down - y) ** 2 + (across - x) ** 2 <= reach**2
            elif kind == 1:
                inside = (abs(down - y) <= reach) & (abs(across - x) <= reach)
            else:
                inside = (down <= y + reach) & (down >= y - reach)
                inside &= abs(across - x) <= (down - y + reach) / 2
            image[inside] = random.uniform(140, 255, 3)
            mask[inside] = kind + 1
    images += random.normal(0, 255 * noise, images.shape)
    images = np.clip(np.round(images), 0, 255).astype("float32")
    seen = [(masks == kind).any(axis=(1, 2)) for kind in (1, 2, 3)]
    return {
        "image": images,
        "mask": masks,
        "seen": np.stack(seen, axis=1).astype("float32"),
    }


class Shapes(Source, name="shapes", title="Shapes with masks"):
    """Pictures of 32 by 32 pixels with discs, squares and triangles: of each place which of them it belongs to, and of
    the whole which of them are seen."""

    load = staticmethod(draw_shapes)

    size = Whole(400, low=50, high=5_000, help="How many pictures are drawn.")
    noise = Number(0.05, low=0.0, high=1.0, help="How strong the grain is, as a share of full brightness.")
    seed = Whole(0, low=0, high=2**31 - 1, help="Another seed draws other pictures.")

    def rows(self) -> int:
        return self.size

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("image", "image", (32, 32, 3), low=0, high=255),
            Field("mask", "class", (32, 32), classes=("background", "disc", "square", "triangle")),
            Field("seen", "labels", (3,), classes=("disc", "square", "triangle")),
        )


def make_waves(size, noise, seed):
    random = np.random.default_rng(seed)
    kind = random.permutation(np.arange(size) % 3)
    pitch = random.uniform(2, 5, (size, 1))
    turn = (random.uniform(0, 1, (size, 1)) + pitch * np.linspace(0, 1, 64)) % 1
    sine, triangle = np.sin(2 * np.pi * turn), 4 * abs(turn - 0.5) - 1
    waves = np.stack([sine, triangle, np.sign(turn - 0.5)])
    wave = waves[kind, np.arange(size)] + random.normal(0, noise, (size, 64))
    wave = wave[..., np.newaxis].astype("float32")
    return {"wave": wave, "kind": kind.astype("int64")}


class Waves(Source, name="waves", title="Waves"):
    """Waves of 64 steps with noise, of any pitch: sines, triangles and squares."""

    main_class = "kind"
    load = staticmethod(make_waves)

    size = Whole(900, low=60, high=20_000, help="How many waves are made, as many of each kind.")
    noise = Number(0.3, low=0.0, high=3.0, help="The spread of what is added to each step.")
    seed = Whole(0, low=0, high=2**31 - 1, help="Another seed makes other waves.")

    def rows(self) -> int:
        return self.size

    def class_rows(self) -> tuple[int, ...]:
        return tuple(len(range(kind, self.size, 3)) for kind in range(3))

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("wave", "array", (64, 1), low=-2, high=2),
            Field("kind", "class", (), classes=("sine", "triangle", "square")),
        )


def make_curve(size, noise, seed):
    random = np.random.default_rng(seed)
    x = random.uniform(-1, 1, (size, 1))
    y = np.sin(1.5 * x) + random.normal(0, noise, (size, 1))
    return {"y": y.astype("float32"), "x": x.astype("float32")}


class Curve(Source, name="curve", title="A curve"):
    """Points of y = sin(1.5 x) with noise, of x from -1 to 1: one number in, one number out."""

    load = staticmethod(make_curve)

    size = Whole(200, low=20, high=20_000, help="How many points are drawn.")
    noise = Number(0.05, low=0.0, high=1.0, help="The spread of what is added to y.")
    seed = Whole(0, low=0, high=2**31 - 1, help="Another seed draws other points.")

    def rows(self) -> int:
        return self.size

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("x", "vector", (1,), low=-1, high=1, parts=("x",)),
            Field("y", "number", (1,), low=-2, high=2),
        )
