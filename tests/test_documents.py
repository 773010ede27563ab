"""Texts of a file or a zip, and series that are cut into windows."""

import gzip
import inspect
import json
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.readers import DataError, reader_of
from graphbuilder.readers.documents import Documents, Lines
from graphbuilder.readers.series import Windows, gaps_of, told_of_gaps, windowed, windows

CORPUS = next((p for up in Path(__file__).parents if (p := up / "shared" / "corpus").is_dir()), None)


def packed(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def read(path: Path) -> Any:
    reader = reader_of(path, path.name)
    return reader.read(path, **reader.guess(path, path.name).options)


def test_a_document_a_row_with_its_folder_for_a_class(tmp_path: Path) -> None:
    kinds = [(part, kind, n) for part in ("train", "test") for kind in ("neg", "pos") for n in range(2)]
    ways = {f"imdb/{part}/{kind}/{n}.txt": f"{kind} {n}\nand more" for part, kind, n in kinds}
    path = packed(tmp_path / "a.zip", {**ways, "imdb/readme.html": "x", "imdb/train/.hidden": "x"})
    assert reader_of(path, "a.zip") is Documents
    table = read(path)
    assert Counter(zip(table["class"].to_pylist(), table["part"].to_pylist(), strict=True)) == {
        (kind, part): 2 for kind in ("neg", "pos") for part in ("train", "test")
    }
    assert table["text"][0].as_py() == "neg 0\nand more"
    assert "8 texts in 2 classes" in " ".join(Documents.guess(path, "a.zip").told)


def test_files_of_names_are_rows_of_the_class_that_the_file_is_called_by(tmp_path: Path) -> None:
    names = {f"names/{land}.txt": "\n".join(f"{land} {n}" for n in range(12)) for land in ("Arabic", "Czech")}
    table = read(packed(tmp_path / "a.zip", names))
    assert Counter(table["class"].to_pylist()) == {"Arabic": 12, "Czech": 12}
    assert table["text"][13].as_py() == "Czech 1"


PROSE = """A line of a book that is set in one width, as they were for a long while
and that has here as prose has no sign that parts it into as many
words as the line before (or none), and so on, and on, up to its end."""


@pytest.mark.parametrize(
    ("text", "rows", "first"),
    [
        ("one\r\n\r\ntwo\rthree", "line", ["one", "two", "three"]),
        ("\n\n".join([PROSE] * 9), "paragraph", None),
    ],
)
def test_a_text_file_has_lines_or_paragraphs_for_rows(tmp_path: Path, text: str, rows: str, first: list[str]) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode())
    assert reader_of(tmp_path / "a.txt", "a.txt") is Lines
    assert Lines.guess(tmp_path / "a.txt", "a.txt").options["rows"] == rows
    table = read(tmp_path / "a.txt")
    assert table["text"].to_pylist() == first if first else table.num_rows == 9
    pieces = Lines.read(tmp_path / "a.txt", rows="piece", length=4, encoding="utf-8")["text"].to_pylist()
    assert "".join(pieces) == text.replace("\r\n", "\n").replace("\r", "\n") and len(pieces[0]) == 4


@pytest.mark.parametrize(
    ("encoding", "found"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("utf-16", "utf-16")]
)
def test_how_letters_are_written_is_found(tmp_path: Path, encoding: str, found: str) -> None:
    (tmp_path / "a.txt").write_bytes("Bär\nRéal\n".encode(encoding))
    assert Lines.guess(tmp_path / "a.txt", "a.txt").options["encoding"] == found
    assert read(tmp_path / "a.txt")["text"].to_pylist() == ["Bär", "Réal"]


def test_a_text_of_another_encoding_is_named_with_its_byte(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a/1.txt": "Bär".encode("cp1252"), "b/2.txt": "x"})
    with pytest.raises(
        DataError, match=r"a/1.txt is not written in utf-8: byte 228 at place 2. Choose another encoding"
    ):
        Documents.read(path, **{**Documents.guess(path, "a.zip").options, "encoding": "utf-8"})


def test_texts_that_cannot_be_read_are_listed_and_left_out(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a/1.txt": "x", "a/2.txt": b"\0\1", "b/3.txt": "y"})
    looked = Documents.examined(path, Documents.guess(path, "a.zip").options)
    assert looked.told == ("Left out, since they cannot be read: 1. a/2.txt is no text, since it holds zeros.",)
    assert Documents.read(path, **looked.options)["text"].to_pylist() == ["x", "y"]


@pytest.mark.parametrize("content", [b"", b" \n", b"\0\1\2", b"<html>", b"\x7fELF\2\1\1\0"])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(DataError) as refused:
        read(tmp_path / "a.txt")
    assert refused.value.code in ("E_DATA_EMPTY", "E_DATA_FORMAT")


def test_a_zip_of_neither_pictures_nor_texts_says_what_it_holds(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"data.json": "[]", "b.json": "[]", "c.exe": "x"})
    with pytest.raises(DataError, match=r"it holds 2 of .json, 1 of .exe. A table of another kind than text is read"):
        reader_of(path, "a.zip")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty."),
        (b"\x89PNG\r\n\x1a\n", "is one picture, and data are many. Put pictures into a zip"),
        (b"\x89HDF\r\n\x1a\n", "is of HDF5, which is not read. Save its arrays as NPZ: numpy.savez_compressed("),
        (
            bytes(257) + b"ustar",
            "is packed as tar, of which nothing is read. Unpack it, and pack what is in it as a zip.",
        ),
        (gzip.compress(bytes(257) + b"ustar", mtime=0), "is packed as tar"),
        (gzip.compress(b"\0\0\0", mtime=0), "is packed with gzip. Unpack it."),
        (b"\0\0\0", "is no file of a kind that can be read. There are: "),
    ],
)
def test_a_file_that_nothing_reads_says_what_it_is_and_what_to_do(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.bin").write_bytes(content)
    with pytest.raises(DataError, match=re.escape(f"a.bin {said}")):
        reader_of(tmp_path / "a.bin", "a.bin")


def test_what_is_printed_stands_alone(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("one\ntwo")
    for path in (packed(tmp_path / "a.zip", {"a/1.txt": "x", "b/2.txt": "y"}), tmp_path / "b.txt"):
        reader = reader_of(path, path.name)
        options, printed = reader.guess(path, path.name).options, dict[str, Any](np=np)
        for function in (*reader.uses, reader.read):
            exec(inspect.getsource(function), printed)
        assert printed[reader.read.__name__](path, **options).equals(reader.read(path, **options))


SERIES = np.stack([np.arange(20.0), -np.arange(20.0)], axis=1)
HOURS = np.arange(20.0) * 3600


def test_a_window_has_what_comes_behind_it_for_its_answer() -> None:
    space = dict[str, Any](np=np)
    for function in (gaps_of, windows):
        exec(inspect.getsource(function), space)
    x, y, starts = space["windows"](SERIES, HOURS, length=4, horizon=2, stride=3)
    assert (x.shape, y.shape) == ((5, 4, 2), (5, 2, 2))
    assert starts.tolist() == [0, 3, 6, 9, 12]
    assert x[1].tolist() == SERIES[3:7].tolist() and y[1].tolist() == SERIES[7:9].tolist()
    assert Windows.defaults() == {"length": 24, "horizon": 1, "stride": 1, "widest": 1.5}


def test_no_window_lies_across_a_gap_and_gaps_are_told() -> None:
    time = HOURS.copy()
    time[8:] += 5 * 3600
    _, _, starts = windows(SERIES, time, 3, 1, 1)
    assert starts.tolist() == [*range(5), *range(8, 17)]
    assert told_of_gaps(time) == (
        "1 gap; the longest is 6 steps, from 1970-01-01 07:00:00 to 1970-01-01 13:00:00 (rows 8 and 9). "
        "No window lies across one."
    )
    assert told_of_gaps(HOURS) == ""
    months = np.array([datetime(2020 + n // 12, 1 + n % 12, 1).timestamp() for n in range(20)])
    assert gaps_of(months, 1.5).tolist() == []


def test_of_a_time_that_comes_twice_the_first_row_is_taken() -> None:
    time = np.insert(np.arange(200.0), 100, 99)
    data = {"when": time, "load": np.arange(201.0)[:, np.newaxis]}
    found = windowed(data, "when", [], ["load"], length=3, horizon=1, stride=1, widest=1.5)
    assert found["when"].tolist() == list(range(3, 200))
    assert found["load"].ravel()[96:98].tolist() == [99, 101]
    with pytest.raises(ValueError, match="is not after that of row"):
        windowed({**data, "when": time // 2}, "when", [], ["load"], length=3, horizon=1, stride=1, widest=1.5)


def test_windows_that_cannot_be_say_why() -> None:
    with pytest.raises(ValueError, match=r"has 20 rows; a window and what it tells need 19 \+ 2"):
        windows(SERIES, None, 19, 2, 1)
    with pytest.raises(ValueError, match="The time of row 4 is not after that of row 3: sort the rows"):
        windows(SERIES, np.array([0, 1, 2, 2, *range(3, 19)]), 3, 1, 1)
    time = np.cumsum(np.where(np.arange(20) % 5, 1, 9))
    with pytest.raises(ValueError, match="has 3 gaps, and no 6 rows without one"):
        windows(SERIES, time, 5, 1, 1)
    unknown = SERIES.copy()
    unknown[10] = np.nan
    assert 9 not in windows(unknown, None, 1, 1, 1)[2]


@pytest.mark.skipif(CORPUS is None, reason="the files of the wild are not here")
def test_the_gap_of_the_hourly_temperatures_is_found() -> None:
    assert CORPUS is not None
    lines = (CORPUS / "seattle-temps.csv").read_text().splitlines()[1:]
    facts = next(one for one in json.loads((CORPUS / "facts.json").read_text()) if one["file"] == "seattle-temps.csv")
    time = np.array([line.split(",")[0].replace("/", "-") for line in lines])
    stamps = time.astype("M8[s]").astype("float64")
    assert len(gaps_of(stamps, 1.5)) == facts["facts"]["gaps over one hour"] == 1
    values = np.array([float(line.split(",")[1]) for line in lines])
    x, _, starts = windows(values, stamps, 24, 1, 1)
    assert x.shape == (len(starts), 24, 1) and len(lines) - 24 - 24 - 1 < len(starts) < len(lines) - 24
