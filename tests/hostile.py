"""Files of pictures, arrays and texts that are made to do harm, and what reading each comes to.

`python -m tests.hostile FOLDER` reads each file of a folder in a process of its own and prints, as JSON, by name: what
came of it, after how many seconds, and the most memory in MB.
"""

import gzip
import io
import json
import os
import pickle
import stat
import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from PIL import Image

from tests.spending import soonest

SECONDS = 2
"""Of processor time for a verdict."""


def picture(value: int = 90) -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (8, 6), (value, 10, 10)).save(into, "PNG")
    return into.getvalue()


def zipped(members: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", how) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return into.getvalue()


def beside(content: bytes, name: str = "b/bad.png") -> bytes:
    """A zip of two good pictures and this."""
    return zipped({"a/1.png": picture(), "a/2.png": picture(2), name: content})


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes, depth: int = 8) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0))
    end = chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + end


def directory(count: int, name: str = "a/%06d.png", size: int = 10, says: int | None = None) -> bytes:
    """A zip whose directory names one and the same file so many times. says: how many it says there are."""
    body, crc = b"x" * 10, zlib.crc32(b"x" * 10)
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 0, crc, 10, 10, 1, 0) + b"a" + body
    entries = bytearray()
    for own in (((name % n) if "%" in name else name).encode() for n in range(count)):
        entries += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, crc, 10, size, len(own), 0, 0, 0, 0, 0, 0
        )
        entries += own
    few = min(count if says is None else says, 65535)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, few, few, len(entries), len(local), 0)
    if few == 65535:
        far = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(entries), len(local))
        end = far + struct.pack("<4sIQI", b"PK\x06\x07", 0, len(local) + len(entries), 1) + end
    return local + bytes(entries) + end


def changed(content: bytes, of: bytes, at: int, new: bytes) -> bytes:
    """Other bytes so far behind the first `of`."""
    place = content.index(of) + at
    return content[:place] + new + content[place + len(new) :]


def link() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        info = zipfile.ZipInfo("a/link.png")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return into.getvalue()


def npy(shape: str, descr: str = "'<f8'", body: bytes = bytes(1000), version: bytes = b"\x01\x00") -> bytes:
    head = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}".encode()
    size = len(head) + 1
    return b"\x93NUMPY" + version + struct.pack("<H" if version == b"\x01\x00" else "<I", size) + head + b"\n" + body


class Danger:
    def __reduce__(self) -> Any:
        return os._exit, (99,)


def objects() -> bytes:
    into, inside = io.BytesIO(), np.empty(1, object)
    inside[0] = Danger()
    np.savez(into, x=inside)
    return into.getvalue()


def frames() -> bytes:
    """A GIF of 3,000 frames on a screen of 4,000 by 4,000."""
    frame = b"\x2c" + struct.pack("<4HB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", 4000, 4000, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + frame * 3000 + b"\x3b"


def tiff(width: int, height: int, following: int = 0) -> bytes:
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8),
            (278, 4, 1, height), (279, 4, 1, width * height % 2**32)]  # fmt: skip
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *t) for t in tags) + struct.pack("<I", following)  # noqa: E501 # fmt: skip


def made() -> dict[str, bytes]:
    good, zeros = picture(), bytes(36_000_000)
    two = zipped({"a/1.png": good, "b/2.png": picture(2)})
    lied = zipped({"a/1.png": bytes(30_000_000), "b/2.png": good})
    size = struct.pack("<I", 30_000_000)
    text = zlib.compress(b"A" * 5_000_000)
    return {
        "bomb.zip": zipped({"a/1.png": zeros}),
        "bomb-bzip2.zip": zipped({"a/1.png": zeros}, zipfile.ZIP_BZIP2),
        "bomb-overlapping.zip": directory(3_000, size=50_000_000),
        "bomb-below-the-bound.zip": zipped({f"a/{n}.png": zeros[:2_500_000] for n in range(12)}),
        "says-less.zip": lied.replace(size, struct.pack("<I", 1000)),
        "says-more.zip": two.replace(struct.pack("<I", len(good)), size),
        "zip64-of-2-to-the-60.zip": directory(3, size=2**32 - 1),
        "members-100001.zip": directory(100_001),
        "members-100000.zip": directory(100_000),
        "members-of-one-name.zip": directory(15_000, "a/one.png"),
        "members-uncounted.zip": directory(15_000, says=3),
        "classes-10001.zip": directory(10_001, "%d/1.png"),
        "nested.zip": zipped({"a/in.zip": two, "b/in.zip": two}),
        "nested-beside.zip": beside(two, "b/in.zip"),
        "traversal.zip": zipped({"../../a.png": good, "a/../../b.png": good}),
        "absolute.zip": zipped({"/etc/a.png": good, "C:\\a.png": good}),
        "symlink.zip": link(),
        "encrypted.zip": changed(zipped({"a/1.png": good}), b"PK\x01\x02", 8, b"\x01"),
        "encrypted-one.zip": changed(two, b"PK\x01\x02", 8, b"\x01"),
        "case.zip": zipped({"a/1.png": good, "A/1.png": good, "a/1.PNG": good}),
        "macosx.zip": zipped({"__MACOSX/a/._1.png": good, "a/.DS_Store": b"x"}),
        "names.zip": zipped({"a\x07/1.png": good, "b/" + "n" * 60_000 + ".png": good, "c/\u202e.png": good}),
        "cut.zip": two[:-40],
        "cut-inside.zip": two[: len(two) // 3] + two[len(two) // 2 :],
        "offset.zip": changed(two, b"PK\x05\x06", 16, b"\xff\xff\xff\x7f"),
        "packing-99.zip": changed(changed(two, b"PK\x01\x02", 10, b"\x63\0"), b"PK\x03\x04", 8, b"\x63\0"),
        "checksum.zip": changed(two, b"PK\x01\x02", 16, b"\0\0\0\0"),
        "empty.zip": zipped({}),
        "comment.zip": changed(two, b"PK\x05\x06", 20, b"\xff\xff") + b"x" * 65_535,
        "no-pictures.zip": zipped({"a/1.png": b"plain", "b/1.png": b"text"}),
        "png-12000.zip": beside(png(12_000, 12_000)),
        "png-65535.zip": beside(png(2**31 - 1, 2**31 - 1)),
        "png-text.zip": beside(png(4, 4, chunk(b"zTXt", b"a\0\0" + text))),
        "png-profile.zip": beside(png(4, 4, chunk(b"iCCP", b"a\0\0" + text))),
        "png-no-size.zip": beside(png(0, 0)),
        "gif-frames.zip": beside(frames(), "b/bad.gif"),
        "tiff-large.zip": beside(tiff(60_000, 60_000), "b/bad.tif"),
        "tiff-circle.zip": beside(tiff(4, 4, 8), "b/bad.tif"),
        "bmp-large.zip": beside(b"BM" + struct.pack("<IHHIIiiHHIIiiII", 99, 0, 0, 54, 40, 2**31 - 1, -(2**31), 1, 24, 0, 0, 0, 0, 0, 0)),  # noqa: E501
        "ppm-large.zip": beside(b"P6 99999 99999 255 ", "b/bad.ppm"),
        "webp.zip": beside(b"RIFF\xff\xff\xff\xffWEBPVP8X" + bytes(range(90)), "b/bad.webp"),
        "jpeg-cut.zip": beside(b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x11\x08\xff\xff\xff\xff\3", "b/bad.jpg"),  # noqa: E501
        "eps.zip": beside(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/tmp/x) (w) file\n"),
        "svg.zip": beside(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        "html.zip": beside(b"<!doctype html><script>alert(1)</script>"),
        "labels-wide.zip": zipped({"1.png": good, "labels.csv": b"file" + b",x" * 90_000 + b"\n1" + b",1" * 90_000}),
        "labels-long.zip": zipped({"1.png": good, "labels.csv": b"file,kind\n1.png," + b"x" * 5_000_000}),
        "labels-quote.zip": zipped({"1.png": good, "labels.csv": b'file,kind\n1.png,"' + b"x\n" * 1_000_000}),
        "text-zeros.zip": zipped({"a/1.txt": b"A" * 30_000_000, "b/2.txt": b"x"}),
        "text-binary.zip": zipped({"a/1.txt": bytes(range(256)) * 100, "b/2.txt": b"x"}),
        "pickle.npz": pickle.dumps(Danger()),
        "objects.npz": objects(),
        "8-tb.npz": zipped({"x.npy": npy("(10**12,)"), "y.npy": npy("(1000000000000,)")}),
        "1-gb.npy": npy("(200000000,)"),
        "zeros.npz": zipped({"x.npy": npy("(36000000,)", "'|u1'", zeros)}),
        "below-the-bound.npz": zipped({"x.npy": npy("(30000000,)", "'|u1'", zeros[:30_000_000])}),
        "head-of-2-gb.npy": b"\x93NUMPY\x02\x00\xff\xff\xff\x7f{'descr'",
        "head-nested.npy": npy("(" * 4000 + ")" * 4000),
        "head-code.npy": npy("__import__('os')._exit(99)"),
        "head-minus.npy": npy("(-5, -25)"),
        "head-words.npy": npy("(4,)", "'|S999999999'"),
        "head-structure.npy": npy("(1,)", "[('a', '<f8', (10000, 10000))]"),
        "axes.npy": npy("(" + "1," * 3000 + "125)"),
        "large.idx": b"\0\0\x08\x03" + b"\xff" * 12,
        "bomb.idx.gz": gzip.compress(b"\0\0\x08\x02" + struct.pack(">II", 9000, 10_000) + bytes(90_000_000)),
        "not-the-size.idx.gz": gzip.compress(b"\0\0\x08\x02" + struct.pack(">II", 3, 3) + bytes(36_000_000)),
        "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "page.html": b"<!doctype html><script>alert(1)</script>",
        "drawing.png": b"<svg/>",
        "alone.png": good,
        "program.zip": b"\x7fELF" + bytes(200),
        "nothing.zip": b"",
    }  # fmt: skip


def verdict(path: Path) -> str:
    from graphbuilder.readers import DataError, reader_of
    from graphbuilder.readers.decoding import Pictures

    try:
        reader = reader_of(path, path.name)
        looked = reader.examined(path, reader.guess(path, path.name).options, seconds=1.0)
        table = reader.read(path, **looked.options)
        for column in [one.name for one in table.schema if (one.metadata or {}).get(b"is") == b"picture"]:
            one: Any = reader(looked.options)
            names = table[column].to_pylist()[:100]
            with tempfile.TemporaryDirectory() as kept:
                rows = Pictures(path, names, one.decoder(column), one.shape_of(column), Path(kept))
                rows.take(np.arange(len(names)))
    except DataError as fault:
        return f"{fault.code} {fault}"
    return f"{table.num_rows} rows; {' '.join(looked.told)}"


def _in_child(path: Path) -> tuple[tuple[str, float], float]:
    """The verdict and the megabytes at the peak; seconds of a processor."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        os.write(theirs, verdict(path).encode()[:4000])
        os._exit(0)
    os.close(theirs)
    _, status, used = os.wait4(child, 0)
    told = os.read(ours, 4000).decode("utf-8", "replace") if status == 0 else f"ended by {status}"
    os.close(ours)
    return (told, used.ru_maxrss / 1000), used.ru_utime + used.ru_stime


def main(folder: Path) -> None:
    import pyarrow

    import graphbuilder.readers  # noqa: F401

    pyarrow.array([1])  # loads what it loads once
    Image.init()
    found = {}
    for path in sorted(folder.iterdir()):
        told: list[Any] = []

        def go(path: Path = path, told: list[Any] = told) -> float:
            told[:], spent = _in_child(path)
            return spent

        began = monotonic()
        spent = soonest(go, SECONDS)
        found[path.name] = (told[0], monotonic() - began, spent, told[1])
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
