"""From a table to fields: what comes is what pandas makes of the same cells, and what the description says."""

import inspect
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphbuilder.datasets import fielding
from graphbuilder.datasets.description import Column, Description
from graphbuilder.datasets.fielding import day_of, days_come_first, fields_of
from graphbuilder.datasets.own import Own
from graphbuilder.datasets.snapshot import prepare
from graphbuilder.readers import DataError
from graphbuilder.understanding import describe, suggest

PEOPLE: Mapping[str, list[Any]] = {
    "id": [7, 8, 9, 10, 11],
    "age": [29.0, None, 31.5, 4.0, 61.0],
    "class": ["1st", None, "3rd", "2nd", "1st"],
    "member": [True, False, True, None, False],
    "born": [date(1970, 1, 2), date(1969, 12, 31), None, date(2000, 1, 1), date(1970, 1, 1)],
    "likes": ["tea, jam", "tea", None, "jam", "jam, salt"],
    "survived": [1, 0, None, 1, 0],
}


def column(name: str, type: Any, role: Any = "feature", **more: Any) -> Column:
    return Column(name=name, type=type, role=role, **more)


def people() -> pa.Table:
    return pa.table(PEOPLE)


def test_numbers_truths_and_dates_share_a_field_and_are_nan_where_missing() -> None:
    kinds = {"age": "number", "member": "boolean", "born": "date"}
    numbers = fields_of(people(), [column(name, kind, field="numbers") for name, kind in kinds.items()])["numbers"]
    days = pd.Series(pd.to_datetime(PEOPLE["born"])) - pd.Timestamp("1970-01-01")
    wanted = pd.DataFrame({"age": PEOPLE["age"], "member": [1, 0, 1, None, 0], "born": days / pd.Timedelta(days=1)})
    assert numbers.dtype == np.float32
    np.testing.assert_array_equal(numbers, wanted.to_numpy("float32"))


def test_words_are_text_and_a_missing_one_is_empty() -> None:
    words = fields_of(people(), [column("class", "category")])["class"]
    assert (words.dtype, words.tolist()) == (object, [["1st"], [""], ["3rd"], ["2nd"], ["1st"]])


def test_several_names_in_a_cell_are_a_column_each() -> None:
    likes = fields_of(people(), [column("likes", "names")])["likes"]
    assert likes.tolist() == [[1, 0, 1], [0, 0, 1], [0, 0, 0], [1, 0, 0], [1, 1, 0]]


def test_rows_without_a_target_go_and_so_do_those_that_a_rule_drops() -> None:
    target, age = column("survived", "category", "target"), column("age", "number", missing="drop")
    fields = fields_of(people(), [age, target])
    assert fields["age"].ravel().tolist() == [29, 4, 61] and fields["survived"].tolist() == [1, 1, 0]
    assert describe(people(), [age, target])[1:] == (3, "survived", (1, 2))


def test_a_target_that_is_none_of_the_chosen_classes_goes_with_its_row() -> None:
    target = column("class", "category", "target", classes=("3rd", "1st"))
    assert fields_of(people(), [target])["class"].tolist() == [1, 0, 1]


def test_classes_that_are_numbers_are_in_the_order_of_their_size() -> None:
    table = pa.table({"digit": [10.0, 9.0, 2.0, 10.0]})
    (field,) = describe(table, [column("digit", "category", "target")])[0]
    assert field.classes == ("2", "9", "10")


def test_truths_that_share_a_target_are_labels() -> None:
    table = pa.table({"red": [True, False], "round": [False, True]})
    columns = [column(name, "boolean", "target", field="looks") for name in table.column_names]
    (field,) = describe(table, columns)[0]
    assert (field.kind, field.classes) == ("labels", ("red", "round"))
    assert fields_of(table, columns)["looks"].tolist() == [[1, 0], [0, 1]]


def test_what_says_something_of_a_row_is_no_vector() -> None:
    table = pa.table(
        {
            "who": ["a", "b", None, "a", None],
            "when": [datetime(1970, 1, 2), datetime(1970, 1, 1, 0, 0, 1), *[datetime(1970, 1, 1)] * 3],
            "part": ["train", "Test", "validation", "val", "train"],
            "counts": [1, 2, 3, 4, 0.5],
        }
    )
    roles = {"who": "group", "when": "time", "part": "part", "counts": "weight"}
    kinds = {"who": "category", "when": "date", "part": "category", "counts": "number"}
    fields = fields_of(table, [column(name, kinds[name], role) for name, role in roles.items()])
    who = fields["who"].tolist()
    assert who[0] == who[3] and len(set(who)) == 4
    assert fields["when"].tolist() == [86_400, 1, 0, 0, 0]
    assert fields["part"].tolist() == [0, 2, 1, 1, 0]
    assert fields["counts"].tolist() == [1, 2, 3, 4, 0.5]


def test_what_is_no_number_among_numbers_is_missing() -> None:
    table = pa.table({"size": ["1.5", "n/a", " 2 ", "1e400"]})
    sizes = fields_of(table, [column("size", "number", missing="mean")])["size"]
    np.testing.assert_array_equal(sizes.ravel(), np.array([1.5, np.nan, 2, np.nan], "float32"))


@pytest.mark.parametrize(
    ("words", "form"),
    [
        (["12.05.1887", "03.04.2020"], "%d.%m.%Y"), (["05/13/1999", "01/02/2003"], "%m/%d/%Y"),
        (["05.13.1999", "01.02.2003"], "%m.%d.%Y"),
        (["13/05/1999", "01/02/2003"], "%d/%m/%Y"), (["2010/01/01 23:00", "2010/12/31 00:30"], "%Y/%m/%d %H:%M"),
        (["2010-01-01T10:20:30", "1812-02-29T00:00:00"], "%Y-%m-%dT%H:%M:%S"),
        (["March 5, 2001", "May 11, 1950"], "%B %d, %Y"), (["5 Jan 2001", "11 Mar 1950"], "%d %b %Y"),
        (["1999-07", "2001-11"], "%Y-%m"),
    ],
)  # fmt: skip
def test_dates_in_words_are_what_pandas_reads(words: list[str], form: str) -> None:
    first = days_come_first(words)
    wanted = [(pd.to_datetime(word, format=form) - pd.Timestamp(0)) / pd.Timedelta(days=1) for word in words]
    assert [day_of(word, first) for word in words] == pytest.approx(wanted, abs=1e-9)


def test_a_quarter_begins_with_its_first_month_and_no_date_is_nan() -> None:
    assert day_of("1974Q2", False) == day_of("1974-04-01", False)
    assert all(np.isnan(day_of(word, False)) for word in ("", "12", "2020-02-30", "tea", "1.2.3.4"))


def test_a_picture_in_columns_is_one_field_with_lines_and_colours() -> None:
    values = np.random.default_rng(1).integers(0, 256, (6, 64))
    table = pa.table({f"pixel{n}": values[:, n] for n in range(64)} | {"digit": [0, 1, 2] * 2})
    columns = suggest(table)
    assert {one.type for one in columns[:-1]} == {"pixels"} and columns[-1].role == "target"
    fields = fields_of(table, columns)
    np.testing.assert_array_equal(fields["image"], values.reshape(6, 8, 8, 1))
    assert describe(table, columns)[0][0].shape == (8, 8, 1)


def test_pictures_in_arrays_get_an_axis_of_colours() -> None:
    values = np.random.default_rng(1).integers(0, 256, (6, 5, 7)).astype("uint8")
    table = pa.table({"x": pa.FixedShapeTensorArray.from_numpy_ndarray(values), "y": [0, 1, 2] * 2})
    columns = suggest(table)
    (image, _), fields = describe(table, columns)[0], fields_of(table, columns)
    assert (image.kind, image.shape, fields["x"].dtype) == ("image", (5, 7, 1), np.uint8)
    np.testing.assert_array_equal(fields["x"][..., 0], values)


def test_a_map_of_classes_is_a_target_of_a_class_a_place() -> None:
    picture, mask = np.zeros((4, 8, 8, 3), "uint8"), np.arange(256).reshape(4, 8, 8).astype("uint8") % 3
    made = pa.FixedShapeTensorArray.from_numpy_ndarray
    table = pa.table({"picture": made(picture), "mask": made(mask)})
    columns = suggest(table, "mask")
    (_, field), fields = describe(table, columns)[0], fields_of(table, columns)
    assert (field.kind, field.shape, field.classes) == ("class", (8, 8), ("0", "1", "2"))
    np.testing.assert_array_equal(fields["mask"], mask)


def test_columns_that_cannot_share_a_field_are_refused() -> None:
    columns = [column("age", "number", field="both"), column("class", "category", field="both")]
    with pytest.raises(DataError, match=r"The field 'both' cannot be made of 'age' \(number, feature\), 'class'"):
        describe(people(), columns)


def test_D1_what_leaves_no_row_is_refused() -> None:
    for table, told in (
        (people().slice(0, 0), "There are no rows"),
        (people().slice(2, 1), "'survived' is missing in 1 of 1"),
    ):
        with pytest.raises(DataError, match=told) as fault:
            describe(table, [column("age", "number"), column("survived", "category", "target")])
        assert fault.value.code == "E_DATA_EMPTY"


CELLS = {
    "number": st.floats(-1e6, 1e6, width=32) | st.none(),
    "whole": st.integers(-1000, 1000) | st.none(),
    "boolean": st.booleans() | st.none(),
    "category": st.sampled_from(["a", "b", "c", None]),
    "text": st.text(max_size=5) | st.none(),
    "date": st.dates(date(1900, 1, 1), date(2100, 1, 1)) | st.none(),
    "names": st.sampled_from(["a;b", "b", "c;a", None]),
}
FORMS = {
    "number": pa.float64(), "whole": pa.int64(), "boolean": pa.bool_(), "category": pa.string(), "text": pa.string(),
    "date": pa.date32(), "names": pa.string(),
}  # fmt: skip


@settings(max_examples=40)
@given(st.data())
def test_fields_are_what_their_description_says(data: st.DataObject) -> None:
    """Whatever the columns are: shapes, rows, classes and ranges, and the printed functions make the same."""
    rows = data.draw(st.integers(1, 12))
    kinds = data.draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=5))
    arrays = {
        f"c{n}": pa.array(data.draw(st.lists(CELLS[kind], min_size=rows, max_size=rows)), FORMS[kind])
        for n, kind in enumerate(kinds)
    }
    roles = [data.draw(st.sampled_from(["feature", "target", "ignore"])) for _ in kinds]
    rules = [data.draw(st.sampled_from(["", "mean", "drop"])) for _ in kinds]
    columns = [
        column(name, kind, role, missing=rule)
        for name, kind, role, rule in zip(arrays, kinds, roles, rules, strict=True)
    ]
    table = pa.table(arrays)
    try:
        described, left, main, of_classes = describe(table, columns)
    except DataError:
        return
    fields = fields_of(table, columns)
    assert list(fields) == [field.name for field in described]
    for field in described:
        values = fields[field.name]
        assert values.shape == (left, *field.shape)
        if field.kind == "class":
            assert set(values.tolist()) <= set(range(len(field.classes)))
        elif field.kind in ("vector", "number"):
            finite = values[np.isfinite(values)].astype(float)
            assert (finite >= field.low - 1e-3).all() and (finite <= field.high + 1e-3).all()
            assert field.missing or not np.isnan(values).any()
    if main:
        assert np.bincount(fields[main], minlength=len(of_classes)).tolist() == list(of_classes)
    printed = _printed()(table, [one.model_dump(exclude_defaults=True) for one in columns])
    for name, values in fields.items():
        np.testing.assert_array_equal(printed[name], values)


def _printed() -> Any:
    """`fields_of` as a file of code has it."""
    names: dict[str, Any] = {"np": np}
    exec("\n\n".join(inspect.getsource(function) for function in fielding.PRINTED), names)
    return names["fields_of"]


def snapshot_of(table: pa.Table, tmp_path: Path, *columns: Column) -> Any:
    """What is kept of data of one's own, read from a file of CSV."""
    path = tmp_path / "files" / ("0" * 64)
    path.parent.mkdir(exist_ok=True)
    csv.write_csv(table, path)
    fields, rows, main, class_rows = describe(table, columns)
    description = Description(
        title="People", file="people.csv", hash="0" * 64, reader="delimited", columns=columns, fields=fields, rows=rows,
        main_class=main, class_rows=class_rows,
    )  # fmt: skip
    return prepare(Own(description), tmp_path)


def test_D7_numbers_that_are_missing_or_infinite_keep_from_training_until_a_rule_is_said(tmp_path: Path) -> None:
    table = pa.table({"size": [1.5, None, 2.5, np.inf, 3.5], "age": [1.0, 2.0, 3.0, 4.0, 5.0]})
    columns = [column("size", "number", field="numbers"), column("age", "number", field="numbers")]
    told = r"'size' of People has no number, or one too large for a network, in 2 of 5 rows\. Say on the page Data"
    with pytest.raises(DataError, match=told) as fault:
        snapshot_of(table, tmp_path, *columns)
    assert fault.value.code == "E_DATA_MISSING"
    ruled = columns[0].model_copy(update={"missing": "mean"})
    kept = snapshot_of(table, tmp_path, ruled, columns[1]).arrays["numbers"]
    assert np.isnan(kept[:, 0]).tolist() == [False, True, False, True, False] and not np.isnan(kept[:, 1]).any()
