"""Sets that Keras fetches once from the internet, and keeps."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from graphbuilder.datasets.source import Source, by_name
from graphbuilder.fields import Field
from graphbuilder.tensors import Numbers


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
    load: ClassVar[Callable[..., dict[str, Any]]] = staticmethod(fetch_images)
    needs = "the internet"
    names: tuple[str, ...] = tuple("0123456789")
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


def load_fashion_data(folder="/usr/share/datasets/fashion-mnist"):
    import gzip
    from pathlib import Path

    def read(name, start):
        with gzip.open(Path(folder) / name) as file:
            return np.frombuffer(file.read()[start:], "uint8")

    if Path(folder).is_dir():
        parts = [
            (
                read(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28, 1),
                read(f"{part}-labels-idx1-ubyte.gz", 8),
            )
            for part in ("train", "t10k")
        ]
    else:
        import keras

        both = keras.datasets.fashion_mnist.load_data()
        parts = [(images[..., np.newaxis], right) for images, right in both]
    return {
        "image": np.concatenate([images for images, _ in parts]),
        "class": np.concatenate([right for _, right in parts]).astype("int64"),
        "part": np.repeat([0, 2], [len(right) for _, right in parts]).astype("int64"),
    }


class FashionMnist(_Fetched, name="fashion_mnist", title="Fashion-MNIST"):
    """70,000 pictures of clothes of 28 by 28 pixels, with a test part of their own (Zalando, 2017; MIT)."""

    load = staticmethod(load_fashion_data)
    needs = "the internet, or Debian's package dataset-fashion-mnist"
    names = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")

    def arguments(self) -> dict[str, Any]:
        return {}


class Cifar10(_Fetched, name="cifar10", title="CIFAR-10"):
    """60,000 colour photographs of 32 by 32 pixels in ten classes, with a test part of their own (Krizhevsky, 2009)."""

    names = ("aeroplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "lorry")
    shape = (32, 32, 3)

    def class_rows(self) -> tuple[int, ...]:
        return (6000,) * 10


def fetch_reviews():
    import keras

    imdb = keras.datasets.imdb
    words = {rank: word for word, rank in imdb.get_word_index().items()}
    both = imdb.load_data(start_char=None, oov_char=None, index_from=0)
    ranks = [one for texts, _ in both for one in texts]
    texts = [[" ".join(words[rank] for rank in one)] for one in ranks]
    return {
        "review": np.array(texts, object),
        "opinion": np.concatenate([right for _, right in both]).astype("int64"),
        "part": np.repeat([0, 2], [len(right) for _, right in both]).astype("int64"),
    }


class Imdb(Source, name="imdb", title="IMDB reviews"):
    """50,000 reviews of films in small letters, half of them in favour, with a test part of their own (Maas et al., \
2011)."""

    main_class = "opinion"
    load = staticmethod(fetch_reviews)
    needs = "the internet"

    def rows(self) -> int:
        return 50_000

    def class_rows(self) -> tuple[int, ...]:
        return (25_000, 25_000)

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("review", "text", (1,), numbers=Numbers.TEXT),
            Field("opinion", "class", (), classes=("against", "in favour")),
            Field("part", "part", ()),
        )


def fetch_newswires():
    import keras

    reuters = keras.datasets.reuters
    words = {rank: word for word, rank in reuters.get_word_index().items()}
    both = reuters.load_data(start_char=None, oov_char=None, index_from=0)
    ranks = [one for texts, _ in both for one in texts]
    texts = [[" ".join(words[rank] for rank in one)] for one in ranks]
    return {
        "newswire": np.array(texts, object),
        "topic": np.concatenate([right for _, right in both]).astype("int64"),
        "part": np.repeat([0, 2], [len(right) for _, right in both]).astype("int64"),
    }


class Reuters(Source, name="reuters", title="Reuters newswires"):
    """11,228 newswires of 1987 in small letters, on 46 topics of which some are rare, with a test part of their own \
(Reuters-21578)."""

    main_class = "topic"
    load = staticmethod(fetch_newswires)
    needs = "the internet"

    def rows(self) -> int:
        return 11_228

    def class_rows(self) -> tuple[int, ...]:
        return (
            67, 537, 94, 3972, 2423, 22, 62, 19, 177, 126, 154, 473, 62, 209, 28, 29, 543, 51, 86, 682, 339, 127, 22,
            53, 81, 123, 32, 19, 58, 23, 57, 52, 42, 16, 57, 16, 60, 21, 22, 29, 46, 38, 16, 27, 17, 19,
        )  # fmt: skip

    def fields(self) -> dict[str, Field]:
        topics = (
            "cocoa", "grain", "veg-oil", "earn", "acq", "wheat", "copper", "housing", "money-supply", "coffee",
            "sugar", "trade", "reserves", "ship", "cotton", "carcass", "crude", "nat-gas", "cpi", "money-fx",
            "interest", "gnp", "meal-feed", "alum", "oilseed", "gold", "tin", "strategic-metal", "livestock",
            "retail", "ipi", "iron-steel", "rubber", "heat", "jobs", "lei", "bop", "zinc", "orange", "pet-chem",
            "dlr", "gas", "silver", "wpi", "hog", "lead",
        )  # fmt: skip
        return by_name(
            Field("newswire", "text", (1,), numbers=Numbers.TEXT),
            Field("topic", "class", (), classes=topics),
            Field("part", "part", ()),
        )
