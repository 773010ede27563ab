"""Tables of Excel: which sheet is proposed, what is read, and what is said of bad ones."""

import inspect
import zipfile
from pathlib import Path
from typing import Any

import pytest

from graphbuilder.readers import DataError, workbook_faults
from graphbuilder.readers.workbook import Workbook, read_workbook
from tests.files import looked, refused, workbook

ROWS: list[list[Any]] = [["n", "x", "word", "yes"], [1, 1.5, "a", True], [2, None, "b", False], [3, 2.5, None, True]]
READ = {"n": [1, 2, 3], "x": [1.5, None, 2.5], "word": ["a", "b", None], "yes": [True, False, True]}


def test_cells_are_numbers_words_and_truths(tmp_path: Path) -> None:
    guess, table = looked(workbook(tmp_path / "a.xlsx", {"only": ROWS}))
    assert table.to_pydict() == READ
    assert (guess.choices, guess.options["sheet"]) == ({}, "only")


def test_of_several_sheets_a_person_chooses(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Read me": [["About this"], ["It is long."]] * 9, "small": ROWS, "empty": []})
    guess, table = looked(path)
    assert guess.choices == {"sheet": ("small", "Read me", "empty")}
    assert guess.told[0] == "There are 3 sheets; 'small' looks most like a table."
    assert table.to_pydict() == READ
    with pytest.raises(DataError, match="has the sheets Read me, small, empty: choose one") as told:
        Workbook.read(path)
    assert told.value.code == "E_DATA_CHOICE"
    with pytest.raises(DataError, match="has no sheet 'other'"):
        Workbook.read(path, sheet="other")


def test_prose_units_and_totals_around_a_table_are_left_out(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Report of 2020"], [], ["t", "m", "name"], ["s", "kg", ""]]
    rows += [[n, n / 2, f"n{n}"] for n in range(1, 8)] + [["Total", 28, None], ["Source: us"]]
    guess, table = looked(workbook(tmp_path / "a.xlsx", {"only": rows}))
    assert table.column_names == ["t", "m", "name"]
    assert table["t"].to_pylist() == [*range(1, 8)]
    assert {key: guess.options[key] for key in ("skip", "below", "footer")} == {"skip": 2, "below": 1, "footer": 2}


def test_remarks_over_several_columns_are_left_out(tmp_path: Path) -> None:
    rows = [["Some people"], ["cannot resist writing", None, None, "notes"], ["at", "the", None, "top"]]
    rows += [["name", "age", "size", "kind"], *([f"n{n}", n, n / 2, f"k{n % 3}"] for n in range(9))]
    rows += [["Some"], [None, None, None, "write below"]]
    guess, table = looked(workbook(tmp_path / "a.xlsx", {"only": rows}))
    assert (table.column_names, table.num_rows) == (["name", "age", "size", "kind"], 9)
    assert (guess.options["skip"], guess.options["footer"]) == (3, 2)


def test_names_in_two_rows_as_of_merged_cells_are_joined(tmp_path: Path) -> None:
    rows = [["Size", None, "Result", None], ["wide", "high", "ok", "kind"]]
    rows += [[n, n / 2, n % 2, f"k{n % 3}"] for n in range(9)]
    guess, table = looked(workbook(tmp_path / "a.xlsx", {"only": rows}))
    assert table.column_names == ["Size wide", "Size high", "Result ok", "Result kind"]
    assert (table.num_rows, guess.options["header_lines"], guess.told) == (9, 2, ("The names stand in 2 rows.",))


def test_a_range_is_read_where_one_is_given(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"only": [[None], [None, "junk"], *([None, None, *row] for row in ROWS)]})
    assert Workbook.read(path, cells="C3:E6").to_pydict() == {key: READ[key] for key in ("n", "x", "word")}


def test_numbers_with_blanks_are_read(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c></row>'
    cells += "".join(f'<row r="{n}"><c r="A{n}" t="n"><v> {n}</v></c></row>' for n in range(2, 5))
    assert looked(workbook(tmp_path / "a.xlsx", {"only": cells}))[1].to_pydict() == {"n": [2, 3, 4]}


@pytest.mark.parametrize("far", ["XFD1048576", "A1048576", "XFD9000"])
def test_cells_that_lie_far_apart_are_refused_before_they_are_laid_out(tmp_path: Path, far: str) -> None:
    number = "".join(filter(str.isdigit, far))
    cells = '<row r="1"><c r="A1"><v>1</v></c><c r="CV1"><v>1</v></c></row>'
    cells += f'<row r="{number}"><c r="{far}"><v>1</v></c></row>'
    assert refused(workbook(tmp_path / "a.xlsx", {"only": cells})).code == "E_DATA_SIZE"


def test_cells_with_nothing_but_a_style_lie_nowhere(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c><c r="XFD2" s="1"/></row>'
    cells += '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert looked(workbook(tmp_path / "a.xlsx", {"only": cells}))[1].num_rows == 2


def test_D16_a_workbook_that_was_made_to_fill_a_memory_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"only": ROWS}, {"xl/sharedStrings.xml": b" " * 10**8})
    assert refused(path).code == "E_DATA_SIZE"


@pytest.mark.parametrize(
    "content", [b"PK\3\4" + b"[Content_Types].xml" * 9, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600]
)
def test_what_is_damaged_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path / "a.xlsx", content).code == "E_DATA_FORMAT"


def test_an_old_workbook_is_opened_by_a_process_of_its_own_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    begin = workbook_faults._TRY.partition("book = ")[0]
    monkeypatch.setattr(workbook_faults, "SECONDS", 1)
    for does, told in {"while True: pass": "is damaged, or too large", "bytearray(10**9)": "MemoryError"}.items():
        monkeypatch.setattr(workbook_faults, "_TRY", begin + does)
        with pytest.raises(DataError, match=told):
            Workbook.read(path)


def test_D1_a_workbook_without_a_table_is_empty(tmp_path: Path) -> None:
    assert refused(workbook(tmp_path / "a.xlsx", {"only": [], "other": []})).code == "E_DATA_EMPTY"
    assert refused(workbook(tmp_path / "a.xlsx", {"only": [["a", "b"], [1, 2]]})).code == "E_DATA_EMPTY"


def test_a_workbook_that_breaks_off_is_refused(tmp_path: Path) -> None:
    content = workbook(tmp_path / "a.xlsx", {"only": ROWS}).read_bytes()
    assert refused(tmp_path / "b.xlsx", content[: len(content) // 2]).code == "E_DATA_FORMAT"


def test_printed_code_reads_the_same(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"only": ROWS})
    guess, table = looked(path)
    names: dict[str, Any] = {}
    for function in (*Workbook.uses, read_workbook):
        exec(inspect.getsource(function), names)
    assert names["read_workbook"](path, **guess.options).equals(table)


def test_a_zip_of_other_things_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("a.png", b"")
    assert not Workbook.takes((tmp_path / "a.zip").read_bytes(), "a.zip")
