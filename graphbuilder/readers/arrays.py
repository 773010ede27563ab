"""Arrays as numpy saves them: NPZ and NPY. The first axis of each counts rows."""

import zipfile
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np

from graphbuilder.parameters import TextList
from graphbuilder.readers.members import contents, part_words, shown
from graphbuilder.readers.reader import DataError, Guess, Reader, telling

LARGEST = 2**30
"""Bytes of all arrays of a file."""
_MOST_AXES = 8
_MAGIC = b"\x93NUMPY"
Header = tuple[tuple[int, ...], "np.dtype[Any]"]


def array_columns(names):
    """Which column each array is of, and which part of the split: {column: {part: name}}. x_train and x_test are parts
    of x; where no column has a training part and another, each array is a column of its own, of the part ""."""
    import re

    words, found = part_words(), {}
    for name in names:
        pieces = re.split(r"[_./ -]", name)
        of_split = [piece for piece in pieces if piece.lower() in words]
        if of_split:
            pieces.remove(of_split[0])
            found.setdefault("_".join(pieces) or "values", {})[words[of_split[0].lower()]] = name
    parted = {column: parts for column, parts in found.items() if "train" in parts and len(parts) > 1}
    return parted or {name: {"": name} for name in names}


def array_column(values, channels_first=False):
    """An array as a column of a table: of one axis as it is, of more a tensor a row, the axis of colours last."""
    import pyarrow as pa

    values = np.moveaxis(values, 1, -1).copy(order="C") if channels_first else values
    values = values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8")
    if values.dtype.kind == "U":
        return pa.array(values.tolist(), pa.string())
    if values.dtype == np.float16:
        values = values.astype("float32")
    if values.ndim == 1:
        return pa.array(values)
    values = values.astype("uint8") if values.dtype == bool else values
    return pa.FixedShapeTensorArray.from_numpy_ndarray(np.ascontiguousarray(values))


def read_arrays(path, arrays, channels_first=()):
    """These columns of an NPZ or NPY file; with none named, all. Parts of its own come one behind the other.

    channels_first: those of pictures whose colours are the axis before height and width.
    """
    import pyarrow as pa

    loaded = np.load(path, mmap_mode="r", allow_pickle=False)
    stored = {"values": loaded} if isinstance(loaded, np.ndarray) else loaded
    columns = array_columns(list(stored))
    for column in arrays:
        if column not in columns:
            raise ValueError(f"There is no array {column}; there are {', '.join(columns)}.")
    columns = {column: columns[column] for column in arrays or columns}
    parts = [part for part in ("", "train", "validation", "test") if all(part in own for own in columns.values())]
    made, fields, rows = [], [], {}
    for column, own in columns.items():
        values = [stored[own[part]] for part in parts]
        for part, one in zip(parts, values, strict=True):
            if rows.setdefault(part, len(one)) != len(one):
                raise ValueError(f"The array {own[part]} has {len(one)} rows, where others have {rows[part]}.")
        whole = values[0] if len(values) == 1 else np.concatenate(values)
        made.append(array_column(whole, column in channels_first and whole.ndim == 4))
        fields.append(pa.field(column, made[-1].type))
    if parts != [""]:
        made.append(pa.array(np.repeat(parts, [rows[part] for part in parts]).tolist(), pa.string()))
        fields.append(pa.field("part", pa.string(), metadata={b"is": b"part"}))
    return pa.Table.from_arrays(made, schema=pa.schema(fields))


class Arrays(Reader, name="arrays", title="Arrays (NPZ, NPY)"):
    suffixes = (".npz", ".npy")

    arrays = TextList((), longest=100, help="The arrays that are read, x for x_train and x_test; empty for all.")
    channels_first = TextList((), longest=100, help="Arrays of pictures whose colours come before height and width.")
    read = staticmethod(telling(read_arrays))
    uses = (part_words, array_columns, array_column)

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
        named = name.lower().endswith((*cls.suffixes, ".pkl", ".pickle"))
        return (
            head.startswith(_MAGIC)
            or (head[:4] == b"PK\x03\x04" and first.endswith(b".npy"))
            or _is_pickle(head, named)
        )

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        headers = headers_of(path, name)
        for array, (shape, dtype) in headers.items():
            _allowed(name, array, shape, dtype)
        flat = [array for array, (shape, _) in headers.items() if not shape]
        columns = array_columns([array for array in headers if array not in flat])
        if not columns:
            raise DataError(
                f"{name} holds no array with an axis of rows. Single values: {', '.join(map(shown, flat)) or 'none'}.",
                "E_DATA_EMPTY", file=name, arrays=flat,
            )  # fmt: skip
        told = [f"{shown(array)} is a single value, and is left out." for array in flat]
        columns, more = _fitting(name, headers, columns)
        parts = [part for part in ("train", "validation", "test") if all(part in own for own in columns.values())]
        for column, own in columns.items():
            shape, dtype = headers[next(iter(own.values()))]
            each = " × ".join(map(str, shape[1:])) or "one value"
            rows = " + ".join(f"{headers[own[part]][0][0]:,} ({part})" for part in parts) or f"{shape[0]:,}"
            told.append(f"{shown(column)}: {rows} rows, each {each} of {dtype.name}.")
        first = tuple(
            column for column, own in columns.items() if _begins_with_colours(headers[next(iter(own.values()))])
        )
        told += [f"{shown(column)} has the colours before height and width: they are put behind." for column in first]
        named = {"arrays": tuple(columns), "channels_first": first}
        return Guess(named, {"arrays": tuple(columns)}, (*told, *more))


def _begins_with_colours(header: Header) -> bool:
    """Whether rows are 3 × 32 × 32 and the like."""
    shape = header[0]
    if len(shape) != 4 or shape[1] not in (1, 3, 4) or shape[3] in (1, 3, 4):
        return False
    return min(shape[2:]) >= 8 and max(shape[2:]) <= 4 * min(shape[2:])


def _is_pickle(head: bytes, named: bool) -> bool:
    return named and head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")


def headers_of(path: Path, name: str) -> dict[str, Header]:
    """Shape and kind of numbers of each array, with nothing of it loaded. Raises DataError where a header says what the
    file does not hold, or more than is allowed."""
    with path.open("rb") as file:
        head = file.read(8)
        if _is_pickle(head, True):
            raise _unsafe(name, "a pickle of Python objects")
        if head.startswith(_MAGIC):
            file.seek(0)
            found = {"values": _header(file, path.stat().st_size, name, "values")}
        else:
            found = _headers_of_zip(path, name)
    total = sum(prod(shape) * dtype.itemsize for shape, dtype in found.values())
    if total > LARGEST and not head.startswith(_MAGIC):  # an NPY is mapped, and never loaded whole
        raise DataError(
            f"The arrays of {name} take {total / 1e6:,.0f} MB; at most {LARGEST / 1e6:,.0f} MB are read. "
            "Save them as uint8 or float32, or fewer rows.",
            "E_DATA_SIZE", file=name, bytes=total, most=LARGEST,
        )  # fmt: skip
    return found


def _headers_of_zip(path: Path, name: str) -> dict[str, Header]:
    found = {}
    named = [info for info in contents(path, name).infos if info.filename.endswith(".npy")]
    infos = [info for info in named if not info.filename.startswith("__MACOSX/")]
    if len(infos) > 1000:
        raise DataError(f"{name} holds {len(infos):,} arrays; at most 1,000 are read.", "E_DATA_SIZE", file=name)
    with zipfile.ZipFile(path) as archive:
        for info in infos:
            array = info.filename.removesuffix(".npy")
            try:
                with archive.open(info) as file:
                    found[array] = _header(file, info.file_size, name, array)
            except (RuntimeError, NotImplementedError, zipfile.BadZipFile, EOFError, OSError) as fault:
                if isinstance(fault, DataError):
                    raise
                raise _no_array(name, array) from fault
    return found


def _header(file: IO[bytes], size: int, name: str, array: str) -> Header:
    """size: of the file or member in bytes."""
    form = np.lib.format
    try:
        read = {(1, 0): form.read_array_header_1_0, (2, 0): form.read_array_header_2_0}[form.read_magic(file)]
        shape, _, dtype = read(file)
    except KeyError:  # the third version is for names of components alone
        raise _refused(name, array, "a structure of several components", "save each component as an array") from None
    except (ValueError, TypeError, SyntaxError, OverflowError, MemoryError) as fault:
        raise _no_array(name, array) from fault
    if len(shape) > _MOST_AXES:
        raise _refused(name, array, f"{len(shape):,} axes", f"save it with at most {_MOST_AXES}")
    if dtype.hasobject:
        raise _unsafe(name, f"the array {shown(array)} of Python objects")
    holds, says = size - file.tell(), prod(shape) * dtype.itemsize
    if says != holds or any(axis < 0 for axis in shape):
        raise DataError(
            f"The array {shown(array)} of {name} says that it is {' × '.join(map(str, shape))} of {dtype.name}, which "
            f"takes {says:,} bytes; it holds {holds:,}. The file was cut short, or is not what it says. Save it again.",
            "E_DATA_FORMAT", file=name, array=array, says=says, holds=holds,
        )  # fmt: skip
    return shape, dtype


def _allowed(name: str, array: str, shape: tuple[int, ...], dtype: "np.dtype[Any]") -> None:
    if dtype.names or dtype.subdtype:
        raise _refused(name, array, "a structure of several components", "save each component as an array")
    if dtype.kind == "c":
        raise _refused(name, array, f"complex numbers ({dtype.name})", "save x.real and x.imag, or abs(x)")
    if dtype.kind in "mV" or dtype.name in ("float128", "longdouble", "float96"):
        raise _refused(name, array, f"{dtype.name}", "save it as float32")
    if dtype.byteorder == ">":
        raise _refused(name, array, f"big-endian numbers ({dtype.str})", f"save x.astype({dtype.name!r})")
    if dtype.kind in "USM" and len(shape) > 1 and shape[1:] != (1,):
        raise _refused(name, array, f"{dtype.name} in rows of {' × '.join(map(str, shape[1:]))}", "save one a row")
    if shape and 0 in shape:
        raise DataError(
            f"The array {shown(array)} of {name} is empty: {shape}.", "E_DATA_EMPTY", file=name, array=array
        )


def _fitting(
    name: str, headers: Mapping[str, Header], columns: dict[str, dict[str, str]]
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """The columns that have as many rows as the longest, and what is told of others: far shorter ones are no rows, such
    as the names of classes. Raises DataError where it is not clear."""
    told = []
    used = {array for own in columns.values() for array in own.values()}
    rest = [array for array in headers if array not in used and headers[array][0]]
    if rest:
        told.append(f"Left out, being in no part of the split: {', '.join(map(shown, rest[:5]))}.")
    counts = {column: sum(headers[array][0][0] for array in own.values()) for column, own in columns.items()}
    rows = max(counts.values())
    for column in [one for one, count in counts.items() if 2 * count <= rows and len(columns) > 2]:
        told.append(f"Left out, having {counts[column]:,} rows where others have {rows:,}: {shown(column)}.")
        del columns[column]
    parts = {part for own in columns.values() for part in own}
    for part in sorted(parts):
        there = {own[part]: headers[own[part]][0][0] for own in columns.values() if part in own}
        if len(there) < len(columns):
            lacking = ", ".join(shown(column) for column, own in columns.items() if part not in own)
            told.append(f"Left out: the part {part}, which {lacking} does not have.")
        elif len({*there.values()}) > 1:
            listed = ", ".join(f"{shown(array)} has {count:,}" for array, count in list(there.items())[:6])
            raise DataError(
                f"The arrays of {name} should have one row for each sample, all as many: {listed}. "
                "Save them with the same rows.",
                "E_DATA_ROWS", file=name, rows=there,
            )  # fmt: skip
    return columns, told


def _unsafe(name: str, what: str) -> DataError:
    return DataError(
        f"{name} holds {what}. Loading that could run any program, so it is never done. Save plain numbers: "
        "numpy.savez_compressed('data.npz', x=x, y=y) with arrays of numbers or texts.",
        "E_DATA_UNSAFE", file=name,
    )  # fmt: skip


def _refused(name: str, array: str, what: str, do: str) -> DataError:
    return DataError(
        f"The array {shown(array)} of {name} is of {what}, which no network takes; {do}.",
        "E_DATA_TYPE", file=name, array=array, type=what,
    )  # fmt: skip


def _no_array(name: str, array: str) -> DataError:
    return DataError(
        f"The array {shown(array)} of {name} cannot be read: it does not begin as numpy writes one. Save it again.",
        "E_DATA_FORMAT", file=name, array=array,
    )  # fmt: skip
