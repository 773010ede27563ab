"""Arrays that came as NPZ, NPY or IDX: what they become, and what is refused before anything of them is loaded."""

import gzip
import inspect
import io
import json
import pickle
import struct
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.readers import DataError, reader_of
from graphbuilder.readers.arrays import Arrays
from graphbuilder.readers.idx import Idx

CORPUS = next((p for up in Path(__file__).parents if (p := up / "shared" / "corpus").is_dir()), None)
corpus = pytest.mark.skipif(CORPUS is None, reason="the files of the wild are not here")

X = np.arange(24, dtype="uint8").reshape(6, 2, 2)
Y = np.arange(6, dtype="int64") % 2


def saved(path: Path, **arrays: Any) -> Path:
    np.savez_compressed(path, **arrays)
    return path


def read(path: Path) -> Any:
    reader = reader_of(path, path.name)
    return reader.read(path, **reader.guess(path, path.name).options)


def refused(path: Path) -> DataError:
    with pytest.raises(DataError) as fault:
        read(path)
    return fault.value


def test_arrays_are_columns_and_x_train_and_x_test_one_with_a_part_of_its_own(tmp_path: Path) -> None:
    table = read(saved(tmp_path / "a.npz", x_train=X, y_train=Y, x_test=X[:2], y_test=Y[:2], note=np.array(3)))
    assert table.column_names == ["x", "y", "part"]
    assert table["part"].to_pylist() == ["train"] * 6 + ["test"] * 2
    assert table.schema.field("part").metadata == {b"is": b"part"}
    assert np.array_equal(table["x"].combine_chunks().to_numpy_ndarray(), np.concatenate([X, X[:2]]))
    assert table["y"].to_pylist() == [*Y, *Y[:2]]


@pytest.mark.parametrize("colours", [1, 3])
def test_colours_that_come_first_are_put_behind(tmp_path: Path, colours: int) -> None:
    pictures = np.arange(2 * colours * 8 * 9, dtype="float32").reshape(2, colours, 8, 9)
    path = saved(tmp_path / "a.npz", x=pictures, y=Y[:2])
    assert Arrays.guess(path, "a.npz").options["channels_first"] == ("x",)
    table = read(path)
    assert table["x"].type.shape == [8, 9, colours]
    assert np.array_equal(table["x"].combine_chunks().to_numpy_ndarray(), pictures.transpose(0, 2, 3, 1))
    assert Arrays.read(path, arrays=("x",))["x"].type.shape == [colours, 8, 9]


@pytest.mark.parametrize(
    "names", [("train_images", "train_labels", "val_images", "val_labels"), ("X_train", "Y_train", "X_val", "Y_val")]
)
def test_parts_are_known_by_the_names_that_people_give(tmp_path: Path, names: tuple[str, ...]) -> None:
    table = read(saved(tmp_path / "a.npz", **dict(zip(names, (X, Y[:, None], X, Y[:, None]), strict=True))))
    assert Counter(table["part"].to_pylist()) == {"train": 6, "validation": 6}
    assert table[table.column_names[1]].to_pylist() == [*Y, *Y]


def test_every_kind_of_numbers_and_texts_that_a_table_has_is_read(tmp_path: Path) -> None:
    table = read(saved(tmp_path / "a.npz", half=X.astype("float16"), yes=X[:, 0] > 3, name=np.array(list("abcdef")),
                       word=np.array([b"x"] * 6), day=np.arange(6).astype("M8[D]"), flag=Y > 0))  # fmt: skip
    assert [str(field.type).split("[")[0] for field in table.schema] == [
        "extension<arrow.fixed_shape_tensor", "extension<arrow.fixed_shape_tensor", "string", "string", "date32", "bool"
    ]  # fmt: skip
    assert (table["name"].to_pylist(), table["word"].to_pylist()) == (list("abcdef"), ["x"] * 6)
    np.save(tmp_path / "a.npy", X)
    assert np.array_equal(read(tmp_path / "a.npy")["values"].combine_chunks().to_numpy_ndarray(), X)


def test_what_is_no_row_is_left_out_and_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.npz", x=X, y=Y, names=np.array(["a", "b"]), version=np.array(2))
    guess = Arrays.guess(path, "a.npz")
    assert guess.options == {"arrays": ("x", "y"), "channels_first": ()}
    assert guess.told == ("version is a single value, and is left out.", "x: 6 rows, each 2 × 2 of uint8.",
                          "y: 6 rows, each one value of int64.",
                          "Left out, having 2 rows where others have 6: names.")  # fmt: skip


class Danger:
    def __reduce__(self) -> Any:
        return pytest.fail, ("it was run",)


def test_D10_objects_and_pickles_are_refused_and_never_loaded(tmp_path: Path) -> None:
    inside = np.empty(1, object)
    inside[0] = Danger()
    np.savez(tmp_path / "a.npz", x=inside)
    np.save(tmp_path / "b.npy", inside, allow_pickle=True)
    (tmp_path / "c.npz").write_bytes(pickle.dumps(Danger()))
    for name in ("a.npz", "b.npy", "c.npz"):
        fault = refused(tmp_path / name)
        assert (fault.code, fault.facts["file"]) == ("E_DATA_UNSAFE", name)
        assert "Loading that could run any program, so it is never done." in str(fault)
    with pytest.raises(DataError, match="allow_pickle=False"):
        Arrays.read(tmp_path / "a.npz", arrays=())


def lying(shape: tuple[int, ...], dtype: str = "<f8", body: bytes = bytes(1000)) -> bytes:
    into = io.BytesIO()
    np.lib.format.write_array_header_1_0(into, {"descr": dtype, "fortran_order": False, "shape": shape})
    return into.getvalue() + body


def test_D11_a_header_that_says_more_than_the_file_holds_is_refused_unloaded(tmp_path: Path) -> None:
    for place, shape in enumerate([(10**12,), (200_000_000,), (-5, -25), (10**30, 10**30)]):
        (tmp_path / f"{place}.npy").write_bytes(lying(shape))
        with zipfile.ZipFile(tmp_path / f"{place}.npz", "w") as archive:
            archive.writestr("x.npy", lying(shape))
        for ending in ("npy", "npz"):
            fault = refused(tmp_path / f"{place}.{ending}")
            assert fault.code == "E_DATA_FORMAT" and "it holds 1,000." in str(fault)


def test_D11_zeros_packed_to_a_thousandth_are_refused_from_the_directory(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.npy", "w") as file:
        file.write(lying((70, 1000, 1000), "|u1", b""))
        for _ in range(70):
            file.write(bytes(1_000_000))
    fault = refused(tmp_path / "a.npz")
    assert fault.code == "E_DATA_SIZE" and "times its size" in str(fault)


@pytest.mark.parametrize(
    ("array", "code", "said"),
    [
        (X.astype("complex64"), "E_DATA_TYPE", "complex numbers (complex64)"),
        (np.zeros(6, [("a", "f4"), ("b", "i4")]), "E_DATA_TYPE", "a structure of several components"),
        (X.astype(">f4"), "E_DATA_TYPE", "big-endian numbers (>f4), which no network takes; save x.astype('float32')"),
        (np.zeros(6, "m8[s]"), "E_DATA_TYPE", "timedelta64[s]"),
        (np.zeros((6, 2), "U3"), "E_DATA_TYPE", "<U3 in rows of 2".replace("<U3", "str96")),
        (np.array(3.0), "E_DATA_EMPTY", "no array with an axis of rows. Single values: x."),
        (np.zeros((0, 3)), "E_DATA_EMPTY", "is empty: (0, 3)"),
    ],
)
def test_D12_what_no_network_takes_is_refused_by_name(tmp_path: Path, array: Any, code: str, said: str) -> None:
    fault = refused(saved(tmp_path / "a.npz", x=array))
    assert fault.code == code and said in str(fault) and "a.npz" in str(fault)


def test_D12_arrays_of_unlike_length_are_refused_with_their_lengths(tmp_path: Path) -> None:
    fault = refused(saved(tmp_path / "a.npz", x=X, y=Y[:5]))
    assert fault.code == "E_DATA_ROWS" and "x has 6, y has 5" in str(fault)
    fault = refused(saved(tmp_path / "b.npz", x_train=X, y_train=Y, x_test=X, y_test=Y[:4]))
    assert "x_test has 6, y_test has 4" in str(fault)


def test_a_part_that_lacks_a_column_is_left_out_and_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.npz", x_train=X, y_train=Y, x_val=X, y_val=Y, x_test=X)
    assert "Left out: the part test, which y does not have." in Arrays.guess(path, "a.npz").told
    assert Counter(read(path)["part"].to_pylist()) == {"train": 6, "validation": 6}


KINDS = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def idx(array: Any) -> bytes:
    kind = KINDS[array.dtype.str[1:]]
    head = bytes([0, 0, kind, array.ndim]) + b"".join(struct.pack(">I", size) for size in array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def test_idx_is_read_with_every_kind_of_number_packed_or_not(tmp_path: Path) -> None:
    for kind in KINDS:
        array = X.astype(kind)
        for name, data in (("a-ubyte", idx(array)), ("a.gz", gzip.compress(idx(array), mtime=0))):
            (tmp_path / name).write_bytes(data)
            assert reader_of(tmp_path / name, name) is Idx
            values = read(tmp_path / name)["values"].combine_chunks().to_numpy_ndarray()
            assert np.array_equal(values, array) and values.dtype == kind


def test_the_four_files_of_mnist_in_a_zip_are_pictures_and_labels_of_two_parts(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part, rows in (("t10k", 2), ("train", 6)):
            archive.writestr(f"mnist/{part}-labels-idx1-ubyte.gz", gzip.compress(idx(Y[:rows].astype("u1"))))
            archive.writestr(f"mnist/{part}-images-idx3-ubyte", idx(X[:rows]))
    table = read(tmp_path / "a.zip")
    assert table["part"].to_pylist() == ["train"] * 6 + ["test"] * 2
    assert table["label"].to_pylist() == [*Y, *Y[:2]]
    assert table["image"].combine_chunks().to_numpy_ndarray().shape == (8, 2, 2)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (idx(X)[:-1], "E_DATA_FORMAT"),
        (idx(X) + b"x", "E_DATA_FORMAT"),
        (b"\0\0\x08\x03" + b"\xff" * 12 + bytes(9), "E_DATA_SIZE"),
        (b"\0\0\x08\x02" + struct.pack(">II", 30_000, 30_000) + bytes(9), "E_DATA_FORMAT"),
        (gzip.compress(b"\0\0\x08\x02" + struct.pack(">II", 30_000, 30_000) + bytes(9), mtime=0), "E_DATA_SIZE"),
        (gzip.compress(b"\0\0\x08\x02" + struct.pack(">II", 3_000, 3_000) + bytes(9), mtime=0), "E_DATA_FORMAT"),
        (gzip.compress(idx(X)[:-1], mtime=0), "E_DATA_FORMAT"),
        (gzip.compress(idx(X), mtime=0)[:-12], "E_DATA_FORMAT"),
        (b"\0\0\x08\x01\0\0\0\0", "E_DATA_EMPTY"),
    ],
)
def test_D11_an_idx_file_that_is_not_what_it_says_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    (tmp_path / "a.idx").write_bytes(data)
    fault = refused(tmp_path / "a.idx")
    assert fault.code == code and ("says that it is" in str(fault) or code == "E_DATA_EMPTY" or data[:1] == b"\x1f")


def test_what_is_printed_stands_alone(tmp_path: Path) -> None:
    (tmp_path / "b.idx").write_bytes(idx(X))
    for path in (saved(tmp_path / "a.npz", x_train=X, y_train=Y, x_test=X, y_test=Y), tmp_path / "b.idx"):
        reader = reader_of(path, path.name)
        options, printed = reader.guess(path, path.name).options, dict[str, Any](np=np)
        for function in (*reader.uses, reader.read):
            exec(inspect.getsource(function), printed)
        assert printed[reader.read.__name__](path, **options).equals(reader.read(path, **options))


@corpus
def test_fashion_small_comes_out_with_the_stated_facts() -> None:
    assert CORPUS is not None
    path = CORPUS / "fashion_small.npz"
    facts = next(one for one in json.loads((CORPUS / "facts.json").read_text()) if one["file"] == path.name)["facts"]
    table = read(path)
    x = table["x"].combine_chunks().to_numpy_ndarray()
    part, y = np.array(table["part"].to_pylist()), np.array(table["y"].to_pylist())
    for word in ("train", "test"):
        there = part == word
        assert list(x[there].shape) == facts["arrays"][f"x_{word}"]
        assert f"{x[there].mean():.6g}" == facts[f"mean x_{word}"]
        assert {str(name): count for name, count in Counter(y[there].tolist()).items()} == facts[f"classes of y_{word}"]
    assert str(x.dtype) == facts["dtype"]
