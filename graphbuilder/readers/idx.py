"""IDX, the form that MNIST came in: one array a file, packed with gzip or not, or several in a zip."""

import gzip
import zipfile
import zlib
from math import prod
from pathlib import Path
from typing import IO

import numpy as np

from graphbuilder.readers.arrays import array_column
from graphbuilder.readers.members import (
    LARGEST_RATIO,
    RATIO_FROM,
    Contents,
    Zipped,
    contents,
    is_zip,
    kept_of,
    why_left_out,
)
from graphbuilder.readers.reader import DataError, Guess, Reader, telling

LARGEST = 2**30
_ITEM = {8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8}


def idx_array(file, name):
    """The array of an IDX file that is open. Raises ValueError where it holds more or less than it says."""
    head = file.read(4)
    kinds = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in kinds or not 0 < head[3] < 9:
        raise ValueError(f"{name} does not begin as IDX does.")
    kind = np.dtype(kinds[head[2]])
    shape = [int.from_bytes(file.read(4), "big") for _ in range(head[3])]
    size = kind.itemsize * int(np.prod(shape, dtype=object))
    data = file.read(size + 1)
    if len(data) != size:
        came = f"{len(data):,} bytes" if len(data) < size else "more"
        raise ValueError(f"{name} says that it is {' × '.join(map(str, shape))}, {size:,} bytes; it holds {came}.")
    return np.frombuffer(data, kind).astype(kind.newbyteorder("=")).reshape(shape)


def idx_members(infos):
    """Which member of a zip is which column of which part: {(part, column): name}."""
    found = {}
    for info in infos:
        name = info.filename.replace("\\", "/").rpartition("/")[2].lower()
        column = "image" if "image" in name else "label" if "label" in name else name.partition(".")[0]
        part = "test" if "t10k" in name or "test" in name else "validation" if "val" in name else "train"
        found.setdefault((part, column), info.filename)
    return found


def idx_endings():
    """How the names of IDX files end."""
    return ("-ubyte", "-ubyte.gz", ".idx", ".idx.gz", "-byte", "-int", "-float", "-double")


def read_idx(path):
    """An IDX file, or a zip of several: images and labels of each part of the split."""
    import gzip
    import zipfile
    import zlib
    from pathlib import Path

    import pyarrow as pa

    def opened(file, name):
        first = file.read(2)
        file.seek(0)
        try:
            return idx_array(gzip.GzipFile(fileobj=file) if first == b"\x1f\x8b" else file, name)
        except (OSError, EOFError, zlib.error) as fault:
            raise ValueError(f"{name} cannot be unpacked: {fault}.") from None

    if not zipfile.is_zipfile(path):
        with Path(path).open("rb") as file:
            return pa.table({"values": array_column(opened(file, "The file"))})
    with zipfile.ZipFile(path) as archive:
        infos = kept_of(archive.infolist(), idx_endings())
        found = {}
        for (part, column), name in idx_members(infos).items():
            with archive.open(name) as file:
                found[part, column] = opened(file, name)
    columns = sorted(column for part, column in found if part == "train")
    parts = [part for part in ("train", "validation", "test") if all((part, column) in found for column in columns)]
    made = {column: array_column(np.concatenate([found[part, column] for part in parts])) for column in columns}
    rows = {part: {len(found[part, column]) for column in columns} for part in parts}
    for part, counts in rows.items():
        if len(counts) > 1:
            raise ValueError(f"The {part} files have rows of unlike number: {', '.join(map(str, sorted(counts)))}.")
    fields = [pa.field(column, array.type) for column, array in made.items()]
    arrays = [*made.values()]
    if len(parts) > 1:
        fields.append(pa.field("part", pa.string(), metadata={b"is": b"part"}))
        arrays.append(pa.array([part for part, counts in rows.items() for _ in range(max(counts))], pa.string()))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


class Idx(Zipped, name="idx", title="Arrays (IDX, as of MNIST)"):
    suffixes = (".idx", "-ubyte", ".gz", ".zip")

    read = staticmethod(telling(read_idx))
    uses = (why_left_out, kept_of, idx_array, idx_members, idx_endings, array_column)

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        if head[:2] == b"\x1f\x8b":
            try:
                head = zlib.decompressobj(31).decompress(head, 64)
            except zlib.error:
                return False
        return len(head) > 4 and head[:2] == b"\0\0" and head[2] in _ITEM and 0 < head[3] < 9

    @classmethod
    def closer(cls, path: Path, name: str) -> type[Reader]:
        return cls

    @classmethod
    def likeness(cls, inside: Contents) -> float:
        return 0.95 if inside.kept(idx_endings()) else 0.0

    @classmethod
    def guess(cls, path: Path, name: str) -> Guess:
        with path.open("rb") as file:
            if not is_zip(file.read(64)):
                shape = _shape(path, path.stat().st_size, name)
                return Guess({}, told=(f"{shape[0]:,} rows, each {' × '.join(map(str, shape[1:])) or 'one value'}.",))
        infos = contents(path, name).kept(idx_endings())
        shapes = {}
        with zipfile.ZipFile(path) as archive:
            for key, member in idx_members(infos).items():
                with archive.open(member) as inner:
                    shapes[key] = _shape(inner, archive.getinfo(member).file_size, member)
        told = [
            f"{column} ({part}): {' × '.join(f'{axis:,}' for axis in shape)}."
            for (part, column), shape in sorted(shapes.items(), key=lambda one: (one[0][0] != "train", one[0]))
        ]
        return Guess({}, told=tuple(told))


def _shape(of: Path | IO[bytes], size: int, name: str) -> list[int]:
    """The shape that an IDX file says it has. Raises DataError where that is none, or more than it may be or holds."""
    with of.open("rb") if isinstance(of, Path) else of as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        try:
            head = (gzip.GzipFile(fileobj=file) if packed else file).read(36)
        except (OSError, EOFError, zlib.error):
            head = b""
    if len(head) < 8 or head[:2] != b"\0\0" or head[2] not in _ITEM or not 0 < head[3] < 9:
        raise DataError(f"{name} does not begin as IDX does. Copy or unpack it again.", "E_DATA_FORMAT", file=name)
    axes = head[3]
    shape = [int.from_bytes(head[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(axes)]
    says, holds = prod(shape) * _ITEM[head[2]], size - 4 - 4 * axes
    if not says:
        raise DataError(f"{name} is empty: {' × '.join(map(str, shape))}.", "E_DATA_EMPTY", file=name)
    if says > LARGEST:
        raise DataError(
            f"{name} says that it is {' × '.join(map(str, shape))}, {says / 1e6:,.0f} MB; at most "
            f"{LARGEST / 1e6:,.0f} MB are read.",
            "E_DATA_SIZE", file=name, bytes=says, most=LARGEST,
        )  # fmt: skip
    if packed and says > RATIO_FROM and says > LARGEST_RATIO * size:
        raise DataError(
            f"{name} says that it unpacks to {says / size:,.0f} times its size, {says / 1e6:,.0f} MB: that is no file "
            "of data, but one made to fill memory.",
            "E_DATA_SIZE", file=name, bytes=says, most=LARGEST_RATIO * size,
        )  # fmt: skip
    if (not packed and says != holds) or (packed and says > 1100 * size):  # gzip packs to a thousandth at most
        raise DataError(
            f"{name} says that it is {' × '.join(map(str, shape))}, {says:,} bytes; it cannot hold as many. It was cut "
            "short, or is not what it says. Copy it again.",
            "E_DATA_FORMAT", file=name, says=says, holds=holds,
        )  # fmt: skip
    return shape
