"""Files of a job that are whole or not there, whatever happens while they are written."""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from graphbuilder.store.work import Work
from graphbuilder.training.checkpoint import Checkpoint, read, write


class Damaged(RuntimeError):
    """No checkpoint of a run is what was written, in words."""


def keep_file(jobs: Work, id: str, name: str, write: Callable[[IO[bytes]], object]) -> None:
    """Writes one file of a job: beside its place, onto the disk, into its place, and then into the store."""
    path = folder_of(jobs.home, id) / name
    jobs.add_artefact(id, name, _written(path, write), str(path.relative_to(jobs.home)))


def _written(path: Path, write: Callable[[IO[bytes]], object]) -> str:
    """The SHA-256 of what was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f".{path.name}.making")
    try:
        with making.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        digest = _digest(making)
        making.replace(path)
    except OSError:
        making.unlink(missing_ok=True)  # a disk that is full should be less so
        raise
    return digest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep_weights(jobs: Work, id: str, name: str, weights: Iterable[Any]) -> None:
    """Arrays, or what becomes arrays one after the other."""
    keep_file(jobs, id, f"{name}.npz", lambda file: np.savez(file, *weights))


def read_weights(home: Path, id: str, name: str) -> list[Any]:
    """Arrays in the order of Keras' `get_weights`."""
    with np.load(folder_of(home, id) / f"{name}.npz", allow_pickle=False) as file:
        return [file[f"arr_{place}"] for place in range(len(file.files))]


def folder_of(home: Path, id: str) -> Path:
    """Where a job's files are. Raises ValueError for what is no id of ours."""
    if len(id) != 32 or not all(letter in "0123456789abcdef" for letter in id):
        raise ValueError("a job's id has 32 hexadecimal digits")
    return home / "runs" / id


def keep_checkpoint(jobs: Work, id: str, checkpoint: Checkpoint, told: object) -> None:
    """Keeps it as the newest, and the newest so far as the one before. told: JSON values that belong to it.

    Raises OSError and StoreError where it cannot be written; those before are then as they were.
    """
    path = folder_of(jobs.home, id) / f"checkpoint-{secrets.token_hex(8)}.zip"
    digest = _written(path, lambda file: write(file, checkpoint, told))
    try:
        jobs.add_checkpoint(id, digest, str(path.relative_to(jobs.home)))
    finally:
        sweep_checkpoints(jobs, id)


def drop_checkpoints(jobs: Work, id: str) -> None:
    """Of a run that came to its end, or that cannot go on."""
    jobs.drop_checkpoints(id)
    sweep_checkpoints(jobs, id)


def sweep_checkpoints(jobs: Work, id: str) -> None:
    """Removes files of checkpoints that the store does not know, such as half of one that was being written."""
    known = {path for _, path in jobs.checkpoints(id)}
    folder = folder_of(jobs.home, id)
    for path in [*folder.glob("checkpoint-*.zip"), *folder.glob(".checkpoint-*.making")]:
        if str(path.relative_to(jobs.home)) not in known:
            path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Found:
    """A checkpoint that is as it was written. told: what belongs to it. note: what was wrong with a newer one,
    for people; empty where nothing was."""

    checkpoint: Checkpoint
    told: Any
    note: str


def find_checkpoint(jobs: Work, id: str) -> Found | None:
    """The newest checkpoint of a job that is whole; None where none was kept. Raises Damaged where none is whole."""
    note = ""
    for digest, path in jobs.checkpoints(id):
        with suppress(OSError):
            if _digest(jobs.home / path) == digest:
                return Found(*read(jobs.home / path), note)
        note = "The newest checkpoint is damaged: its file is not what was written. The one before is taken."
    if note:
        raise Damaged(
            "The run cannot go on: its checkpoints are damaged, the files are not what was written. Train again."
        )
    return None
