"""Weights as files that are whole or not there, whatever happens while they are written."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np

from graphbuilder.store.work import Work


def keep_file(jobs: Work, id: str, name: str, write: Callable[[IO[bytes]], object]) -> None:
    """Writes one file of a job: beside its place, onto the disk, into its place, and then into the store."""
    folder = folder_of(jobs.home, id)
    folder.mkdir(parents=True, exist_ok=True)
    making = folder / f".{name}.making"
    with making.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    with making.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    making.replace(folder / name)
    jobs.add_artefact(id, name, digest, str((folder / name).relative_to(jobs.home)))


def keep_weights(jobs: Work, id: str, name: str, weights: list[Any]) -> None:
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
