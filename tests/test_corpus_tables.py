"""The tables of the wild, with the facts that must come out; left out where they are not beside the checkout."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from graphbuilder.readers import READERS, reader_of

CORPUS = next((p for up in Path(__file__).parents if (p := up / "shared" / "corpus").is_dir()), None)
FACTS: dict[str, dict[str, Any]] = {}
if CORPUS:
    FACTS = {one["file"]: one for one in json.loads((CORPUS / "facts.json").read_text())}
TABLES = [name for name in FACTS if not name.endswith((".zip", ".npz"))]
pytestmark = pytest.mark.skipif(CORPUS is None, reason="the files of the wild are not here")


def read(name: str, **changed: Any) -> Any:
    assert CORPUS
    path = CORPUS / name
    reader = reader_of(path, name)
    options = {**reader.guess(path, name).options, **changed}
    return reader.read(path, **reader(options).params)


def counts(column: Any) -> dict[str, int]:
    return {str(one["values"]): one["counts"] for one in column.value_counts().to_pylist()}


def digits(value: float) -> str:
    return f"{value:.6g}"


def duplicates(table: Any) -> int:
    """Rows that are there already."""
    return int(table.num_rows - table.group_by(table.column_names, use_threads=False).aggregate([]).num_rows)


def kind(column: Any) -> str:
    """What pandas calls it: whole numbers of which some are missing are floats there, and dates are text."""
    if pa.types.is_integer(column.type):
        return "float" if column.null_count else "int"
    if pa.types.is_floating(column.type):
        return "float"
    return "bool" if pa.types.is_boolean(column.type) else "text"


@pytest.mark.parametrize("name", [name for name in TABLES if "dtypes" in FACTS[name]["facts"]])
def test_all_facts_come_out(name: str) -> None:
    told, table = FACTS[name], read(name)
    facts = told["facts"]
    names = told["column_names"]
    assert table.column_names[: len(names)] == names
    assert (table.num_rows, table.num_columns) == (told["rows"], told["columns"])
    kinds = [kind(column) for column in table.columns]
    assert {one: kinds.count(one) for one in kinds} == facts["dtypes"]
    missing = {one: column.null_count for one, column in zip(table.column_names, table.columns, strict=True)}
    assert {one: count for one, count in missing.items() if count} == facts["missing"]
    assert {one: digits(pc.mean(table[one]).as_py()) for one in facts["means"]} == facts["means"]
    assert duplicates(table) == facts["duplicate rows"]
    for key, expected in facts.items():
        about, _, column = key.partition(" ")
        if about == "classes" and key.startswith("classes of"):
            assert counts(table[key.removeprefix("classes of ")]) == expected
        if about == "target":
            values = table[column].drop_null()
            found = {"n": len(values), "mean": digits(pc.mean(values).as_py())}
            found |= {"sd(ddof=1)": digits(pc.stddev(values, ddof=1).as_py())}
            found |= {"min": digits(pc.min(values).as_py()), "max": digits(pc.max(values).as_py())}
            assert found == expected
        if about == "distinct":
            of = {column: expected} if column else expected
            assert {one: pc.count_distinct(table[one]).as_py() for one in of} == of


def test_a_type_that_changes_late_is_found() -> None:
    table = read("challenge.csv")
    assert str(table["y"].drop_null()[0]) == FACTS["challenge.csv"]["facts"]["y first date"]
    assert sum(value == int(value) for value in table["x"].to_pylist()) == 1000


def test_the_words_of_a_shop_stay_as_they_are() -> None:
    facts, table = FACTS["superstore.csv"]["facts"], read("superstore.csv")
    cells = [cell for column in table.columns if kind(column) == "text" for cell in column.to_pylist()]
    assert sum("\u00a0" in str(cell) for cell in cells) == facts["cells with a non-breaking space"]
    assert sum('"' in str(cell) for cell in cells) == facts["cells with a quote"]


def test_each_person_chose_once() -> None:
    table = read("modechoice.csv").group_by("individual").aggregate([("choice", "sum")])
    assert table.num_rows == FACTS["modechoice.csv"]["facts"]["groups"]["individual"]
    assert {*table["choice_sum"].to_pylist()} == {1}


def test_hours_have_one_gap() -> None:
    facts, times = FACTS["seattle-temps.csv"]["facts"], read("seattle-temps.csv")["date"]
    assert [str(times[0]), str(times[-1])] == facts["first/last"]
    steps = np.diff(times.to_numpy())
    assert int((steps > np.timedelta64(1, "h")).sum()) == facts["gaps over one hour"]
    assert pc.count_distinct(times).as_py() == len(times) - facts["repeated stamps"]


def test_pixels_come_as_they_are() -> None:
    facts, table = FACTS["mnist_5k.csv.gz"]["facts"], read("mnist_5k.csv.gz")
    pixels = np.stack([column.to_numpy() for column in table.columns[:-1]], axis=1)
    assert digits(pixels.mean()) == facts["pixel mean"]
    assert pixels.max() == facts["pixel max"]
    assert int((pixels.max(axis=0) == 0).sum()) == facts["pixels always 0"]
    assert sorted({*table["784"].to_pylist()[-1000:]}) == facts["classes in last 1000 rows"]


def test_accents_survive() -> None:
    facts, names = FACTS["senators_excel_de.csv"]["facts"], read("senators_excel_de.csv")["Name"].to_pylist()
    assert sum(not name.isascii() for name in names) == facts["names with non-ASCII letters"]
    assert {*facts["example"]} <= {*names}


def test_every_sheet_of_a_workbook_comes_out() -> None:
    facts = FACTS["datasets.xlsx"]["facts"]
    sheets = {name: read("datasets.xlsx", sheet=name) for name in facts["sheets"]}
    found = {
        name: {
            "rows": table.num_rows,
            "columns": table.num_columns,
            "missing": sum(column.null_count for column in table.columns),
        }
        for name, table in sheets.items()
    }
    assert found == facts["sheets"]
    for key, expected in facts.items():
        if key.startswith("classes of"):
            sheet, column = key.removeprefix("classes of ").split(".")
            assert counts(sheets[sheet][column]) == expected
    for key, expected in facts["means"].items():
        sheet, column = key.split(".")
        assert digits(pc.mean(sheets[sheet][column]).as_py()) == expected


def test_an_old_workbook_comes_out_and_asks_for_its_sheet() -> None:
    assert CORPUS
    facts = FACTS["macrodata.xls"]["facts"]
    guess = READERS["workbook"].guess(CORPUS / "macrodata.xls", "macrodata.xls")
    assert sorted(guess.choices["sheet"]) == sorted(facts["sheets"])
    assert guess.options["sheet"] != "README"
    sheets = {name: read("macrodata.xls", sheet=name, **STRAIGHT) for name in facts["sheets"]}
    found = {name: {"rows below header": t.num_rows, "columns": t.num_columns} for name, t in sheets.items()}
    assert found == facts["sheets"]
    for name in ("Monthly", "Quarterly"):
        table = sheets[name]
        nulls = {one: column.null_count for one, column in zip(table.column_names, table.columns, strict=True)}
        assert nulls == facts[f"{name} missing"]
    quarterly = sheets["Quarterly"]
    assert {one: digits(pc.mean(quarterly[one]).as_py()) for one in facts["means"]} == facts["means"]
    days = quarterly["DATE"].to_pylist()
    assert [str(days[0]), str(days[-1])] == facts["Quarterly first/last"]


STRAIGHT = {"header": True, "skip": 0, "below": 0, "footer": 0}


def test_a_database_comes_out_and_joins() -> None:
    assert CORPUS
    facts = FACTS["movies.db"]["facts"]
    guess = READERS["sqlite"].guess(CORPUS / "movies.db", "movies.db")
    assert sorted(guess.choices["table"]) == sorted(facts["tables"])
    tables = {name: read("movies.db", table=name) for name in facts["tables"]}
    assert {n: {"rows": t.num_rows, "columns": t.num_columns} for n, t in tables.items()} == facts["tables"]
    for name, table in tables.items():
        empty = [one for one in table.column_names if table[one].null_count == table.num_rows]
        assert empty == facts[f"{name} columns wholly NULL"]
    films = tables["omdb"]
    assert {one: films[one].null_count for one in facts["NULLs"]} == facts["NULLs"]
    blank = {one: pc.sum(pc.equal(films[one], "")).as_py() for one in facts["empty strings (not NULL)"]}
    assert blank == facts["empty strings (not NULL)"]
    years = films["Year"].drop_null()
    assert [pc.min(years).as_py(), pc.max(years).as_py(), digits(pc.mean(years).as_py())] == facts[
        "omdb.Year min/max/mean"
    ]
    joined = read("movies.db", query="SELECT o.Title, t.Meter FROM omdb o JOIN tomatoes t ON o.ID = t.ID")
    assert joined.num_rows == facts["join on ID gives rows"]
    meter = joined["Meter"].drop_null()
    assert {"n": len(meter), "mean": digits(pc.mean(meter).as_py())} == facts["tomatoes.Meter"]
