"""The kinds of files that data come in. Every module of this package is loaded, and each class in it with a name reads
one kind."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from graphbuilder.readers.reader import HEAD, DataError, Guess, Reader, registered

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")
READERS: dict[str, type[Reader]] = registered()


def reader_of(path: Path, name: str) -> type[Reader]:
    """What reads this file, which came by this name. Raises DataError where nothing does."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    for reader in READERS.values():
        if reader.takes(head, name):
            return reader.closer(path, name)
    if head.startswith(_PICTURES):
        raise DataError(
            f"{name} is one picture, and data are many. Put pictures into a zip, those of each class in a folder.",
            "E_DATA_FORMAT",
            file=name,
        )
    known = ", ".join(reader.title for reader in READERS.values())
    raise DataError(f"{name} is no file of a kind that can be read. There are: {known}.", "E_DATA_FORMAT", file=name)


__all__ = ["HEAD", "READERS", "DataError", "Guess", "Reader", "reader_of"]
