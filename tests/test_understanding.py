"""What a table is understood to be: facts are those that pandas works out, and each thing that is odd is told once."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphbuilder.datasets.description import Column
from graphbuilder.datasets.fielding import fields_of
from graphbuilder.readers import DataError
from graphbuilder.understanding import Facts, Finding, describe, facts, suggest
from tests.conftest import GOLDEN

RANDOM = np.random.default_rng(1)
AMOUNTS = {name: np.round(RANDOM.normal(size=200), 3) for name in ("a", "b", "c")}
CLASSES = [["no", "yes"][n] for n in RANDOM.integers(0, 2, 200)]


def columns_of(table: pa.Table, **changes: dict[str, Any]) -> list[Column]:
    """As they are suggested, but for what is changed."""
    return [column.model_copy(update=changes.get(column.name, {})) for column in suggest(table)]


def told_of(table: pa.Table, target: str) -> list[str]:
    return [f"{one.code} {one.text}" for one in facts(table, suggest(table, target)).findings]


def told(table: pa.Table, split: dict[str, Any] | None = None, **changes: dict[str, Any]) -> list[str]:
    found = facts(table, columns_of(table, **changes), split).findings
    return [f"{one.code} {one.text}" for one in found]


def of(classes: Any, **more: Any) -> pa.Table:
    """200 rows of these classes."""
    return pa.table({**AMOUNTS, **more, "class": list(classes)})


def plain(**more: Any) -> pa.Table:
    """200 rows with nothing odd about them, and columns of the test's own."""
    return of(CLASSES, **more)


# Types and roles


def repeated(values: list[Any], rows: int = 60) -> list[Any]:
    return (values * rows)[:rows]


DAYS = [date(2020, 1, 1) + timedelta(days=n) for n in range(60)]


@pytest.mark.parametrize(
    ("name", "cells", "type", "role"),
    [
        ("height", np.linspace(1, 2, 60), "number", "feature"),
        ("rooms", repeated([1, 2, 3, 4]), "whole", "feature"),
        ("smoker", repeated([True, False, None]), "boolean", "feature"),
        ("smoker", repeated(["yes", "no"]), "boolean", "feature"),
        ("colour", repeated(["red", "green", None]), "category", "feature"),
        ("Postal Code", repeated([10115, 80331, 50667]), "category", "feature"),
        ("likes", repeated(["tea, jam", "tea", "jam", "salt, tea", "salt, jam", "jam, tea"]), "names", "feature"),
        ("likes", repeated([["tea", "jam"], ["tea"]]), "names", "feature"),
        ("review", [f"it was film number {n} that we saw" for n in range(60)], "text", "feature"),
        ("sold", [*DAYS[30:], *DAYS[:30]], "date", "feature"),
        ("sold", DAYS, "date", "time"),
        ("sold", [f"{day:%d.%m.%Y}" for day in DAYS[::-1]], "date", "time"),
        ("sold", sorted([*DAYS[:-1], DAYS[7]]), "date", "feature"),
        ("facts", repeated([[]]), "empty", "ignore"),
        ("quarter", [f"{1970 + n // 4}Q{n % 4 + 1}" for n in range(60)], "date", "time"),
        ("year", range(1950, 2010), "whole", "time"),
        ("Row ID", range(1, 61), "whole", "id"),
        ("", range(60), "whole", "id"),
        ("Unnamed: 0", range(7, 187, 3), "whole", "id"),
        ("column 1", [f"r{n}" for n in range(60)], "category", "id"),
        ("0", range(1950, 2010), "whole", "time"),
        ("Customer", range(1950, 2010), "whole", "id"),
        ("date", [int(f"{day:%Y%m%d}") for day in DAYS], "date", "time"),
        ("timestamp", range(1_600_000_000, 1_600_216_000, 3600), "date", "time"),
        ("date", [1_600_000_000_000 + n % 7 for n in range(60)], "date", "feature"),
        ("Raucher", repeated(["ja", "nein", "Ja"]), "boolean", "feature"),
        ("Name", [f"person {n}" for n in range(60)], "category", "id"),
        ("last_name", repeated([f"person {n}" for n in range(25)]), "category", "id"),
        ("key", [f"{n:x}" for n in range(60)], "category", "id"),
        ("note", [None] * 60, "empty", "ignore"),
        ("country", ["here"] * 60, "category", "ignore"),
        ("patient", [n // 2 for n in range(60)], "whole", "group"),
        ("Customer ID", [n // 2 for n in range(60)], "category", "group"),
        ("Customer_Age", [20 + n * 7 % 30 for n in range(60)], "whole", "feature"),
        ("split", repeated(["train", "train", "test"]), "category", "part"),
        ("sample_weight", np.linspace(1, 2, 60), "number", "weight"),
    ],
)
def test_a_column_is_taken_for_what_it_seems(name: str, cells: Any, type: str, role: str) -> None:
    table = pa.table({name: pa.array(list(cells)), "kind": repeated(["a", "b", "c"]), "size": np.linspace(3, 9, 60)})
    found = suggest(table, "kind")[0]
    assert (found.type, found.role) == (type, role)


def test_an_hour_that_comes_twice_when_clocks_go_back_is_of_a_time() -> None:
    hours = sorted([datetime(2020, 10, 1) + timedelta(hours=n) for n in range(199)] + [datetime(2020, 10, 5)])
    assert suggest(pa.table({"when": hours, "temp": AMOUNTS["a"]}))[0].role == "time"


def test_groups_and_classes_that_a_column_parts_are_told_so() -> None:
    part, animal = repeated(["train", "train", "train", "test"], 200), [n // 8 for n in range(200)]
    found = told(of("a" * 100 + "b" * 100, part=part, animal=animal))
    assert [one for one in found if "SORTED" in one] == []
    (groups,) = [one for one in found if "GROUPS_PARTED" in one]
    assert groups.endswith("'part' parts them so. Ignore it to keep rows of one together: a network knows such rows.")


def test_what_the_reader_says_of_a_column_holds() -> None:
    def field(name: str, **told: str) -> pa.Field:
        return pa.field(name, pa.string(), metadata=told)

    schema = pa.schema(
        [field("file", **{"is": "picture"}), field("mask", **{"is": "picture", "classes": '["sky", "sea"]'}),
         field("copies", **{"is": "group"}), field("part", **{"is": "part"})]
    )  # fmt: skip
    table = pa.table(
        [[f"{n}.png" for n in range(9)], [f"m{n}.png" for n in range(9)], ["x"] * 9, ["train"] * 9], schema
    )
    found = {column.name: (column.type, column.role, column.classes) for column in suggest(table)}
    assert found["file"] == ("picture", "feature", ())
    assert found["mask"] == ("picture", "target", ("sky", "sea"))
    assert (found["copies"][1], found["part"][1]) == ("group", "part")
    (_, mask, *_), *_ = describe(table, suggest(table))
    assert (mask.kind, mask.shape, mask.classes) == ("class", (None, None), ("sky", "sea"))


@pytest.mark.parametrize(
    ("cells", "target", "type"),
    [
        ({"survived": [0, 1] * 30, "age": [n * 7 % 60 for n in range(60)]}, "survived", "category"),
        ({"age": [n * 7 % 60 for n in range(60)], "price": np.linspace(1, 9, 60)}, "price", "number"),
        ({"y": [0.0, 1.0] * 30, "age": [n * 7 % 60 for n in range(60)]}, "y", "category"),
        ({"day": DAYS, "load": np.linspace(1, 9, 60), "wind": np.linspace(2, 5, 60)}, "load", "number"),
        ({"age": [n * 7 % 60 for n in range(60)], "kind": ["a", "b", "c"] * 20}, "kind", "category"),
        ({"age": np.linspace(1, 9, 60)}, None, ""),
        ({"age": [n * 7 % 60 for n in range(60)], "pulse": [n % 13 for n in range(60)]}, "pulse", "whole"),
        ({"day": DAYS, "temp": np.linspace(1, 9, 60), "cnt": np.linspace(2, 5, 60)}, "cnt", "number"),
        ({"medal": ["gold", "silver"] * 30, "year": [n * 7 % 60 for n in range(60)]}, "medal", "category"),
    ],
)
def test_the_target_is_guessed_by_name_place_and_kind(cells: dict[str, Any], target: str | None, type: str) -> None:
    found = [column for column in suggest(pa.table({name: list(own) for name, own in cells.items()}))
             if column.role == "target"]  # fmt: skip
    assert [(column.name, column.type) for column in found] == ([(target, type)] if target else [])


def test_what_mends_it_makes_further_targets_beside_the_one_that_is() -> None:
    table = pa.table({**AMOUNTS, "y1": AMOUNTS["a"][::-1], "y2": AMOUNTS["b"][::-1]})
    (found,) = (one for one in facts(table).findings if one.code == "W_DATA_SEVERAL_TARGETS")
    assert [one.name for one in suggest(table, None, found.change) if one.role == "target"] == ["y1", "y2"]


def test_times_of_several_things_are_not_told_as_given_twice() -> None:
    table = plain(shop=[n % 8 for n in range(200)], day=[n // 8 for n in range(200)])
    (found,) = (one for one in facts(table).findings if one.code == "W_DATA_PANEL")
    assert [one.code for one in facts(table, suggest(table, None, found.change)).findings] == []


def test_targets_that_are_true_or_false_are_told_together() -> None:
    flags = {"role": "target", "type": "boolean"}
    table = pa.table({"a": AMOUNTS["a"], "rude": [n % 2 for n in range(200)], "loud": [n % 3 % 2 for n in range(200)]})
    (_, labels), *_ = describe(table, suggest(table, None, {"rude": flags, "loud": flags}))
    assert (labels.name, labels.kind, labels.classes) == ("labels", "labels", ("rude", "loud"))
    assert fields_of(table, suggest(table, None, {"rude": flags, "loud": flags}))["labels"][:2].tolist() == [
        [0, 0],
        [1, 1],
    ]


def test_of_two_columns_a_count_is_no_id() -> None:
    table = pa.table({"x": range(60), "y": np.sin(np.arange(60.0))})
    assert [one.role for one in suggest(table)] == ["feature", "target"]
    assert [one.code for one in facts(table).findings] == ["W_DATA_FEW_ROWS"]


def test_places_alone_are_no_target() -> None:
    table = pa.table({"lat": AMOUNTS["a"], "lon": AMOUNTS["b"]})
    assert [one.role for one in suggest(table)] == ["feature", "feature"]
    series = pa.table({"time": range(60), "sunspot.year": AMOUNTS["a"][:60]})
    assert [one.role for one in suggest(series)] == ["time", "target"]


def test_counts_in_a_series_are_told_as_amounts() -> None:
    table = pa.table({"year": range(1900, 2000), "found": [n * n % 7 for n in range(100)]})
    assert [(one.type, one.role) for one in suggest(table)] == [("whole", "time"), ("whole", "target")]


ROWS_OF_CLASSES = np.eye(3)[[0, 2, 1, 2, 0, 1] * 4]


@pytest.mark.parametrize(
    ("y", "kind", "shape", "first"),
    [
        (ROWS_OF_CLASSES, "class", (), [0, 2, 1]),
        (np.maximum(ROWS_OF_CLASSES, ROWS_OF_CLASSES[::-1]), "labels", (3,), [[1, 1, 0], [1, 0, 1], [0, 1, 1]]),
        (ROWS_OF_CLASSES * 0.5, "vector", (3,), [[0.5, 0, 0], [0, 0, 0.5], [0, 0.5, 0]]),
    ],
    ids=["one of several", "any of several", "amounts"],
)
def test_rows_of_0_and_1_are_classes_or_names(y: Any, kind: str, shape: tuple[int, ...], first: list[Any]) -> None:
    table = pa.table({"x": tensors(np.ones((24, 4))), "y": tensors(y)})
    columns = suggest(table)
    fields, _, main, rows = describe(table, columns)
    assert (fields[1].kind, fields[1].shape, fields[1].classes) == (
        kind, shape, ("0", "1", "2") if kind != "vector" else (),
    )  # fmt: skip
    assert (main, rows) == (("y", (8, 8, 8)) if kind == "class" else ("", ()))
    assert fields_of(table, columns)["y"][:3].tolist() == first
    assert dict(facts(table, columns).classes) == ({"0": 8, "1": 8, "2": 8} if kind == "class" else {})


def test_pictures_of_few_numbers_beside_pictures_are_masks() -> None:
    pictures = RANDOM.integers(0, 255, (24, 8, 8, 3)).astype("uint8")
    table = pa.table({"images": tensors(pictures), "masks": tensors(RANDOM.integers(0, 3, (24, 8, 8)).astype("uint8"))})
    assert [(one.type, one.role) for one in suggest(table)] == [("pixels", "feature"), ("category", "target")]


def tensors(values: Any) -> Any:
    return pa.FixedShapeTensorArray.from_numpy_ndarray(np.ascontiguousarray(values))


def test_an_array_that_is_called_so_is_the_target() -> None:
    arrays = {name: pa.FixedShapeTensorArray.from_numpy_ndarray(np.zeros((9, n))) for name, n in (("x", 8), ("y", 3))}
    assert [column.role for column in suggest(pa.table(arrays))] == ["feature", "target"]


def test_another_target_can_be_chosen_or_none() -> None:
    table = plain()
    assert [one.name for one in suggest(table, "b") if one.role == "target"] == ["b"]
    assert not [one for one in suggest(table, "") if one.role == "target"]


# Facts


@settings(max_examples=25)
@given(st.lists(st.floats(-1e6, 1e6) | st.none(), min_size=1, max_size=60).filter(lambda cells: any(map(_is, cells))))
def test_amounts_are_measured_as_by_pandas(cells: list[float | None]) -> None:
    table, series = pa.table({"size": pa.array(cells, pa.float64())}), pd.Series(cells, dtype=float)
    (found,) = facts(table, [Column(name="size", type="number")]).columns
    assert (found.missing, found.distinct) == (series.isna().sum(), series.nunique())
    measured = [found.low, found.high, found.mean, found.median, found.deviation]
    wanted = [series.min(), series.max(), series.mean(), series.median(), series.std(ddof=0)]
    assert measured == pytest.approx(wanted, rel=1e-9, abs=1e-6)
    assert sum(found.counts) == len(cells) - found.missing


def _is(cell: float | None) -> bool:
    return cell is not None


def test_words_are_counted_the_commonest_first() -> None:
    words = [None, *CLASSES[:-1]]
    found = facts(plain(word=words)).columns[3]
    count = pd.Series(words).value_counts()
    assert (found.missing, found.distinct) == (1, 2)
    assert dict(found.frequent) == count.to_dict() and found.frequent[0][1] == count.max()
    assert set(found.examples) == {"yes", "no"}


def test_correlations_are_those_of_pandas() -> None:
    more = {"d": AMOUNTS["a"] + 0.3 * AMOUNTS["b"]}
    found = facts(plain(**more))
    wanted = pd.DataFrame({**AMOUNTS, **more}).corr().to_numpy()
    assert found.related == ("a", "b", "c", "d", "class")
    np.testing.assert_allclose(np.array(found.correlations)[:4, :4], wanted, atol=1e-4)


def test_the_baseline_is_what_guessing_gets() -> None:
    assert facts(plain()).baseline == max(CLASSES.count(one) for one in set(CLASSES)) / 200
    amounts = facts(pa.table(AMOUNTS), columns_of(pa.table(AMOUNTS), a={"role": "target", "field": "a"}))
    assert amounts.baseline == pytest.approx(AMOUNTS["a"].std())


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", None])), min_size=12, max_size=60))
def test_copies_are_counted_as_by_pandas(rows: list[tuple[int, str | None]]) -> None:
    frame = pd.DataFrame(rows, columns=["number", "word"])
    table = pa.table({"number": [row[0] for row in rows], "word": pa.array([row[1] for row in rows], pa.string())})
    assert facts(table).copies == frame.duplicated().sum()


def test_facts_are_json() -> None:
    table = plain(size=[np.inf, np.nan, *AMOUNTS["a"][2:]], born=[None, *DAYS, *DAYS, *DAYS, *DAYS[:19]])
    assert json.loads(json.dumps(facts(table).as_json(), allow_nan=False))["rows"] == 200


# Findings

WORDS: dict[str, list[str]] = json.loads((GOLDEN / "findings.json").read_text("utf-8"))


def scattered(**odd: Any) -> list[Any]:
    """Amounts with some cells changed, by place: p7=None."""
    cells: list[Any] = AMOUNTS["a"][::-1].tolist()
    for place, cell in odd.items():
        cells[int(place[1:])] = cell
    return cells


def words(**odd: str) -> list[str]:
    return [str(cell) for cell in scattered(**odd)]


IGNORED = {"role": "ignore"}
CASES: dict[str, Callable[[], list[str]]] = {
    "nothing odd": lambda: told(plain()),
    "a constant and an empty column": lambda: told(plain(here=["x"] * 200, gone=pa.nulls(200, pa.string()))),
    "records": lambda: told(plain(some=[{"a": n} for n in range(200)])),
    "a constant that is used": lambda: told(plain(here=[1] * 200), here={"role": "feature"}),
    "a sparse column": lambda: told(plain(some=[0.5, 0.25, 0.75] + [None] * 197)),
    "missing numbers without a rule": lambda: told(plain(some=scattered(p3=None)), some={"missing": ""}),
    "infinite numbers": lambda: told(plain(some=scattered(p3=np.inf, p4=1e300))),
    "infinite numbers with a rule": lambda: told(plain(some=scattered(p3=np.inf)), some={"missing": "median"}),
    "numbers mixed with words": lambda: told(plain(some=words(p3="n/a", p9="twelve"))),
    "words that count as missing": lambda: told(
        plain(some=words(p3="n/a")), some={"type": "number", "missing": "mean"}
    ),
    "large whole numbers": lambda: told(
        plain(some=[n * 7919 % 200 * 5 * 10**6 for n in range(200)])
    ),
    "dates of two readings": lambda: told(plain(born=repeated(["03/04/2001", "11/12/1999", "05/06/2001"], 200))),
    "numbers that name something": lambda: told(
        plain(zip=repeated([101, 205, 377, 7, 9], 200)), zip={"type": "whole"}
    ),
    "an identifier that is used": lambda: told(plain(key=[f"k{n}" for n in range(200)]), key={"role": "feature"}),
    "no target, no feature": lambda: told(
        plain(), None, **dict.fromkeys(plain().column_names, IGNORED)
    ),
    "a target with gaps": lambda: told(of([None, None, *CLASSES[2:]])),
    "one class": lambda: told_of(of(["yes"] * 200), "class"),
    "a row each": lambda: told_of(of([f"k{n}" for n in range(200)]), "class"),
    "small classes, sorted and unbalanced": lambda: told(
        of("a" * 2 + "b" * 190 + "c" * 8)
    ),
    "sorted classes that are parted by time": lambda: told(
        of("a" * 100 + "b" * 100, step=range(200))
    ),
    "few rows": lambda: told(plain().slice(0, 60)),
    "far too few rows": lambda: told(plain().slice(0, 6)),
    "copies, also between parts": lambda: told(pa.concat_tables([plain(), plain().slice(0, 50)])),
    "rows of one person": lambda: told(plain(individual=[n // 4 for n in range(200)]), individual={"role": "id"}),
    "rows of one person together": lambda: told(plain(individual=[n // 4 for n in range(200)])),
    "rows of things at times": lambda: told(plain(shop=[n % 8 for n in range(200)], day=[n // 8 for n in range(200)])),
    "targets that are called alike": lambda: told(
        pa.table({**AMOUNTS, "y1": AMOUNTS["a"][::-1], "y2": AMOUNTS["b"][::-1]})
    ),
    "targets of 0 and 1 beside a text": lambda: told(
        pa.table({"text": [f"it was film number {n} that we saw" for n in range(200)]}
                 | {name: (AMOUNTS[one] > 0).astype(int) for name, one in (("rude", "a"), ("loud", "b"), ("mad", "c"))})
    ),
    "values far out": lambda: told(plain(some=scattered(p7=1e6))),
    "a series with a gap": lambda: told(
        plain(when=[*range(100), *range(150, 250)]), when={"role": "time"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_D7_what_is_odd_is_told_once_in_these_words(name: str) -> None:
    assert CASES[name]() == WORDS[name]


LEAKS = {
    "is a copy of 'a'": AMOUNTS["a"],
    "is a straight line of 'a'": 3 * AMOUNTS["a"] + 1,
    "is fixed by the sum of 'a' and 'b'": AMOUNTS["a"] + AMOUNTS["b"],
    "is fixed by the difference of 'b' and 'c'": AMOUNTS["c"] - AMOUNTS["b"],
    "is fixed by the product of 'a' and 'c'": AMOUNTS["a"] * AMOUNTS["c"],
    "is fixed by the quotient of 'b' and 'a'": AMOUNTS["b"] / (AMOUNTS["a"] + 1e-9),
    "is fixed by a weighted sum of 'a', 'b' and 'c'": AMOUNTS["a"] + 2 * AMOUNTS["b"] - AMOUNTS["c"],
}


@pytest.mark.parametrize("how", LEAKS)
def test_a_target_that_columns_give_away_is_told(how: str) -> None:
    table = pa.table({**AMOUNTS, "price": LEAKS[how]})
    (found,) = [one for one in facts(table).findings if one.code == "W_DATA_LEAK"]
    assert found.message.startswith(f"The target 'price' {how}")
    assert set(found.change) == set(found.columns) - {"price"}


def test_a_target_that_depends_with_noise_is_no_leak() -> None:
    table = pa.table(
        {**AMOUNTS, "price": AMOUNTS["a"] + 0.1 * AMOUNTS["b"] + 0.1 * np.random.default_rng(3).normal(size=200)}
    )
    assert told(table) == []


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("name", ["never" if one == "no" else "always" for one in CLASSES]),
        ("code", [7 if one == "no" else 3 for one in CLASSES]),
        ("level", [n / 1000 + (one == "yes") for n, one in enumerate(CLASSES)]),
    ],
)
def test_a_category_or_a_range_that_tells_the_class_is_told(name: str, cells: list[Any]) -> None:
    (found,) = [one for one in facts(plain(**{name: cells})).findings if one.code == "W_DATA_LEAK"]
    assert found.facts["names"] == (name,)


def _kinds(base: type[Finding] = Finding) -> Iterator[str]:
    for kind in base.__subclasses__():
        if hasattr(kind, "code"):
            yield kind.code
        yield from _kinds(kind)


def test_every_kind_of_finding_is_told_of_above() -> None:
    told_of = {message.split()[0] for messages in WORDS.values() for message in messages}
    assert set(_kinds()) == told_of | {"W_DATA_LEAK"}


KINDS = {
    "duration": pa.array([timedelta(seconds=n) for n in range(60)]),
    "decimal": pa.array([Decimal(n) for n in range(60)]),
    "bytes": pa.array([b"a%d" % n for n in range(60)]),
    "records": pa.array([{"a": n} for n in range(60)]),
    "maps": pa.array([[("a", 1)]] * 60, pa.map_(pa.string(), pa.int64())),
    "fixed lists": pa.FixedSizeListArray.from_arrays(pa.array(np.arange(120)), 2),
    "dictionary": pa.array(repeated(["x", "y", None])).dictionary_encode(),
    "large text": pa.array(repeated(["x", "y", None]), pa.large_string()),
    "whole numbers of 64 bits": pa.array([2**64 - 1 - n for n in range(60)], pa.uint64()),
    "no truth": pa.nulls(60, pa.bool_()),
    "far dates": pa.array(repeated([datetime(1, 1, 1), datetime(9999, 12, 31)]), pa.timestamp("s")),
    "nanoseconds": pa.array(range(60), pa.timestamp("ns")),
    "no number": pa.array([np.nan] * 60),
    "infinite": pa.array(repeated([np.inf, -np.inf])),
    "huge": pa.array(repeated([1e308, -1e308])),
    "blanks": pa.array(repeated(["", " "])),
    "marks": pa.array(repeated(["\x00", "\u202e", "=cmd", "<b>"])),
    "long text": pa.array(["x" * 10_000] * 60),
    "arrays of one": pa.FixedShapeTensorArray.from_numpy_ndarray(np.zeros((60, 1))),
    "arrays of nothing": pa.FixedShapeTensorArray.from_numpy_ndarray(np.full((60, 3, 3), np.nan)),
    "no date": pa.array(repeated(["2020-13-45", "2020-02-30"])),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("error")
def test_D7_a_column_of_any_kind_is_told_of_and_read_or_refused(kind: str) -> None:
    """Whether it is the target or another is."""
    table = pa.table({"it": KINDS[kind], "class": repeated(["a", "b", "c"]), "size": np.linspace(0, 1, 60)})
    for target in (None, "it", "class"):
        columns = suggest(table, target)
        json.dumps(facts(table, columns).as_json(), allow_nan=False)
        try:
            fields, rows, *_ = describe(table, columns)
        except DataError:
            continue
        arrays = fields_of(table, columns)
        assert {field.name: (rows, *field.shape) for field in fields} == {k: v.shape for k, v in arrays.items()}


# Files of the wild

CORPUS = Path(__file__).parents[1].parent / "shared" / "corpus"
READ: dict[str, dict[str, Any]] = {
    "titanic_all.csv": {}, "modechoice.csv": {"delimiter": ";"}, "danish_data.csv": {}, "superstore.csv": {},
    "challenge.csv": {}, "seattle-temps.csv": {}, "mnist_5k.csv.gz": {"named": False},
    "senators_excel_de.csv": {"delimiter": ";", "encoding": "cp1252", "decimal": ","},
}  # fmt: skip


def corpus(name: str, delimiter: str = ",", encoding: str = "utf8", decimal: str = ".", named: bool = True) -> pa.Table:
    return csv.read_csv(
        CORPUS / name,
        csv.ReadOptions(encoding=encoding, autogenerate_column_names=not named),
        csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        csv.ConvertOptions(null_values=["", "NA"], strings_can_be_null=True, decimal_point=decimal),
    )


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize("name", READ)
def test_files_of_the_wild_come_out_with_their_facts(name: str) -> None:
    (known,) = [one for one in json.loads((CORPUS / "facts.json").read_text()) if one["file"] == name]
    table = corpus(name, **READ[name])
    found: Facts = facts(table)
    wanted, columns = known["facts"], {column.name: column for column in found.columns}
    target = next(column for column in found.columns if column.role == "target")
    assert target.name == {"last column": "f784"}.get(known["target"], known["target"])
    assert found.copies == wanted["duplicate rows"]
    assert {one.name: one.missing for one in found.columns if one.missing} == wanted["missing"]
    for column, mean in wanted["means"].items():
        assert columns[column].mean == pytest.approx(float(mean), rel=1e-5)
    for column, count in wanted.get("distinct", {}).items():
        assert columns[column].distinct == count
    if f"classes of {target.name.removeprefix('f')}" in wanted:
        assert dict(found.classes) == wanted[f"classes of {target.name.removeprefix('f')}"]
    if f"target {target.name}" in wanted:
        told_of = wanted[f"target {target.name}"]
        assert (target.low, target.high) == pytest.approx((float(told_of["min"]), float(told_of["max"])), rel=1e-5)
