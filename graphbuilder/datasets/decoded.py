"""Pictures of a file of a user's own, as a field: decoded when they are first wanted, and from then on kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from graphbuilder.datasets.texts import Texts
from graphbuilder.readers import READERS
from graphbuilder.readers.archive import OfPictures
from graphbuilder.readers.decoding import Pictures

FILES = "files"
"""The folder of the files that came, each by the hash of its content."""


@dataclass(frozen=True)
class Undecoded:
    """names: of the members of a file, one a row. column: of the table that they stand in, for its reader."""

    names: "np.ndarray[Any, Any]"
    file: str
    reader: str
    options: Mapping[str, Any]
    column: str
    dtype = np.dtype("uint8")

    @cached_property
    def decoder(self) -> OfPictures:
        made = READERS[self.reader](self.options)
        assert isinstance(made, OfPictures), "no other has columns of pictures"
        return made

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.names), *self.decoder.shape_of(self.column))

    def write(self, folder: Path) -> None:
        folder.mkdir()
        Texts.write(self.names, folder / "names.arrow")
        how = {"file": self.file, "reader": self.reader, "options": dict(self.options), "column": self.column}
        (folder / "how.json").write_text(json.dumps(how), "utf-8")


class Decoded:
    """The pictures of a field, a row each as uint8. What is asked for is decoded then, if it was not before."""

    dtype = np.dtype("uint8")

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder, self._home = folder, home

    @cached_property
    def _undecoded(self) -> Undecoded:
        how = json.loads((self._folder / "how.json").read_text("utf-8"))
        return Undecoded(names=Texts(self._folder / "names.arrow")[:].reshape(-1), **how)

    @cached_property
    def _pictures(self) -> Pictures:
        of = self._undecoded
        path, shape = self._home / FILES / of.file, of.shape[1:]
        return Pictures(path, of.names.tolist(), of.decoder.decoder(of.column), shape, self._folder / "decoded")

    @property
    def shape(self) -> tuple[int, ...]:
        return self._undecoded.shape

    def __len__(self) -> int:
        return self.shape[0]

    def decode(self, data: bytes) -> "np.ndarray[Any, Any]":
        """The bytes of any picture, as these are decoded. Raises ValueError where they are none."""
        return self._undecoded.decoder.decoder(self._undecoded.column)(data)

    @property
    def is_slow(self) -> bool:
        """Some are not decoded yet."""
        return self._pictures.done < len(self)

    def __getitem__(self, rows: Any) -> "np.ndarray[Any, Any]":
        places = np.arange(len(self))[rows]
        return self._pictures.take(np.atleast_1d(places)).reshape(*np.shape(places), *self.shape[1:])
