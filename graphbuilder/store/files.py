"""Files of data that visitors bring: each is kept once, by the SHA-256 of its content, whoever has it.

A file that comes is written beside its place, synced and renamed, so that there is never half of one. It is never in
memory whole.
"""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from graphbuilder.datasets import FILES

FOLDER_VARIABLE = "GRAPHBUILDER_DATA_DIR"
"""A folder of the server whose files anybody may add."""
COMING = ".coming-"
"""What the names of files that are on their way begin with."""
PIECE = 1_000_000
"""Bytes that are read and written at once."""


def path_of(home: Path, hash: str) -> Path:
    """Where the file of this content is, or would be."""
    return home / FILES / hash


class Outside(ValueError):
    """What is asked for is no file below the folder, in words."""


def below(root: Path, name: str) -> Path:
    """The file of this path below a folder. Raises Outside for what is none: a folder, a link, or a way out of it."""
    path = root.resolve().joinpath(name)
    if not path.is_relative_to(root.resolve()) or path.resolve() != path or not path.is_file():
        raise Outside(f"There is no file {name} in the server's folder of data.")
    return path


def named_below(root: Path, most: int) -> list[str]:
    """The first files below a folder in the order of the alphabet, by their paths; no links and nothing hidden."""
    found: list[str] = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        paths = (Path(folder, one) for one in sorted(files) if not one.startswith("."))
        found += [str(path.relative_to(root)) for path in paths if path.is_file() and not path.is_symlink()]
        if len(found) >= most:
            break
    return found[:most]


class Coming:
    """A file on its way. It is gone where the block that it is written in is left before `keep`.

    Raises OSError where the disk takes no more.
    """

    def __init__(self, home: Path) -> None:
        self.home, self.bytes = home, 0
        self._hash = hashlib.sha256()
        self._file: BinaryIO | None = None

    def __enter__(self) -> "Coming":
        folder = self.home / FILES
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{COMING}{secrets.token_hex(8)}"
        self._file = self.path.open("xb", buffering=0)
        return self

    def write(self, piece: bytes) -> None:
        assert self._file, "written within its block"
        left = memoryview(piece)
        while left:
            left = left[self._file.write(left) :]
        self._hash.update(piece)
        self.bytes += len(piece)

    def take(self, source: BinaryIO) -> None:
        """Writes all that is in another file."""
        while piece := source.read(PIECE):
            self.write(piece)

    @property
    def hash(self) -> str:
        """Of what was written until now."""
        return self._hash.hexdigest()

    def keep(self) -> str:
        """Gives the file its place; the hash of its content. One that is there already stays."""
        assert self._file, "kept within its block"
        os.fsync(self._file.fileno())
        path = path_of(self.home, self.hash)
        if path.is_file() and path.stat().st_size == self.bytes:
            os.utime(path)  # as what was touched lately is not cleared away
        else:
            self.path.replace(path)
            _sync(path.parent)
        return self.hash

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            with suppress(OSError):
                self._file.close()
            with suppress(OSError):
                self.path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Has the disk keep the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
