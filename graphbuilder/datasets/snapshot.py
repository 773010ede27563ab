"""A data set as files: one array a field and a page that describes it, in a folder named by what it holds.

A training maps the arrays and never loads the set itself; two trainings on the same set share one snapshot. Text is
kept as an Arrow file, numbers as NumPy files; pictures are decoded when they are wanted, beside their names.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from graphbuilder.datasets.decoded import Decoded, Undecoded
from graphbuilder.datasets.source import Source
from graphbuilder.datasets.texts import Texts
from graphbuilder.fields import OF_ROWS, Field
from graphbuilder.readers.reader import DataError

_FORMAT = 2
_NUMBERS = "rows.npy"
_FIELDS = TypeAdapter(tuple[Field, ...])


@dataclass(frozen=True)
class Snapshot:
    """Arrays by field name, one row a sample, mapped from files. hash: what names the folder. main_class: the field
    whose proportions each part keeps, where there is one."""

    hash: str
    path: Path
    title: str
    fields: dict[str, Field]
    main_class: str | None
    arrays: dict[str, Any]
    is_numbered: bool

    def row_numbers(self, source: Source, home: Path) -> "np.ndarray[Any, Any] | None":
        """Of each row its number in the file that it comes from, from 1; None where these are the rows themselves. Of a
        snapshot that an older program made the file is read once more, where it is still there."""
        if not self.is_numbered:
            with suppress(DataError):
                return source.row_numbers(home)
            return None
        path = self.path / _NUMBERS
        return np.load(path, mmap_mode="r") if path.is_file() else None


def snapshot_hash(source: Source, format: int = _FORMAT) -> str:
    """The name of the snapshot of this set with these options. format: of an older program's, to know its name."""
    told = json.dumps([format, *source.told()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def is_of(name: str, source: Source) -> bool:
    """Whether a snapshot of this name has this very set, by whichever program it was made."""
    return name in (snapshot_hash(source), snapshot_hash(source, 1))


def prepare(source: Source, home: Path) -> Snapshot:
    """The snapshot of a data set under `home`, made where it is not there yet.

    Raises DataError where the set cannot be loaded, is not what it is declared to be, or cannot be written.
    """
    hash = snapshot_hash(source)
    path = home / "data" / hash
    touch(path)
    if not (path / "meta.json").is_file():
        arrays, numbers = _loaded(source, home)
        try:
            _write(arrays, numbers, source, path)
        except OSError as fault:
            raise DataError(f"The data set {source.title} cannot be written below {home}: {fault.strerror}.") from None
    return open_snapshot(path)


def touch(path: Path) -> None:
    """Says that a snapshot is used: those that are not for long are cleared away."""
    with suppress(OSError):
        os.utime(path / "meta.json")


def open_snapshot(path: Path) -> Snapshot:
    meta = json.loads((path / "meta.json").read_text("utf-8"))
    fields = {field.name: field for field in _FIELDS.validate_python(meta["fields"])}
    files = zip(fields, meta["files"], strict=True)
    arrays = {name: _opened(path / file) for name, file in files}
    return Snapshot(path.name, path, meta["title"], fields, meta["main_class"], arrays, meta.get("numbered", False))


def _opened(path: Path) -> Any:
    if path.suffix == ".pictures":
        return Decoded(path, path.parent.parent.parent)
    return Texts(path) if path.suffix == ".arrow" else np.load(path, mmap_mode="r")


def _loaded(source: Source, home: Path) -> tuple[dict[str, Any], Any]:
    try:
        arrays, numbers = source.numbered(home)
    except ImportError as fault:
        raise DataError(
            f"The data set {source.title} needs the package {fault.name}, which is not installed. "
            "Whoever runs this server can add it: pip install graphbuilder[data]."
        ) from None
    except Exception as fault:
        if "fetch failure" not in str(fault):  # as Keras says that it cannot reach a place
            raise
        raise DataError(
            f"The data set {source.title} is fetched from the internet, which cannot be reached from here. Choose "
            "another one, or add the files on the page Data.",
            "E_DATA_FETCHED",
        ) from fault
    fields = source.fields()
    if set(arrays) != set(fields):
        raise DataError(f"The data set {source.title} should have {', '.join(fields)}; it has {', '.join(arrays)}.")
    for name, field in fields.items():
        wanted, came = (source.rows(), *field.shape), arrays[name].shape
        if came != wanted:
            raise DataError(f"The field {name!r} of {source.title} should be {wanted}; it is {came}.")
        _hold_to_numbers(arrays[name], field, source.title)
    return arrays, numbers


def _hold_to_numbers(values: Any, field: Field, title: str) -> None:
    """Where a rule says what stands in for a number, it may be missing; elsewhere training would be of no use."""
    if not isinstance(values, np.ndarray) or values.dtype.kind != "f" or field.kind in OF_ROWS:
        return
    flat = values.reshape(len(values), -1)
    ruled = np.array([bool(rule) for rule in field.missing] or [False])
    gone = ~np.isfinite(flat) & ~(np.isnan(flat) & ruled)
    if not gone.any():
        return
    place, rows = int(np.argmax(gone.any(axis=0))), int(gone.any(axis=1).sum())
    called = field.parts[place] if place < len(field.parts) else field.name
    raise DataError(
        f"{called!r} of {title} has no number, or one too large for a network, in {rows:,} of {len(values):,} rows. "
        "Say on the page Data what is done where a value is missing, or ignore that column.",
        "E_DATA_MISSING",
        field=field.name,
        column=called,
        rows=rows,
    )


def _write(arrays: dict[str, Any], numbers: Any, source: Source, path: Path) -> None:
    """All files into a new folder, which then takes its name in one step: a snapshot is whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=path.parent))
    try:
        fields, files = source.fields(), []
        for place, name in enumerate(fields):
            values = arrays[name]
            kind, write = _as_file(values)
            files.append(f"field_{place}.{kind}")
            write(making / files[-1])
        if numbers is not None:
            np.save(making / _NUMBERS, numbers)
        meta = {
            "numbered": True,
            "source": source.name,
            "title": source.title,
            "main_class": source.main_class,
            "options": dict(source.params),
            "rows": source.rows(),
            "fields": _FIELDS.dump_python(tuple(fields.values()), mode="json"),
            "files": files,
        }
        with (making / "meta.json").open("w", encoding="utf-8") as file:
            json.dump(meta, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        try:
            making.rename(path)
        except OSError:
            if not (path / "meta.json").is_file():  # otherwise another process was faster, and made the same
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _as_file(values: Any) -> tuple[str, Callable[[Path], None]]:
    """What the name of a field's file ends with, and what writes it."""
    if isinstance(values, Undecoded):
        return "pictures", values.write
    if values.dtype == object:
        return "arrow", lambda path: Texts.write(values, path)
    return "npy", lambda path: np.save(path, values)
