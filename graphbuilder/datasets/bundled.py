"""Real data sets that come with the packages graphbuilder stands on, so that they need no network."""

import numpy as np

from graphbuilder.datasets.source import Source, by_name
from graphbuilder.fields import Field
from graphbuilder.parameters import Whole
from graphbuilder.tensors import Numbers


def load_digits_data():
    from sklearn.datasets import load_digits

    digits = load_digits()
    return {
        "image": digits.images[..., np.newaxis].astype("float32"),
        "pixels": digits.data.astype("float32"),
        "digit": digits.target.astype("int64"),
        "is_even": (digits.target % 2 == 0).astype("int64"),
    }


class Digits(Source, name="digits", title="Handwritten digits"):
    """1,797 scanned handwritten digits of 8 by 8 pixels with values from 0 to 16, from 43 people (UCI, 1998)."""

    main_class = "digit"
    load = staticmethod(load_digits_data)

    def rows(self) -> int:
        return 1797

    def class_rows(self) -> tuple[int, ...]:
        return (178, 182, 177, 183, 181, 182, 181, 179, 174, 180)

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("image", "image", (8, 8, 1), low=0, high=16),
            Field("pixels", "vector", (64,), low=0, high=16),
            Field("digit", "class", (), classes=tuple("0123456789")),
            Field("is_even", "class", (), classes=("odd", "even")),
        )


def load_digit_pairs_data():
    from sklearn.datasets import load_digits

    digits = load_digits()
    order = np.random.default_rng(1).permutation(len(digits.target))
    alike, others = [], []
    for digit in range(10):
        own = order[digits.target[order] == digit]
        half = len(own) // 4 * 2
        alike += own[:half].reshape(-1, 2).tolist()
        others += own[half:].tolist()
    half = len(others) // 2
    apart = zip(others[:half], others[half : 2 * half], strict=True)
    pairs = np.array([*alike, *apart])
    pairs = pairs[np.random.default_rng(2).permutation(len(pairs))]
    images = digits.images[..., np.newaxis].astype("float32")
    same = digits.target[pairs[:, 0]] == digits.target[pairs[:, 1]]
    return {
        "first": images[pairs[:, 0]],
        "second": images[pairs[:, 1]],
        "same": same.astype("int64"),
    }


class DigitPairs(Source, name="digit_pairs", title="Pairs of digits"):
    """898 pairs of the handwritten digits, half of them of one digit; no image stands in two pairs."""

    main_class = "same"
    load = staticmethod(load_digit_pairs_data)

    def rows(self) -> int:
        return 898

    def class_rows(self) -> tuple[int, ...]:
        return (453, 445)

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("first", "image", (8, 8, 1), low=0, high=16),
            Field("second", "image", (8, 8, 1), low=0, high=16),
            Field("same", "class", (), classes=("different", "same")),
        )


def load_iris_data():
    from sklearn.datasets import load_iris

    iris = load_iris()
    return {
        "measurements": iris.data.astype("float32"),
        "species": iris.target.astype("int64"),
    }


class Iris(Source, name="iris", title="Iris flowers"):
    """150 iris flowers of three species, with length and width of sepal and petal in centimetres (Fisher, 1936)."""

    main_class = "species"
    load = staticmethod(load_iris_data)

    def rows(self) -> int:
        return 150

    def class_rows(self) -> tuple[int, ...]:
        return (50, 50, 50)

    def fields(self) -> dict[str, Field]:
        parts = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
        return by_name(
            Field("measurements", "vector", (4,), low=0, high=8, parts=parts),
            Field("species", "class", (), classes=("setosa", "versicolor", "virginica")),
        )


def load_wine_data():
    from sklearn.datasets import load_wine

    wine = load_wine()
    return {
        "measurements": wine.data.astype("float32"),
        "cultivar": wine.target.astype("int64"),
    }


class Wine(Source, name="wine", title="Wines"):
    """178 Italian wines of three cultivars, with 13 chemical measurements in different units (UCI, 1991)."""

    main_class = "cultivar"
    load = staticmethod(load_wine_data)

    def rows(self) -> int:
        return 178

    def class_rows(self) -> tuple[int, ...]:
        return (59, 71, 48)

    def fields(self) -> dict[str, Field]:
        parts = (
            "alcohol", "malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols", "flavanoids",
            "nonflavanoid phenols", "proanthocyanins", "color intensity", "hue",
            "od280/od315 of diluted wines", "proline",
        )  # fmt: skip
        return by_name(
            Field("measurements", "vector", (13,), low=0, high=1680, parts=parts),
            Field("cultivar", "class", (), classes=("class 0", "class 1", "class 2")),
        )


def load_breast_cancer_data():
    from sklearn.datasets import load_breast_cancer

    cancer = load_breast_cancer()
    return {
        "measurements": cancer.data.astype("float32"),
        "diagnosis": cancer.target.astype("int64"),
    }


class BreastCancer(Source, name="breast_cancer", title="Breast cancer"):
    """569 tissue samples, malignant or benign, with 30 measurements of their cell nuclei (Wisconsin, 1995)."""

    main_class = "diagnosis"
    load = staticmethod(load_breast_cancer_data)

    def rows(self) -> int:
        return 569

    def class_rows(self) -> tuple[int, ...]:
        return (212, 357)

    def fields(self) -> dict[str, Field]:
        measured = (
            "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points",
            "symmetry", "fractal dimension",
        )  # fmt: skip
        columns = ("mean {}", "{} error", "worst {}")
        parts = tuple(column.format(name) for column in columns for name in measured)
        return by_name(
            Field("measurements", "vector", (30,), low=0, high=4255, parts=parts),
            Field("diagnosis", "class", (), classes=("malignant", "benign")),
        )


def load_diabetes_data():
    from sklearn.datasets import load_diabetes

    diabetes = load_diabetes(scaled=False)
    return {
        "measurements": diabetes.data.astype("float32"),
        "progression": diabetes.target.reshape(-1, 1).astype("float32"),
    }


class Diabetes(Source, name="diabetes", title="Diabetes"):
    """442 patients with 10 measurements, and how far the illness had moved a year later (Efron et al., 2004)."""

    load = staticmethod(load_diabetes_data)

    def rows(self) -> int:
        return 442

    def fields(self) -> dict[str, Field]:
        parts = ("age", "sex", "bmi", "blood pressure", "s1 tc", "s2 ldl", "s3 hdl", "s4 tch", "s5 ltg", "s6 glucose")
        return by_name(
            Field("measurements", "vector", (10,), low=0, high=302, parts=parts),
            Field("progression", "number", (1,), low=25, high=346),
        )


def load_penguins_data():
    from importlib.util import find_spec

    import pyarrow.csv

    there = find_spec("palmerpenguins")
    if there is None:
        raise ImportError("no palmerpenguins", name="palmerpenguins")
    path = f"{there.submodule_search_locations[0]}/data/penguins.csv"
    gaps = pyarrow.csv.ConvertOptions(null_values=["NA"], strings_can_be_null=True)
    table = pyarrow.csv.read_csv(path, convert_options=gaps)
    measured = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    columns = [table[name].cast("float64").to_numpy() for name in measured]
    names = ["Adelie", "Chinstrap", "Gentoo"]
    island = [[word] for word in table["island"].to_pylist()]
    sex = [[word or ""] for word in table["sex"].to_pylist()]
    species = [names.index(name) for name in table["species"].to_pylist()]
    return {
        "measurements": np.stack(columns, axis=1).astype("float32"),
        "island": np.array(island, object),
        "sex": np.array(sex, object),
        "species": np.array(species, "int64"),
    }


class Penguins(Source, name="penguins", title="Penguins"):
    """344 penguins of three species on three islands of the Palmer Archipelago, some with gaps (Gorman et al., 2014; \
CC0)."""

    main_class = "species"
    load = staticmethod(load_penguins_data)

    def rows(self) -> int:
        return 344

    def class_rows(self) -> tuple[int, ...]:
        return (152, 68, 124)

    def fields(self) -> dict[str, Field]:
        parts = ("bill length (mm)", "bill depth (mm)", "flipper length (mm)", "body mass (g)")
        return by_name(
            Field("measurements", "vector", (4,), low=13, high=6300, parts=parts, missing=("mean",) * 4),
            Field("island", "category", (1,), classes=("Biscoe", "Dream", "Torgersen"), numbers=Numbers.TEXT),
            Field("sex", "category", (1,), classes=("female", "male"), numbers=Numbers.TEXT),
            Field("species", "class", (), classes=("Adelie", "Chinstrap", "Gentoo")),
        )


def load_temperatures_data(window, ahead):
    from importlib.util import find_spec

    import pyarrow.csv

    there = find_spec("vega_datasets")
    if there is None:
        raise ImportError("no vega_datasets", name="vega_datasets")
    path = f"{there.submodule_search_locations[0]}/_data/seattle-temps.csv"
    table = pyarrow.csv.read_csv(path)
    dates = [date.replace("/", "-") for date in table["date"].to_pylist()]
    hours = np.array(dates, "M8[h]")
    celsius = (table["temp"].to_numpy() - 32) / 1.8
    last = window + ahead - 1
    starts = np.arange(len(hours) - last)
    starts = starts[(hours[starts + last] - hours[starts]).astype(int) == last]
    past = celsius[starts[:, np.newaxis] + np.arange(window)]
    return {
        "past": past[..., np.newaxis].astype("float32"),
        "temperature": celsius[starts + last].reshape(-1, 1).astype("float32"),
        "hour": hours[starts + last].astype("M8[s]").astype("float64"),
    }


class Temperatures(Source, name="temperatures", title="Hourly temperatures"):
    """How warm it is in Seattle each hour of 2010 (°C, as usual over many years): some hours, and what comes after \
them (NOAA; public domain)."""

    targets = ("temperature",)
    load = staticmethod(load_temperatures_data)

    window = Whole(24, low=2, high=336, help="How many hours are seen.")
    ahead = Whole(6, low=1, high=168, help="How many hours behind the last of them the temperature is told of.")

    def rows(self) -> int:
        """Of 8,759 hours one is left out, behind the first 1,730; no window lies across it."""
        whole = self.window + self.ahead
        return (1730 - whole + 1) + (8759 - 1730 - whole + 1)

    def latest(self, target: str) -> tuple[str, int] | None:
        return ("past", 0) if target == "temperature" else None

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("past", "array", (self.window, 1), low=3, high=25),
            Field("temperature", "number", (1,), low=3, high=25),
            Field("hour", "time", ()),
        )


def load_colours_data():
    from matplotlib.colors import XKCD_COLORS, rgb_to_hsv, to_rgb

    bad = ("shit", "poo", "puke", "vomit", "snot", "piss", "barf", "booger", "diarrhea")
    colours = {
        name.removeprefix("xkcd:"): to_rgb(colour)
        for name, colour in XKCD_COLORS.items()
        if not any(word in name for word in bad)
    }
    hue, saturation, value = rgb_to_hsv(list(colours.values())).T
    # red, orange, yellow, green, turquoise, blue, purple, pink; beside them brown, grey
    family = np.digitize(360 * hue, [20, 45, 70, 170, 200, 255, 300, 345]) % 8
    family[(family == 1) & (value < 0.8)] = 8
    family[saturation < 0.2] = 9
    return {
        "name": np.array([[name] for name in colours], object),
        "family": family.astype("int64"),
    }


class Colours(Source, name="colours", title="Names of colours"):
    """921 names that people gave colours, such as "sea blue", and the family of the colour that they meant (xkcd's \
survey of 2010, in matplotlib, without coarse names; CC0)."""

    main_class = "family"
    load = staticmethod(load_colours_data)

    def rows(self) -> int:
        return 921

    def class_rows(self) -> tuple[int, ...]:
        return (110, 33, 103, 241, 48, 117, 68, 96, 66, 39)

    def fields(self) -> dict[str, Field]:
        families = (
            "red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink", "brown", "grey",
        )  # fmt: skip
        return by_name(
            Field("name", "text", (1,), numbers=Numbers.TEXT),
            Field("family", "class", (), classes=families),
        )
