"""Files of LIBSVM and ARFF: told from tables as text, whatever they are called, and read as they were written."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import dump_svmlight_file, load_iris

from graphbuilder.readers import READERS, DataError, reader_of

ARFF = """% of flowers
@RELATION iris
@ATTRIBUTE 'petal length' NUMERIC
@ATTRIBUTE awake {yes, no}
@ATTRIBUTE day DATE yyyy-MM-dd
@DATA
1.5,yes,2001-02-03
?,no,2001-02-04
4.5,?,2001-02-05
"""


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["iris.libsvm", "iris.txt", "iris.csv", "iris"])
def test_libsvm_is_read_as_the_numbers_that_were_written(name: str, tmp_path: Path) -> None:
    x, y = load_iris(return_X_y=True)
    held = BytesIO()
    dump_svmlight_file(np.where(x > 1.0, x, 0), y, held, zero_based=False, comment="made of irises")
    path = written(tmp_path, name, held.getvalue())
    reader = reader_of(path, name)
    assert reader.name == "libsvm" and "zero" in reader.guess(path, name).told[0]
    table = reader.read(path)
    assert table.column_names == ["target", "x1", "x2", "x3", "x4"] and table.column("target").to_pylist() == [*y]
    found = np.stack([table.column(f"x{number}").to_numpy() for number in range(1, 5)], axis=1)
    assert np.allclose(found, np.where(x > 1.0, x, 0))


@pytest.mark.parametrize("name", ["iris.arff", "iris.txt", "iris"])
def test_arff_is_read_by_what_it_declares(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, name, ARFF.encode())
    assert reader_of(path, name).name == "arff"
    table = READERS["arff"].read(path)
    assert table.column("petal length").to_pylist() == [1.5, None, 4.5]
    assert table.column("awake").to_pylist() == ["yes", "no", None]
    assert str(table.column("day").to_pylist()[0]).startswith("2001-02-03")


@pytest.mark.parametrize(
    "text", ["when,much\n12:30,1\n13:40,2\n14:50,3\n", "5 12:30\n6 13:40\n7 14:50\n", "a b:c d\n1 2 3\n4 5 6\n"]
)
def test_times_of_day_are_no_libsvm(text: str, tmp_path: Path) -> None:
    assert reader_of(written(tmp_path, "t.txt", text.encode()), "t.txt").name == "delimited"


@pytest.mark.parametrize(
    ("name", "reader", "content"),
    [
        ("a.arff", "arff", ARFF.replace("awake {yes, no}", "awake STRING")),
        ("a.arff", "arff", ARFF.replace("1.5,yes", "a lot,yes")),
        ("a.arff", "arff", ARFF + "1,yes\n"),
        ("a.libsvm", "libsvm", "1 1:2 2:3 4:5\n0 1:2 1:2 1:2\n"),
        ("a.libsvm", "libsvm", "1 1:2 2:3 900000000:5\n0 1:2 2:2 3:2\n"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_do(name: str, reader: str, content: str, tmp_path: Path) -> None:
    path = written(tmp_path, name, content.encode())
    assert reader_of(path, name).name == reader
    with pytest.raises(DataError, match="Save it as CSV"):
        READERS[reader].read(path)
