"""Tables as JSON, and as programs keep them by columns."""

import gzip
import inspect
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from graphbuilder.readers.cells import column_names, plain_column, typed_column
from graphbuilder.readers.columnar import Columnar
from graphbuilder.readers.records import Records, read_records
from tests.files import looked, refused

ROWS = [{"a": 1, "b": "x", "c": None}, {"a": 2.5, "b": "y"}, {"a": 3, "b": "z", "c": True}]
READ = {"a": [1.0, 2.5, 3.0], "b": ["x", "y", "z"], "c": [None, None, True]}


@pytest.mark.parametrize(
    "found",
    [
        ROWS,
        {"a": [1, 2.5, 3], "b": ["x", "y", "z"], "c": [None, None, True]},
        {"a": {"0": 1, "1": 2.5, "2": 3}, "b": {"0": "x", "1": "y", "2": "z"}, "c": {"0": None, "1": None, "2": True}},
        {"columns": ["a", "b", "c"], "index": [0, 1, 2], "data": [[1, "x", None], [2.5, "y", None], [3, "z", True]]},
        [["a", "b", "c"], [1, "x", None], [2.5, "y", None], [3, "z", True]],
        {"status": "ok", "data": ROWS},
        {"result": {"meta": {"n": 3}, "items": ROWS}},
    ],
)
def test_records_are_found_where_they_are(tmp_path: Path, found: Any) -> None:
    assert looked(tmp_path / "a.json", json.dumps(found).encode())[1].to_pydict() == READ


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.ndjson"])
def test_each_line_may_be_a_record(tmp_path: Path, name: str) -> None:
    lines = b"\xef\xbb\xbf" + b"\r\n".join(json.dumps(row).encode() for row in ROWS) + b"\n\n"
    guess, table = looked(tmp_path / name, lines)
    assert guess.options["lines"] is True
    assert table.to_pydict() == READ


def test_packed_lines_are_read(tmp_path: Path) -> None:
    lines = "\n".join(map(json.dumps, ROWS)).encode()
    assert looked(tmp_path / "a.jsonl.gz", gzip.compress(lines, mtime=0))[1].to_pydict() == READ
    assert looked(tmp_path / "export.gz", gzip.compress(lines, mtime=0))[1].to_pydict() == READ


def test_several_tables_are_for_a_person_to_choose(tmp_path: Path) -> None:
    guess, _ = looked(tmp_path / "a.json", json.dumps({"people": ROWS, "data": ROWS}).encode())
    assert guess.choices == {"at": ("data", "people")}


def test_cells_of_all_kinds_are_read(tmp_path: Path) -> None:
    rows = [
        {
            "day": "2020-01-31",
            "place": {"x": 1, "y": {"z": 2}},
            "tags": ["u", "v"],
            "row": [1, 2],
            "m": "?",
            "id": 2**70,
        },
        {"day": "2021-12-01", "place": {"x": 3, "y": {"z": 4}}, "tags": [], "row": [3, 4], "m": 7, "id": 1},
    ]
    table = looked(tmp_path / "a.json", json.dumps(rows).encode())[1]
    assert table.column_names == ["day", "place.x", "place.y.z", "tags", "row", "m", "id"]
    assert table["day"].to_pylist() == [date(2020, 1, 31), date(2021, 12, 1)]
    assert table["tags"].to_pylist() == [["u", "v"], []]
    assert table["row"].combine_chunks().to_numpy_ndarray().tolist() == [[1, 2], [3, 4]]
    assert table["m"].to_pylist() == [None, 7]
    assert table["id"].to_pylist() == [str(2**70), "1"]


BAD: dict[str, bytes] = {
    "cut off": b'[{"a": 1}, {"a": 2',
    "a line that is none": b'{"a": 1}\n{"a": 2}\n{"a": oops}\n',
    "a comma too many": b'[{"a": 1},]',
    "deep": b"[" * 200_000,
    "deep and closed": b"[" * 50_000 + b"]" * 50_000,
    "latin-1": b'[{"a": "caf\xe9"}, {"a": "x"}]',
    "a number": b"[1",
    "nothing": b"",
    "an empty list": b"[]",
    "one record": b'{"a": 1}',
}


@pytest.mark.parametrize("case", BAD)
def test_bad_JSON_is_refused_in_words(tmp_path: Path, case: str) -> None:
    refused(tmp_path / "a.json", BAD[case])


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    assert "Line 3 is no JSON" in str(refused(tmp_path / "a.jsonl", BAD["a line that is none"]))


def test_D8_a_bomb_is_refused_by_its_size(tmp_path: Path) -> None:
    bomb = gzip.compress(b'{"a": 1}\n' * 10**7, 1, mtime=0)
    assert refused(tmp_path / "a.jsonl.gz", bomb).code == "E_DATA_SIZE"


def test_printed_code_reads_the_same(tmp_path: Path) -> None:
    guess, table = looked(tmp_path / "a.json", json.dumps(ROWS).encode())
    names: dict[str, Any] = {}
    for function in (column_names, typed_column, plain_column, read_records):
        exec(inspect.getsource(function), names)
    assert names["read_records"](tmp_path / "a.json", **guess.options).equals(table)
    assert Records.uses == (column_names, typed_column, plain_column)


COLUMNS = pa.table(
    {
        "whole": pa.array([1, None, 3], pa.int16()),
        "price": pa.array([1, 2, None], pa.int32()).cast(pa.decimal128(12, 2)),
        "word": pa.array(["x", "y", "x"]).dictionary_encode(),
        "time": pa.array([datetime(2020, 1, 31, 10), None, datetime(2021, 1, 1)], pa.timestamp("ns", "UTC")),
        "array": pa.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
        "tags": pa.array([["u"], [], ["v", "w"]]),
        "inner": pa.array([{"x": 1}, {"x": 2}, {"x": 3}]),
        "bytes": pa.array([b"1", b"2", b"3"]),
    }
)


@pytest.mark.parametrize("name", ["a.parquet", "a.feather"])
def test_typed_tables_come_with_plain_types(tmp_path: Path, name: str) -> None:
    write = pyarrow.parquet.write_table if name == "a.parquet" else pyarrow.feather.write_feather
    write(COLUMNS, tmp_path / name)
    guess, table = looked(tmp_path / name)
    assert {field.name: str(field.type) for field in table.schema} == {
        "whole": "int64", "price": "double", "word": "string", "time": "timestamp[us]",
        "array": "extension<arrow.fixed_shape_tensor[value_type=double, shape=[2], permutation=[0]]>",
        "tags": "list<item: string>", "inner.x": "int64", "bytes": "null",
    }  # fmt: skip
    assert table["price"].to_pylist() == [1.0, 2.0, None]
    (told,) = guess.told
    assert told.startswith("The column 'bytes' holds bytes, which are left out. Pictures are read from a zip")
    assert Columnar.read(tmp_path / name, columns=("price", "word")).column_names == ["price", "word"]


@pytest.mark.parametrize("content", [b"PAR1" + b"\0" * 100, b"ARROW1\0\0" + b"\xff" * 100, b"PAR1"])
def test_damaged_files_are_refused(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path / "a.parquet", content).code == "E_DATA_FORMAT"


def test_words_that_end_before_they_begin_are_refused(tmp_path: Path) -> None:
    """Arrow's own format is mapped as it is: what is wrong in it would end the process where it is used."""
    path = tmp_path / "a.feather"
    pyarrow.feather.write_feather(pa.table({"a": ["one", "two", "three"]}), path, compression="uncompressed")
    offsets = b"".join(number.to_bytes(4, "little") for number in (0, 3, 6, 11))
    content = path.read_bytes()
    assert offsets in content
    damaged = content.replace(offsets, offsets[:4] + (-(10**9)).to_bytes(4, "little", signed=True) + offsets[8:])
    assert "non-monotonic" in str(refused(path, damaged))


def test_D16_what_was_made_to_fill_a_memory_is_refused(tmp_path: Path) -> None:
    table = pa.table({str(n): pa.array([0] * 1_000_000) for n in range(10)})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet", use_dictionary=False, compression="zstd")
    assert refused(tmp_path / "a.parquet").code == "E_DATA_SIZE"
