"""The kinds of files that data come in. Every module of this package is loaded, and each class in it with a name reads
one kind."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from graphbuilder.readers.reader import HEAD, DataError, Guess, Reader, registered, told_by_name
from graphbuilder.readers.unread import refusal

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

READERS: dict[str, type[Reader]] = registered()


def reader_of(path: Path, name: str) -> type[Reader]:
    """What reads this file, which came by this name. Raises DataError where nothing does."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    for reader in READERS.values():
        if reader.takes(head, name):
            return reader.closer(path, name)
    raise refusal(head, name, ", ".join(reader.title for reader in READERS.values()))


__all__ = ["HEAD", "READERS", "DataError", "Guess", "Reader", "reader_of", "told_by_name"]
