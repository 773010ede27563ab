"""Tables written as text: what is found, what is read, and what is said of bad ones."""

import gzip
import inspect
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from graphbuilder.datasets.description import MAX_COLUMNS
from graphbuilder.readers import DataError, Guess, reader_of
from graphbuilder.readers.bounds import MOST_COLUMNS
from graphbuilder.readers.delimited import Delimited, read_delimited


def looked(tmp_path: Path, content: str | bytes, name: str = "data.csv") -> tuple[Guess, Any]:
    """How it is best read, and the table that it then is."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    reader = reader_of(path, name)
    assert reader is Delimited
    guess = reader.guess(path, name)
    assert [fault for key, one in reader.parameters.items() if (fault := one.fault(guess.options[key]))] == []
    return guess, reader.read(path, **reader(guess.options).params)


def columns(tmp_path: Path, content: str | bytes, name: str = "data.csv") -> dict[str, list[Any]]:
    return looked(tmp_path, content, name)[1].to_pydict()  # type: ignore[no-any-return]


def refused(tmp_path: Path, content: str | bytes, name: str = "data.csv") -> DataError:
    with pytest.raises(DataError) as told:
        looked(tmp_path, content, name)
    return told.value


def test_there_are_as_many_columns_as_a_document_holds() -> None:
    assert MOST_COLUMNS == MAX_COLUMNS


@pytest.mark.parametrize("content", ["", "a,b\n", "a,b\n1,2\n", "\ufeff", "\n\n"])
def test_D1_a_file_without_rows_is_empty(tmp_path: Path, content: str) -> None:
    assert refused(tmp_path, content).code == "E_DATA_EMPTY"


def test_D2_a_row_that_is_too_long_is_refused_with_its_line(tmp_path: Path) -> None:
    fault = refused(tmp_path, "a,b\n1,2\n3,4\n1,2,3,4\n5,6\n")
    assert fault.facts == {"file": "data.csv", "row": 4, "values": 4, "columns": 2}
    assert str(fault).startswith("data.csv, line 4 has 4 values where there are 2 columns: '1,2,3,4'. Mend that line")


def test_D2_no_value_becomes_the_name_of_its_row(tmp_path: Path) -> None:
    fault = refused(tmp_path, "a,b\n1,2,3,4\n")
    assert fault.facts["row"] == 2
    assert "If the line above it holds no names, leave it out: set Skip to 1. Else mend that line" in str(fault)


def test_D2_rows_of_other_lengths_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a,b\n1,2\n3,4\n1,2,3,4\n5,6\n")
    assert Delimited.read(path, other="leave out").to_pydict() == {"a": [1, 3, 5], "b": [2, 4, 6]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "mac-roman"])
def test_D3_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    content = "name,city\n" + "".join(f"Jörg {n},Québec\n" for n in range(50))
    found = columns(tmp_path, content.encode(encoding))
    assert [*found] == ["name", "city"]
    assert {*found["city"]} == {"Québec"}


@pytest.mark.parametrize(("encoding", "word"), [("cp1251", "Москва"), ("koi8-r", "Москва"), ("gb18030", "北京市区")])
def test_D3_encodings_of_other_letters_are_found(tmp_path: Path, encoding: str, word: str) -> None:
    content = "n,city\n" + "".join(f"{n},{word}\n" for n in range(50))
    assert {*columns(tmp_path, content.encode(encoding))["city"]} == {word}


def test_D4_signs_within_cells_part_no_columns(tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_text("\n".join(["id,genres,score", *[f"{n},Drama|War|Comedy,{n / 7:.1f}" for n in range(100)]]))
    assert Delimited.guess(path, path.name).options["separator"] == ","


def test_days_may_be_names(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("\n".join(["Country,1/22/20,1/23/20", *[f"Land {n},{n},{n * n}" for n in range(40)]]))
    assert Delimited.guess(path, path.name).options["header"]


@pytest.mark.parametrize("text", ["12,50 €", "it’s the dog’s", "2010–2012", "“so”, she said"])
def test_D3_signs_of_windows_are_no_letters_of_others(tmp_path: Path, text: str) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes("\r\n".join(["a;b", *[f"{n};{text}" for n in range(50)]]).encode("cp1252"))
    assert Delimited.guess(path, path.name).options["encoding"] == "cp1252"


def test_D3_a_NUL_byte_is_refused_with_its_line(tmp_path: Path) -> None:
    assert refused(tmp_path, b"a,b\n1,2\n3,\0\n5,6\n").facts["row"] == 3
    with pytest.raises(DataError, match="line 3: a NUL byte"):
        Delimited.read(tmp_path / "data.csv")


def test_D3_a_byte_of_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"a,b\n1,x\n2,caf\xe9\n")
    with pytest.raises(DataError, match="line 3: the byte E9 is no utf-8"):
        Delimited.read(path, encoding="utf-8")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_D4_the_separator_is_found(tmp_path: Path, sign: str) -> None:
    content = "".join(sign.join(row) + "\n" for row in (("a", "b", "c"), ("1", "x", "2.5"), ("3", "y", "4.5")))
    assert columns(tmp_path, content) == {"a": [1, 3], "b": ["x", "y"], "c": [2.5, 4.5]}


def test_D4_a_decimal_comma_is_found(tmp_path: Path) -> None:
    guess, table = looked(tmp_path, "a;b\n1,5;1.234,5\n2,25;99,0\n")
    assert (guess.options["decimal"], guess.options["thousands"]) == (",", ".")
    assert table.to_pydict() == {"a": [1.5, 2.25], "b": [1234.5, 99.0]}


def test_D4_a_comma_before_three_digits_is_for_a_person_to_tell(tmp_path: Path) -> None:
    guess, table = looked(tmp_path, "a;b\n1,250;x\n2,500;y\n")
    assert guess.choices == {"decimal": (".", ",")}
    assert table["a"].to_pylist() == [1250, 2500]


@pytest.mark.parametrize(
    "content",
    ['a,b\n1,2\n3,"never closed\n4,5\n6,7\n', 'a,b\n1,2\n3,"never\n' + "4,5\n" * 2_000_000],
    ids=["short", "long"],
)
def test_D5_a_quote_that_is_not_closed_is_refused_with_its_line(tmp_path: Path, content: str) -> None:
    fault = refused(tmp_path, content)
    assert (fault.code, fault.facts["row"]) == ("E_DATA_QUOTE", 3)


def test_D5_a_cell_that_is_too_long_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, b"a,b\n1,2\n3," + b"x" * 10**7 + b"\n4,5\n").code == "E_DATA_SIZE"


def test_D5_too_many_columns_are_refused(tmp_path: Path) -> None:
    row = ",".join(map(str, range(200_000)))
    assert refused(tmp_path, f"{row}\n{row}\n{row}\n").code == "E_DATA_SIZE"


def test_D6_names_that_are_none_are_changed_and_told(tmp_path: Path) -> None:
    guess, table = looked(tmp_path, 'a,a,,"b\nc",<script>\n1,2,3,4,5\n6,7,8,9,10\n')
    assert table.column_names == ["a", "a (2)", "column 3", "b c", "<script>"]
    assert table.num_rows == 2
    assert "Column 2 is called 'a (2)' in place of 'a'." in guess.told
    assert "Column 3 is called 'column 3'." in guess.told


def test_D7_each_column_is_what_all_of_its_cells_are(tmp_path: Path) -> None:
    content = "inf,large,id,mixed,nothing\n1e400,1e3,99999999999999999999,1,\n-inf,2,1,x,\n0.5,3,2,3,NA\n"
    found = columns(tmp_path, content)
    assert found["inf"] == [float("inf"), float("-inf"), 0.5]
    assert found["large"] == [1000.0, 2.0, 3.0]
    assert found["id"] == ["99999999999999999999", "1", "2"]
    assert found["mixed"] == ["1", "x", "3"]
    assert found["nothing"] == [None, None, None]


def test_D7_types_are_judged_over_the_whole_file(tmp_path: Path) -> None:
    rows = [f"{n},1.50,0,1.5,,{n}" for n in range(300_000)]
    rows += ["0.25,x,007,?,2020-01-31,99999999999999999999"]
    found = looked(tmp_path, "\n".join(["part,word,code,unknown,date,id", *rows]))[1]
    types = {name: str(column.type) for name, column in zip(found.column_names, found.columns, strict=True)}
    assert types == {
        "part": "double", "word": "string", "code": "string", "unknown": "double", "date": "date32[day]",
        "id": "string",
    }  # fmt: skip
    assert found["code"].to_pylist()[-1] == "007"
    assert found["word"].to_pylist()[:2] == ["1.50", "1.50"]
    assert found["unknown"].null_count == 1


def test_D8_a_bomb_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(100):
            file.write(b"1,2\n" * 2**18)
    with pytest.raises(DataError, match="unpacks to more than") as told:
        Delimited.read(path)
    assert told.value.code == "E_DATA_SIZE"


@pytest.mark.parametrize("magic", [b"BZh91AY&SY", b"\xfd7zXZ\0\0", b"\x28\xb5\x2f\xfd\0\0"])
def test_D8_other_packers_are_refused_by_name(tmp_path: Path, magic: bytes) -> None:
    assert "Unpack it, or pack it with gzip" in str(refused(tmp_path, magic + b"rest", "data.csv.bz2"))


def test_D8_a_packed_table_that_breaks_off_is_refused(tmp_path: Path) -> None:
    content = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(9999)))
    assert "breaks off" in str(refused(tmp_path, content[: len(content) // 2], "data.csv.gz"))


def test_a_packed_table_is_read(tmp_path: Path) -> None:
    assert columns(tmp_path, gzip.compress(b"a,b\n1,x\n2,y\n"), "data.csv.gz") == {
        "a": [1, 2],
        "b": ["x", "y"],
    }


def test_D9_what_looks_like_an_address_is_a_file_or_nothing() -> None:
    for address in ("file:///etc/passwd", "s3://bucket/key", "https://example.org/a.csv"):
        with pytest.raises(DataError):
            Delimited.read(Path(address))


def test_C4_names_and_cells_with_code_stay_words(tmp_path: Path) -> None:
    found = columns(tmp_path, """__import__('os').system('x'),{0},%s\n=1+1,{a},%d\n@SUM(A1),{b},%n\n""")
    assert [*found] == ["__import__('os').system('x')", "{0}", "%s"]
    assert found["{0}"] == ["{a}", "{b}"]


def test_a_web_page_is_no_table(tmp_path: Path) -> None:
    assert "is a web page" in str(refused(tmp_path, "<!DOCTYPE html>\n<html><body>a,b</body></html>"))


COUNTRIES = ["DE", "FR", "NA", "ES", "IT", "PL", "SE", "NO", "FI", "DK"]
WILD: dict[str, tuple[str, dict[str, list[Any]]]] = {
    "mixed line ends": ("a,b\r\n1,x\n2,y\r3,z", {"a": [1, 2, 3], "b": ["x", "y", "z"]}),
    "separators at the ends": ("a,b,\n1,2,\n3,4,\n5,6,\n7,8,\n", {"a": [1, 3, 5, 7], "b": [2, 4, 6, 8]}),
    "separators at the ends of rows alone": ("a,b\n1,2,\n3,4,\n5,6,\n7,8,\n", {"a": [1, 3, 5, 7], "b": [2, 4, 6, 8]}),
    "names of rows": (
        '"x" "y"\n"r1" 1 2\n"r2" 3 4\n"r3" 5 6\n"r4" 7 8\n',
        {"column 1": ["r1", "r2", "r3", "r4"], "x": [1, 3, 5, 7], "y": [2, 4, 6, 8]},
    ),
    "remarks": ("# made in 2020\na,b\n1,x\n# half, way\n2,y\n", {"a": [1, 2], "b": ["x", "y"]}),
    "lines above": ("Report of 2020\n\nby us\na,b\n1,x\n2,y\n3,z\n", {"a": [1, 2, 3], "b": ["x", "y", "z"]}),
    "lines above in a sheet": ("Report,,\n,,\na,b,c\n1,x,2\n2,y,3\n", {"a": [1, 2], "b": ["x", "y"], "c": [2, 3]}),
    "a total": (
        "a,b,c\nu,1,2\nv,3,4\nw,5,6\nx,7,8\ny,9,1\nTotal,25,21\n\nSource: us\n",
        {"a": [*"uvwxy"], "b": [1, 3, 5, 7, 9], "c": [2, 4, 6, 8, 1]},
    ),
    "empty rows": ("a,b\n1,2\n,\n\n3,4\n,\n", {"a": [1, 3], "b": [2, 4]}),
    "units": ("t,m\ns,kg\n1,2\n3,4\n5,6\n", {"t": [1, 3, 5], "m": [2, 4, 6]}),
    "money and per cent": (
        'a,b,c\n"$1,200.50",5%,(3)\n$7.25,12.5 %,4\n', {"a": [1200.5, 7.25], "b": [5.0, 12.5], "c": [-3, 4]},
    ),
    "missing": ("a,b\n1,x\n-,y\nn/a,\n?,NA\n5,z\n", {"a": [1, None, None, None, 5], "b": ["x", "y", None, None, "z"]}),
    "codes": ("zip,a\n01234,1\n99999,2\n", {"zip": ["01234", "99999"], "a": [1, 2]}),
    "truths": ("a,b\nTrue,wahr\nFALSE,falsch\ntrue,Wahr\n", {"a": [True, False, True], "b": [True, False, True]}),
    "no names": ("1,x\n2,y\n3,x\n", {"0": [1, 2, 3], "1": ["x", "y", "x"]}),
    "blanks": ("  a   b\n  1   2.5\n 10  13.5\n", {"a": [1, 10], "b": [2.5, 13.5]}),
    "blanks behind commas": ("a, b\n1, x\n2, y\n", {"a": [1, 2], "b": ["x", "y"]}),
    "quotes behind backslashes": ('a,b\n1,"say \\"x\\", y"\n2,"z"\n', {"a": [1, 2], "b": ['say "x", y', "z"]}),
    "single quotes": ("a,b\n1,'x, y'\n2,'z'\n", {"a": [1, 2], "b": ["x, y", "z"]}),
    "one quote in a text": ('a\tb\n1\t6" pipe\n2\tso\n', {"a": [1, 2], "b": ['6" pipe', "so"]}),
    "sep": ("sep=;\na;b\n1;x\n2;y\n", {"a": [1, 2], "b": ["x", "y"]}),
    "a line end in a cell": ('a,b\n1,"x\ny"\n2,z\n', {"a": [1, 2], "b": ["x\ny", "z"]}),
    "years as names": ("land,2001,2002,2003\nA,1,2,3\nB,4,5,6\n", {"land": ["A", "B"], "2001": [1, 4], "2002": [2, 5],
                                                                   "2003": [3, 6]}),
    "Namibia": (
        "land,n\n" + "".join(f"{code},1\n" for code in COUNTRIES),
        {"land": COUNTRIES, "n": [1] * 10},
    ),
    "one column": ("text\nIt is, well\nWhat\n", {"text": ["It is, well", "What"]}),
    "rows that end early": (
        'a,b,c\n1,"x, y",2\n3\n4,z\n5,,6\n',
        {"a": [1, 3, 4, 5], "b": ["x, y", None, "z", None], "c": [2, None, None, 6]},
    ),
    "two colons": ("1::11::x: y\n1::22::z\n2::11::x\n", {"0": [1, 1, 2], "1": [11, 22, 11], "2": ["x: y", "z", "x"]}),
    "blanks, a tab and quotes": (
        '18.0   8   x   70\t"a car"\n15.0   4   ?   71\t"another car"\n9.5   8   y   71\t"a bus"\n',
        {
            "0": [18.0, 15.0, 9.5], "1": [8, 4, 8], "2": ["x", None, "y"], "3": [70, 71, 71],
            "4": ["a car", "another car", "a bus"],
        },
    ),
    "columns of one width": ("Name     Age\nAnn       31\nBob        4\n", {"Name": ["Ann", "Bob"], "Age": [31, 4]}),
    "two years": ("id,2019,2020\nA,1.5,2\nB,3,4\n", {"id": ["A", "B"], "2019": [1.5, 3.0], "2020": [2, 4]}),
    "a remark with a comma": (
        "n,s\nA,1\nB,2\nC,3\nD,4\nE,5\n\nSource: us, 2020\nNote: none\n", {"n": [*"ABCDE"], "s": [1, 2, 3, 4, 5]},
    ),
    "signs behind": ("a;b\n1.234,50-;x\n12,00;y\n", {"a": [-1234.5, 12.0], "b": ["x", "y"]}),
    "quotes behind blanks": (
        'a, b, c\n"x", "of y, too", 1\n"z", "of w", 2\n', {"a": ["x", "z"], "b": ["of y, too", "of w"], "c": [1, 2]},
    ),
    "names in two lines": (
        "size,,colour,\nhigh,wide,top,side\n1,2,u,v\n3,4,u,w\n5,6,v,v\n7,8,v,w\n",
        {
            "size high": [1, 3, 5, 7], "size wide": [2, 4, 6, 8], "colour top": [*"uuvv"], "colour side": [*"vwvw"],
        },
    ),
    "names in two lines, as pandas writes them": (
        ",a,a,b\n,mean,std,mean\nrow,,,\nu,1,2,3\nv,4,5,6\nw,7,8,9\nx,1,2,4\n",
        {"column 1": [*"uvwx"], "a mean": [1, 4, 7, 1], "a std": [2, 5, 8, 2], "b mean": [3, 6, 9, 4]},
    ),
    "places as names": (
        ",0,1,2\n0,1.5,2.5,1\n1,3.5,4.5,0\n",
        {"column 1": [0, 1], "0": [1.5, 3.5], "1": [2.5, 4.5], "2": [1, 0]},
    ),
    "a line that counts rows and columns": (
        "4,2,here,there\n1.5,2.5,0\n2.5,3.5,1\n3.5,1.5,1\n4.5,2.5,0\n",
        {"0": [1.5, 2.5, 3.5, 4.5], "1": [2.5, 3.5, 1.5, 2.5], "2": [0, 1, 1, 0]},
    ),
    "single quotes around names": ("'a'\t'b'\n1\t2\n3\t4\n", {"a": [1, 3], "b": [2, 4]}),
    "words with blanks in columns of one width": (
        "id   kind         size\n 1   12-15 years  1.5\n 2   < 12 years   2.5\n10   16+ years    3.5\n",
        {"id": [1, 2, 10], "kind": ["12-15 years", "< 12 years", "16+ years"], "size": [1.5, 2.5, 3.5]},
    ),
    "prose over several columns": (
        "Made by us,,,here\nfor,all,,\nn,m,k,j\n1,2,x,u\n3,4,y,v\n5,6,z,w\n",
        {"n": [1, 3, 5], "m": [2, 4, 6], "k": [*"xyz"], "j": [*"uvw"]},
    ),
    "pairs of numbers": ("a,b\n1/2,x\n2/2,y\n", {"a": ["1/2", "2/2"], "b": ["x", "y"]}),
    "a blank between two codes": (
        "a,b\n469 013,1\nU-1,2\nU-2,3\n", {"a": ["469 013", "U-1", "U-2"], "b": [1, 2, 3]},
    ),
    "infinite": ("a\n1.5\ninf\nnan\n", {"a": [1.5, float("inf"), None]}),
}  # fmt: skip


@pytest.mark.parametrize("case", WILD)
def test_what_the_wild_has_is_read(tmp_path: Path, case: str) -> None:
    content, expected = WILD[case]
    assert columns(tmp_path, content) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (("2020-01-31", "2021-12-01"), (date(2020, 1, 31), date(2021, 12, 1))),
        (("2020-01-31 10:30", "2021-12-01 00:00"), (datetime(2020, 1, 31, 10, 30), datetime(2021, 12, 1))),
        (("2020-01-31T10:30:00Z", "2021-12-01T00:00:00Z"), (datetime(2020, 1, 31, 10, 30), datetime(2021, 12, 1))),
        (("31.01.2020", "1.12.2021"), (date(2020, 1, 31), date(2021, 12, 1))),
        (("31/01/2020", "01/12/2021"), (date(2020, 1, 31), date(2021, 12, 1))),
        (("1/31/20", "12/1/21"), (date(2020, 1, 31), date(2021, 12, 1))),
        (("1/31/2020 1:05 PM", "12/1/2021 12:00 AM"), (datetime(2020, 1, 31, 13, 5), datetime(2021, 12, 1))),
        (("31-Jan-20", "01-Dec-21"), (date(2020, 1, 31), date(2021, 12, 1))),
        (("Jan 31 2020", "Dec 1 2021"), (date(2020, 1, 31), date(2021, 12, 1))),
        (("1974Q1", "1975Q4"), (date(1974, 1, 1), date(1975, 10, 1))),
        (("31/02/2020", "01/12/2021"), ("31/02/2020", "01/12/2021")),
    ],
)
def test_dates_of_many_forms_are_dates(tmp_path: Path, written: tuple[str, str], expected: tuple[Any, Any]) -> None:
    assert columns(tmp_path, f"day,n\n{written[0]},1\n{written[1]},2\n")["day"] == [*expected]


def test_a_date_that_could_be_two_is_for_a_person_to_tell(tmp_path: Path) -> None:
    guess, table = looked(tmp_path, "day,n\n01/02/2020,1\n03/04/2020,2\n")
    assert guess.choices == {"dates": ("month first", "day first")}
    assert table["day"].to_pylist() == [date(2020, 1, 2), date(2020, 3, 4)]
    read = Delimited.read(tmp_path / "data.csv", **{**guess.options, "dates": "day first"})
    assert read["day"].to_pylist() == [date(2020, 2, 1), date(2020, 4, 3)]


@pytest.mark.parametrize("content", ["{}", '[{"a": 1}]', "Words, and words.\nMore of them; see, if you like.\n", "x"])
def test_what_is_no_table_is_left_to_others(content: str) -> None:
    assert not Delimited.takes(content.encode(), "notes.txt")


def test_printed_code_reads_the_same(tmp_path: Path) -> None:
    guess, table = looked(tmp_path, "a;b;c;c\n1,5;x;01/02/2020;NA\n2,5;y;13/02/2020;True\n")
    code = "\n\n".join(map(inspect.getsource, (*Delimited.uses, read_delimited)))
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["read_delimited"](tmp_path / "data.csv", **guess.options).equals(table)


def zipped(tmp_path: Path, **tables: str) -> Path:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name, text in tables.items():
            archive.writestr(f"{name}.csv", text)
        archive.writestr("__MACOSX/._train.csv", b"\0\5")
    return tmp_path / "all.zip"


ROWS = "a;b\n1,5;x\n2,5;y\n"


def test_a_table_in_a_zip_is_read_which_of_several_is_for_a_person_to_choose(tmp_path: Path) -> None:
    path = zipped(tmp_path, test=ROWS * 3, train=ROWS)
    reader = reader_of(path, "all.zip")
    guess = reader.guess(path, "all.zip")
    assert guess.options["member"] == "train.csv" and guess.choices["member"] == ("train.csv", "test.csv")
    assert guess.told[0] == "It is train.csv that is read."
    assert "Left out, being a file of the operating system: 1" in guess.told[-1]
    assert reader.read(path, **guess.options).to_pydict() == {"a": [1.5, 2.5], "b": ["x", "y"]}


def test_D2_a_fault_of_a_table_in_a_zip_is_told_by_its_name_and_line(tmp_path: Path) -> None:
    path = zipped(tmp_path, train="a,b\n1,2\n3,4\n1,2,3,4\n5,6\n")
    reader = reader_of(path, "all.zip")
    with pytest.raises(DataError, match=r"^train.csv, line 4 has 4 values where there are 2 columns"):
        reader.read(path, **reader.guess(path, "all.zip").options)
    with pytest.raises(DataError, match=r"has no table 'none.csv'"):
        reader.read(path, **{**reader.guess(path, "all.zip").options, "member": "none.csv"})


def test_D16_a_table_in_a_zip_that_was_made_to_fill_a_memory_is_refused_from_its_directory(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train.csv", b"0,0\n" * 40_000_000)
    with pytest.raises(DataError, match="made to fill memory"):
        reader_of(tmp_path / "all.zip", "all.zip")
