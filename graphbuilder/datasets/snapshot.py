"""A data set as files: one array a field and a page that describes it, in a folder named by what it holds.

A training maps the arrays and never loads the set itself; two trainings on the same set share one snapshot.
"""

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from graphbuilder.datasets.source import Source
from graphbuilder.readers.reader import DataError

_FORMAT = 1


@dataclass(frozen=True)
class Snapshot:
    """Arrays by field name, one row a sample, mapped from files. hash: what names the folder."""

    hash: str
    path: Path
    arrays: dict[str, "np.ndarray[Any, Any]"]


def snapshot_hash(source: Source) -> str:
    """The name of the snapshot of this set with these options."""
    told = json.dumps([_FORMAT, source.name, dict(source.params)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def prepare(source: Source, home: Path) -> Snapshot:
    """The snapshot of a data set under `home`, made where it is not there yet.

    Raises DataError where the set cannot be loaded, is not what it is declared to be, or cannot be written.
    """
    hash = snapshot_hash(source)
    path = home / "data" / hash
    touch(path)
    if not (path / "meta.json").is_file():
        arrays = _loaded(source)
        try:
            _write(arrays, source, path)
        except OSError as fault:
            raise DataError(f"The data set {source.title} cannot be written below {home}: {fault.strerror}.") from None
    return open_snapshot(path)


def touch(path: Path) -> None:
    """Says that a snapshot is used: those that are not for long are cleared away."""
    with suppress(OSError):
        os.utime(path / "meta.json")


def open_snapshot(path: Path) -> Snapshot:
    meta = json.loads((path / "meta.json").read_text("utf-8"))
    arrays = {field["name"]: np.load(path / f"{field['file']}.npy", mmap_mode="r") for field in meta["fields"]}
    return Snapshot(path.name, path, arrays)


def _loaded(source: Source) -> dict[str, "np.ndarray[Any, Any]"]:
    try:
        arrays = type(source).load(**source.params)
    except ImportError as fault:
        raise DataError(
            f"The data set {source.title} needs the package {fault.name}, which is not installed."
        ) from None
    fields = source.fields()
    if set(arrays) != set(fields):
        raise DataError(f"The data set {source.title} should have {', '.join(fields)}; it has {', '.join(arrays)}.")
    for name, field in fields.items():
        wanted, came = (source.rows(), *field.shape), arrays[name].shape
        if came != wanted:
            raise DataError(f"The field {name!r} of {source.title} should be {wanted}; it is {came}.")
    return arrays


def _write(arrays: dict[str, "np.ndarray[Any, Any]"], source: Source, path: Path) -> None:
    """All files into a new folder, which then takes its name in one step: a snapshot is whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=path.parent))
    try:
        fields = source.describe()["fields"]
        for place, field in enumerate(fields):
            field["file"] = f"field_{place}"
            np.save(making / f"field_{place}.npy", arrays[field["name"]])
        meta = {"source": source.name, "options": dict(source.params), "rows": source.rows(), "fields": fields}
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
