"""What is told of a file that no reader takes: what it is, where that can be seen, and what to do."""

import zlib

from graphbuilder.readers.reader import DataError

_PICTURE = "is one picture, and data are many. Put pictures into a zip, those of each class in a folder"
_PACKED = "is packed as {}, of which nothing is read. Unpack it, and pack what is in it as a zip"
_ARRAYS = "is of {}, which is not read. Save its arrays as NPZ: numpy.savez_compressed('data.npz', x=x, y=y)"
_BEGINS = {
    b"\x89PNG": _PICTURE, b"\xff\xd8\xff": _PICTURE, b"GIF8": _PICTURE, b"BM": _PICTURE, b"II*\0": _PICTURE,
    b"MM\0*": _PICTURE, b"RIFF": "is one picture, sound or film. Put pictures into a zip, those of a class in a folder",
    b"7z\xbc\xaf": _PACKED.format("7z"), b"Rar!": _PACKED.format("RAR"), b"\xfd7zXZ": _PACKED.format("xz"),
    b"BZh": _PACKED.format("bzip2"), b"\x28\xb5\x2f\xfd": _PACKED.format("zstd"),
    b"\x89HDF": _ARRAYS.format("HDF5"), b"MATLAB": _ARRAYS.format("MATLAB"), b"%PDF": "is a PDF, which holds no rows",
    b"\x80\x02": _ARRAYS.format("Python objects"), b"\x80\x04": _ARRAYS.format("Python objects"),
    b"\x80\x05": _ARRAYS.format("Python objects"), b"\x7fELF": "is a program", b"MZ": "is a program",
}  # fmt: skip


def refusal(head: bytes, name: str, kinds: str) -> DataError:
    """kinds: what is read, in words."""
    if not head:
        return DataError(f"{name} is empty. Copy it again.", "E_DATA_EMPTY", file=name)
    told = next((what for begin, what in _BEGINS.items() if head.startswith(begin)), "")
    if _is_tar(head):
        told = _PACKED.format("tar")
    elif head.startswith(b"\x1f\x8b"):
        told = "is packed with gzip. Unpack it" if not _is_tar(_unpacked(head)) else _PACKED.format("tar")
    told = told or f"is no file of a kind that can be read. There are: {kinds}"
    return DataError(f"{name} {told}.", "E_DATA_FORMAT", file=name)


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(head, 600)
    except zlib.error:
        return b""
