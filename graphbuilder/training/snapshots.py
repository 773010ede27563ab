"""Weights of a run at some of its steps, so that one can go back to them: denser at the start, bounded in number and
bytes, thinned in place. The first and the newest always stay."""

import math
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from graphbuilder.records.digest import denser_at_the_start
from graphbuilder.records.events import Snapshots

MOST = 60
MOST_BYTES = 64_000_000
SHARE = 0.02
"""Of what a visitor may keep in all, that one run's snapshots may take."""
FOLDER = "snapshots"


class Keeper:
    """Keeps weights in a folder, a file a step. What a run kept there before it was interrupted counts."""

    def __init__(self, folder: Path, bytes: int, most_bytes: int = MOST_BYTES) -> None:
        """bytes: of the weights once. Those of a network that needs more than half of `most_bytes` are not kept."""
        self._folder, self._bytes = folder, bytes
        self._most = min(MOST, most_bytes // max(1, bytes))
        self._steps = steps_in(folder)
        self._held: dict[int, list[Any]] = {}

    def wants(self, step: int) -> bool:
        """Whether these weights would stay, and lie far enough behind the newest."""
        if self._most < 2:
            return False
        before = sorted(one for one in {*self._steps, *self._held} if one < step)
        return not before or math.sqrt(step) - math.sqrt(before[-1]) >= math.sqrt(step) / self._most

    def hold(self, step: int, weights: Iterable[Any]) -> None:
        """Keeps these in memory until `write_held`: cheap, where there is no time to write them now."""
        steps = sorted({*self._steps, *self._held, step})
        wanted = {one["step"] for one in denser_at_the_start([{"step": one} for one in steps], self._most)}
        held = {**self._held, step: [*map(np.array, weights)]}
        self._held = {one: weights for one, weights in held.items() if one in wanted}

    def write_held(self) -> None:
        """What of it the next `keep` leaves stays."""
        while self._held:
            step, weights = self._held.popitem()
            self._write(step, weights)
            self._steps = sorted({*self._steps, step})

    def keep(self, step: int, seconds: float, weights: Iterable[Any]) -> Snapshots | None:
        """weights: in the order of Keras' `get_weights`. What was kept of this step and later ones is taken back: it
        happens again. None where not even the first and the newest may be kept."""
        if self._most < 2:
            return None
        self._write(step, weights)
        self._held = {one: weights for one, weights in self._held.items() if one < step}
        earlier = [{"step": one} for one in self._steps if one < step]
        kept = [one["step"] for one in denser_at_the_start([*earlier, {"step": step}], self._most)]
        for one in {*self._steps} - {*kept}:
            _path(self._folder, one).unlink(missing_ok=True)
        self._steps = kept
        return Snapshots(step, seconds, tuple(kept), len(kept) * self._bytes)

    def _write(self, step: int, weights: Iterable[Any]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        making = self._folder / f".{step}.making"
        try:
            with making.open("wb") as file:
                np.savez(file, *weights)
            making.replace(_path(self._folder, step))
        except OSError:
            making.unlink(missing_ok=True)
            raise


def steps_in(folder: Path) -> list[int]:
    """The steps whose weights are kept, in order."""
    return sorted(int(path.stem) for path in folder.glob("*.npz") if path.stem.isdecimal())


def weights_at(run: Path, step: int) -> tuple[int, list[Any]] | None:
    """The weights of the newest step that is kept at or before this one, else of the first, in the order of Keras'
    `get_weights`; None where none are. run: the folder of the run."""
    steps = steps_in(run / FOLDER)
    if not steps:
        return None
    found = max((one for one in steps if one <= step), default=steps[0])
    with suppress(OSError), np.load(_path(run / FOLDER, found), allow_pickle=False) as file:
        return found, [file[f"arr_{place}"] for place in range(len(file.files))]
    return None  # thinned out while it was looked for


def _path(folder: Path, step: int) -> Path:
    return folder / f"{step}.npz"
