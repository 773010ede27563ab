"""What an interrupted training goes on from, and how it is written into one file.

The file is a zip archive without compression: `head.json`, and each array as NumPy writes it. It is written and read
array by array, so that a large network is not in memory a second time.
"""

import json
import math
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from graphbuilder.stopping import Flat


@dataclass(frozen=True)
class Standing:
    """How far a training is, and which epoch was best: all of it that is not in the model.

    seconds: that it has trained. metrics: of the last epoch done. best, progress: scores of what is watched, of which
    less is better; progress is the last that was better by min_delta. flat: of a rate that falls on a plateau. rows,
    batches: of the epoch under way, that are done, and sums of each loss over these rows; none between two epochs.
    settings: those that were changed since the beginning, by name, as JSON values.
    """

    epoch: int = 0
    step: int = 0
    seconds: float = 0.0
    metrics: Mapping[str, float] = field(default_factory=dict)
    best: float = math.inf
    best_epoch: int = 0
    best_metrics: Mapping[str, float] = field(default_factory=dict)
    progress: float = math.inf
    progress_epoch: int = 0
    flat: Flat = field(default_factory=Flat)
    rows: int = 0
    batches: int = 0
    sums: tuple[float, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Checkpoint:
    """All that a training needs to go on as if it had never been interrupted.

    variables: of the model with its seeds, its optimizer and its metrics; best: the weights of the best epoch, none
    before the first is done. Each is an array, or becomes one, in turn. One that the loop gives away holds for as long
    as the loop waits.
    """

    standing: Standing
    variables: Iterable[Any]
    best: Iterable[Any]


def write(file: IO[bytes], checkpoint: Checkpoint, told: object) -> None:
    """told: what the record has of it by now, as JSON values."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("head.json", json.dumps({"standing": asdict(checkpoint.standing), "told": told}))
        for part in _PARTS:
            for place, one in enumerate(getattr(checkpoint, part)):
                with archive.open(f"{part}/{place}.npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array(member, np.asanyarray(one), allow_pickle=False)


def read(path: Path) -> tuple[Checkpoint, Any]:
    """The checkpoint, whose arrays are read when they are asked for, and what was told. The file stays as it is as long
    as they are."""
    with zipfile.ZipFile(path) as archive:
        head = json.loads(archive.read("head.json"))
    standing = head["standing"]
    known = {**standing, "sums": tuple(standing["sums"]), "flat": Flat(**standing.get("flat", {}))}
    return Checkpoint(Standing(**known), *(_Arrays(path, part) for part in _PARTS)), head["told"]


_PARTS = ("variables", "best")


@dataclass(frozen=True)
class _Arrays:
    path: Path
    part: str

    def __iter__(self) -> Iterator["np.ndarray[Any, Any]"]:
        with zipfile.ZipFile(self.path) as archive:
            count = sum(name.startswith(f"{self.part}/") for name in archive.namelist())
            for place in range(count):
                with archive.open(f"{self.part}/{place}.npy") as member:
                    yield np.lib.format.read_array(member, allow_pickle=False)
