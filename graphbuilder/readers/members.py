"""The files in a zip: which are read, in which order, and why the others are not. Nothing is ever unpacked to the disk.

The untyped functions stand alone, since they are printed into exported code.
"""

import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from graphbuilder.readers.reader import DataError, Reader, registered
from graphbuilder.uncollected import uncollected

LARGEST_MEMBER = 64 * 2**20
"""Bytes of one member; `why_left_out` has the same number, since it stands alone."""
LARGEST_TOTAL = 2**30
"""Bytes of all members unpacked."""
LARGEST_RATIO = 100
"""How many times larger than packed, where that is over RATIO_FROM bytes."""
RATIO_FROM = 32 * 2**20
MOST_MEMBERS = 100_000
LARGEST_DIRECTORY = 32 * 2**20
OFFICE = (b"[Content_Types].xml", b"mimetype", b"_rels/", b"docProps/", b"xl/", b"META-INF/")
"""How the names of members begin in spreadsheets and documents, which are zips as well."""


def picture_endings():
    """How the names of pictures end."""
    return (".png", ".jpg", ".jpeg", ".jfif", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm")


def text_endings():
    """How the names of texts end."""
    return (".txt", ".text", ".md")


PICTURES, TEXTS, TABLES = picture_endings(), text_endings(), (".csv", ".tsv", ".txt")


def why_left_out(info, suffixes):
    """Why a member of a zip is not read; empty where it is."""
    name = info.filename.replace("\\", "/").lower()
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or (name[1:2] == ":" and "a" <= name[0] <= "z"):
        return "a name that leads out of the zip"
    if info.external_attr >> 28 == 0o12:  # the kind of file that Unix notes there
        return "a link"
    hidden = (name.startswith(".") or "/." in name) and any(part.startswith(".") for part in parts)
    if hidden or "__macosx" in parts or parts[-1] in ("thumbs.db", "desktop.ini"):
        return "a file of the operating system"
    if len(name) > 200 or not name.isprintable():
        return "a name with control characters, or with over 200"
    if not name.endswith(suffixes):
        packed = name.endswith((".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".bz2", ".xz"))
        return "packed once more" if packed else "of another kind"
    if info.flag_bits & 1:
        return "locked by a password"
    if info.file_size > 64 * 2**20:
        return "over 64 MB"
    return "" if info.file_size else "empty"


def kept_of(infos, suffixes):
    """Those members of a zip that are read: of two of one name the later one."""
    found = {info.filename: info for info in infos if not info.is_dir()}
    return [info for info in found.values() if not why_left_out(info, suffixes)]


def members_of(path, suffixes):
    """What is read of a zip, in its order."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return kept_of(archive.infolist(), suffixes)


def folders_of(info):
    """The folders that a member of a zip lies in, the outermost first."""
    from contextlib import suppress

    name = info.filename
    if not info.flag_bits & 0x800:  # its letters are of an old alphabet, or of none that is told
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return [part for part in name.replace("\\", "/").split("/")[:-1] if part not in ("", ".")]


def part_words():
    """What the parts of the split are called."""
    words = {"train": "train", "training": "train", "val": "validation", "valid": "validation", "dev": "validation"}
    return words | {"validation": "validation", "test": "test", "testing": "test"}


def named_part(folders):
    """Which part of the split a folder on the way is named for, and the folders without it."""
    words = part_words()
    for place, folder in enumerate(folders):
        if folder.lower() in words:
            return words[folder.lower()], folders[:place] + folders[place + 1 :]
    return None, folders


def label_of(info, folders, label, level):
    """The class of a member of a zip: the name of a "folder", where level 1 is the one that it lies in and 2 the one
    around; that of the "file" itself, without its ending; or the "begin" of that, as cat of cat.12.jpg and cat_12.jpg.
    None where it has none."""
    import re

    name = info.filename.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    begin = re.split(r"[\s._()-]+", name)[0]
    if label == "folder":
        return folders[-level] if level <= len(folders) else None
    return {"file": name, "begin": begin.rstrip("0123456789") or begin or None}.get(label)


def is_zip(head: bytes) -> bool:
    """Whether a file that begins so is a zip, and neither a spreadsheet or document nor one of arrays."""
    if head[:4] not in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return False
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    return not first.startswith(OFFICE) and not first.endswith(b".npy") and b"xl/workbook.xml" not in head


@dataclass(frozen=True, eq=False)
class Contents:
    """The members of a zip but its folders, and those that are read for what they are."""

    path: Path
    infos: tuple[zipfile.ZipInfo, ...]

    @cached_property
    def pictures(self) -> list[zipfile.ZipInfo]:
        return self.kept(PICTURES)

    @cached_property
    def texts(self) -> list[zipfile.ZipInfo]:
        return self.kept(TEXTS)

    def kept(self, suffixes: tuple[str, ...]) -> list[zipfile.ZipInfo]:
        named = [info for info in self.infos if info.filename.lower().endswith(suffixes)]
        return list(kept_of(named, suffixes))

    def left_out(self, kept: Iterable[zipfile.ZipInfo], suffixes: tuple[str, ...]) -> dict[str, list[str]]:
        """The names of the members that are not among those kept, by the reason why."""
        there, found = {id(info) for info in kept}, dict[str, list[str]]()
        for info in self.infos:
            if id(info) not in there:
                found.setdefault(why_left_out(info, suffixes) or "of a name that comes again", []).append(info.filename)
        return found


class Listed(zipfile.ZipFile):
    """A zip whose directory was read before, and is not read again: its members are read by their ZipInfo, not by
    their names. Of 100,000 members the directory takes most of a second."""

    def _RealGetContents(self) -> None:  # noqa: N802  what a ZipFile calls to read its directory
        """Reads nothing."""


@lru_cache(maxsize=2)
def _contents(path: Path, changed: int, size: int) -> Contents:
    with uncollected(), zipfile.ZipFile(path) as archive:
        infos = tuple(info for info in archive.infolist() if not info.is_dir())
    if not all(0 <= info.header_offset < size for info in infos):
        raise zipfile.BadZipFile("a member lies outside the file")
    return Contents(path, infos)


def contents(path: Path, name: str) -> Contents:
    """What is in a zip, from its directory alone, which is read once.

    Raises DataError where it has none, or where it says that unpacking it would take more than is allowed. What a
    member says of its size holds for unpacking it too: `zipfile` gives no byte more, and then misses the checksum.
    """
    _count(path, name)
    try:
        found = _contents(path, path.stat().st_mtime_ns, path.stat().st_size)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as fault:
        raise _broken(name) from fault
    infos = found.infos
    total, packed = sum(info.file_size for info in infos), path.stat().st_size
    if total > LARGEST_TOTAL:
        raise DataError(
            f"{name} holds {total / 1e6:,.0f} MB unpacked; at most {LARGEST_TOTAL / 1e6:,.0f} MB are read. "
            "Make its pictures smaller, or take fewer.",
            "E_DATA_SIZE", file=name, bytes=total, most=LARGEST_TOTAL,
        )  # fmt: skip
    if total > RATIO_FROM and total > LARGEST_RATIO * packed:
        raise DataError(
            f"{name} says that it unpacks to {total / max(packed, 1):,.0f} times its size, {total / 1e6:,.0f} MB: "
            "that is no file of data, but one made to fill memory.",
            "E_DATA_SIZE", file=name, bytes=total, most=LARGEST_RATIO * packed,
        )  # fmt: skip
    if infos and all(info.flag_bits & 1 for info in infos):
        raise DataError(f"{name} is locked by a password. Pack it anew without one.", "E_DATA_LOCKED", file=name)
    return found


def _count(path: Path, name: str) -> None:
    """Refuses a directory that is too long before it is read."""
    with path.open("rb") as file:
        try:
            end: Any = zipfile._EndRecData(file)  # type: ignore[attr-defined]
        except (zipfile.BadZipFile, OSError) as fault:
            raise _broken(name) from fault
    if end is None:
        raise _broken(name)
    length, count = end[5], end[4]
    if count > MOST_MEMBERS or length > LARGEST_DIRECTORY:
        raise DataError(
            f"{name} holds {count:,} files; at most {MOST_MEMBERS:,} are read. Take fewer, or pack them as NPZ.",
            "E_DATA_SIZE", file=name, files=count, most=MOST_MEMBERS,
        )  # fmt: skip


def _broken(name: str) -> DataError:
    return DataError(
        f"{name} cannot be opened as a zip: its directory, which lies at its end, is missing or broken. "
        "It may not have been copied to its end; copy or pack it again.",
        "E_DATA_FORMAT", file=name,
    )  # fmt: skip


def told_of(found: dict[str, list[str]]) -> tuple[str, ...]:
    """What is left out, in words, the most first."""
    return tuple(
        f"Left out, being {reason}: {len(names):,}, such as {shown(names[0])}."
        for reason, names in sorted(found.items(), key=lambda one: -len(one[1]))
    )


def shown(name: str) -> str:
    """A member's name as a message can hold it."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in name)
    return plain if len(plain) <= 80 else f"{plain[:77]}..."


def twice(infos: Iterable[zipfile.ZipInfo]) -> list[str]:
    """Names that differ by small and capital letters alone: on some systems they are one file."""
    counted = Counter(info.filename.lower() for info in infos)
    return [name for name, count in counted.items() if count > 1]


class Zipped(Reader):
    """Base of what reads a zip. Which of them fits best is told by the names of all members, which lie at its end."""

    suffixes: ClassVar[tuple[str, ...]] = (".zip",)

    @classmethod
    def takes(cls, head: bytes, name: str) -> bool:
        return is_zip(head)

    @classmethod
    def likeness(cls, inside: Contents) -> float:
        """How well a zip with this in it fits, from 0 for not at all to 1."""
        raise NotImplementedError

    @classmethod
    def closer(cls, path: Path, name: str) -> type[Reader]:
        inside = contents(path, name)
        found = [(one.likeness(inside), one) for one in registered().values() if issubclass(one, Zipped)]
        best, reader = max(found, key=lambda one: one[0])
        if best > 0:
            return reader
        kinds = Counter(PurePosixPath(info.filename).suffix.lower() or "no ending" for info in inside.infos)
        there = ", ".join(f"{count:,} of {shown(kind)}" for kind, count in kinds.most_common(5)) or "no file at all"
        known = inside.kept(PICTURES + TEXTS)
        gone = inside.left_out(known, PICTURES + TEXTS)
        gone.pop("of another kind", None)
        raise DataError(
            f"{name} holds no picture and no text that can be read; it holds {there}. "
            + " ".join([*told_of(gone), "A table of another kind than text is read when it is unpacked."]),
            "E_DATA_FORMAT" if inside.infos else "E_DATA_EMPTY", file=name, kinds=dict(kinds.most_common(5)),
        )  # fmt: skip
